import type { Kernel } from '../wasm/kernel.js';

/** What `stats()` tells, in Go's words. A snapshot: on a busy map its parts may be of different instants. */
export interface SharedMapStats {
  /** Entries, as `size`. */
  readonly count: number;
  /** log2 of the number of chains, the half that a growth is still filling, or a shrink still emptying, included. */
  readonly B: number;
  /** Chains: 2^B. */
  readonly buckets: number;
  /** Overflow buckets that belong to chains. */
  readonly noverflow: number;
  /** Entries per chain; the table doubles at 6.5. */
  readonly loadFactor: number;
  /** Is a growth, doubling or same-size, under way? */
  readonly growing: boolean;
  /** Is the table being halved? */
  readonly shrinking: boolean;
  /**
   * Chains that the growth under way has evacuated or compacted, or the shrink has merged, before the
   * first stretch of 64 that is not done: 0 to the end in a table of fewer.
   */
  readonly nevacuate: number;
  /** Doublings begun. */
  readonly growths: number;
  /** Same-size growths (chains compacted) completed. */
  readonly sameSizeGrowths: number;
  /** Doublings completed: `dirty` promoted to `read`. */
  readonly promotions: number;
  /** Halvings completed. */
  readonly shrinks: number;
  /** Bytes of header, table, records and overflow buckets in use. */
  readonly bytesUsed: number;
  /** Bytes of maxBytes that are not in use. */
  readonly bytesFree: number;
  /** High-water mark of the bytes that table and heap have taken from the system. */
  readonly bytesCommitted: number;
  /**
   * Threads attached. Those that have ended are taken out first, as far as it is known: always on Linux, elsewhere
   * where the thread that started them has imported this library (docs/threads.md).
   */
  readonly threads: number;
  /** This thread's look-ups that went to a parent because the chain in `dirty` was not born yet. */
  readonly misses: number;
  /** Times that an operation of this thread began again because another thread had changed what it looked at. */
  readonly retries: number;
}

export function readStats({ exports, maxBytes, slots }: Kernel): SharedMapStats {
  slots.bury();
  const count = exports.count();
  const B = exports.b();
  const buckets = 2 ** B;
  const work = exports.work();
  const bytesUsed = exports.bytesUsed();
  return {
    count,
    B,
    buckets,
    noverflow: exports.overflowBuckets(),
    loadFactor: count / buckets,
    growing: (work & 3) !== 0,
    shrinking: (work & 8) !== 0,
    nevacuate: exports.nevacuate(),
    growths: exports.growths(),
    sameSizeGrowths: exports.sameSizeGrowths(),
    promotions: exports.promotions(),
    shrinks: exports.shrinks(),
    bytesUsed,
    bytesFree: Math.max(0, maxBytes - bytesUsed),
    bytesCommitted: exports.bytesCommitted(),
    threads: exports.threads(),
    misses: exports.readMisses() >>> 0,
    retries: exports.readRetries() >>> 0,
  };
}
