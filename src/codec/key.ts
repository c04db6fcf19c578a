import { types } from 'node:util';
import { corrupt, describe, sharedMapError } from '../errors.js';
import type { KeyKind } from '../settings/kinds.js';
import { plainView } from '../structured/typed-array.js';
import { BIGINT, BYTES, LATIN1, NUMBER } from '../wasm/codes.js';
import type { TextBuffer } from '../wasm/scratch.js';
import { Argument, OwnArgument, primitiveArgument } from './argument.js';
import { decodedBigintKey } from './decoded.js';
import { isInt32 } from './int32.js';
import { bytesInt64, INT64_BYTES, int64Argument, isInt64, numberInt64 } from './int64.js';
import { readText } from './text.js';
import { bytesUuid, UUID_BYTES, uuidBytes } from './uuid.js';

/** String keys up to this length go to the kernel without an Argument. */
export const SHORT_KEY = 1024;

const wanted: Readonly<Record<KeyKind, string>> = {
  any: 'a string, number, bigint, boolean, null or undefined',
  string: 'a string',
  number: 'a number',
  int32: 'a whole number from -2^31 to 2^31 - 1',
  bigint: 'a bigint from -2^63 to 2^63 - 1',
  bytes: 'a Uint8Array',
  uuid: 'a string of 36 characters, 8-4-4-4-12 hexadecimal digits',
};

function wrongKey(kind: KeyKind, key: unknown, cause?: unknown): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_KEY_TYPE',
    `this map's keys are of kind '${kind}': ${wanted[kind]}, not ${describe(key)}`,
    cause,
  );
}

/** A key as the kernel takes it. Throws ERR_SHARED_MAP_KEY_TYPE. */
export function keyArgument(kind: KeyKind, key: unknown): Argument {
  const argument = argumentOf(kind, key);
  if (argument === undefined) throw wrongKey(kind, key);
  return argument;
}

function argumentOf(kind: KeyKind, key: unknown): Argument | undefined {
  switch (kind) {
    case 'any':
      return primitiveArgument(key);
    case 'number':
    case 'string':
      return typeof key === kind ? primitiveArgument(key) : undefined;
    case 'int32':
      return isInt32(key) ? new Argument(NUMBER, 0, key) : undefined;
    case 'bigint':
      return isInt64(key) ? int64Argument(key) : undefined;
    case 'bytes':
      return types.isUint8Array(key) ? bytesKey(key) : undefined;
    case 'uuid':
      return typeof key === 'string' ? uuidKey(key) : undefined;
  }
}

/** By the form of a text, which keeps up to 5 bytes in the table itself: no map has both. */
function bytesKey(key: Uint8Array): Argument {
  try {
    return new Argument(LATIN1, 0, 0, plainView(key, Uint8Array));
  } catch (cause) {
    throw wrongKey('bytes', key, cause); // its buffer was transferred
  }
}

function uuidKey(key: string): Argument | undefined {
  const bytes = uuidBytes(key);
  return bytes === undefined ? undefined : new OwnArgument(BYTES, 0, 0, bytes);
}

/** A key for who runs user code before the last use of it: bytes of its own, which that code cannot change. */
export function keptKey(kind: KeyKind, key: unknown): unknown {
  return kind === 'bytes' ? keyArgument(kind, key).own.data : key;
}

/** A key as the map has it, for callbacks: -0 is 0, and a UUID is in lower case. */
export function canonicalKey(kind: KeyKind, key: unknown): unknown {
  if (key === 0) return 0;
  return kind === 'uuid' ? String(key).toLowerCase() : key;
}

/** A listed key that the kernel gives as a number. */
export function keyFromNumber(kind: KeyKind, number: number): unknown {
  return kind === 'bigint' ? numberInt64(number) : number;
}

/** A listed key from its bytes: memory that only this thread writes. What is returned shares nothing with it. */
export function keyFromBytes(kind: KeyKind, form: number, bytes: TextBuffer, length: number): unknown {
  switch (kind) {
    case 'bytes':
      return new Uint8Array(bytes.subarray(0, length));
    case 'uuid':
      if (length !== UUID_BYTES) throw corrupt('a key is no UUID');
      return bytesUuid(bytes);
    case 'bigint':
      if (length !== INT64_BYTES) throw corrupt('a key is no bigint of 64 bits');
      return bytesInt64(bytes);
    default:
      return form === BIGINT
        ? decodedBigintKey(readText(LATIN1, bytes, length))
        : readText(form, bytes, length);
  }
}
