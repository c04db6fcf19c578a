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

  /** Keys as `keys`, each with its value at the time it is reached; a key deleted by then is left out. (Map; Go: Range) */
  entries(): MapIterator<[K, V]>;

  /** The same as `entries`. (Map) */
  [Symbol.iterator](): MapIterator<[K, V]>;

  /**
   * Calls `callback(value, key, map)` for each entry, as `entries` finds them. The callback may call anything.
   * Throws ERR_SHARED_MAP_CALLBACK. (Map)
   */
  forEach(callback: (value: V, key: K, map: this) => void, thisArg?: unknown): void;
}
