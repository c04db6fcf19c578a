import type { NumberArray } from '../structured/typed-array.js';

/**
 * Many keys in one call. Each key's operation is atomic, as if it had been called alone; the call as a whole is not: others may
 * come in between, and look-ups are made in no particular order. Writes are made in the order of the keys.
 *
 * Keys are any iterable, read to its end before the map is touched (but for entries of `setMany`), or a typed array of
 * numbers. For number keys one call of the kernel does thousands, and waits for many buckets at once: in large maps more than
 * twice as fast as single calls. Typed arrays may lie in shared memory; whoever changes them meanwhile changes which keys are meant.
 *
 * An error of this package ends the call; its `done` says how many keys, in their order, were done before it. Those stay done.
 * That of a value which cannot be decoded names it by its `key`.
 * What an iterator of the caller throws comes through as it is.
 */
export interface BulkMethods<K, V> {
  /**
   * The values of number keys as numbers, NaN for those that are absent; `found`, if given, says for each key whether it is
   * there (1) or not (0). Into `out` if given, which is returned. Both must be as long as the keys, or longer: the rest stays.
   * Throws as `get`; ERR_SHARED_MAP_VALUE_TYPE for a value that is no number (give an array as `out`), _OPTION for an
   * `out` or `found` that cannot be used. Results of keys that were done are in place then.
   */
  getMany(keys: NumberArray & Iterable<K>, out?: undefined, found?: Uint8Array): Float64Array;
  /** The same, of any keys into numbers. */
  getMany(keys: Iterable<K>, out: Float64Array, found?: Uint8Array): Float64Array;
  /** The values of keys as `get` gives them, `undefined` for those that are absent; else the same. */
  getMany(keys: Iterable<K>, out?: (V | undefined)[], found?: Uint8Array): (V | undefined)[];

  /** Which of the keys in a typed array are there: 1 or 0 for each, in `out` if given. Throws as `has`, and ERR_SHARED_MAP_OPTION. */
  hasMany(keys: NumberArray & Iterable<K>, out?: Uint8Array): Uint8Array;
  /** The same, of any keys into bytes. */
  hasMany(keys: Iterable<K>, out: Uint8Array): Uint8Array;
  /** The same, true or false for each key, in an array. */
  hasMany(keys: Iterable<K>): boolean[];

  /**
   * Sets each key to its value, of which there must be as many.
   * Throws as `set`, and ERR_SHARED_MAP_OPTION when there are more of one than of the other.
   */
  setMany(keys: Iterable<K>, values: Iterable<V>): this;
  /** The same, from entries, which are taken one by one as they come. Throws as `set`, and ERR_SHARED_MAP_OPTION when one is no entry. */
  setMany(entries: Iterable<readonly [K, V]>): this;

  /** Deletes the keys; returns how many were there. Throws as `delete`. */
  deleteMany(keys: Iterable<K>): number;
}
