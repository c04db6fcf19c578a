import type { Door } from '../attach/door.js';
import type { Argument } from '../codec/argument.js';
import { keyArgument } from '../codec/key.js';
import { valueArgument } from '../codec/value.js';
import { BUSY, NO, NUMBER, STAGED, YES } from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';
import { withLongKey } from './long-key.js';

// Verbs of the kernel's `assign` and `removeIf`.
export const SET = 0;
export const INSERT = 1;
export const COMPARE = 4;
export const REPLACE = 5;
export const MATCH = 6;

// What is staged.
const KEY = 0;
const VALUE = 1;
export const EXPECTED = 2;

/**
 * Puts what a write brings where the kernel finds it. Where one part cannot be placed, the hand is emptied of the
 * others. Throws ERR_SHARED_MAP_VALUE_TOO_LARGE, _FULL, _BUSY.
 */
export function place(kernel: Kernel, key: Argument, value: Argument, expected?: Argument): void {
  try {
    placeParts(kernel, key, value, expected);
  } catch (error) {
    kernel.exports.settle();
    throw error;
  }
}

/** Staged parts first, because staging goes through the value region. */
function placeParts(kernel: Kernel, key: Argument, value: Argument, expected?: Argument): void {
  let first = true;
  if (expected !== undefined) {
    if (expected.exceeds(kernel.expected)) {
      expected.placeAsRecord(kernel, EXPECTED, first);
      first = false;
    } else expected.place(kernel, kernel.expected, EXPECTED, first);
  }
  if (key.exceeds(kernel.key)) {
    key.place(kernel, kernel.key, KEY, first);
    first = false;
  }
  value.place(kernel, kernel.value, VALUE, first);
  if (key.form !== STAGED) key.place(kernel, kernel.key, KEY, first);
  if (expected !== undefined) kernel.exports.expect(expected.form, expected.length, expected.number);
}

/** One `assign` of the kernel, repeated while its chain is locked. What was placed cannot be placed again: give copies. */
export function assign(
  door: Door,
  verb: number,
  key: Argument,
  value: Argument,
  expected?: Argument,
): boolean {
  const { kernel } = door;
  if (verb === INSERT && key.form === NUMBER && value.form === NUMBER) {
    const r = kernel.exports.insertNumber(key.number, value.number);
    if (r >= NO) return r === YES;
  }
  place(kernel, key, value, expected);
  for (;;) {
    const r = kernel.exports.assign(
      verb,
      key.form,
      key.length,
      key.number,
      value.form,
      value.length,
      value.number,
    );
    if (r >= NO || !kernel.repeats(r)) return door.answer(r);
  }
}

/** set, insert, replace: first everything that runs user code, then scratch and kernel. */
export function write(door: Door, verb: number, key: unknown, value: unknown): boolean {
  const keyed = keyArgument(door.settings.key, key).own;
  const brought = valueArgument(door.settings, value);
  if (verb === SET && keyed.form === NUMBER && brought.form === NUMBER) {
    if (door.kernel.exports.setNumber(keyed.number, brought.number) === YES) return true;
  }
  return assign(door, verb, keyed, brought);
}

/**
 * Calls an operation of the kernel that takes a key and nothing else, in the way that the key's length asks for, until it
 * does not meet a locked chain.
 */
export function withKey(
  door: Door,
  key: Argument,
  call: (form: number, length: number, number: number) => number,
): boolean {
  const { kernel } = door;
  const long = key.exceeds(kernel.key);
  if (!long) key.place(kernel, kernel.key, KEY, true);
  for (;;) {
    const r = long
      ? withLongKey(kernel, key, (form) => call(form, 0, 0))
      : call(key.form, key.length, key.number);
    if (r >= NO || !kernel.repeats(r)) return door.answer(r);
  }
}

/** `delete` for keys of any kind and length. */
export function remove(door: Door, key: unknown): boolean {
  const { exports } = door.kernel;
  return withKey(door, keyArgument(door.settings.key, key), exports.remove);
}

/**
 * Empties the map at one instant, then sweeps it. Once it is empty the call has done its work: what
 * a lock keeps it from sweeping is left to the writers to come.
 */
export function clearAll(kernel: Kernel): void {
  while (kernel.exports.clear() === BUSY) kernel.park();
  kernel.unparked();
  while (kernel.exports.sweep() === BUSY) if (!kernel.rest()) return;
  kernel.unparked();
}
