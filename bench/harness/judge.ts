// After the run: is every entry what the last write has left? No thread notes anything while the clock runs. Afterwards each tells its
// sequence again, and so knows its own last write of each key. Which thread's came last nobody knows, but the entry must be one of them.

import { type AsyncBenchMap, type BenchMap, OPERATIONS, type Operation } from '../subjects/subject.js';
import { firstPlace, firstStamp, type LoopParts } from './mix-loop.js';
import { isCounting, isExact } from './plan.js';
import type { Tally } from './tally.js';
import { told } from './tally.js';
import { WrongResult } from './workload.js';

/** What a thread did last under a key: nothing, a write, a delete; whether it tried to insert after that; and LATE. */
const SET = 1;
const DELETED = 2;
const LAST = 3;
const INSERTED = 4;
/** Wrote at a time that nobody knows: a write that waits for a read, with others under way. */
const LATE = 8;

const SETS: readonly Operation[] = ['set', 'modify', 'getAndSet'];
const DELETES: readonly Operation[] = ['delete', 'getAndDelete'];

/** A phase that a thread has gone through. */
export interface PastPhase {
  readonly phase: number;
  readonly operations: number;
}

/** One thread's last writes, in memory that the judging threads share. */
export interface LastWrites {
  readonly kinds: Uint8Array;
  readonly numbers: Int32Array;
}

/** Room for the last writes of all threads. */
export function openLastWrites(buffer: SharedArrayBuffer, space: number, threads: number): LastWrites[] {
  return Array.from({ length: threads }, (_, thread) => ({
    numbers: new Int32Array(buffer, thread * space * 4, space),
    kinds: new Uint8Array(buffer, threads * space * 4 + thread * space, space),
  }));
}

export function lastWritesBytes(space: number, threads: number): number {
  return threads * space * 5;
}

/** Tells the thread's phases again, into `last`. */
export function tellAgain(
  { plan, thread, sequence, values }: LoopParts,
  past: readonly PastPhase[],
  last: LastWrites,
): void {
  const what = plan.cycle.map((code) => {
    const operation = OPERATIONS[code] as Operation;
    // Latencies are taken with several under way, even of a map that is asked one at a time.
    if (plan.pipeline > 0 && operation === 'modify') return LATE;
    if (SETS.includes(operation)) return SET;
    if (DELETES.includes(operation)) return DELETED;
    return operation === 'insert' ? INSERTED : 0;
  });
  for (const { phase, operations } of past) {
    let at = firstPlace(thread, what.length);
    let stamp = firstStamp(phase, thread);
    sequence.restart(phase);
    for (let q = 0; q < operations; q++) {
      const kind = what[at] as number;
      at = at + 1 === what.length ? 0 : at + 1;
      const index = sequence.next();
      stamp++;
      const before = last.kinds[index] as number;
      if (kind === INSERTED || kind === LATE) last.kinds[index] = before | kind;
      else if (kind !== 0) last.kinds[index] = kind | (before & LATE);
      if (kind === SET) last.numbers[index] = values.number(values.make(index, stamp));
    }
  }
}

export interface Findings {
  /** Entries that are there, of those that were looked at. */
  readonly present: number;
  /** The sum of their values, where values are counters. */
  readonly sum: number;
}

/** Looks at the indexes from `first` to before `end`. Throws WrongResult for an entry that no order of the writes explains. */
export async function verifyEntries(
  map: BenchMap | AsyncBenchMap,
  { plan, keys, values }: LoopParts,
  writers: readonly LastWrites[],
  first: number,
  end: number,
): Promise<Findings> {
  const counting = isCounting(plan);
  let present = 0;
  let sum = 0;
  await readAll(map, keys, first, end, (index, value) => {
    if (value !== undefined) present++;
    if (counting) {
      if (value === undefined) return;
      if (!(Number.isInteger(value) && (value as number) >= 0))
        throw new WrongResult(`at the end key ${index} holds ${told(value)}, which is no count`);
      sum += value as number;
      return;
    }
    const initial = index < plan.filled ? values.number(values.make(index, 0)) : undefined;
    const found = value === undefined ? undefined : values.number(value);
    if (!explains(writers, index, found, initial, () => values.belongs(value, index)))
      throw new WrongResult(
        `at the end key ${index} holds ${told(value)}, which no thread wrote last: a write was lost or came up again`,
      );
  });
  return { present, sum };
}

