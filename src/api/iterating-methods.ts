/** Iteration as `Map` has it. */
export interface IteratingMethods<K, V> {
  /**
   * The keys. A key that is there all the time comes exactly once, any other at most once, during growth too; none that
   * this thread has deleted before. Begins at a random place. Ends early when a `clear` comes. Nothing is held between two
   * steps: do what you like in between, and go on with the same iterator after a `break`. (Map; Go: Range)
   */
  keys(): MapIterator<K>;

  /** The values, as `entries`. (Map) */
  values(): MapIterator<V>;

  /**
   * Keys as `keys`, each with its value at the time it is reached; a key deleted by then is left
   * out. (Map; Go: Range)
   *
   * A value that cannot be decoded ends nothing: that call of `next` throws ERR_SHARED_MAP_DECODE
   * with the entry's `key`, and the next call goes on behind it. A loop that has caught the error
   * goes on with the same iterator; so keep it:
   *
   * ```js
   * const entries = map.entries();
   * for (;;) {
   *   try {
   *     for (const [key, value] of entries) use(key, value);
   *     break;
   *   } catch (error) {
   *     if (error.code !== 'ERR_SHARED_MAP_DECODE') throw error;
   *     console.error('left out', error.key, error.cause);
   *   }
   * }
   * ```
   *
   * Whatever else a decoder lets through (ERR_SHARED_MAP_CODEC, a stack that ends) passes in the
   * same way. ERR_SHARED_MAP_HANDLE and _CORRUPT end the iterator.
   */
  entries(): MapIterator<[K, V]>;

  /** The same as `entries`. (Map) */
  [Symbol.iterator](): MapIterator<[K, V]>;

  /**
   * Calls `callback(value, key, map)` for each entry, as `entries` finds them. The callback may call anything.
   * What it throws ends the call at once. Throws ERR_SHARED_MAP_CALLBACK; _DECODE for the first
   * value that could not be decoded, with its `key`, when it has been called for all others. (Map)
   */
  forEach(callback: (value: V, key: K, map: this) => void, thisArg?: unknown): void;
}
