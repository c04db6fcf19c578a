import type { Scanned, SharedMapCursor } from '../iteration/cursor.js';

/** Iteration in parts: shared out among threads, or stopped and resumed. */
export interface ScanMethods<K, V> {
  /**
   * The entries of the `i`th of `n` parts of the map, as `entries` finds them. The parts do not overlap and are together the
   * whole map: of `n` threads that take one part each, each key that is there all the time comes to exactly one of them,
   * once; any other key to at most one. Parts are cut by hashes, so they differ in size by chance alone. `n` up to 2^24.
   * A `clear` ends each of them. Throws ERR_SHARED_MAP_OPTION for an `i` or `n` that names no part. (Java: Spliterator.trySplit)
   */
  partition(i: number, n: number): MapIterator<[K, V]>;

  /**
   * The begin of an iteration over the map, or over the `i`th of `n` parts of it, as plain data for `scan`. O(1).
   * Throws ERR_SHARED_MAP_OPTION for an `i` or `n` that names no part. (Redis: SCAN 0)
   */
  cursor(i?: number, n?: number): SharedMapCursor;

  /**
   * Some entries from `cursor` on, and the cursor to go on with; its `done` is true when nothing comes any more. A cursor may
   * be cloned, kept as JSON, sent to another thread and used there, by whoever is attached to the map, and the map may grow and
   * shrink in between: over all calls together, a key that is there all the time comes exactly once, any other at most once.
   * A `clear` ends the iteration. Using one cursor twice gives its entries twice, with their values of then.
   *
   * `count` is a hint, 100 by default: whole chains of the table are listed until there are that many entries, so a few more
   * may come; fewer, or none, come where the table is sparse or keys are deleted meanwhile. O(`count`), with at most 10 chains
   * looked at for each. Entries whose values cannot be decoded are in `undecodable`, an error with
   * its `key` for each; the others are in `entries`. Throws ERR_SHARED_MAP_CURSOR for what is no
   * cursor of this map, ERR_SHARED_MAP_OPTION for a wrong count. (Redis: SCAN)
   */
  scan(cursor: SharedMapCursor, count?: number): Scanned<K, V>;
}
