import { assign, COMPARE, EXPECTED, withKey } from '../access/writing.js';
import type { Door } from '../attach/door.js';
import { keyArgument, SHORT_KEY } from '../codec/key.js';
import { writeText, writtenLength } from '../codec/text.js';
import { valueArgument } from '../codec/value.js';
import { BUSY, NO, YES } from '../wasm/codes.js';

export function compareAndSet(door: Door, key: unknown, expected: unknown, value: unknown): boolean {
  const { settings } = door;
  if (typeof expected === 'number' && typeof value === 'number' && door.numberValues) {
    const r = compareNumbers(door, key, expected, value);
    if (r === YES || r === NO) return r === YES;
  }
  // Its bytes would be written over by those of the new value, whose making may run user code.
  const before = valueArgument(settings, expected).own;
  const after = valueArgument(settings, value);
  return assign(door, COMPARE, keyArgument(settings.key, key), after, before);
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
  const before = valueArgument(settings, expected);
  const { kernel } = door;
  const { exports } = kernel;
  const argument = keyArgument(settings.key, key);
  try {
    if (before.exceeds(kernel.expected)) before.placeAsRecord(kernel, EXPECTED, true);
    else before.place(kernel, kernel.expected, EXPECTED, true);
    exports.expect(before.form, before.length, before.number);
    return withKey(door, argument, (form, length, number) => exports.removeIf(COMPARE, form, length, number));
  } catch (error) {
    exports.settle();
    throw error;
  }
}
