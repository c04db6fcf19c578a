import { describe, sharedMapError } from '../errors.js';
import { SCRATCH_AREA } from '../wasm/module.js';
import { PAGE } from '../wasm/scratch.js';
import { layoutOf, type RecordLayout } from './fields.js';
import {
  type AnyCodec,
  type Codec,
  type Fields,
  KEY_KINDS,
  type KeyKind,
  VALUE_KINDS,
  type ValueKind,
} from './kinds.js';

/** What a map is made with. */
export interface SharedMapOptions<KK extends KeyKind = KeyKind, VK = ValueKind | AnyCodec | Fields> {
  /** Kind of the keys. Default `'any'`. */
  readonly key?: KK | undefined;
  /**
   * Kind of the values, a codec, or the fields of a fixed record. Default `'any'`: what structured
   * clone carries by value (docs/values.md); what could not come back is refused by `set`.
   */
  readonly value?: VK | undefined;
  /** Entries to make room for at once. Default 0; the map grows by itself. */
  readonly capacity?: number | undefined;
  /**
   * How many decoded values this thread keeps. Default 0. A `get` whose value is one of them, unchanged, gives it again
   * without decoding: what it gives is then frozen, as deep as it goes, and the same object for all of this thread. Kept
   * are strings that are long, and plain objects and arrays of such values; whatever else (a Map, a Date, bytes, an object of
   * a class) stays a fresh copy each time. For this thread alone: others say it in `attach`.
   */
  readonly cacheValues?: number | undefined;
  /** Size of the memory in bytes, 1 MiB to 4 GiB - 64 KiB. Default 1 GiB. It is reserved; only what is used is committed. */
  readonly maxBytes?: number | undefined;
}

/** Options after `readOptions`: nothing is missing, nothing is wrong. */
export interface Settings {
  readonly key: KeyKind;
  readonly value: ValueKind | 'codec' | 'record';
  readonly codec: Codec<unknown> | undefined;
  /** Of values that are fixed records. */
  readonly record?: RecordLayout | undefined;
  readonly capacity: number;
  readonly maxBytes: number;
  readonly cacheValues: number;
}

/** 1 GiB: reserved address space, not memory. */
const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024;
/** Header, page table and room for entries. */
export const MIN_BYTES = 1024 * 1024;
/** What a 32-bit memory can have, less the scratch of all threads. */
export const MAX_BYTES = 4 * 1024 * 1024 * 1024 - SCRATCH_AREA;

/** Values that one thread may keep: its cache is a Map, which holds no more than 2^24. */
const MAX_CACHED = 2 ** 23;

const known = new Set(['key', 'value', 'capacity', 'maxBytes', 'cacheValues']);
const keyKinds: readonly string[] = KEY_KINDS;
const valueKinds: readonly string[] = VALUE_KINDS;

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message, cause);
}

interface Given {
  readonly isArray: boolean;
  readonly names: string[];
  readonly fields: Record<string, unknown>;
  readonly codec: Codec<unknown> | undefined;
  /** The layout of fields, or what is wrong with them. */
  readonly record: RecordLayout | string | undefined;
}

/** What a user wrote, read once: getters may throw, or say something else the second time. */
function readGiven(options: object): Given {
  try {
    const { key, value, capacity, maxBytes, cacheValues } = options as Record<string, unknown>;
    const codec = codecOf(value);
    return {
      isArray: Array.isArray(options),
      names: Object.keys(options),
      fields: { key, value, capacity, maxBytes, cacheValues },
      codec,
      record: codec === undefined && isPlain(value) ? layoutOf(value) : undefined,
    };
  } catch (cause) {
    wrong('the options of SharedMap cannot be read', cause);
  }
}

/** An object that can declare fields: what an array or an instance of something has are none. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** Checks options as a user wrote them. Throws ERR_SHARED_MAP_OPTION. */
export function readOptions(options: unknown): Settings {
  if (options === undefined) options = {};
  const given = typeof options === 'object' && options !== null ? readGiven(options) : undefined;
  if (given === undefined || given.isArray)
    wrong(`SharedMap takes an object of options, not ${describe(options)}`);
  const { names, fields, codec, record } = given;
  for (const name of names) {
    if (!known.has(name)) wrong(`SharedMap has no option '${name}': use ${[...known].join(', ')}`);
  }
  const key = fields.key ?? 'any';
  if (typeof key !== 'string' || !keyKinds.includes(key)) {
    wrong(`option key must be one of ${keyKinds.join(', ')}, not ${describe(key)}`);
  }
  const value = fields.value ?? 'any';
  if (
    codec === undefined &&
    typeof record !== 'object' &&
    (typeof value !== 'string' || !valueKinds.includes(value))
  ) {
    wrong(
      `option value must be one of ${valueKinds.join(', ')}, a codec { name, encode, decode } or the fields of a record, not ${describe(value)}${
        typeof record === 'string' ? ` (${record})` : ''
      }`,
    );
  }
  const capacity = fields.capacity ?? 0;
  if (typeof capacity !== 'number' || !Number.isSafeInteger(capacity) || capacity < 0) {
    wrong(`option capacity must be a number of entries, 0 or more, not ${describe(capacity)}`);
  }
  const maxBytes = fields.maxBytes ?? DEFAULT_MAX_BYTES;
  if (
    typeof maxBytes !== 'number' ||
    !Number.isInteger(maxBytes) ||
    maxBytes < MIN_BYTES ||
    maxBytes > MAX_BYTES
  ) {
    wrong(
      `option maxBytes must be a whole number from ${MIN_BYTES} (1 MiB) to ${MAX_BYTES} (4 GiB less 16 MiB), not ${describe(maxBytes)}`,
    );
  }
  return {
    key: key as KeyKind,
    value: codec ? 'codec' : typeof record === 'object' ? 'record' : (value as ValueKind),
    codec,
    record: typeof record === 'object' ? record : undefined,
    capacity,
    maxBytes: Math.floor(maxBytes / PAGE) * PAGE,
    cacheValues: readCacheValues(fields.cacheValues),
  };
}

/** The option cacheValues of `new SharedMap` and `attach`. Throws ERR_SHARED_MAP_OPTION. */
export function readCacheValues(given: unknown): number {
  const values = given ?? 0;
  if (typeof values !== 'number' || !Number.isInteger(values) || values < 0 || values > MAX_CACHED) {
    wrong(`option cacheValues must be a number of values, 0 to ${MAX_CACHED}, not ${describe(values)}`);
  }
  return values;
}

/** A codec as it was given: with the name and the functions that it had then. */
export interface OwnCodec extends Codec<unknown> {
  readonly source: { readonly given: object; readonly encode: unknown; readonly decode: unknown };
}

/** A value as a codec, if it has the shape of one: with the name and the functions that it has now. */
export function codecOf(value: unknown): OwnCodec | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, encode, decode } = value as Record<string, unknown>;
  if (typeof name !== 'string' || typeof encode !== 'function' || typeof decode !== 'function')
    return undefined;
  return {
    name,
    encode: (given) => Reflect.apply(encode, value, [given]),
    decode: (bytes) => Reflect.apply(decode, value, [bytes]),
    source: { given: value, encode, decode },
  };
}
