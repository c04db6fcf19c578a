/** Arithmetic on values, in place. Each is atomic. */
export interface ArithmeticMethods<K> {
  /**
   * Adds to the number at `key`, atomically, and returns the new one; an absent key counts as 0.
   * Throws ERR_SHARED_MAP_VALUE_TYPE when a value of another type is there, which stays, or the map's values are not
   * numbers; else as `set`. (Java: LongAdder, merge with sum)
   */
  add(key: K, delta?: number): number;
}
