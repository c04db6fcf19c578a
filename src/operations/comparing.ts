import { structuredBytes } from '../access/reading.js';
import { assign, COMPARE, EXPECTED, withKey } from '../access/writing.js';
import type { Door } from '../attach/door.js';
import { Argument } from '../codec/argument.js';
import { keyArgument } from '../codec/key.js';
import { settled, valueArgument } from '../codec/value.js';
import { corrupt } from '../errors.js';
import { CLONE } from '../wasm/codes.js';

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
  if (expected.form !== CLONE || !(expected.data instanceof Uint8Array)) return false;
  const wanted = settled(expected.data);
  for (let tries = 0; tries < TRIES; tries++) {
    const stored = structuredBytes(door, key);
    if (stored === undefined || Buffer.compare(settled(stored), wanted) !== 0) return false;
    if (attempt(new Argument(CLONE, 0, 0, stored))) return true;
  }
  throw corrupt('a value differs from itself');
}

export function compareAndSet(door: Door, key: unknown, expected: unknown, value: unknown): boolean {
  const { settings } = door;
  const before = valueArgument(settings, expected).own;
  const after = valueArgument(settings, value).own;
  return compared(door, key, before, (bytes) =>
    assign(door, COMPARE, keyArgument(settings.key, key), after.copy, bytes),
  );
}

export function compareAndDelete(door: Door, key: unknown, expected: unknown): boolean {
  const { settings } = door;
  const before = valueArgument(settings, expected).own;
  return compared(door, key, before, (bytes) => {
    const { kernel } = door;
    const { exports } = kernel;
    const argument = keyArgument(settings.key, key);
    if (bytes.exceeds(kernel.expected)) bytes.placeAsRecord(kernel, EXPECTED, true);
    else bytes.place(kernel, kernel.expected, EXPECTED, true);
    exports.expect(bytes.form, bytes.length, bytes.number);
    return withKey(door, argument, (form, length, number) => exports.removeIf(COMPARE, form, length, number));
  });
}
