import type { Door } from '../attach/door.js';
import { type Argument, special } from '../codec/argument.js';
import { FRESH, readIdentity } from '../codec/cache.js';
import { keyArgument, SHORT_KEY } from '../codec/key.js';
import { writeText, writtenLength } from '../codec/text.js';
import { valueFromBytes, valueFromNumber } from '../codec/value.js';
import {
  NUMBER,
  STATUS_ABSENT,
  STATUS_BYTES,
  STATUS_FAILED,
  STATUS_LARGE,
  STATUS_NAMED,
  STATUS_NUMBER,
  STATUS_SPECIAL,
  YES,
} from '../wasm/codes.js';
import { S_LENGTH, S_STATUS, type TextBuffer } from '../wasm/scratch.js';
import { codeOf, withLongKey } from './long-key.js';

/** A record that was replaced or deleted while it was copied. */
export const GONE: unique symbol = Symbol('gone');

/** What a caller that tells an absent key from one with the value undefined asks for. */
export const ABSENT: unique symbol = Symbol('absent');

const KEY = 0;

/** What the last `get` has found, from status and scratch, `absent` where there was nothing. GONE: look again. */
export function found(door: Door, absent: unknown): unknown {
  const { status } = door.kernel;
  const code = status[S_STATUS] as number;
  if (code === STATUS_ABSENT) return absent;
  if (code === STATUS_NUMBER) return valueFromNumber(door.settings, Number.NaN);
  if (code === STATUS_SPECIAL) return special(status[S_LENGTH] as number);
  if (code >= STATUS_FAILED) door.answer(STATUS_FAILED - code);
  return code < STATUS_NAMED ? decoded(door, code) : kept(door);
}

/** The value whose bytes the kernel has found. GONE: look again. */
function decoded(door: Door, code: number): unknown {
  const { status, value } = door.kernel;
  if (code < STATUS_LARGE) {
    return valueFromBytes(door.settings, code - STATUS_BYTES, value.bytes, status[S_LENGTH] as number);
  }
  const bytes = door.kernel.readLarge();
  return bytes === undefined
    ? GONE
    : valueFromBytes(door.settings, code - STATUS_LARGE, textBuffer(bytes), bytes.length);
}

/** The value whose record the kernel has named: from this thread's cache, or from its bytes. GONE: look again. */
function kept(door: Door): unknown {
  const { cache, kernel } = door;
  const identity = readIdentity(kernel.status);
  const known = cache?.find(identity);
  if (known !== undefined && known !== FRESH) return known;
  if (kernel.exports.readNamed() !== YES) return GONE;
  const value = decoded(door, kernel.status[S_STATUS] as number);
  // From here on a codec may have called the map: what was read belongs to the identity of before.
  if (value !== GONE && known !== FRESH) cache?.keep(identity, value);
  return value;
}

export function textBuffer(bytes: Uint8Array): TextBuffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) as TextBuffer;
}

/** The value after a `get` that was not a plain number; its arguments, for the case that it must be repeated. */
export function resolve(
  door: Door,
  form: number,
  length: number,
  number: number,
  absent?: typeof ABSENT,
): unknown {
  for (;;) {
    const value = found(door, absent);
    if (value !== GONE) return value;
    const again = ask(door, form, length, number);
    if (!Number.isNaN(again)) return valueFromNumber(door.settings, again);
  }
}

/** `get` of the kernel, or what a thread calls instead that keeps decoded values. */
function ask({ kernel, cache }: Door, form: number, length: number, number: number): number {
  const { exports } = kernel;
  if (cache !== undefined) return exports.peek(form, length, number);
  return form === NUMBER ? exports.getNumber(number) : exports.getText(form, length);
}

/** `get` for keys of any kind and length; tells `absent` of an absent key. */
export function getAny(door: Door, key: unknown, absent?: typeof ABSENT): unknown {
  return getPlaced(door, keyArgument(door.settings.key, key), absent);
}

/** The same for a key that is an argument already; one that is used again is to be copied. */
export function getPlaced(door: Door, argument: Argument, absent?: typeof ABSENT): unknown {
  const { kernel } = door;
  if (argument.exceeds(kernel.key)) return getLong(door, argument, absent);
  argument.place(kernel, kernel.key, KEY, true);
  const { form, length, number } = argument;
  const value = ask(door, form, length, number);
  if (Number.isNaN(value)) return resolve(door, form, length, number, absent);
  return valueFromNumber(door.settings, value);
}

/** The same by the short paths of `get` where the key allows, for who asks for ABSENT and mostly finds a value. */
export function getOrAbsent(door: Door, key: unknown): unknown {
  if (typeof key === 'number' && door.numberKeys) {
    const value = ask(door, NUMBER, 0, key);
    return Number.isNaN(value) ? resolve(door, NUMBER, 0, key, ABSENT) : value;
  }
  if (typeof key === 'string' && door.stringKeys && key.length <= SHORT_KEY) {
    const form = writeText(key, door.kernel.key);
    const length = writtenLength;
    const value = ask(door, form, length, 0);
    return Number.isNaN(value) ? resolve(door, form, length, 0, ABSENT) : value;
  }
  return getAny(door, key, ABSENT);
}

function getLong(door: Door, argument: Argument, absent: typeof ABSENT | undefined): unknown {
  const { kernel } = door;
  for (;;) {
    let number = Number.NaN;
    const r = withLongKey(kernel, argument, (form) => {
      number = ask(door, form, 0, 0);
      return codeOf(kernel, number);
    });
    if (r < 0) door.answer(r);
    if (!Number.isNaN(number)) return valueFromNumber(door.settings, number);
    const value = found(door, absent);
    if (value !== GONE) return value;
  }
}

/** `has` for keys of any kind and length. */
export function hasAny(door: Door, key: unknown): boolean {
  return hasPlaced(door, keyArgument(door.settings.key, key));
}

/** The same for a key that is an argument already; one that is used again is to be copied. */
export function hasPlaced(door: Door, argument: Argument): boolean {
  const { kernel } = door;
  if (argument.exceeds(kernel.key)) {
    return door.answer(withLongKey(kernel, argument, (form) => kernel.exports.has(form, 0, 0)));
  }
  argument.place(kernel, kernel.key, KEY, true);
  return door.answer(kernel.exports.has(argument.form, argument.length, argument.number));
}
