// What keys and values a map may have, as users name it, and the types that follow from it.

/**
 * Kinds of key. `'any'` tells 1 from '1'.
 *
 * Kept in the table itself: `'number'`, `'int32'` (-2^31 to 2^31 - 1), `'bigint'` (64 bits; all but the outermost 0.1 % of
 * them), and strings and bytes of up to 5 characters or bytes. A record of its own, 16 bytes and more, is needed for longer
 * strings and bytes, and for each `'uuid'` (24 bytes, where the text would take 48).
 */
export type KeyKind = 'any' | 'string' | 'number' | 'int32' | 'bigint' | 'bytes' | 'uuid';

export const KEY_KINDS = [
  'any',
  'string',
  'number',
  'int32',
  'bigint',
  'bytes',
  'uuid',
] as const satisfies readonly KeyKind[];

/**
 * Kinds of value that need no codec. Kept in the table itself: `'number'`, `'int32'`, `'boolean'`, `'bigint'` (64 bits; all
 * but the outermost 0.1 %), strings of up to 5 characters, and fixed records of one field that is no bigint.
 * Everything else has a record of its own.
 */
export type ValueKind = 'any' | 'number' | 'string' | 'bytes' | 'json' | 'int32' | 'bigint' | 'boolean';

export const VALUE_KINDS = [
  'any',
  'number',
  'string',
  'bytes',
  'json',
  'int32',
  'bigint',
  'boolean',
] as const satisfies readonly ValueKind[];

/** What a field of a fixed record may be: numbers by their width, `'bigint'` of 64 bits with a sign, `'boolean'`. */
export type FieldKind =
  | 'float64'
  | 'bigint'
  | 'float32'
  | 'int32'
  | 'uint32'
  | 'int16'
  | 'uint16'
  | 'int8'
  | 'uint8'
  | 'boolean';

/** Bytes that a field takes. */
export const FIELD_BYTES = {
  float64: 8,
  bigint: 8,
  float32: 4,
  int32: 4,
  uint32: 4,
  int16: 2,
  uint16: 2,
  int8: 1,
  uint8: 1,
  boolean: 1,
} as const satisfies Record<FieldKind, number>;

/** The fields of a fixed record, by name: `{ x: 'float64', hits: 'int32' }`. */
export type Fields = Readonly<Record<string, FieldKind>>;

/** What a key of kind `'any'` may be. Symbols, functions and objects have no identity that threads share. */
export type AnyKey = string | number | bigint | boolean | null | undefined;

/** What a key of any map may be. */
export type SomeKey = AnyKey | Uint8Array;

/** How values of a type become bytes and come back. `name` must be the same in every thread. */
export interface Codec<T> {
  /** Names the codec in handles and snapshots. */
  readonly name: string;
  /**
   * Called before the map is touched; may call any operation, of this map too. What it throws is
   * the cause of ERR_SHARED_MAP_ENCODE; a promise is refused with ERR_SHARED_MAP_CODEC.
   */
  encode(value: T): Uint8Array;
  /** Gets a private copy. What it throws is the cause of ERR_SHARED_MAP_DECODE; a promise is refused as by encode. */
  decode(bytes: Uint8Array): T;
}

/** A codec of whatever type. */
export interface AnyCodec {
  /** As of a Codec. */
  readonly name: string;
  /** As of a Codec. */
  encode(value: never): Uint8Array;
  /** As of a Codec. */
  decode(bytes: Uint8Array): unknown;
}

/** The type of the keys of a kind. */
export type KeyOf<KK extends KeyKind> = KK extends 'string' | 'uuid'
  ? string
  : KK extends 'number' | 'int32'
    ? number
    : KK extends 'bigint'
      ? bigint
      : KK extends 'bytes'
        ? Uint8Array
        : AnyKey;

/** The type of a field. */
export type FieldOf<F> = F extends 'bigint' ? bigint : F extends 'boolean' ? boolean : number;

/** The type of the values of a kind. Those of kind `'any'` are unknown unless the map is given its types by name. */
export type ValueOf<VK> =
  VK extends Codec<infer T>
    ? T
    : VK extends 'number' | 'int32'
      ? number
      : VK extends 'string'
        ? string
        : VK extends 'bytes'
          ? Uint8Array
          : VK extends 'bigint'
            ? bigint
            : VK extends 'boolean'
              ? boolean
              : VK extends Fields
                ? { -readonly [F in keyof VK]: FieldOf<VK[F]> }
                : unknown;

/** What `get` gives of a value of this type: bytes come back as a Uint8Array, whatever subclass they had. */
export type Stored<V> = V extends Uint8Array ? Uint8Array : V;

/** The kinds that can hold all keys of a type, for a map that names its types: `new SharedMap<string, User>()`. */
export type KeyKindFor<K> =
  | ([K] extends [AnyKey] ? 'any' : never)
  | ([K] extends [string] ? 'string' | 'uuid' : never)
  | ([K] extends [number] ? 'number' | 'int32' : never)
  | ([K] extends [bigint] ? 'bigint' : never)
  | ([K] extends [Uint8Array] ? 'bytes' : never);
/** The same for values. */
export type ValueKindFor<V> =
  | 'any'
  | 'json'
  | Codec<V>
  | ([V] extends [number] ? 'number' | 'int32' : never)
  | ([V] extends [string] ? 'string' : never)
  | ([V] extends [Uint8Array] ? 'bytes' : never)
  | ([V] extends [bigint] ? 'bigint' : never)
  | ([V] extends [boolean] ? 'boolean' : never)
  | FieldsFor<V>;

/** The declarations of fields that give records of type V. */
type FieldsFor<V> = V extends object ? { readonly [F in keyof V]: FieldKindFor<V[F]> } : never;

type FieldKindFor<T> = T extends number
  ? Exclude<FieldKind, 'bigint' | 'boolean'>
  : T extends bigint
    ? 'bigint'
    : T extends boolean
      ? 'boolean'
      : never;
