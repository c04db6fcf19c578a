import { types } from 'node:util';
import { Deserializer, Serializer } from 'node:v8';
import { describe, sharedMapError } from '../errors.js';
import { BIGINT, BYTES, CLONE, corrupt, LATIN1, NUMBER, type TextBuffer, UTF16 } from '../kernel.js';
import type { Settings } from '../options.js';
import { Argument, primitiveArgument, textBigint } from './argument.js';
import { readText } from './text.js';
import { plainView } from './typed-array.js';

/** The kinds of value of one map: user value to Argument, bytes to user value. */
export type ValueSettings = Pick<Settings, 'value' | 'codec'>;

function wrongValue(settings: ValueSettings, value: unknown, cause?: unknown): Error {
  const wanted = {
    any: 'whatever structured clone carries',
    json: 'whatever JSON carries',
    bytes: 'a Uint8Array',
  };
  const kind = settings.value;
  const text = kind === 'any' || kind === 'json' || kind === 'bytes' ? wanted[kind] : `a ${kind}`;
  return sharedMapError(
    'ERR_SHARED_MAP_VALUE_TYPE',
    `this map's values are of kind '${kind}': ${text}, not ${describe(value)}`,
    cause,
  );
}

/** A value as the kernel takes it. User code runs here and nowhere later. Throws ERR_SHARED_MAP_VALUE_TYPE or _CODEC. */
export function valueArgument(settings: ValueSettings, value: unknown): Argument {
  switch (settings.value) {
    case 'number':
      if (typeof value === 'number') return new Argument(NUMBER, 0, value);
      break;
    case 'string':
      if (typeof value === 'string') return new Argument(LATIN1, 0, 0, value);
      break;
    case 'bytes':
      if (types.isUint8Array(value)) return new Argument(BYTES, 0, 0, viewOf(settings, value));
      break;
    case 'json':
      return new Argument(LATIN1, 0, 0, toJson(settings, value));
    case 'codec':
      return new Argument(BYTES, 0, 0, encode(settings, value));
    case 'any': {
      if (types.isUint8Array(value)) return new Argument(BYTES, 0, 0, viewOf(settings, value));
      const argument = primitiveArgument(value);
      if (argument !== undefined) return argument;
      try {
        return new Argument(CLONE, 0, 0, clone(value));
      } catch (cause) {
        throw wrongValue(settings, value, cause);
      }
    }
  }
  throw wrongValue(settings, value);
}

/** The bytes of a typed array that runs no code of its own any more, and lies about nothing. */
function viewOf(settings: ValueSettings, bytes: Uint8Array): Uint8Array {
  try {
    return plainView(bytes, Uint8Array);
  } catch (cause) {
    throw wrongValue(settings, bytes, cause); // its buffer was transferred
  }
}

/**
 * Structured clone's bytes. The plain Serializer, because the default one has typed arrays come back as views into the
 * whole message, and two views of one buffer as strangers.
 */
function clone(value: unknown): Uint8Array {
  const writer = new Serializer();
  writer.writeHeader();
  writer.writeValue(value);
  return writer.releaseBuffer();
}

function unclone(bytes: Uint8Array): unknown {
  const reader = new Deserializer(bytes);
  reader.readHeader();
  return reader.readValue();
}

/**
 * The bytes that a value has after a round trip: V8 writes a literal array and one that it has read differently, and
 * after one trip it stays the same.
 */
export function settled(bytes: Uint8Array): Uint8Array {
  return clone(decoded(() => unclone(bytes)));
}

function toJson(settings: ValueSettings, value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw wrongValue(settings, value, cause);
  }
  if (text === undefined) throw wrongValue(settings, value);
  return text;
}

function encode(settings: ValueSettings, value: unknown): Uint8Array {
  const codec = settings.codec;
  if (codec === undefined)
    throw sharedMapError('ERR_SHARED_MAP_CODEC', 'this map was attached without its codec');
  let bytes: unknown;
  try {
    bytes = codec.encode(value);
  } catch (cause) {
    throw sharedMapError(
      'ERR_SHARED_MAP_CODEC',
      `codec '${codec.name}' could not encode ${describe(value)}`,
      cause,
    );
  }
  if (!types.isUint8Array(bytes)) {
    throw sharedMapError(
      'ERR_SHARED_MAP_CODEC',
      `codec '${codec.name}' must encode to a Uint8Array, not ${describe(bytes)}`,
    );
  }
  return viewOf(settings, bytes);
}

/** Bytes that this library wrote and cannot read are damaged, unless the stack has no room for the depth of a value. */
function decoded(decode: () => unknown): unknown {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof RangeError && cause.message.includes('call stack')) throw cause;
    throw corrupt('a value cannot be decoded', cause);
  }
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
      return settings.value === 'json' ? decoded(() => JSON.parse(text)) : text;
    }
    case BIGINT:
      return decoded(() => textBigint(readText(LATIN1, bytes, length)));
    case BYTES: {
      const copy = new Uint8Array(length);
      copy.set(bytes.subarray(0, length));
      return settings.value === 'codec' ? decode(settings, copy) : copy;
    }
    default: {
      const copy = Buffer.allocUnsafeSlow(length);
      copy.set(bytes.subarray(0, length));
      return decoded(() => unclone(copy));
    }
  }
}

function decode(settings: ValueSettings, bytes: Uint8Array): unknown {
  const codec = settings.codec;
  if (codec === undefined)
    throw sharedMapError('ERR_SHARED_MAP_CODEC', 'this map was attached without its codec');
  try {
    return codec.decode(bytes);
  } catch (cause) {
    throw sharedMapError(
      'ERR_SHARED_MAP_CODEC',
      `codec '${codec.name}' could not decode ${bytes.length} bytes`,
      cause,
    );
  }
}
