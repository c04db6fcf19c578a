// A run: plans the groups, measures one after the other, and makes the results of what came out.

import { callLimits, encodeLimits, encodeWorkload, FEW, lineLimits, lineWorkload } from '../limits/index.js';
import type { BenchSubject, Subject } from '../subjects/subject.js';
import { planCell, planGroups } from './grid-of.js';
import { Group, type GroupSettings, type Member, type Outcome } from './group.js';
import { describeMachine } from './machine.js';
import { METHOD } from './method.js';
import { harnessPackage, peerVersion } from './needs.js';
import { type Asked, type BenchOptions, readBenchOptions } from './options.js';
import { isExact } from './plan.js';
import { type LeftOut, RESULTS_VERSION, type Results, type SubjectFacts } from './results.js';
import { Statistics } from './statistics.js';
import { makeCells, makeLimits } from './tell-results.js';

/** Limits are steady: short repetitions are enough. Seconds. */
const LIMIT_SECONDS = 0.5;
const QUICK_LIMIT_SECONDS = 0.1;

/**
 * Measures subjects under workloads on real threads, and returns all that was seen. Subjects that give a wrong answer are told
 * as wrong, those that cannot run are told as left out. Throws BenchError for options that make no sense and for packages that
 * are missing (piscina, simple-statistics).
 *
 * ```js
 * import { bench, defineWorkload } from 'threadmap/bench';
 * const half = defineWorkload({ name: 'half', title: 'half', source: 'mine', about: '', keys: ['int'], entries: [1000], mix: { get: 1, set: 1 } });
 * const results = await bench({ workloads: [half], subjects: ['threadmap', 'map'], threads: [2], seconds: 1 });
 * console.log(results.cells.map(({ id, throughput }) => [id, throughput?.median]));
 * ```
 */
export async function bench(options: BenchOptions = {}): Promise<Results> {
  const asked = readBenchOptions(options);
  await harnessPackage('piscina');
  const statistics = await Statistics.load();
  const { groups, leftOut } = await planGroups(asked);
  const limitGroups = asked.limits ? planLimits(groups, asked) : [];
  const settings: GroupSettings = {
    ...{ seconds: asked.seconds, repetitions: asked.repetitions, warmUp: asked.warmUp },
    ...{ latency: asked.latency, rate: asked.rate },
  };
  const limitSettings = {
    ...{ ...settings, latency: false },
    seconds: Math.min(asked.seconds, asked.quick ? QUICK_LIMIT_SECONDS : LIMIT_SECONDS),
  };
  const work = [
    ...limitGroups.map((members) => ({ members, settings: limitSettings, isLimit: true })),
    ...groups.map((members) => ({ members, settings, isLimit: false })),
  ];
  const total = work.reduce((sum, one) => sum + Group.steps(one.members, one.settings), 0);
  const signal = options.signal ?? new AbortController().signal;
  const started = new Date();
  const machine = describeMachine();
  const limits: Outcome[] = [];
  const measured: Outcome[] = [];
  let done = 0;
  let order = 0;

  const soFar = (complete: boolean): Results => {
    const limitCells = makeLimits(limits, statistics);
    return {
      format: 'threadmap-bench',
      version: RESULTS_VERSION,
      started: started.toISOString(),
      seconds: (Date.now() - started.getTime()) / 1000,
      complete,
      machine,
      settings: {
        ...{ seconds: asked.seconds, repetitions: asked.repetitions, baselines: asked.baselines },
        ...{ seed: asked.seed, quick: asked.quick, rate: asked.rate, latency: asked.latency },
      },
      method: METHOD,
      workloads: asked.workloads.map(({ name, title, source, about }) => ({ name, title, source, about })),
      subjects: asked.subjects.map((subject) => factsOf(subject, measured)),
      cells: makeCells(measured, { statistics, limits: limitCells, baselines: asked.baselines }),
      limits: limitCells,
      leftOut: [...leftOut, ...failedLimits(limits)],
    };
  };

  for (const { members, settings, isLimit } of work) {
    if (signal.aborted) break;
    const told = {
      step: (doing: string) => options.onProgress?.({ done: done++, total, doing }),
    };
    const group = new Group(members, settings, { signal, told, nextOrder: () => order++ });
    const end = done + Group.steps(members, settings);
    (isLimit ? limits : measured).push(...(await group.measure()));
    done = end;
    options.onPartial?.(soFar(false));
  }
  return soFar(!signal.aborted);
}

/** The limits for all numbers of entries and threads that the run has. */
function planLimits(groups: readonly (readonly Member[])[], { seed }: Asked): Member[][] {
  const plans = groups.flat().map(({ plan }) => plan);
  const threads = [...new Set(plans.map((plan) => plan.threads))];
  const sizes = (crew: number) => [
    ...new Set(
      plans
        .filter((plan) => plan.threads === crew && plan.values === 'number')
        .filter((plan) => plan.cycle.length > 0 && !isExact(plan))
        .map(({ entries }) => entries),
    ),
  ];
  const members = (list: readonly Subject[], workload: typeof lineWorkload, entries: number, crew: number) =>
    list.map((subject): Member => {
      const keys = workload.keys[0] as 'int';
      return {
        plan: planCell(workload, subject, { keys, entries, threads: crew, seed }),
        subject,
        rate: undefined,
      };
    });
  return threads.flatMap((crew) => [
    [...members(callLimits, lineWorkload, FEW, crew), ...members(encodeLimits, encodeWorkload, FEW, crew)],
    ...sizes(crew).map((entries) => members(lineLimits, lineWorkload, entries, crew)),
  ]);
}

/** A limit that was not measured is told of, as a subject would be. */
function failedLimits(limits: readonly Outcome[]): LeftOut[] {
  return limits
    .filter(({ outcome }) => outcome !== 'measured')
    .map(({ member: { plan }, reason }) => ({
      workload: plan.workload,
      subject: plan.subject,
      reason: reason ?? 'no samples',
    }));
}

function factsOf(subject: BenchSubject, measured: readonly Outcome[]): SubjectFacts {
  const { name, title, sharing, notes } = subject;
  const told = measured.find((outcome) => outcome.member.subject === subject && outcome.version)?.version;
  const needed = subject.kind === 'program' ? undefined : subject.needs?.[0];
  return {
    name,
    title,
    sharing,
    notes,
    version: told ?? (needed === undefined ? null : peerVersion(needed)),
  };
}
