/** What SharedMap has of `Map`, but for iteration. */
export interface MapMethods<K, V> {
  /** Entries: exact when no thread writes, never negative, this thread's own effects included. O(1). (Map) */
  readonly size: number;

  /**
   * The value of `key`, a copy; `undefined` when it is absent (or is `undefined`: ask `has`). Where this thread keeps decoded
   * values (`cacheValues`), a kept one is frozen and the same object each time, until the key's value is set anew.
   * Stores nothing that others read, takes no lock, waits for nobody. O(1), and the bytes of key and value.
   * Throws ERR_SHARED_MAP_KEY_TYPE; _DECODE, with `key`, when the value cannot be decoded here,
   * _CODEC when the codec returns a promise. (Map; Go: Load)
   */
  get(key: K): V | undefined;

  /**
   * Sets the value of `key`. Others see all of it or none, and growth is no exception. O(1) plus bytes; while the map
   * grows, each write moves a small bounded number of chains. Waits only for writers of the same chain.
   * Throws ERR_SHARED_MAP_KEY_TYPE, _VALUE_TYPE, _VALUE_TOO_LARGE, _FULL, _ENCODE when the codec
   * throws, _CODEC when it gives no bytes, _BUSY when another thread holds a lock and stands still;
   * then nothing has changed. (Map; Go: Store)
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

  /** `'SharedMap'`. (Map) */
  readonly [Symbol.toStringTag]: string;
}
