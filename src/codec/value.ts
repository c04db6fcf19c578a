import { types } from 'node:util';
import { corrupt, describe, sharedMapError } from '../errors.js';
import type { RecordLayout, RecordRoom } from '../settings/fields.js';
import type { Settings } from '../settings/options.js';
import { decode as decodeStructured } from '../structured/decode.js';
import { encode } from '../structured/encode.js';
import { Refused, reason } from '../structured/refused.js';
import { plainView } from '../structured/typed-array.js';
import { BIGINT, BYTES, LATIN1, NUMBER, SPECIAL, STRUCTURED, UTF16 } from '../wasm/codes.js';
import type { TextBuffer } from '../wasm/scratch.js';
import { Argument, LentArgument, primitiveArgument, SPECIAL_FALSE, SPECIAL_TRUE } from './argument.js';
import { decoded, decodedBigint, isExhaustion, undecodable } from './decoded.js';
import { isInt32 } from './int32.js';
import { bytesInt64, INT64_BYTES, int64Argument, isInt64, numberInt64 } from './int64.js';
import { bytesRecord, numberRecord, recordBytes, recordNumber } from './record.js';
import { readText } from './text.js';
import { forsake, isThenable } from './thenable.js';

/** The kinds of value of one map: user value to Argument, bytes to user value. */
export type ValueSettings = Pick<Settings, 'value' | 'codec' | 'record'>;

const wanted: Readonly<Record<Settings['value'], string>> = {
  any: 'a primitive, a Uint8Array, or an object that bytes can hold',
  json: 'whatever JSON carries',
  bytes: 'a Uint8Array',
  number: 'a number',
  string: 'a string',
  int32: 'a whole number from -2^31 to 2^31 - 1',
  bigint: 'a bigint from -2^63 to 2^63 - 1',
  boolean: 'true or false',
  record: 'an object with the declared fields',
  codec: 'what the codec encodes',
};

function wrongValue(settings: ValueSettings, value: unknown, cause?: unknown, why = ''): Error {
  const kind = settings.value;
  return sharedMapError(
    'ERR_SHARED_MAP_VALUE_TYPE',
    `this map's values are of kind '${kind}': ${wanted[kind]}, not ${describe(value)}${why}`,
    cause,
  );
}

/**
 * A value as the kernel takes it. User code runs here and nowhere later. Throws
 * ERR_SHARED_MAP_VALUE_TYPE, _ENCODE, _CODEC or _PLATFORM.
 */
export function valueArgument(settings: ValueSettings, value: unknown): Argument {
  switch (settings.value) {
    case 'number':
      if (typeof value === 'number') return new Argument(NUMBER, 0, value);
      break;
    case 'string':
      if (typeof value === 'string') return new Argument(LATIN1, 0, 0, value);
      break;
    case 'int32':
      if (isInt32(value)) return new Argument(NUMBER, 0, value | 0);
      break;
    case 'bigint':
      if (isInt64(value)) return int64Argument(value);
      break;
    case 'boolean':
      if (typeof value === 'boolean') return new Argument(SPECIAL, value ? SPECIAL_TRUE : SPECIAL_FALSE, 0);
      break;
    case 'record':
      if (typeof value === 'object' && value !== null)
        return recordArgument(settings, settings.record as RecordLayout, value);
      break;
    case 'bytes':
      if (types.isUint8Array(value)) return new Argument(BYTES, 0, 0, bytesOf(settings, value));
      break;
    case 'json':
      return new Argument(LATIN1, 0, 0, toJson(settings, value));
    case 'codec':
      return new Argument(BYTES, 0, 0, encodedByCodec(settings, value));
    case 'any': {
      if (types.isUint8Array(value)) return new Argument(BYTES, 0, 0, bytesOf(settings, value));
      const argument = primitiveArgument(value);
      if (argument !== undefined) return argument;
      return structured(settings, value);
    }
  }
  throw wrongValue(settings, value);
}

function structured(settings: ValueSettings, value: unknown): Argument {
  try {
    const { bytes, length, words } = encode(value);
    return new LentArgument(STRUCTURED, bytes, length, words);
  } catch (cause) {
    if (isExhaustion(cause)) throw cause;
    if (!(cause instanceof Refused)) throw wrongValue(settings, value, cause, ': reading it failed'); // a getter, a trap
    throw sharedMapError(
      'ERR_SHARED_MAP_VALUE_TYPE',
      `a map of kind 'any' cannot hold this value: ${reason(cause)}`,
    );
  }
}

const PROMISE = ': await it first';

function bytesOf(settings: ValueSettings, bytes: Uint8Array): Uint8Array {
  try {
    return plainView(bytes, Uint8Array);
  } catch (cause) {
    throw wrongValue(settings, bytes, cause, ' whose buffer was transferred');
  }
}

function recordArgument(settings: ValueSettings, layout: RecordLayout, value: object): Argument {
  let room: RecordRoom | string;
  try {
    room = recordBytes(layout, value);
  } catch (cause) {
    throw wrongValue(settings, value, cause); // a getter of its own
  }
  if (typeof room === 'string') throw wrongValue(settings, value, undefined, `: ${room}`);
  const { single } = layout;
  return single === undefined
    ? new LentArgument(BYTES, room.bytes, layout.bytes, room.words)
    : new Argument(NUMBER, 0, recordNumber(single, room));
}

