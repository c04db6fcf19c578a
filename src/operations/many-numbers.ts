import { ABSENT, getOrAbsent } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { afterSome, sharedMapError } from '../errors.js';
import type { NumberArray } from '../structured/typed-array.js';
import { STATUS_FAILED } from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';
import { MANY, MANY_HERE, MANY_OTHER, MANY_PAIRS, S_LENGTH, S_STATUS } from '../wasm/scratch.js';
import { trapped, trappedAt } from '../wasm/trap.js';

// Many number keys, one call of the kernel for as many as its scratch holds (src/kernel/many.ts).

/** Puts up to `most` keys before the kernel, from the `done`th on. Returns how many; none of the user's code runs. */
function bring(kernel: Kernel, keys: NumberArray, done: number, most: number): number {
  const part = keys.subarray(done, done + most);
  kernel.manyKeys.set(part);
  return part.length;
}

/** Looks up keys in steps; `take` gets what each step has found while it lies in the scratch, so it may run no user code. */
function lookUp(
  door: Door,
  keys: NumberArray,
  take: (kernel: Kernel, n: number, done: number) => void,
): void {
  for (let done = 0; done < keys.length; done += MANY) {
    try {
      const { kernel } = door;
      const n = bring(kernel, keys, done, MANY);
      door.answer(kernel.exports.getMany(n));
      take(kernel, n, done);
    } catch (error) {
      throw afterSome(trapped(error), done);
    }
  }
}

/** The values as numbers. Throws ERR_SHARED_MAP_VALUE_TYPE at the first that is none. */
export function getNumbers(door: Door, keys: NumberArray, out: Float64Array, found?: Uint8Array): void {
  let wrong = -1;
  lookUp(door, keys, ({ manyKeys, manyFound }, n, done) => {
    if (wrong >= 0) return;
    const other = manyFound.subarray(0, n).indexOf(MANY_OTHER);
    const good = other < 0 ? n : other;
    out.set(manyKeys.subarray(0, good), done);
    found?.set(manyFound.subarray(0, good), done);
    if (other >= 0) wrong = done + other;
  });
  if (wrong >= 0) throw afterSome(notNumber(), wrong);
}

export function notNumber(): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_VALUE_TYPE',
    'getMany found a value that is not a number: give it an array for the values',
  );
}

/** The values, whatever they are, at the end of `values`; those that are no numbers are asked for one by one. */
export function getValues(door: Door, keys: NumberArray, values: unknown[], found?: Uint8Array): void {
  // Copies: single look-ups use the scratch, and a codec's code may change what the caller has given.
  const own = keys.slice();
  const numbers = new Float64Array(own.length);
  const here = new Uint8Array(own.length);
  lookUp(door, own, ({ manyKeys, manyFound }, n, done) => {
    numbers.set(manyKeys.subarray(0, n), done);
    here.set(manyFound.subarray(0, n), done);
  });
  for (let i = 0; i < own.length; i++) {
    let value: unknown = numbers[i];
    if (here[i] === MANY_OTHER) value = getAlone(door, own, i);
    else if (here[i] !== MANY_HERE) value = ABSENT;
    if (found !== undefined) found[i] = value === ABSENT ? 0 : 1;
    values.push(value === ABSENT ? undefined : value);
  }
}

function getAlone(door: Door, keys: NumberArray, i: number): unknown {
  try {
    return getOrAbsent(door, keys[i]);
  } catch (error) {
    throw afterSome(trappedAt(error, keys[i]), i);
  }
}

/** Which of the keys are there: 1 or 0 for each. */
export function hasNumbers(door: Door, keys: NumberArray, out: Uint8Array): void {
  lookUp(door, keys, ({ manyFound }, n, done) => {
    for (let i = 0; i < n; i++) out[done + i] = manyFound[i] === 0 ? 0 : 1;
  });
}

/** Calls the kernel for `n` keys that lie before it, until it has done them; it stops where a chain stays locked. */
function carryOut(door: Door, kernel: Kernel, n: number, done: number, call: (from: number) => number): void {
  for (let from = 0; ; ) {
    try {
      from = call(from);
      if (from === n) {
        kernel.unparked();
        return;
      }
      const r = STATUS_FAILED - (kernel.status[S_STATUS] as number);
      if (!kernel.repeats(r)) door.answer(r);
    } catch (error) {
      throw afterSome(trapped(error), done + from);
    }
  }
}

export function setNumbers(door: Door, keys: NumberArray, values: NumberArray): void {
  for (let done = 0; done < keys.length; done += MANY_PAIRS) {
    const { kernel } = door;
    const n = bring(kernel, keys, done, MANY_PAIRS);
    kernel.manyNumbers.set(values.subarray(done, done + n));
    carryOut(door, kernel, n, done, (from) => kernel.exports.setMany(from, n));
  }
}

/** Returns how many were there. */
export function removeNumbers(door: Door, keys: NumberArray): number {
  let removed = 0;
  for (let done = 0; done < keys.length; done += MANY) {
    const { kernel } = door;
    const n = bring(kernel, keys, done, MANY);
    carryOut(door, kernel, n, done, (from) => {
      const reached = kernel.exports.removeMany(from, n);
      removed += kernel.status[S_LENGTH] as number;
      return reached;
    });
  }
  return removed;
}
