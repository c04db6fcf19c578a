// One cell, with all that follows from workload, subject and settings: plain data, the same in the main thread and the workers.

import {
  type KeyKind,
  type MapPlan,
  OPERATIONS,
  type Operation,
  type ValueKind,
} from '../subjects/subject.js';
import { longestKey } from './keys.js';
import { fractions, shuffle } from './random.js';
import type { SequenceKind, Workload } from './workload.js';

export interface CellPlan {
  readonly workload: string;
  /** Where workers find the steps; undefined for a mix. */
  readonly workloadModule: string | undefined;
  readonly subject: string;
  readonly subjectModule: string;
  readonly sharing: 'shared' | 'private' | 'single';
  readonly threads: number;
  readonly entries: number;
  readonly keys: KeyKind;
  readonly values: ValueKind;
  /** Indexes run from 0 to `space` - 1, except in windows; those below `filled` are there at the start. */
  readonly space: number;
  readonly filled: number;
  readonly presized: boolean;
  /** Operations as their places in OPERATIONS, in the order in which a thread goes through them. */
  readonly cycle: readonly number[];
  readonly sequence: SequenceKind;
  readonly theta: number;
  readonly seed: number;
  /** Operations of each thread; null: until it is stopped. */
  readonly perThread: number | null;
  /** Is each operation timed? */
  readonly timed: boolean;
  /** Operations under way at once; 0: the map answers at once. */
  readonly pipeline: number;
}

/** What a mix can be made of; the other operations are for steps. */
export const MIXABLE: readonly Operation[] = [
  ...(['get', 'has', 'set', 'delete', 'insert', 'add', 'compareAndSet', 'modify'] as const),
  ...(['getAndSet', 'getAndDelete', 'range'] as const),
];

/** Names of the mix as a shuffled cycle of codes. The same for every subject and every run. */
export function cycleOf(mix: Workload['mix'], seed: number): number[] {
  const codes = Object.entries(mix ?? {}).flatMap(([operation, weight]) =>
    Array.from({ length: weight }, () => OPERATIONS.indexOf(operation as Operation)),
  );
  return shuffle(codes, fractions(seed));
}

/** Shares of the operations, for people. */
export function sharesOf(mix: Workload['mix']): Partial<Record<Operation, number>> {
  const weights = Object.entries(mix ?? {});
  const sum = weights.reduce((total, [, weight]) => total + weight, 0);
  return Object.fromEntries(weights.map(([operation, weight]) => [operation, weight / sum]));
}

export function has(plan: Pick<CellPlan, 'cycle'>, ...operations: readonly Operation[]): boolean {
  return operations.some((operation) => plan.cycle.includes(OPERATIONS.indexOf(operation)));
}

/** Are values counters, added to, instead of writes that name their key? */
export function isCounting(plan: Pick<CellPlan, 'cycle'>): boolean {
  return has(plan, 'add', 'compareAndSet');
}

/** May a key of the space be absent at some time? */
export function mayMiss(plan: Pick<CellPlan, 'cycle' | 'filled' | 'space'>): boolean {
  return plan.filled < plan.space || has(plan, 'delete', 'getAndDelete');
}

/** Does each thread know the answer to each of its operations, because its keys are its own or are never deleted? */
export function isExact({ sequence }: Pick<CellPlan, 'sequence'>): boolean {
  return sequence === 'window' || sequence === 'latest';
}

/** What a subject is told of the map that it makes. */
export function mapPlanOf(plan: CellPlan): MapPlan {
  const { keys, values, entries, presized, threads, space } = plan;
  // In a window keys go on without end; ten times the space is more than any of them comes to in the digits that matter.
  return { keys, values, entries, presized, threads, longestKey: longestKey(keys, space * 10) };
}
