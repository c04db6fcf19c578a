import type { SetLike } from '../builtin/set-like.js';

/** What SharedSet has of `Set`, and `insert`. */
export interface SetMethods<T> {
  /** Values: exact when no thread writes, never negative, this thread's own effects included. O(1). (Set) */
  readonly size: number;

  /**
   * Makes `value` a member; one that is there stays. Atomic, and others see all that this thread did before.
   * O(1) plus bytes; while the set grows, each `add` moves a small bounded number of chains.
   * Throws ERR_SHARED_MAP_KEY_TYPE, _VALUE_TOO_LARGE, _FULL; then nothing has changed. (Set)
   */
  add(value: T): this;

  /** The same as `add`, and tells whether the value is new: of several threads one gets true. Cost and errors as `add`. */
  insert(value: T): boolean;

  /** Is `value` a member? Takes no lock, waits for nobody. O(1) plus bytes. Throws ERR_SHARED_MAP_KEY_TYPE. (Set) */
  has(value: T): boolean;

  /** Deletes `value`; tells whether it was there. Of several threads one gets true. O(1). Throws ERR_SHARED_MAP_KEY_TYPE. (Set) */
  delete(value: T): boolean;

  /** Makes the set empty at one instant; what others add afterwards stays. Works in proportion to the set. (Set) */
  clear(): void;

  /**
   * The values. One that is there all the time comes exactly once, any other at most once, during growth too; begins at
   * a random place, and has no order. Ends early when a `clear` comes. Nothing is held between two steps. (Set)
   */
  values(): SetIterator<T>;

  /** The same function as `values`. (Set) */
  keys(): SetIterator<T>;

  /** Each value twice, as a pair. Promises as `values`. (Set) */
  entries(): SetIterator<[T, T]>;

  /** The same function as `values`. (Set) */
  [Symbol.iterator](): SetIterator<T>;

  /**
   * Calls `callback(value, value, set)` for each value, as `values` finds them. The callback may call anything.
   * Throws ERR_SHARED_MAP_CALLBACK. (Set)
   */
  forEach(callback: (value: T, again: T, set: this) => void, thisArg?: unknown): void;

  /** `'SharedSet'`. (Set) */
  readonly [Symbol.toStringTag]: string;
}

/**
 * Operations on two sets. The other is any set-like: a Set, a Map, another SharedSet, a SharedMap with its keys.
 *
 * None is atomic as a whole: they walk one set and ask the other, as `values` and `has` do; nothing is held meanwhile,
 * and what comes or goes in the course of one may be in the result or not. Where nobody writes they are exact. Those
 * that give a set give a `Set` of this thread: a SharedSet has a memory of its own, which is much for a result that
 * is mostly read and dropped; `new SharedSet(result)` makes one. Of the other set only what it is asked for must be
 * true; a value in it that a SharedSet cannot hold is no member of this one.
 *
 * All throw ERR_SHARED_MAP_ITERABLE for what is no set-like, _CALLBACK when its `has` or `keys` is no function. The smaller of
 * the two sets is walked where that is enough.
 */
export interface SetOperations<T> {
  /** The values of either. O(both). (TC39: Set.prototype.union) */
  union<U>(other: SetLike<U>): Set<T | U>;

  /** The values of both. O(the smaller). (TC39: Set.prototype.intersection) */
  intersection<U>(other: SetLike<U>): Set<T & U>;

  /** The values of this one that are not in the other. O(this one). (TC39: Set.prototype.difference) */
  difference<U>(other: SetLike<U>): Set<T>;

  /** The values of one of them alone. O(both). (TC39: Set.prototype.symmetricDifference) */
  symmetricDifference<U>(other: SetLike<U>): Set<T | U>;

  /** Is each value in the other one too? O(this one), ends with the first that is not. (TC39: Set.prototype.isSubsetOf) */
  isSubsetOf(other: SetLike<unknown>): boolean;

  /** Is each value of the other one here? O(the other), ends with the first that is not. (TC39: Set.prototype.isSupersetOf) */
  isSupersetOf(other: SetLike<unknown>): boolean;

  /** Is no value in both? O(the smaller), ends with the first that is. (TC39: Set.prototype.isDisjointFrom) */
  isDisjointFrom(other: SetLike<unknown>): boolean;
}
