import type { SharedMapStats } from '../stats.js';

/** What keeps a map in order. */
export interface CareMethods {
  /** Sizes and counters. Looks at each heap page's descriptor: some microseconds per 100 MB. */
  stats(): SharedMapStats;

  /**
   * Walks the whole map and tells every broken invariant; empty means sound. Meant for a quiet map (no thread in an
   * operation, ended ones reclaimed): on a busy one it is safe, and what it says means nothing.
   */
  check(): string[];

  /**
   * Takes back what a thread that has ended still held: its slot, its scratch, the record it had in hand. This happens
   * by itself where the thread that started the Worker has imported this library; elsewhere a death costs one slot and
   * 64 KiB until this is called. `threadId` must have ended. Tells whether there was anything. Throws ERR_SHARED_MAP_OPTION.
   */
  reclaim(threadId: number): boolean;

  /**
   * This thread lets go of the map: its slot and scratch are free for others. The memory returns to the system when no
   * thread holds the map, its handle or its memory any more and the garbage collectors have seen it.
   */
  detach(): void;

  /** The same as `detach`, for `using`. (TC39: explicit resource management) */
  [Symbol.dispose](): void;
}
