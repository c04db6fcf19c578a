import type { LogicalThread } from './logical-thread.js';
import {
  ANY,
  BUSY,
  FULL,
  get,
  has,
  type MapOperation,
  remove,
  S_KEY,
  S_LENGTH,
  S_VALUE,
  set,
  word,
} from './operations.js';

// Operations on many number keys in one call of the kernel, as SharedMap makes them.

const S_NUMBERS = 32768;
const HERE = 1;
const OTHER = 2;
const FAILED = 64;

function bring(thread: LogicalThread, numbers: readonly number[], at: number): void {
  numbers.forEach((number, i) => {
    thread.bytes.writeDoubleLE(number, thread.scratch + at + i * 8);
  });
}

/** What was found for each key: a number, undefined, or OTHER for a value that is to be asked for alone. */
function answers(thread: LogicalThread, n: number): { flag: number; number: number }[] {
  return Array.from({ length: n }, (_, i) => ({
    flag: thread.bytes[thread.scratch + S_KEY + i] as number,
    number: thread.bytes.readDoubleLE(thread.scratch + S_VALUE + i * 8),
  }));
}

export function getMany(keys: readonly number[]): MapOperation {
  return {
    name: `getMany(${keys.join()})`,
    verb: 'many',
    reads: true,
    parts: keys.map(get),
    *start(thread) {
      bring(thread, keys, S_VALUE);
      const r = yield () => thread.kernel.getMany?.(keys.length) as number;
      if (r !== 1) throw new Error(`getMany answers ${r}`);
      const results: unknown[] = [];
      for (const [i, { flag, number }] of answers(thread, keys.length).entries()) {
        if (flag === OTHER) results.push(yield* get(keys[i] as number).start(thread));
        else results.push(flag === HERE ? number : undefined);
      }
      return results;
    },
  };
}

export function hasMany(keys: readonly number[]): MapOperation {
  return {
    name: `hasMany(${keys.join()})`,
    verb: 'many',
    reads: true,
    parts: keys.map(has),
    *start(thread) {
      bring(thread, keys, S_VALUE);
      const r = yield () => thread.kernel.getMany?.(keys.length) as number;
      if (r !== 1) throw new Error(`getMany answers ${r}`);
      return answers(thread, keys.length).map(({ flag }) => flag !== 0);
    },
  };
}

/** Calls until all keys are done, or the memory is full. Returns how many were done. */
function* carryOut(
  thread: LogicalThread,
  n: number,
  run: (from: number) => number,
): ReturnType<MapOperation['start']> {
  for (let from = 0; ; ) {
    const at = from;
    from = yield () => run(at);
    if (from === n) return n;
    const result = FAILED - word(thread, 0);
    if (result === -2) return from;
    if (result !== BUSY) throw new Error(`a call for many keys answers ${result}`);
    yield* thread.park();
  }
}

/** Keys behind one that found no memory were not tried, which looks the same. */
export function setMany(entries: readonly (readonly [number, number])[]): MapOperation {
  return {
    name: `setMany(${entries.map((entry) => entry.join(': ')).join()})`,
    verb: 'many',
    parts: entries.map(([key, value]) => set(key, value)),
    *start(thread) {
      bring(
        thread,
        entries.map(([key]) => key),
        S_VALUE,
      );
      bring(
        thread,
        entries.map(([, value]) => value),
        S_NUMBERS,
      );
      const n = entries.length;
      const done = (yield* carryOut(
        thread,
        n,
        (from) => thread.kernel.setMany?.(from, n) as number,
      )) as number;
      return entries.map((_, i) => (i < done ? true : FULL));
    },
  };
}

export function removeMany(keys: readonly number[]): MapOperation {
  return {
    name: `deleteMany(${keys.join()})`,
    verb: 'many',
    parts: keys.map(remove),
    *start(thread) {
      bring(thread, keys, S_VALUE);
      let removed = 0;
      yield* carryOut(thread, keys.length, (from) => {
        const reached = thread.kernel.removeMany?.(from, keys.length) as number;
        removed = word(thread, S_LENGTH);
        return reached;
      });
      // Which of them were there is not said; of one or all it is known.
      if (removed === 0) return keys.map(() => false);
      return keys.map(() => (removed === keys.length ? true : ANY));
    },
  };
}
