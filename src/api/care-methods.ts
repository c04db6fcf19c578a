import type { DetachOptions } from '../attach/detach-options.js';
import type { SharedMapStats } from '../care/stats.js';

/** What keeps a map in order. */
export interface CareMethods {
  /**
   * Sizes and counters. Looks at each heap page's descriptor: some microseconds per 100 MB; and asks the system for each
   * other thread that is attached: 10 to 20 microseconds. Slots of threads that have ended are taken back by the way.
   */
  stats(): SharedMapStats;

  /**
   * Walks the whole map and tells every broken invariant; empty means sound. Meant for a quiet map (no thread in an
   * operation, ended ones reclaimed): on a busy one it is safe, and what it says means nothing.
   */
  check(): string[];

  /**
   * Makes room for `entries` entries at once, those of now included: inserts up to there meet no growth, and the map does not
   * shrink below it by itself. A smaller reservation than the last one, or than the option `capacity`, changes nothing;
   * `shrink` takes it back. Others read and write meanwhile, as during any growth; this call does the work of it, which is in
   * proportion to the table, and waits only for writers of the chains that it moves.
   * Throws ERR_SHARED_MAP_OPTION when `entries` is no number of entries; _FULL when such a table does not fit: then no entry has
   * changed. (Go: make with a hint; Rust: HashMap::reserve)
   */
  reserve(entries: number): void;

  /**
   * Makes the table the smallest that holds the present entries (at most 6.5 for each chain, 16 chains at least), packs its
   * chains, and takes back what `reserve` or `capacity` has asked for. Others read and write meanwhile, each key at its place
   * at every instant; this call does the work, which is in proportion to the table. If they insert so much that the
   * smaller table would not do, the larger one stays; where there is no memory for an overflow bucket, it goes as far as it gets.
   *
   * A map halves its table by itself, too, a few chains with each write, once deletes have left fewer than 0.8 entries for each
   * chain: so mostly there is no need to call this. What it gives: iteration, `clear` and `check` have less to walk, look-ups touch less
   * memory, `bytesUsed` falls. Freed records and overflow buckets are used again with or without it. What it does not give: the
   * memory of the table's upper half stays taken from the system (`bytesCommitted`), for the next growth. (Rust: shrink_to_fit)
   */
  shrink(): void;

  /**
   * Takes back what a thread that has ended still held: its slot, its scratch, what it had in hand. On Linux this is never
   * needed: any thread that finds no slot or no memory takes back what ended threads hold. Elsewhere it happens by itself
   * where the thread that started the Worker has imported this library first (docs/threads.md).
   *
   * `threadId` is that of `node:worker_threads`. Returns whether there was anything; false, and nothing happens, for a thread
   * that is known to run. Where nobody knows, it is taken for ended. Costs some 50 microseconds. Throws ERR_SHARED_MAP_OPTION.
   */
  reclaim(threadId: number): boolean;

  /**
   * Calls `listener` with the id of each thread that ends while it is attached to this map, however it ends: each once, in
   * one order for all listeners, within a second (while this thread serves its event loop). For job queues and elections:
   * what that thread had claimed is free. A thread that has let go of the map before is not told of.
   *
   * Returns a function that ends the listening; so does letting go of the map. Until then this thread keeps the map. The
   * process is not kept alive. Costs a look at each attached thread, 10 to 20 microseconds, five times a second.
   * Where the system does not tell who runs, it depends on who has imported this library: docs/threads.md.
   * Throws ERR_SHARED_MAP_CALLBACK, _HANDLE. (Erlang: monitor)
   */
  onThreadEnd(listener: (threadId: number) => void): () => void;

  /**
   * Ends one use of the map in this thread. Uses are counted: each `new`, `attach`, `fromSnapshot`
   * and `load` is one, and all users of a thread share the map. The last `detach` lets go: slot and
   * scratch are free for others, waits reject, every operation throws ERR_SHARED_MAP_HANDLE, and
   * `handle` has no `memory` any more (a handle that was kept from before attaches again).
   * `detach({ all: true })` lets go at once, for all users; where that was done already it does
   * nothing. Another copy of this package in the thread counts its own uses; the slot is free when
   * all copies have let go.
   *
   * A map that was let go of leads to none of its memory. That returns to the system when no thread
   * holds an attached map, the handle or the memory any more: at the next collection, even in the
   * same turn of the event loop. Other threads see nothing of it. Costs some microseconds. Throws
   * ERR_SHARED_MAP_HANDLE for one `detach` too many, ERR_SHARED_MAP_OPTION.
   */
  detach(options?: DetachOptions): void;

  /**
   * Ends one use, as `detach` does, for `using`; where the thread has let go already it does
   * nothing. So do not call `detach` as well where others use the map: that would end two uses.
   * (TC39: explicit resource management)
   */
  [Symbol.dispose](): void;
}
