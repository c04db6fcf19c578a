// What threads have written is told again after the clock, and the map must hold just that.

import { indexBelow, keyAt, next, TEXT_KEY, textKeys } from './sequence.js';
import type { Share, Work } from './work.js';
import { isFilling, type Part, STEP, valueAt, type WorkMap, workLoops } from './work-loops.js';

/** String keys of every `step`th index from `first` to before `end`; flat, as from a socket. */
export function stringKeys(end: number, first = 0, step = 1): string[] {
  const n = Math.max(0, Math.ceil((end - first) / step));
  const bytes = textKeys(n, first, step);
  return Array.from({ length: n }, (_, at) => bytes.toString('latin1', at * TEXT_KEY, (at + 1) * TEXT_KEY));
}

/** Sets every index to itself under its key. */
export function fillInOrder(map: WorkMap, { entries, keys }: Work): void {
  const strings = keys === 'string' ? stringKeys(entries) : undefined;
  for (let index = 0; index < entries; index++)
    map.set(strings === undefined ? keyAt(index) : strings[index], index);
}

/** The seed of a pass: of two threads never the same. */
export function seedOf(thread: number, pass: number): number {
  return Math.imul(thread + 1, 7919) + Math.imul(pass + 1, 104_729);
}

/** What a thread's share does in one pass. */
export function partOf(share: Share, strings: Part['strings'], current: Float64Array, pass: number): Part {
  const { entries, threads, thread, operations } = share;
  return { entries, threads, thread, operations, strings, current, seed: seedOf(thread, pass) };
}

/** No write of this index. */
const NONE = -1;

/** By index: the value that the thread set last, or how often it has added. Empty for reads. */
export function tellWrites({ operation, entries, operations, passes, thread }: Share): Float64Array {
  const { writes } = workLoops[operation];
  if (writes === 'nothing' || writes === 'fills') return new Float64Array(0);
  const told = new Float64Array(entries).fill(writes === 'adds' ? 0 : NONE);
  // The pass before the first timed one is the warm one.
  for (let pass = 0; pass <= passes; pass++) {
    let x = seedOf(thread, pass);
    for (let q = 0; q < operations; q++) {
      x = next(x);
      const index = indexBelow(x, entries);
      if (writes === 'adds') told[index]++;
      else if (writes === 'sets' || q & 1) told[index] = valueAt(index, q);
    }
  }
  return told;
}

/** Of a large map every so many entries are read back. */
const SAMPLE = 7;
const LARGE = 250_000;

/** Throws unless the map holds what the accounts say. Of two threads' writes either may be last. */
export function verify(map: WorkMap, work: Work, accounts: readonly Float64Array[]): void {
  const { entries, keys, operation } = work;
  if (map.size !== entries) throw new Error(`${map.size} entries instead of ${entries}`);
  const step = entries > LARGE ? SAMPLE : 1;
  const strings = keys === 'string' ? stringKeys(entries, 0, step) : undefined;
  const { writes } = workLoops[operation];
  for (let at = 0, index = 0; index < entries; at++, index += step) {
    const found = map.get(strings === undefined ? keyAt(index) : strings[at]);
    const expected = isFilling(operation) || writes === 'nothing' ? [index] : expectedOf(index);
    if (!expected.includes(found as number))
      throw new Error(`entry ${index} is ${found}, not ${expected.join(' or ')}`);
  }

  function expectedOf(index: number): number[] {
    const told = accounts.map((account) => account[index]);
    if (writes === 'adds') return [index + STEP * told.reduce((sum, count) => sum + count, 0)];
    const last = told.filter((value) => value !== NONE);
    return last.length === 0 ? [index] : last;
  }
}
