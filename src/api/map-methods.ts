/** What SharedMap has of `Map`. */
export interface MapMethods<K, V> {
  /** Entries: exact when no thread writes, never negative, this thread's own effects included. O(1). (Map) */
  readonly size: number;

  /**
   * The value of `key`, a copy; `undefined` when it is absent (or is `undefined`: ask `has`). Where this thread keeps decoded
   * values (`cacheValues`), a kept one is frozen and the same object each time, until the key's value is set anew.
   * Stores nothing that others read, takes no lock, waits for nobody. O(1), and the bytes of key and value.
   * Throws ERR_SHARED_MAP_KEY_TYPE; _CODEC when the codec cannot decode. (Map; Go: Load)
   */
  get(key: K): V | undefined;

  /**
   * Sets the value of `key`. Others see all of it or none, and growth is no exception. O(1) plus bytes; while the map
   * grows, each write moves a small bounded number of chains. Waits only for writers of the same chain.
   * Throws ERR_SHARED_MAP_KEY_TYPE, _VALUE_TYPE, _VALUE_TOO_LARGE, _FULL, _CODEC; then nothing has changed. (Map; Go: Store)
   */
  set(key: K, value: V): this;

  /** Is `key` present? As `get`, without the value. Throws ERR_SHARED_MAP_KEY_TYPE. (Map) */
  has(key: K): boolean;

  /** Deletes `key`; tells whether it was there. Its memory can be used again at once. Throws ERR_SHARED_MAP_KEY_TYPE. (Map; Go: Delete) */
  delete(key: K): boolean;

  /**
   * Makes the map empty at one instant; what others set afterwards stays. Keeps the table, changes the hash seed.
   * Works in proportion to the map. (Map; Go: Clear)
   */
  clear(): void;

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

  /** `'SharedMap'`. (Map) */
  readonly [Symbol.toStringTag]: string;
}
