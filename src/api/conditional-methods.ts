/** Writes that depend on what is there. Each is atomic. */
export interface ConditionalMethods<K, V> {
  /**
   * Sets the value of `key` if it is absent; tells whether it did. An existing value stays. Atomic: of several threads
   * one gets true. Cost and errors as `set`. (Go: LoadOrStore; Java: putIfAbsent)
   */
  insert(key: K, value: V): boolean;

  /**
   * Sets the value of `key` if it is there and equals `expected`: numbers by SameValueZero, anything else by its
   * encoded bytes (structured values: by those after a round trip, so that what `get` gave is equal). Tells whether it did. Atomic. Cost and errors as `set`. (Go: CompareAndSwap)
   */
  compareAndSet(key: K, expected: V, value: V): boolean;
}
