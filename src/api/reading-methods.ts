/** Reads that `Map` has not. */
export interface ReadingMethods<K, V> {
  /**
   * The value of `key`, or `other` when it is absent; a value `undefined` is a value. As `get`, in one look.
   * Throws as `get`. (Java)
   */
  getOrDefault(key: K, other: V): V;

  /**
   * Is there no entry? Exact when no thread writes, this thread's own effects included: the same as `size === 0`, but it
   * stops at the first entry that it can count. O(1). (Java)
   */
  isEmpty(): boolean;
}