function toJson(settings: ValueSettings, value: unknown): string {
  if (isThenable(value)) {
    forsake(value);
    throw wrongValue(settings, value, undefined, PROMISE);
  }
  let promised = false;
  // Runs for each part, after its toJSON.
  const noticing = (_name: string, part: unknown): unknown => {
    if (isThenable(part)) {
      promised = true;
      forsake(part);
    }
    return part;
  };
  let text: string | undefined;
  try {
    text = hasToJson(value) ? undefined : JSON.stringify(value);
    // A function for each part takes several times as long. Only what is written as an empty object
    // may be a promise.
    if (text === undefined || text.includes('{}')) text = JSON.stringify(value, noticing);
  } catch (cause) {
    throw wrongValue(settings, value, cause);
  }
  if (promised) throw wrongValue(settings, value, undefined, `, in which a promise was found${PROMISE}`);
  if (text === undefined) throw wrongValue(settings, value);
  return text;
}

/** Does JSON ask it what to write? */
function hasToJson(value: unknown): boolean {
  return ((typeof value === 'object' && value !== null) || typeof value === 'function') && 'toJSON' in value;
}

function encodedByCodec(settings: ValueSettings, value: unknown): Uint8Array {
  const codec = settings.codec;
  if (codec === undefined)
    throw sharedMapError('ERR_SHARED_MAP_CODEC', 'this map was attached without its codec');
  if (types.isPromise(value)) {
    forsake(value);
    throw wrongValue(settings, value, undefined, PROMISE);
  }
  let bytes: unknown;
  try {
    bytes = codec.encode(value);
  } catch (cause) {
    if (isExhaustion(cause)) throw cause;
    throw sharedMapError(
      'ERR_SHARED_MAP_ENCODE',
      `codec '${codec.name}' could not encode ${describe(value)}: the cause says why`,
      cause,
    );
  }
  if (!types.isUint8Array(bytes)) {
    forsake(bytes);
    throw sharedMapError(
      'ERR_SHARED_MAP_CODEC',
      `codec '${codec.name}' must encode to a Uint8Array at once, not to ${describe(bytes)}`,
    );
  }
  return bytesOf(settings, bytes);
}

/**
 * A value from its bytes. `bytes` is memory that only this thread writes; what is returned shares nothing with it,
 * and a codec gets a copy, because it may call the map.
 */
export function valueFromBytes(
  settings: ValueSettings,
  kind: number,
  bytes: TextBuffer,
  length: number,
): unknown {
  switch (kind) {
    case LATIN1:
    case UTF16: {
      const text = readText(kind, bytes, length);
      return settings.value === 'json' ? decoded('JSON.parse', () => JSON.parse(text)) : text;
    }
    case BIGINT:
      return decodedBigint(readText(LATIN1, bytes, length));
    case BYTES:
      return valueOfKind(settings, bytes, length);
    default:
      return structuredFromBytes(bytes, length);
  }
}

function structuredFromBytes(bytes: TextBuffer, length: number): unknown {
  try {
    return decodeStructured(bytes, length);
  } catch (cause) {
    if (isExhaustion(cause)) throw cause;
    throw undecodable('threadmap', cause, ` (it met ${(cause as Error).message})`);
  }
}

/** What bytes without a form of their own are, the map's kind says. */
function valueOfKind(settings: ValueSettings, bytes: TextBuffer, length: number): unknown {
  if (settings.value === 'bigint') {
    if (length !== INT64_BYTES) throw corrupt('a value is no bigint of 64 bits');
    return bytesInt64(bytes);
  }
  if (settings.value === 'record') {
    const layout = settings.record as RecordLayout;
    if (length !== layout.bytes) throw corrupt('a value is no record of the declared fields');
    return bytesRecord(layout, bytes);
  }
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(0, length));
  return settings.value === 'codec' ? decode(settings, copy) : copy;
}

/** A value that the kernel gives as a number. */
export function valueFromNumber(settings: ValueSettings, number: number): unknown {
  const { value, record } = settings;
  if (value === 'bigint') return numberInt64(number);
  return record?.single === undefined ? number : numberRecord(record, record.single, number);
}

function decode(settings: ValueSettings, bytes: Uint8Array): unknown {
  const codec = settings.codec;
  if (codec === undefined)
    throw sharedMapError('ERR_SHARED_MAP_CODEC', 'this map was attached without its codec');
  const { length } = bytes;
  let value: unknown;
  try {
    value = codec.decode(bytes);
  } catch (cause) {
    throw isExhaustion(cause) ? cause : undecodable(`codec '${codec.name}', given ${length} bytes,`, cause);
  }
  if (!isThenable(value)) return value;
  forsake(value);
  throw sharedMapError(
    'ERR_SHARED_MAP_CODEC',
    `codec '${codec.name}' must decode to a value at once, and returned a promise`,
  );
}
