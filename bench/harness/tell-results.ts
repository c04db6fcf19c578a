// From outcomes to cells: statistics, ratios, multiples of the limit.

import { OPERATIONS, type Operation } from '../subjects/subject.js';
import type { Outcome } from './group.js';
import { type CellPlan, isExact, sharesOf } from './plan.js';
import type { Cell, LimitCell, LimitName, Ratio } from './results.js';
import { ratesOf, type Statistics } from './statistics.js';

const NANOSECONDS = 1e9;

export function idOf({ workload, keys, entries, threads, subject }: CellPlan): string {
  return [workload, keys, entries, threads, subject].join('/');
}

interface Beside {
  readonly statistics: Statistics;
  readonly limits: readonly LimitCell[];
  readonly baselines: readonly string[];
}

export function makeCells(outcomes: readonly Outcome[], { statistics, limits, baselines }: Beside): Cell[] {
  return outcomes.map((outcome): Cell => {
    const { plan } = outcome.member;
    const { workload, subject, threads, entries, keys, values } = plan;
    const isMeasured = outcome.outcome === 'measured' && outcome.samples.length > 0;
    const throughput = isMeasured ? statistics.summarize(ratesOf(outcome.samples)) : undefined;
    const limit = throughput && limitOf(plan, throughput.median, limits);
    return {
      id: idOf(plan),
      ...{ workload, subject, threads, entries, keys, values },
      mix: sharesOf(weightsOf(plan)),
      outcome: outcome.outcome,
      reason: outcome.reason,
      samples: [...outcome.samples].sort((a, b) => a.order - b.order),
      ...(throughput === undefined ? {} : { throughput }),
      ratios: isMeasured ? ratiosOf(outcome, outcomes, baselines, statistics) : [],
      latency: outcome.latency,
      ...(outcome.growth === undefined || plan.filled > 0 ? {} : { growth: outcome.growth }),
      ...(outcome.memory === undefined ? {} : { memory: outcome.memory }),
      ...(limit === undefined ? {} : { limit }),
    };
  });
}

function weightsOf({ cycle }: CellPlan): Partial<Record<Operation, number>> {
  const weights: Partial<Record<Operation, number>> = {};
  for (const code of cycle) {
    const operation = OPERATIONS[code] as Operation;
    weights[operation] = (weights[operation] ?? 0) + 1;
  }
  return weights;
}

/** Against the baseline of the same group, or against a single-threaded one of the same workload, keys and entries. */
function ratiosOf(
  { member: { plan }, samples }: Outcome,
  outcomes: readonly Outcome[],
  baselines: readonly string[],
  statistics: Statistics,
): Ratio[] {
  return baselines.flatMap((baseline) => {
    const of = outcomes.find(
      ({ member: { plan: other }, outcome }) =>
        outcome === 'measured' &&
        other.subject === baseline &&
        other.workload === plan.workload &&
        other.keys === plan.keys &&
        other.entries === plan.entries &&
        (other.threads === plan.threads || other.sharing === 'single'),
    );
    if (of === undefined || of.samples.length === 0 || baseline === plan.subject) return [];
    const ratio = statistics.ratio(ratesOf(samples), ratesOf(of.samples));
    return [{ baseline, of: idOf(of.member.plan), ...ratio }];
  });
}

/** Where a limit applies: single operations on keys that are drawn at random. */
function limitOf(plan: CellPlan, rate: number, limits: readonly LimitCell[]): Cell['limit'] {
  if (isExact(plan) || plan.cycle.length === 0 || plan.values !== 'number') return undefined;
  const find = (name: LimitName) =>
    limits.find(
      (limit) =>
        limit.name === name &&
        limit.threads === plan.threads &&
        (limit.entries === 0 || limit.entries === plan.entries),
    );
  const lines = find('two-lines');
  const encode = plan.keys === 'int' ? undefined : find('encode');
  if (lines === undefined || (plan.keys !== 'int' && encode === undefined)) return undefined;
  const least = lines.nanoseconds.median + (encode?.nanoseconds.median ?? 0);
  return {
    of: encode === undefined ? 'two lines' : 'two lines and the key’s encoding',
    multiple: (plan.threads * NANOSECONDS) / rate / least,
  };
}

/** Limits that failed are no limits. */
export function makeLimits(outcomes: readonly Outcome[], statistics: Statistics): LimitCell[] {
  return outcomes
    .filter(({ outcome, samples }) => outcome === 'measured' && samples.length > 0)
    .map(({ member: { plan, subject }, samples }) => {
      const name = subject.name as LimitName;
      const entries = name.endsWith('lines') || name === 'one-line' ? plan.entries : 0;
      return {
        id: ['limit', name, entries, plan.threads].join('/'),
        name,
        title: subject.title,
        threads: plan.threads,
        entries,
        nanoseconds: statistics.summarize(
          ratesOf(samples).map((rate) => (plan.threads * NANOSECONDS) / rate),
        ),
        samples: [...samples].sort((a, b) => a.order - b.order),
      };
    });
}
