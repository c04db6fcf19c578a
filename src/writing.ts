import { Argument } from './codec/argument.js';
import { keyArgument } from './codec/key.js';
import { writeText, writtenLength } from './codec/text.js';
import { settled, valueArgument } from './codec/value.js';
import type { Door } from './door.js';
import { describe, sharedMapError } from './errors.js';
import {
  BUSY,
  CLONE,
  corrupt,
  type Kernel,
  NUMBER,
  S_STATUS,
  STAGED,
  STATUS_FAILED,
  STATUS_NUMBER,
  YES,
} from './kernel.js';
import { withLongKey } from './long-key.js';
import { structuredBytes } from './reading.js';

// Verbs of the kernel's `assign`.
export const SET = 0;
export const INSERT = 1;
const COMPARE = 2;

// What is staged.
const KEY = 0;
const VALUE = 1;
const EXPECTED = 2;

/** Puts what a write brings where the kernel finds it: staged parts first, because staging goes through the value region. */
function place(kernel: Kernel, key: Argument, value: Argument, expected: Argument | undefined): void {
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

/** One `assign` of the kernel, repeated while its chain is locked. */
function assign(door: Door, verb: number, key: Argument, value: Argument, expected?: Argument): boolean {
  const { kernel } = door;
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
    if (r !== BUSY) return door.answer(r);
    kernel.park();
  }
}

/** set, insert: first everything that runs user code, then scratch and kernel. */
export function write(door: Door, verb: number, key: unknown, value: unknown): boolean {
  const keyed = keyArgument(door.settings.key, key);
  return assign(door, verb, keyed, valueArgument(door.settings, value));
}

/** String keys up to this length are written without an Argument. */
const SHORT_KEY = 1024;

/** `write` for SET, by the short ways of `SharedMap.set` where they lead. */
export function setOne(door: Door, key: unknown, value: unknown): void {
  const { settings, kernel } = door;
  const { exports } = kernel;
  if (typeof value === 'number' && (settings.value === 'number' || settings.value === 'any')) {
    if (typeof key === 'number' && (settings.key === 'number' || settings.key === 'any')) {
      if (exports.setNumber(key, value) === YES) return;
    } else if (
      typeof key === 'string' &&
      key.length <= SHORT_KEY &&
      (settings.key === 'string' || settings.key === 'any')
    ) {
      const form = writeText(key, kernel.key);
      if (exports.assign(SET, form, writtenLength, 0, NUMBER, 0, value) === YES) return;
    }
  }
  write(door, SET, key, value);
}

/** Times that another thread may come in between with a value that is equal again: more have no chance to be that. */
const TRIES = 100_000;

/** compareAndSet. A value that was read back may have other bytes than the one it was read from, and still is equal. */
export function compareAndSet(door: Door, key: unknown, expected: unknown, value: unknown): boolean {
  const { settings } = door;
  const before = valueArgument(settings, expected).own;
  const after = valueArgument(settings, value).own;
  const attempt = (bytes: Argument) =>
    assign(door, COMPARE, keyArgument(settings.key, key), after.copy, bytes);
  if (attempt(before.copy)) return true;
  if (before.form !== CLONE || !(before.data instanceof Uint8Array)) return false;
  const wanted = settled(before.data);
  for (let tries = 0; tries < TRIES; tries++) {
    const stored = structuredBytes(door, key);
    if (stored === undefined || Buffer.compare(settled(stored), wanted) !== 0) return false;
    if (attempt(new Argument(CLONE, 0, 0, stored))) return true;
  }
  throw corrupt('a value differs from itself');
}

/** `delete` for keys of any kind and length. */
export function remove(door: Door, key: unknown): boolean {
  const argument = keyArgument(door.settings.key, key);
  const { kernel } = door;
  const { exports } = kernel;
  const long = argument.exceeds(kernel.key);
  if (!long) argument.place(kernel, kernel.key, KEY, true);
  for (;;) {
    const r = long
      ? withLongKey(kernel, argument, (form) => exports.remove(form, 0, 0))
      : exports.remove(argument.form, argument.length, argument.number);
    if (r !== BUSY) return door.answer(r);
    kernel.park();
  }
}

/** `add` for keys of any kind and length. */
export function addTo(door: Door, key: unknown, delta: unknown): number {
  const { settings } = door;
  if (settings.value !== 'any' && settings.value !== 'number') {
    throw sharedMapError(
      'ERR_SHARED_MAP_VALUE_TYPE',
      `add needs values of kind 'number' or 'any', this map's are of kind '${settings.value}'`,
    );
  }
  if (typeof delta !== 'number')
    throw sharedMapError('ERR_SHARED_MAP_VALUE_TYPE', `add takes a number, not ${describe(delta)}`);
  const argument = keyArgument(settings.key, key);
  const { kernel } = door;
  argument.place(kernel, kernel.key, KEY, true);
  for (;;) {
    const sum = kernel.exports.add(argument.form, argument.length, argument.number, delta);
    const status = kernel.status[S_STATUS] as number;
    if (!Number.isNaN(sum) || status === STATUS_NUMBER) {
      kernel.unparked();
      return sum;
    }
    if (STATUS_FAILED - status !== BUSY) door.answer(STATUS_FAILED - status);
    kernel.park();
  }
}

/** Empties the map at one instant, then sweeps it. */
export function clearAll(kernel: Kernel): void {
  while (kernel.exports.clear() === BUSY) kernel.park();
  while (kernel.exports.sweep() === BUSY) kernel.park();
  kernel.unparked();
}
