// Where everything lies in the shared memory. Every offset and size of the kernel is named here, once.
//
//   0            128 KiB                                                         maxBytes     + 16 MiB
//   ┌────────┬───────────────────────┬───────────────┬──────────────────┬─────────┬───────────┐
//   │ header │ table ──▶             │  never touched │  ◀── heap pages  │  page   │ scratch   │
//   │ slots  │ 2^B buckets in place  │                │  of 64 KiB       │  table  │ of slots  │
//   └────────┴───────────────────────┴───────────────┴──────────────────┴─────────┴───────────┘
//            TABLE                   frontier (one word holds both)      HEAP_TOP
//
// Each slot's scratch lies behind maxBytes, out of reach of what users store: a full map can be attached to.
//
// The memory is made with initial = maximum: fresh pages are zero and cost nothing until touched, and zero
// means "unborn chain", "free page", "empty cell". No address ever changes its kind of use, but heap pages.

// ---------------------------------------------------------------- header, one cache line per volatile word

export const MAGIC: u32 = 0x70616d74; // "tmap"
export const LAYOUT_VERSION: u32 = 5;

export const H_MAGIC: usize = 0; // u32, written last when a map is made
export const H_VERSION: usize = 4; // u32
export const H_MAX_BYTES: usize = 8; // u32, the size of the memory without the scratch area
export const H_FLOOR: usize = 12; // u32, the smallest B that the map may shrink to by itself
export const H_SEED0: usize = 16; // u64 hash0, low half: constant after creation
export const H_SEED1: usize = 24; // u64 hash0, high half
export const H_ID: usize = 32; // 16 random bytes that name the map
export const H_KINDS: usize = 48; // 16 bytes of a digest of its kinds of key and value, which handles are checked against
export const H_ROOT: usize = 64; // u64, header.ts
export const H_FRONTIER: usize = 128; // u64: buckets reserved for the table, low; heap pages taken, high
export const H_COMPACTED: usize = 384; // u64: B and what the last same-size growth left in place
export const H_GROWTHS: usize = 448; // i64, for stats()
export const H_SAME_SIZE: usize = 456; // i64, for stats()
export const H_PROMOTIONS: usize = 464; // i64, for stats()
export const H_SHRINKS: usize = 472; // i64, for stats()
export const H_ENDS: usize = 488; // u64: ends of threads that were ever logged, slot.ts
export const H_CLEARS: usize = 496; // i64: clears, all but those that a death has cut short

/**
 * Count stripes: two sets, by the parity of the clear generation, of 16 by the low hash bits.
 *   0 entries u64   8 overflow buckets u64 that belong to chains: noverflow
 */
export const COUNTS: usize = 512;
export const OVERFLOWS: usize = 8; // in a stripe
export const STRIPES: u32 = 16;
export const STRIPE_SIZE: usize = 64; // a cache line each
export const COUNT_SET_SIZE: usize = 1024; // STRIPES * STRIPE_SIZE

/** Wake words: one u64 for each stripe, a cache line each, up to 3584. wake.ts */
export const WAKES: usize = 2560;

/** 3 f64, written by JavaScript when the map is made: which process it is. src/threads/system-table.ts */
export const H_PROCESS: usize = 3584;

/** How far the work has come, a cache line; then the same for the sweep of a clear. stretch.ts */
export const H_CLAIM: usize = 3648; // u64: number of the work, the stretch to claim next
export const H_NEVACUATE: usize = 3656; // u64: number of the work, chains done from the first one on
export const H_SWEEP_CLAIM: usize = 3712;
export const H_SWEEP: usize = 3720;

/** Slots: one for each thread that is attached. */
export const SLOTS: usize = 4096;
export const SLOT_SIZE: usize = 256;
export const MAX_THREADS: u32 = 256;
//  64 hand    u32 x 11, hand.ts
// 192 owner   u64  identity of the thread that answers for the slot, 0 = free: slot.ts
// 200 thread  u32  id + 1 of the thread whose end is to be logged, 0 = none
// 208 end     u64  number that its end has got in the log, until it is written there; else 0
// (No offset of a word in a bucket: the build check tells words by their offsets.)
export const SLOT_OWNER: usize = 192;
export const SLOT_THREAD: usize = 200;
export const SLOT_END: usize = 208;
export const HAND: usize = 64;

/** The log of threads that have ended, a ring of u64, behind the slots: slot.ts. */
export const ENDS: usize = 69632; // SLOTS + MAX_THREADS * SLOT_SIZE
/** More than can end between two looks of a listener, which are 400 ms apart: starting a thread takes 10 ms. */
export const ENDS_KEPT: u64 = 1024;

/** Which stretches of chains are done, a bit each, of the work and of the sweep: stretch.ts. */
export const WORK_DONE: usize = 77824; // ENDS + ENDS_KEPT * 8
export const SWEEP_DONE: usize = 86016; // WORK_DONE + DONE_SIZE
export const DONE_SIZE: usize = 8192; // 1024 u64, each with 16 bits

