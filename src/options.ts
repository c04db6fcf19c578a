import { describe, sharedMapError } from './errors.js';

/** Kinds of key: `'any'` tells 1 from '1'; `'string'` and `'number'` take the short path to the kernel. */
export type KeyKind = 'any' | 'string' | 'number';
/** Kinds of value that need no codec. */
export type ValueKind = 'any' | 'number' | 'string' | 'bytes' | 'json';

/** What a key of kind `'any'` may be. Symbols, functions and objects have no identity that threads share. */
export type AnyKey = string | number | bigint | boolean | null | undefined;

/** How values of a type become bytes and come back. `name` must be the same in every thread. */
export interface Codec<T> {
  readonly name: string;
  /** Called before the map is touched; may call any operation, of this map too. */
  encode(value: T): Uint8Array;
  /** Gets a private copy. */
  decode(bytes: Uint8Array): T;
}

/** A codec of whatever type. */
export interface AnyCodec {
  readonly name: string;
  encode(value: never): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/** The type of the keys of a kind. */
export type KeyOf<KK extends KeyKind> = KK extends 'string' ? string : KK extends 'number' ? number : AnyKey;

/** The type of the values of a kind. Those of kind `'any'` are unknown unless the map is given its types by name. */
export type ValueOf<VK> =
  VK extends Codec<infer T>
    ? T
    : VK extends 'number'
      ? number
      : VK extends 'string'
        ? string
        : VK extends 'bytes'
          ? Uint8Array
          : unknown;

/** The kinds that keys and values of these types may have, for a map that names its types: `new SharedMap<string, User>()`. */
export type KeyKindFor<K> =
  | 'any'
  | (K extends string ? 'string' : never)
  | (K extends number ? 'number' : never);
export type ValueKindFor<V> =
  | 'any'
  | 'json'
  | Codec<V>
  | (V extends number ? 'number' : never)
  | (V extends string ? 'string' : never)
  | (V extends Uint8Array ? 'bytes' : never);

export interface SharedMapOptions<KK extends KeyKind = KeyKind, VK = ValueKind | AnyCodec> {
  /** Kind of the keys. Default `'any'`. */
  readonly key?: KK | undefined;
  /** Kind of the values, or a codec. Default `'any'`: whatever structured clone carries. */
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
  readonly value: ValueKind | 'codec';
  readonly codec: Codec<unknown> | undefined;
  readonly capacity: number;
  readonly maxBytes: number;
  readonly cacheValues: number;
}

const PAGE = 65536;
/** 1 GiB: reserved address space, not memory. */
const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024;
/** Header, page table, a scratch page for each of a few threads and room for entries. */
export const MIN_BYTES = 1024 * 1024;
/** The most pages that a 32-bit memory can have, less one, so that its size fits 32 bits. */
const MAX_BYTES = 4 * 1024 * 1024 * 1024 - PAGE;

/** Values that one thread may keep: its cache is a Map, which holds no more than 2^24. */
const MAX_CACHED = 2 ** 23;

const known = new Set(['key', 'value', 'capacity', 'maxBytes', 'cacheValues']);
const keyKinds: readonly string[] = ['any', 'string', 'number'];
const valueKinds: readonly string[] = ['any', 'number', 'string', 'bytes', 'json'];

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message, cause);
}

interface Given {
  readonly isArray: boolean;
  readonly names: string[];
  readonly fields: Record<string, unknown>;
  readonly codec: Codec<unknown> | undefined;
}

/** What a user wrote, read once: getters may throw, or say something else the second time. */
function readGiven(options: object): Given {
  try {
    const { key, value, capacity, maxBytes, cacheValues } = options as Record<string, unknown>;
    return {
      isArray: Array.isArray(options),
      names: Object.keys(options),
      fields: { key, value, capacity, maxBytes, cacheValues },
      codec: codecOf(value),
    };
  } catch (cause) {
    wrong('the options of SharedMap cannot be read', cause);
  }
}

/** Checks options as a user wrote them. Throws ERR_SHARED_MAP_OPTION. */
export function readOptions(options: unknown): Settings {
  if (options === undefined) options = {};
  const given = typeof options === 'object' && options !== null ? readGiven(options) : undefined;
  if (given === undefined || given.isArray)
    wrong(`SharedMap takes an object of options, not ${describe(options)}`);
  const { names, fields, codec } = given;
  for (const name of names) {
    if (!known.has(name)) wrong(`SharedMap has no option '${name}': use ${[...known].join(', ')}`);
  }
  const key = fields.key ?? 'any';
  if (typeof key !== 'string' || !keyKinds.includes(key)) {
    wrong(`option key must be one of ${keyKinds.join(', ')}, not ${describe(key)}`);
  }
  const value = fields.value ?? 'any';
  if (codec === undefined && (typeof value !== 'string' || !valueKinds.includes(value))) {
    wrong(
      `option value must be one of ${valueKinds.join(', ')} or a codec { name, encode, decode }, not ${describe(value)}`,
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
      `option maxBytes must be a whole number from ${MIN_BYTES} (1 MiB) to ${MAX_BYTES} (4 GiB less 64 KiB), not ${describe(maxBytes)}`,
    );
  }
  return {
    key: key as KeyKind,
    value: codec ? 'codec' : (value as ValueKind),
    codec,
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

/** A value as a codec, if it has the shape of one: with the name and the functions that it has now. */
export function codecOf(value: unknown): Codec<unknown> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { name, encode, decode } = value as Record<string, unknown>;
  if (typeof name !== 'string' || typeof encode !== 'function' || typeof decode !== 'function')
    return undefined;
  return {
    name,
    encode: (given) => Reflect.apply(encode, value, [given]),
    decode: (bytes) => Reflect.apply(decode, value, [bytes]),
  };
}
