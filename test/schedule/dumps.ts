import type { Body, LogicalThread } from './logical-thread.js';
import {
  ENDED,
  get,
  type Key,
  keyOf,
  listChain,
  type MapOperation,
  S_MORE,
  S_NEXT,
  S_VALUE,
  type Value,
  WORDS_PER_ENTRY,
  word,
} from './operations.js';

// A snapshot's walk through the map, as src/snapshot/take.ts does it.

/** A key with the value that a dump found under it. */
export type Pair = readonly [key: Key, value: Value];

/** The entries that the kernel has put into the scratch for a snapshot: numbers, and strings of either form. */
function dumped(thread: LogicalThread, length: number): Pair[] {
  const { bytes } = thread;
  const pairs: Pair[] = [];
  let at = thread.scratch + S_VALUE;
  const end = at + length;
  const next = (form: number): Key => {
    if (form === 0) {
      at += 8;
      return bytes.readDoubleLE(at - 8);
    }
    if (form !== 1 && form !== 2) throw new Error(`dump has made up the form ${form}`);
    const from = at + 4;
    at = from + bytes.readUInt32LE(at);
    return bytes.toString(form === 2 ? 'utf16le' : 'latin1', from, at);
  };
  while (at < end) {
    const forms = bytes[at++] as number;
    pairs.push([next(forms & 15), next(forms >> 4)]);
  }
  if (at !== end) throw new Error('the last entry of a dump is cut short');
  return pairs;
}

/** The entries of a chain that the kernel left to be listed; undefined when a clear has come. */
function* dumpByHand(thread: LogicalThread, from: number, generation: number): Body {
  const entries = (yield* listChain(thread, from, 0, generation)) as number[] | undefined;
  if (entries === undefined) return undefined;
  const next = word(thread, S_NEXT);
  const pairs: Pair[] = [];
  for (let i = 0; i < entries.length; i += WORDS_PER_ENTRY) {
    const key = yield* keyOf(thread, entries, i);
    if (key === undefined) continue;
    const value = yield* get(key as Key).start(thread);
    if (value !== undefined) pairs.push([key as Key, value as Value]);
  }
  return { next, pairs };
}

/** The entries of a snapshot, taken as src/snapshot/take.ts does: anew when a clear comes. */
export function dump(): MapOperation {
  return {
    name: 'dump()',
    verb: 'dump',
    reads: true,
    *start(thread) {
      const { kernel } = thread;
      for (;;) {
        const pairs: Pair[] = [];
        const generation = yield () => kernel.generation?.() as number;
        let position = 0;
        do {
          const from = position;
          const n = yield () => kernel.dump?.(from, generation) as number;
          if (n === ENDED) break;
          pairs.push(...dumped(thread, n));
          position = word(thread, S_NEXT);
          if (word(thread, S_MORE) === 0) continue;
          const rest = yield* dumpByHand(thread, position, generation);
          if (rest === undefined) break;
          const { next, pairs: more } = rest as { next: number; pairs: Pair[] };
          pairs.push(...more);
          position = next;
        } while (position !== 0);
        if ((yield () => kernel.generation?.() as number) === generation) return pairs;
      }
    },
  };
}
