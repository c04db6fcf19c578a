import { FRESH, readIdentity } from './cache.js';
import { type Argument, special } from './codec/argument.js';
import { keyArgument } from './codec/key.js';
import { writeText, writtenLength } from './codec/text.js';
import { valueFromBytes } from './codec/value.js';
import type { Door } from './door.js';
import type { Entry } from './iterate.js';
import {
  CLONE,
  type Kernel,
  NUMBER,
  S_LENGTH,
  S_STATUS,
  STATUS_ABSENT,
  STATUS_BYTES,
  STATUS_FAILED,
  STATUS_LARGE,
  STATUS_NAMED,
  STATUS_NUMBER,
  STATUS_SPECIAL,
  type TextBuffer,
  YES,
} from './kernel.js';
import { codeOf, withLongKey } from './long-key.js';

/** A record that was replaced or deleted while it was copied. */
export const GONE: unique symbol = Symbol('gone');

/** What a caller that tells an absent key from one with the value undefined asks for. */
export const ABSENT: unique symbol = Symbol('absent');

const KEY = 0;

/** What the last `get` has found, from status and scratch, `absent` where there was nothing. GONE: look again. */
function found(door: Door, absent: unknown): unknown {
  const { status } = door.kernel;
  const code = status[S_STATUS] as number;
  if (code === STATUS_ABSENT) return absent;
  if (code === STATUS_NUMBER) return Number.NaN;
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

function textBuffer(bytes: Uint8Array): TextBuffer {
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
    if (!Number.isNaN(again)) return again;
  }
}

/** String keys up to this length are written without an Argument. */
const SHORT_KEY = 1024;

/** `getAny`, by the short ways of `SharedMap.get` where they lead. */
export function getOne(door: Door, key: unknown, absent?: typeof ABSENT): unknown {
  const { kernel, cache, settings } = door;
  const { exports } = kernel;
  if (typeof key === 'number' && (settings.key === 'number' || settings.key === 'any')) {
    const found = cache === undefined ? exports.getNumber(key) : exports.peekNumber(key);
    return Number.isNaN(found) ? resolve(door, NUMBER, 0, key, absent) : found;
  }
  if (
    typeof key === 'string' &&
    key.length <= SHORT_KEY &&
    (settings.key === 'string' || settings.key === 'any')
  ) {
    const form = writeText(key, kernel.key);
    const length = writtenLength;
    const found = cache === undefined ? exports.getText(form, length) : exports.peekText(form, length);
    return Number.isNaN(found) ? resolve(door, form, length, 0, absent) : found;
  }
  return getAny(door, key, absent);
}

/** `get` of the kernel, or what a thread calls instead that keeps decoded values. */
function ask({ kernel, cache }: Door, form: number, length: number, number: number): number {
  const { exports } = kernel;
  return cache === undefined ? exports.get(form, length, number) : exports.peek(form, length, number);
}

/** `get` for keys of any kind and length; tells `absent` of an absent key. */
export function getAny(door: Door, key: unknown, absent?: typeof ABSENT): unknown {
  const argument = keyArgument(door.settings.key, key);
  const { kernel } = door;
  if (argument.exceeds(kernel.key)) return getLong(door, argument, absent);
  argument.place(kernel, kernel.key, KEY, true);
  const { form, length, number } = argument;
  const value = ask(door, form, length, number);
  return Number.isNaN(value) ? resolve(door, form, length, number, absent) : value;
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
    if (!Number.isNaN(number)) return number;
    const value = found(door, absent);
    if (value !== GONE) return value;
  }
}

/** The bytes of a structured value as they are stored; undefined for anything else. */
export function structuredBytes(door: Door, key: unknown): Uint8Array | undefined {
  const argument = keyArgument(door.settings.key, key);
  const { kernel } = door;
  const { exports, status, value } = kernel;
  for (;;) {
    if (argument.exceeds(kernel.key)) {
      withLongKey(kernel, argument, (form) => codeOf(kernel, exports.get(form, 0, 0)));
    } else {
      argument.place(kernel, kernel.key, KEY, true);
      exports.get(argument.form, argument.length, argument.number);
    }
    const code = status[S_STATUS] as number;
    if (code === STATUS_BYTES + CLONE)
      return new Uint8Array(value.bytes.subarray(0, status[S_LENGTH] as number));
    if (code !== STATUS_LARGE + CLONE) return undefined;
    const bytes = kernel.readLarge();
    if (bytes !== undefined) return bytes;
  }
}

/** `has` for keys of any kind and length. */
export function hasAny(door: Door, key: unknown): boolean {
  const argument = keyArgument(door.settings.key, key);
  const { kernel } = door;
  if (argument.exceeds(kernel.key)) {
    return door.answer(withLongKey(kernel, argument, (form) => kernel.exports.has(form, 0, 0)));
  }
  argument.place(kernel, kernel.key, KEY, true);
  return door.answer(kernel.exports.has(argument.form, argument.length, argument.number));
}

const keySettings = { value: 'any', codec: undefined } as const;

/** The key of a listed entry, or GONE when it was deleted meanwhile. */
export function keyOfEntry(kernel: Kernel, entry: Entry): unknown {
  const { status, value } = kernel;
  const [low, high, headerLow, headerHigh, epoch] = entry as unknown as [
    number,
    number,
    number,
    number,
    number,
  ];
  const number = kernel.exports.listedKey(low, high, headerLow, headerHigh, epoch);
  const code = status[S_STATUS] as number;
  if (code === STATUS_NUMBER) return number;
  if (code === STATUS_SPECIAL) return special(status[S_LENGTH] as number);
  if (code === STATUS_ABSENT) return GONE;
  if (code < STATUS_LARGE)
    return valueFromBytes(keySettings, code - STATUS_BYTES, value.bytes, status[S_LENGTH] as number);
  const bytes = kernel.readLarge();
  return bytes === undefined
    ? GONE
    : valueFromBytes(keySettings, code - STATUS_LARGE, textBuffer(bytes), bytes.length);
}
