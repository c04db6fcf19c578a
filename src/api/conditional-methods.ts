/** Writes that depend on what is there, or tell it. Each is atomic: what it tells and what it does are of one instant. */
export interface ConditionalMethods<K, V> {
  /**
   * Sets the value of `key` if it is absent; tells whether it did. An existing value stays. Atomic: of several threads
   * one gets true. Cost and errors as `set`. (Go: LoadOrStore; Java: putIfAbsent)
   */
  insert(key: K, value: V): boolean;

  /**
   * Sets the value of `key` if it is present; tells whether it did. An absent key stays absent.
   * Cost and errors as `set`. (Java: replace)
   */
  replace(key: K, value: V): boolean;

  /**
   * Sets the value of `key` if it is there and equals `expected`: numbers by SameValueZero, anything
   * else by its encoded bytes. Equal values have equal ones; the order of fields counts, and which
   * objects are the same. Tells whether it did. Atomic. Cost and errors as `set`. (Go: CompareAndSwap)
   */
  compareAndSet(key: K, expected: V, value: V): boolean;

  /**
   * Deletes `key` if its value equals `expected`, as `compareAndSet` compares; tells whether it did. Needs memory for an
   * `expected` above 16 KB only. Throws ERR_SHARED_MAP_KEY_TYPE, _VALUE_TYPE, _ENCODE, _CODEC,
   * _BUSY, and for so long a value _FULL and
   * _VALUE_TOO_LARGE. (Go: CompareAndDelete; Java: remove)
   */
  compareAndDelete(key: K, expected: V): boolean;

  /**
   * Sets the value of `key` and returns the one that it has replaced, a copy; `undefined` when there was none. Of several
   * threads each gets the value of exactly one other, or what was there before. Cost and errors as `set`; what was there is
   * copied once. With a codec the old value is decoded first: if that throws
   * (ERR_SHARED_MAP_DECODE), nothing has
   * changed. (Go: Swap; Java: put)
   */
  getAndSet(key: K, value: V): V | undefined;

  /**
   * Deletes `key` and returns the value that it had, a copy; `undefined` when it was absent. Of several threads one gets
   * it. Takes no memory: a full map still deletes. Throws ERR_SHARED_MAP_KEY_TYPE, _BUSY; _DECODE
   * when the codec cannot decode,
   * then nothing has changed. (Go: LoadAndDelete; Java: remove)
   */
  getAndDelete(key: K): V | undefined;

  /**
   * The value of `key`, a copy; where there is none, `value` is stored and returned as it is. Of several threads one
   * stores, and all return what it has stored. A `get` when the key is present (then `value` is not looked at), else as
   * `set`. (TC39: Map.prototype.getOrInsert; Go: LoadOrStore)
   */
  getOrInsert(key: K, value: V): V;

  /**
   * The same with a value that `callback(key)` makes if the key is absent. It runs with nothing held, at most once in a
   * call, in several threads at the same time if they find the key absent; the first value that is stored wins, and all
   * return that one. It may call any operation, and may throw: then nothing has changed. (A value that it stores at this
   * key itself wins, too, where `Map` has it overwritten.) Throws ERR_SHARED_MAP_CALLBACK for what is no function, even if
   * the key is present, and when it returns a promise; else as `getOrInsert`. (TC39:
   * Map.prototype.getOrInsertComputed; Java: computeIfAbsent)
   */
  getOrInsertComputed(key: K, callback: (key: K) => V): V;
}
