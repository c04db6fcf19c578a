/**
 * Functions of what is there. A function runs with nothing held, may call any operation and may throw: then its entry is as
 * it was. It runs again if another thread has written its key meanwhile, and only then; so it should do nothing but work
 * out a value. A promise is no answer: it is refused with ERR_SHARED_MAP_CALLBACK, and its entry is
 * as it was. What it is given is a copy. A change takes place at the instant when the value still
 * is the very one that
 * the function was given, not one that only equals it.
 */
export interface UpdatingMethods<K, V> {
  /**
   * Sets the value of `key` to what `fn(value, present)` makes of it, and returns that as it is; `value` is `undefined`
   * when the key is absent. Where `fn` returns `undefined` the key is deleted, or stays absent. A `get` and a `set`, and
   * `fn`. Throws ERR_SHARED_MAP_CALLBACK; else as `get` and `set`. (Java: compute; xsync: Compute; papaya: compute)
   */
  update(key: K, fn: (value: V | undefined, present: boolean) => V | undefined): V | undefined;

  /**
   * Stores `value` where the key is absent, else what `fn(old, value)` makes of both; returns what was stored. Where that
   * is `undefined` the key is deleted, or stays absent. Cost and errors as `update`. (Java: merge)
   */
  merge(key: K, value: V, fn: (old: V, value: V) => V | undefined): V | undefined;

  /**
   * Deletes `key` if it is there and `predicate(value, key)` is true of its value; tells whether it did. Takes no
   * memory. Throws ERR_SHARED_MAP_CALLBACK; else as `get`. (xsync: Compute with DeleteOp; papaya: remove_if)
   */
  deleteIf(key: K, predicate: (value: V, key: K) => boolean): boolean;

  /**
   * Keeps the entries of which `predicate(value, key)` is true, deletes the others, and returns how many it has deleted.
   * Not atomic as a whole: it meets the keys as `keys` does, and deletes each only with the very value that the predicate
   * was given. What throws, ends it; what was deleted before stays deleted. In proportion to the map.
   * An entry whose value cannot be decoded stays; when all others are done, its
   * ERR_SHARED_MAP_DECODE is thrown, with `key`, and with the number of deleted entries as `done`.
   * Throws ERR_SHARED_MAP_CALLBACK; else as `get`. (Rust: retain; xsync: DeleteMatching; Java: removeIf)
   */
  retain(predicate: (value: V, key: K) => boolean): number;

  /**
   * Sets the value of each entry to what `fn(value, key)` makes of it, and deletes those of which it makes `undefined`;
   * returns how many it has changed. Not atomic as a whole: it meets the keys as `keys` does; each change is as one by
   * `update`, of a key that is still there. What throws, ends it; what was changed before stays changed. In proportion to
   * the map. Values that cannot be decoded are as for `retain`.
   * Throws ERR_SHARED_MAP_CALLBACK; else as `get` and `set`. (Java: replaceAll)
   */
  replaceAll(fn: (value: V, key: K) => V | undefined): number;
}
