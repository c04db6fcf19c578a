/** What arithmetic takes and gives in a map whose values are of type V: bigints among bigints, else numbers. */
export type Amount<V> = unknown extends V
  ? number
  : V extends bigint
    ? bigint
    : V extends number
      ? number
      : never;

/** Names of the fields of fixed records that are numbers or bigints. */
export type FieldName<V> = unknown extends V
  ? never
  : V extends object
    ? { [F in keyof V]: V[F] extends number | bigint ? F : never }[keyof V]
    : never;

/**
 * Arithmetic on values where they are. Each call is atomic, and returns the new value; what changes nothing stores
 * nothing. No user code runs. Of the kinds of value:
 *
 * - `'number'`, and numbers among values of kind `'any'`: `add`, `min` and `max`, as JavaScript does them.
 * - `'int32'` and `'bigint'`: all of them. Sums wrap around, as those of `Atomics.add` on an Int32Array and a BigInt64Array.
 * - fixed records: with the name of a field as the last argument. Integer fields wrap around at their width, a float32
 *   is rounded; `and`, `or` and `xor` need an integer. The record is read, and stored anew if it still is the same: a get
 *   and a set, which begin again when another thread has written the key meanwhile. In an absent record all other fields are 0, `0n` or `false`.
 *
 * A wrong operand, a value of another type (which stays) or a kind without arithmetic throw ERR_SHARED_MAP_VALUE_TYPE;
 * else as `set`. Numbers, int32 and bigints (all but the outermost 0.1 % of the 64-bit range) take no memory where the key
 * is present, so that a full map still counts.
 *
 * A map is as many counters as it has keys:
 *
 * ```js
 * const hits = new SharedMap({ key: 'string', value: 'int32' });
 * hits.add('/index.html');      // 1: an absent key counts as 0
 * hits.add('/index.html', 10);  // 11, from whatever thread
 * hits.add('/index.html', -1);  // 10
 * hits.get('/index.html');      // 10
 * hits.max('slowest', 250);     // 250, unless a thread has told of more
 * ```
 *
 * Threads that add to one key take turns there. Where all of them count one thing all the time, give each a key of its
 * own, `total:${threadId}`, and add those up to read it.
 */
export interface ArithmeticMethods<K, V> {
  /**
   * Adds `delta`, 1 or `1n` by default, to the value of `key`. An absent key counts as 0.
   * (Java: LongAdder, merge with sum; Atomics.add, with the new value in place of the old one)
   */
  add(key: K, delta?: Amount<V>): Amount<V>;
  /** The same for a field of a fixed record. */
  add<F extends FieldName<V>>(key: K, delta: V[F] | undefined, field: F): V[F];

  /** Makes `value` the value of `key` where that is more. An absent key gets it. NaN and -0 as in `Math.min`. (C++: fetch_min) */
  min(key: K, value: Amount<V>): Amount<V>;
  /** The same for a field of a fixed record. */
  min<F extends FieldName<V>>(key: K, value: V[F], field: F): V[F];

  /** Makes `value` the value of `key` where that is less. An absent key gets it. NaN and -0 as in `Math.max`. (C++: fetch_max) */
  max(key: K, value: Amount<V>): Amount<V>;
  /** The same for a field of a fixed record. */
  max<F extends FieldName<V>>(key: K, value: V[F], field: F): V[F];

  /** Leaves those bits of the value that are in `bits`. An absent key gets all of `bits`, as if it had had them all. (Atomics.and) */
  and(key: K, bits: Amount<V>): Amount<V>;
  /** The same for a field of a fixed record. */
  and<F extends FieldName<V>>(key: K, bits: V[F], field: F): V[F];

  /** Sets the bits of `bits` in the value. An absent key counts as 0. (Atomics.or) */
  or(key: K, bits: Amount<V>): Amount<V>;
  /** The same for a field of a fixed record. */
  or<F extends FieldName<V>>(key: K, bits: V[F], field: F): V[F];

  /** Turns the bits of `bits` around in the value. An absent key counts as 0. (Atomics.xor) */
  xor(key: K, bits: Amount<V>): Amount<V>;
  /** The same for a field of a fixed record. */
  xor<F extends FieldName<V>>(key: K, bits: V[F], field: F): V[F];
}
