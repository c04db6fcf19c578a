// Which cells a run has: workloads by keys by entries by threads, and in each of these groups the subjects.

import { availableParallelism } from 'node:os';
import type { BenchSubject, KeyKind, Operation } from '../subjects/subject.js';
import { EXACT } from './exact-loop.js';
import type { Member } from './group.js';
import { whatIsMissing } from './needs.js';
import { type CellPlan, cycleOf, isExact, MIXABLE } from './plan.js';
import type { LeftOut } from './results.js';
import type { Workload } from './workload.js';

/** What was asked for; where something is undefined, the workload decides. */
export interface Wanted {
  readonly workloads: readonly Workload[];
  readonly subjects: readonly BenchSubject[];
  readonly threads: readonly number[];
  readonly entries: readonly number[] | undefined;
  readonly keys: readonly KeyKind[] | undefined;
  readonly quick: boolean;
  readonly seed: number;
}

export interface Planned {
  readonly groups: readonly (readonly Member[])[];
  readonly leftOut: readonly LeftOut[];
}

export async function planGroups(wanted: Wanted): Promise<Planned> {
  const leftOut: LeftOut[] = [];
  const groups: Member[][] = [];
  const missing = new Map<BenchSubject, string | undefined>();
  for (const subject of wanted.subjects) missing.set(subject, await whatIsMissing(subject));
  for (const workload of wanted.workloads) {
    const able = wanted.subjects.filter((subject) => {
      const reason = missing.get(subject) ?? reasonAgainst(workload, subject);
      if (reason !== undefined) leftOut.push({ workload: workload.name, subject: subject.name, reason });
      return reason === undefined;
    });
    for (const [keys, entries, threads, isFirst] of combinations(workload, wanted)) {
      const members = able
        .filter((subject) => subject.sharing !== 'single' || isFirst)
        .filter((subject) => {
          const reason = tooMuch(subject, keys, entries);
          if (reason !== undefined && isFirst)
            leftOut.push({ workload: workload.name, subject: subject.name, reason });
          return reason === undefined;
        })
        .map((subject) => {
          const own = subject.sharing === 'single' ? 1 : threads;
          const plan = planCell(workload, subject, { keys, entries, threads: own, seed: wanted.seed });
          return { plan, subject, rate: workload.rate };
        });
      if (members.length > 0) groups.push(members);
    }
  }
  return { groups, leftOut };
}

/** Keys, entries, threads; and is it the first number of threads, with which single subjects run? */
function* combinations(
  workload: Workload,
  { threads, entries, keys, quick }: Wanted,
): Generator<[KeyKind, number, number, boolean]> {
  const kinds = keys === undefined ? workload.keys : workload.keys.filter((kind) => keys.includes(kind));
  const counts = entries ?? (quick ? [workload.quick ?? (workload.entries[0] as number)] : workload.entries);
  const crews = workload.threadsPerCore?.map((times) => times * availableParallelism()) ?? threads;
  for (const kind of quick ? kinds.slice(0, 1) : kinds)
    for (const count of counts) for (const [at, crew] of crews.entries()) yield [kind, count, crew, at === 0];
}

export function planCell(
  workload: Workload,
  subject: BenchSubject,
  { keys, entries, threads, seed }: { keys: KeyKind; entries: number; threads: number; seed: number },
): CellPlan {
  const space = Math.round(entries * (workload.space ?? 1));
  const perEntry = workload.perEntry;
  return {
    workload: workload.name,
    workloadModule: workload.steps === undefined ? undefined : workload.module,
    subject: subject.name,
    subjectModule: subject.kind === 'program' ? '' : subject.module,
    sharing: subject.sharing,
    threads,
    entries,
    keys,
    values: workload.values ?? 'number',
    space,
    filled: Math.round(entries * (workload.filled ?? 1)),
    presized: workload.presized ?? false,
    cycle: cycleOf(workload.mix, seed),
    sequence: workload.sequence ?? 'uniform',
    theta: workload.theta ?? 0.99,
    seed,
    perThread: perEntry === undefined ? null : Math.ceil((entries * perEntry) / threads),
    timed: workload.timed ?? false,
    pipeline: subject.kind === 'program' ? 0 : (subject.pipeline ?? 0),
  };
}

const STEPS_ARE_JAVASCRIPT = 'its steps are JavaScript, which a program cannot run';

/** Why a subject cannot do a workload. */
function reasonAgainst(workload: Workload, subject: BenchSubject): string | undefined {
  if (workload.steps !== undefined && subject.kind === 'program') return STEPS_ARE_JAVASCRIPT;
  const isAsync = subject.kind !== 'program' && (subject.pipeline ?? 0) > 0;
  const isExactMix = workload.mix !== undefined && isExact({ sequence: workload.sequence ?? 'uniform' });
  if (!subject.values.includes(workload.values ?? 'number'))
    return `it holds no ${workload.values ?? 'number'}s`;
  const needed = operationsOf(workload).filter(
    // Where each key is new, a set is an insert.
    (operation) => !(operation === 'insert' && isExactMix) && !subject.operations.includes(operation),
  );
  if (needed.length > 0) return `it has no ${needed.join(', ')}`;
  if (subject.onlyPresent && ((workload.filled ?? 1) < 1 || (workload.space ?? 1) > 1))
    return 'it fails when it is asked for a key that is absent';
  if (workload.steps !== undefined && isAsync)
    return 'steps that follow from answers are for maps that answer at once';
  if (isAsync && (isExactMix || workload.mix?.getAndSet || workload.mix?.range))
    return 'keys of a thread’s own need answers at once';
  if (subject.kind === 'program' && workload.timed) return 'single operations are timed in this process only';
  return undefined;
}

function operationsOf(workload: Workload): readonly Operation[] {
  return workload.uses ?? (Object.keys(workload.mix ?? {}) as Operation[]);
}

function tooMuch(subject: BenchSubject, keys: KeyKind, entries: number): string | undefined {
  if (!subject.keys.includes(keys)) return `it takes no ${keys} keys`;
  const { mostEntries } = subject;
  if (mostEntries !== undefined && entries > mostEntries)
    return `${entries.toLocaleString('en-US')} entries are more than the ${mostEntries.toLocaleString('en-US')} that it is measured with`;
  return undefined;
}

/** Is the mix one that its sequence can do? A message, or undefined. */
export function mixProblem({ name, mix, sequence }: Workload): string | undefined {
  const allowed = isExact({ sequence: sequence ?? 'uniform' }) ? EXACT : MIXABLE;
  const strange = Object.keys(mix ?? {}).filter((operation) => !allowed.includes(operation as Operation));
  if (strange.length === 0) return undefined;
  return `Workload ${name}: a mix over ${sequence ?? 'uniform'} keys is made of ${allowed.join(', ')}, not of ${strange.join(', ')}`;
}
