import { structuredBytes } from '../access/reading.js';
import { assign, COMPARE, EXPECTED, withKey } from '../access/writing.js';
import type { Door } from '../attach/door.js';
import { Argument } from '../codec/argument.js';
import { keyArgument, SHORT_KEY } from '../codec/key.js';
import { writeText, writtenLength } from '../codec/text.js';
import { settled, valueArgument } from '../codec/value.js';
import { sharedMapError } from '../errors.js';
import { BUSY, NO, STRUCTURED, YES } from '../wasm/codes.js';

/** Times that another thread may come in between with a value that is equal again: more have no chance to be that. */
const TRIES = 100_000;

/**
 * An attempt of an operation that compares, with the bytes that are expected. A structured value that was read back may
 * have other bytes than the one it was read from, and still is equal: then with the bytes that are there.
 */
function compared(
  door: Door,
  key: unknown,
  expected: Argument,
  attempt: (bytes: Argument) => boolean,
): boolean {
  if (attempt(expected.copy)) return true;
  if (expected.form !== STRUCTURED || typeof expected.data !== 'object') return false;
  const wanted = settled(expected.data);
  for (let tries = 0; tries < TRIES; tries++) {
    const stored = structuredBytes(door, key);
    if (stored === undefined || Buffer.compare(settled(stored), wanted) !== 0) return false;
    if (attempt(new Argument(STRUCTURED, 0, 0, stored))) return true;
  }
  throw sharedMapError(
    'ERR_SHARED_MAP_BUSY',
    `other threads replaced the value by an equal one ${TRIES} times meanwhile: nothing has changed, repeat the call`,
  );
}

export function compareAndSet(door: Door, key: unknown, expected: unknown, value: unknown): boolean {
  const { settings } = door;
  if (typeof expected === 'number' && typeof value === 'number' && door.numberValues) {
    const r = compareNumbers(door, key, expected, value);
    if (r === YES || r === NO) return r === YES;
  }
  const before = valueArgument(settings, expected).own;
  const after = valueArgument(settings, value).own;
  return compared(door, key, before, (bytes) =>
    assign(door, COMPARE, keyArgument(settings.key, key), after.copy, bytes),
  );
}

/** The short path, for keys that it knows. Other than YES and NO: the long way decides. */
function compareNumbers(door: Door, key: unknown, expected: number, value: number): number {
  const { exports, key: region } = door.kernel;
  if (typeof key === 'number' && (door.numberKeys || (door.int32Keys && (key | 0) === key)))
    return exports.compareNumber(key, expected, value);
  if (typeof key === 'string' && door.stringKeys && key.length <= SHORT_KEY) {
    const form = writeText(key, region);
    return exports.compareText(form, writtenLength, expected, value);
  }
  return BUSY;
}

export function compareAndDelete(door: Door, key: unknown, expected: unknown): boolean {
  const { settings } = door;
  const before = valueArgument(settings, expected).own;
  return compared(door, key, before, (bytes) => {
    const { kernel } = door;
    const { exports } = kernel;
    const argument = keyArgument(settings.key, key);
    try {
      if (bytes.exceeds(kernel.expected)) bytes.placeAsRecord(kernel, EXPECTED, true);
      else bytes.place(kernel, kernel.expected, EXPECTED, true);
      exports.expect(bytes.form, bytes.length, bytes.number);
      return withKey(door, argument, (form, length, number) =>
        exports.removeIf(COMPARE, form, length, number),
      );
    } catch (error) {
      exports.settle();
      throw error;
    }
  });
}
