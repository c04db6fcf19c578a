import { codeOf, withLongKey } from '../access/long-key.js';
import { found, textBuffer } from '../access/reading.js';
import { removeIf, type Seen, see, storeIf } from '../access/token.js';
import { place } from '../access/writing.js';
import type { Door } from '../attach/door.js';
import type { Argument } from '../codec/argument.js';
import { keyArgument, SHORT_KEY } from '../codec/key.js';
import { writeText, writtenLength } from '../codec/text.js';
import { type ValueSettings, valueArgument, valueFromBytes, valueFromNumber } from '../codec/value.js';
import { corrupt } from '../errors.js';
import { LOOK_FIRST, NUMBER, STATUS_FAILED, STATUS_LARGE } from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';
import { S_STATUS } from '../wasm/scratch.js';

// Writes that give back the value that was there. In one call of the kernel, but for values whose decoding may fail
// (codecs, JSON, structured values): one that cannot be decoded must stay where it is. There the value is read first,
// and goes only if it is still the same.

const KEY = 0;

/** The chain was locked: call again. */
const locked: unique symbol = Symbol('locked');

/** The old value may not be decodable: the kernel has done nothing. */
const lookFirst: unique symbol = Symbol('look first');

/** The bytes of a large value that this thread has unlinked: they are in its hand until `settle`. */
function ownLarge(kernel: Kernel): Uint8Array {
  try {
    const bytes = kernel.readLarge();
    if (bytes === undefined) throw corrupt('a large value has changed in the hand');
    return bytes;
  } finally {
    kernel.exports.settle();
  }
}

/** The old value after a call that gave `old`, or `locked`, or `lookFirst`. */
function oldValue(door: Door, old: number): unknown {
  if (!Number.isNaN(old)) return valueFromNumber(door.settings, old);
  const { kernel } = door;
  const code = kernel.status[S_STATUS] as number;
  if (code === STATUS_FAILED - LOOK_FIRST) {
    kernel.unparked();
    return lookFirst;
  }
  if (code >= STATUS_FAILED) {
    if (kernel.repeats(STATUS_FAILED - code)) return locked;
  } else kernel.unparked();
  if (code < STATUS_LARGE || code >= STATUS_FAILED) return found(door, undefined);
  const bytes = ownLarge(kernel);
  return valueFromBytes(door.settings, code - STATUS_LARGE, textBuffer(bytes), bytes.length);
}

/** Is each value of the map one whose decoding may fail? */
function isRead({ value }: ValueSettings): boolean {
  return value === 'codec' || value === 'json';
}

/** Sets the value; the old one, undefined when the key was absent. */
export function getAndSet(door: Door, key: unknown, value: unknown): unknown {
  const { settings } = door;
  let old: unknown = lookFirst;
  if (typeof value === 'number' && door.numberValues) {
    if (typeof key === 'number' && door.numberKeys) old = exchange(door, NUMBER, 0, key, value);
    else if (typeof key === 'string' && door.stringKeys && key.length <= SHORT_KEY) {
      const form = writeText(key, door.kernel.key);
      old = exchange(door, form, writtenLength, 0, value);
    }
    if (old !== lookFirst) return old;
  }
  const argument = keyArgument(settings.key, key).own;
  const brought = valueArgument(settings, value);
  if (!isRead(settings)) old = exchangeAny(door, argument.copy, brought.copy);
  return old === lookFirst ? exchangeSeen(door, argument, brought.own) : old;
}

/** A number, under a key that needs no Argument. */
function exchange(door: Door, form: number, length: number, number: number, value: number): unknown {
  for (;;) {
    const old = door.kernel.exports.getAndSet(form, length, number, NUMBER, 0, value);
    const answer = oldValue(door, old);
    if (answer !== locked) return answer;
  }
}

function exchangeAny(door: Door, key: Argument, value: Argument): unknown {
  const { kernel } = door;
  place(kernel, key, value);
  for (;;) {
    const old = kernel.exports.getAndSet(
      key.form,
      key.length,
      key.number,
      value.form,
      value.length,
      value.number,
    );
    const answer = oldValue(door, old);
    if (answer !== locked) return answer;
  }
}

function exchangeSeen(door: Door, key: Argument, value: Argument): unknown {
  let seen: Seen;
  do seen = see(door, key.copy);
  while (!storeIf(door, seen, key, value.copy));
  return seen.value;
}

/** Deletes the key; the value that it had, undefined when it was absent. */
export function getAndDelete(door: Door, key: unknown): unknown {
  const old = isRead(door.settings) ? lookFirst : takeOutAny(door, key);
  return old === lookFirst ? deleteSeen(door, keyArgument(door.settings.key, key).own) : old;
}

function takeOutAny(door: Door, key: unknown): unknown {
  const { settings } = door;
  if (typeof key === 'number' && door.numberKeys) return takeOut(door, NUMBER, 0, key);
  if (typeof key === 'string' && door.stringKeys && key.length <= SHORT_KEY) {
    const form = writeText(key, door.kernel.key);
    return takeOut(door, form, writtenLength, 0);
  }
  const argument = keyArgument(settings.key, key);
  const { kernel } = door;
  if (argument.exceeds(kernel.key)) return takeOutLong(door, argument);
  argument.place(kernel, kernel.key, KEY, true);
  return takeOut(door, argument.form, argument.length, argument.number);
}

function takeOut(door: Door, form: number, length: number, number: number): unknown {
  for (;;) {
    const answer = oldValue(door, door.kernel.exports.getAndDelete(form, length, number));
    if (answer !== locked) return answer;
  }
}

function takeOutLong(door: Door, key: Argument): unknown {
  const { kernel } = door;
  for (;;) {
    let old = Number.NaN;
    withLongKey(kernel, key, (form) => {
      old = kernel.exports.getAndDelete(form, 0, 0);
      return codeOf(kernel, old);
    });
    const answer = oldValue(door, old);
    if (answer !== locked) return answer;
  }
}

function deleteSeen(door: Door, key: Argument): unknown {
  let seen: Seen;
  do seen = see(door, key.copy);
  while (!removeIf(door, seen, key.copy));
  return seen.value;
}