/** For each size class, the page that each thread cuts pieces from: 16 bits for each slot, in words of four. page.ts */
export const PAGE_NAMES: usize = 94208; // SWEEP_DONE + DONE_SIZE
export const NAMES_SIZE: usize = 512; // MAX_THREADS * 2; PAGE_NAMES + 46 * NAMES_SIZE is 117760

// ---------------------------------------------------------------- table

export const TABLE: usize = 131072; // the header's pages that nothing uses are never touched
export const MIN_B: u64 = 4; // 16 chains, so that one count stripe answers for a whole chain
export const MAX_B: u64 = 24; // as many split bits as a record word carries; 4 GiB hold fewer chains

// A bucket, root or overflow, 152 bytes: keys and values grouped by kind, as Go's bmap has them.
//   0 tophash u64, cell i in byte i
//   8 overflow u32, address of the next bucket of the chain or 0
//  16 control u64 (root bucket); link of the free list (overflow bucket in the pool)
//  24 keys    u64 x 8
//  88 values  u64 x 8
export const TOPHASH: usize = 0;
export const OVERFLOW: usize = 8;
export const CONTROL: usize = 16;
export const KEYS: usize = 24;
export const VALUES: usize = 88;
export const CELLS_SIZE: usize = 128; // keys and values together
export const BUCKET_SIZE: usize = 152;

/** Load factor 6.5 = 13 / 2, as in Go: entries per chain at which the table doubles. */
export const LOAD_NUM: u64 = 13;
export const LOAD_SHIFT: u64 = 1;

// ---------------------------------------------------------------- heap

export const PAGE_SIZE: usize = 65536;
export const PAGE_SHIFT: u32 = 16;

// Page table entry, 16 bytes:
//   0 epoch  u32  steps when the page is taken for a new use
//   4 next   u32  page number + 1 of the next page of a large value
//   8 anchor u64  page.ts
export const PAGE_ENTRY: usize = 16;
export const EPOCH: usize = 0;
export const NEXT_PAGE: usize = 4;
export const ANCHOR: usize = 8;

// Record: header u64, then the bytes. A free record keeps its version; the free list's link lies at LINK.
export const RECORD_HEADER: usize = 8;
export const LINK: usize = 8;
export const MAX_SMALL: u32 = 32768 - 16; // bytes that a record holds outside of a chain of pages

// Large record: a record of 16 bytes that owns a chain of pages.
export const LARGE_LENGTH: usize = 8; // u32, bytes in the pages
export const LARGE_FIRST: usize = 12; // u32, page number + 1 of the page with the first bytes

// ---------------------------------------------------------------- scratch, 64 KiB for each slot, behind maxBytes

export const SCRATCH_SIZE: usize = 65536;


//   0 status   64 page hints   256 images   528 own pages   992 own stretches   1 K key bytes   16 K value bytes, in and out   48 K expected bytes
export const S_STATUS: usize = 0; // u32, what the last call found
export const S_LENGTH: usize = 4; // u32, bytes at S_VALUE
export const S_AUX: usize = 8; // u32, address of the locked bucket, or of a large record
export const S_FIRST: usize = 12; // u32, first page of a large record
export const S_STAMP: usize = 16; // u64, header of a large record, or of a token's
export const S_EPOCH: usize = 24; // u32, page epoch of a large record, or of a token's
export const S_NEXT: usize = 28; // u32, next position of an iteration, next page of a large record
export const S_MORE: usize = 32; // u32, where to go on when a chain has more cells than one call could list
export const S_FENCE: usize = 36; // u32, see fence in atomics.ts
export const S_TWICE: usize = 40; // u32, 1 when a list may hold a key twice
export const S_WORD: usize = 48; // u64, the word of a token, token.ts
export const S_WAKE: usize = 56; // u64, the wake word on which to sleep, as it was
export const S_HINTS: usize = 64; // u32 per size class: page number + 1 that last had room
export const S_IMAGE_X: usize = 256; // a root bucket's tophash and cells, being put together
export const S_IMAGE_Y: usize = 392; // S_IMAGE_X + IMAGE_CELLS + CELLS_SIZE
export const IMAGE_CELLS: usize = 8; // cells follow the tophash
export const S_ANCHORS: usize = 528; // u64 per size class: the anchor that this thread left last, page.ts
export const S_FRESH: usize = 896; // u16 per size class: the first piece of that page that was never taken
export const S_STRETCH: usize = 992; // 2 of 16 bytes: this thread's stretch of the work and of the sweep, stretch.ts
export const S_KEY: usize = 1024;
export const S_VALUE: usize = 16384;
export const S_NUMBERS: usize = 32768; // the numbers that go with keys at S_VALUE, for many at once
export const S_EXPECTED: usize = 49152;