/** Can `found` (a value's number, undefined: absent) be what the last of all operations on this key has left? */
export function explains(
  writers: readonly LastWrites[],
  index: number,
  found: number | undefined,
  initial: number | undefined,
  belongs: () => boolean,
): boolean {
  let untouched = true;
  let insertedByAny = false;
  for (const { kinds, numbers } of writers) {
    const kind = kinds[index] as number;
    if ((kind & LAST) === SET && found === numbers[index]) return true;
    if ((kind & ~LATE) === DELETED && found === undefined) return true;
    if (kind & (INSERTED | LATE)) insertedByAny = true;
    if ((kind & LAST) !== 0) untouched = false;
  }
  if (insertedByAny && found !== undefined && belongs()) return true;
  return untouched && found === initial && !(insertedByAny && initial === undefined);
}

/** Keys of a thread's own (exact loops): all between its oldest and its newest are there, and those around are not. */
export function verifyOwn(map: BenchMap, { plan, thread, keys, values }: LoopParts, tally: Tally): Findings {
  const { threads } = plan;
  const expect = (own: number, isThere: boolean) => {
    const index = thread + own * threads;
    const value = map.get(keys.at(index));
    if (isThere ? value === undefined || !values.belongs(value, index) : value !== undefined)
      throw new WrongResult(
        `at the end key ${index} holds ${told(value)}, but it was ${isThere ? 'there' : 'deleted or never there'}`,
      );
  };
  for (let own = tally.oldest; own < tally.newest; own++) expect(own, true);
  for (let own = Math.max(0, tally.oldest - NEIGHBOURS); own < tally.oldest; own++) expect(own, false);
  for (let own = tally.newest; own < tally.newest + NEIGHBOURS; own++) expect(own, false);
  return { present: tally.newest - tally.oldest, sum: 0 };
}

/** Absent keys that are looked at on each side. */
const NEIGHBOURS = 1000;

/** The part of the space that a thread looks at. */
export function partOf({ plan, thread }: Pick<LoopParts, 'plan' | 'thread'>): [number, number] {
  if (plan.sharing !== 'shared') return [0, plan.space];
  const { space, threads } = plan;
  return [Math.floor((thread * space) / threads), Math.floor(((thread + 1) * space) / threads)];
}

/** Answers that are awaited together. */
const BATCH = 512;

async function readAll(
  map: BenchMap | AsyncBenchMap,
  keys: LoopParts['keys'],
  first: number,
  end: number,
  look: (index: number, value: unknown) => void,
): Promise<void> {
  for (let from = first; from < end; from += BATCH) {
    const answers: unknown[] = [];
    for (let index = from; index < Math.min(end, from + BATCH); index++)
      answers.push(map.get(keys.at(index)));
    const values = answers[0] instanceof Promise ? await Promise.all(answers) : answers;
    values.forEach((value, at) => {
      look(from + at, value);
    });
  }
}

/** What the accounts of all threads say against what was found: a message, or undefined when they agree. */
export function balance(
  plan: LoopParts['plan'],
  tallies: readonly Tally[],
  findings: readonly Findings[],
): string | undefined {
  if (isExact(plan) || plan.cycle.length === 0) return undefined;
  const total = (list: readonly number[]) => list.reduce((sum, count) => sum + count, 0);
  if (plan.sharing !== 'shared' && tallies.length > 1) {
    for (const [at, tally] of tallies.entries()) {
      const wrong = balance({ ...plan, sharing: 'single' }, [tally], [findings[at] as Findings]);
      if (wrong !== undefined) return `thread ${at}: ${wrong}`;
    }
    return undefined;
  }
  const found = total(findings.map(({ present }) => present));
  if (isCounting(plan)) {
    const added = total(tallies.map((tally) => tally.added));
    const sum = total(findings.map((finding) => finding.sum));
    return sum === added ? undefined : `the counts come to ${sum}, but ${added} were added`;
  }
  const upserts = plan.cycle.some((code) => SETS.includes(OPERATIONS[code] as Operation));
  if (upserts) return undefined;
  const expected =
    plan.filled +
    total(tallies.map(({ inserted }) => inserted)) -
    total(tallies.map(({ deleted }) => deleted));
  return found === expected
    ? undefined
    : `${found} entries are there, but the answers account for ${expected}`;
}
