// The header: the root word and the other words that belong to the whole map.
import { add64, cas64, load32, load64 } from './atomics';
import {
  COUNTS, COUNT_SET_SIZE, H_FLOOR, H_FRONTIER, H_ROOT, LOAD_NUM, LOAD_SHIFT, MAX_B, MIN_B, OVERFLOWS, STRIPES, STRIPE_SIZE, TABLE,
  BUCKET_SIZE,
} from './layout';

// The root word. Access: loaded by everyone before and after an operation; changed only by a CAS from exactly the
// word that was read, which steps `change`; so a late CAS fails and equal words mean that nothing happened between.
//
//   63        24 23 22 21        20       19       8 7    3 2  1        0
//   ┌───────────┬─────┬─────────┬─────────┬─────────┬──────┬──┬──────────┬───────┐
//   │ change 40 │  0  │shrinking│sweeping │ gen 12  │ B  5 │ 1│compacting│amended│
//   └───────────┴─────┴─────────┴─────────┴─────────┴──────┴──┴──────────┴───────┘
//
// Bits 2 to 9 lie as in a control word (bucket.ts): a chain that answers for this root agrees in them.
// `read` is the chains below 2^B, or below 2^(B-1) while `amended`; then the rest is `dirty`.

/** The table is between two sizes: chains at 2^(B-1) and above are `dirty`, and the parents of the unborn ones answer for them. */
export const AMENDED: u64 = 1;
/** A same-size growth is under way. */
export const COMPACTING: u64 = 2;
export const ROOT_ONE: u64 = 4;
export const B_SHIFT: u64 = 3;
export const B_MASK: u64 = 31;
export const GEN_SHIFT: u64 = 8;
export const GEN_MASK: u64 = 0xfff;
/** A clear has stepped the generation; some chains may still hold entries of the one before. */
export const SWEEPING: u64 = 1 << 20;
/** With `amended`: `dirty` is merged into `read` and not filled from it. Nobody is routed by this bit. */
export const SHRINKING: u64 = 1 << 21;
export const CHANGE: u64 = 1 << 24;
export const BUSY_FLAGS: u64 = AMENDED | COMPACTING | SWEEPING;

// @ts-ignore: decorator
@inline export function loadRoot(): u64 { return load64(0, H_ROOT); }

// @ts-ignore: decorator
@inline export function casRoot(from: u64, to: u64): bool { return cas64(0, from, to, H_ROOT) == from; }

// @ts-ignore: decorator
@inline export function rootB(root: u64): u64 { return (root >> B_SHIFT) & B_MASK; }

// @ts-ignore: decorator
@inline export function rootGen(root: u64): u64 { return (root >> GEN_SHIFT) & GEN_MASK; }

// A progress word (nevacuate, sweep): a number that names the work, and how many chains are done. The number is the
// root's change counter, so a word of other work reads as 0, and a late helper's CAS moves nothing that counts.
export const PROGRESS_BITS: u64 = 25; // chains up to 2^24, and one more value for "all"
export const PROGRESS_MASK: u64 = (1 << 25) - 1;

// @ts-ignore: decorator
@inline export function workNumber(root: u64): u64 { return (root >> 24) & ((1 << 39) - 1); }

/** Chains done of the work that `root` names. */
// @ts-ignore: decorator
@inline export function progress(word: u64, root: u64): u64 {
  return (word >> PROGRESS_BITS) == workNumber(root) ? word & PROGRESS_MASK : 0;
}

// Counts. A stripe is chosen by the low hash bits and changed inside the critical section of the chain, so none is
// ever negative and no termination falls between a cell and its count. Two sets: a clear starts on the other one,
// and its sweep takes the cleared entries out of the one before.

// @ts-ignore: decorator
@inline export function stripe(gen: u64, chain: u64): usize {
  return COUNTS + <usize>(gen & 1) * COUNT_SET_SIZE + (<usize>chain & (STRIPES - 1)) * STRIPE_SIZE;
}

// @ts-ignore: decorator
@inline export function addCount(gen: u64, chain: u64, delta: i64): u64 {
  return add64(stripe(gen, chain), <u64>delta, 0) + <u64>delta;
}

/** Entries of the generation of `root`; exact when quiet, never negative. */
export function sumCounts(root: u64): u64 {
  let sum: u64 = 0;
  for (let i: u64 = 0; i < STRIPES; i++) sum += load64(stripe(rootGen(root), i), 0);
  return sum;
}

/** Entries in the map. The root is compared again, so a clear in between is not half seen. */
export function count(): f64 {
  while (true) {
    const root = loadRoot();
    const sum = sumCounts(root);
    if (loadRoot() == root) return <f64>sum;
  }
}

/**
 * No entry in the map? Exact when quiet. The root need not be compared again: a clear since then made the map empty, and a
 * stripe that counts something all the same has only fallen since, so the map held something just before.
 */
export function isEmpty(): bool {
  const gen = rootGen(loadRoot());
  for (let i: u64 = 0; i < STRIPES; i++) {
    if (load64(stripe(gen, i), 0) != 0) return false;
  }
  return true;
}

// @ts-ignore: decorator
@inline export function overLoadFactor(entries: u64, b: u64): bool { return entries > ((LOAD_NUM << b) >> LOAD_SHIFT); }

/** One stripe's share of the load factor: reached by some stripe before the map reaches its own. */
// @ts-ignore: decorator
@inline export function overShare(entries: u64, b: u64): bool { return entries > ((LOAD_NUM << b) >> (LOAD_SHIFT + 4)); }

// The way down. A table shrinks by itself when it holds an eighth of what makes it grow: after halving it is a quarter full, so
// entries must halve again, or become four times as many, before it changes its size once more.

// @ts-ignore: decorator
@inline export function underLoadFactor(entries: u64, b: u64): bool { return entries < ((LOAD_NUM << b) >> (LOAD_SHIFT + 3)); }

/** One stripe's share of that: some stripe is below it, or at it, when the map is below its own. */
// @ts-ignore: decorator
@inline export function underShare(entries: u64, b: u64): bool { return entries <= ((LOAD_NUM << b) >> (LOAD_SHIFT + 7)); }

/** The B that so many entries need, as far as there are tables of that size. */
export function roomFor(entries: f64): u64 {
  let b = MIN_B;
  while (<f64>((LOAD_NUM << b) >> LOAD_SHIFT) < entries && b < MAX_B) b++;
  return b;
}

/** The smallest B that the user has asked for. */
export function floorB(): u64 { return <u64>load32(0, H_FLOOR); }

// Overflow buckets are counted beside the entries of their chain: in its stripe, in the set of its own generation, in the same
// section. So no stripe is ever negative, and no line is written that the write has not for itself already.

// @ts-ignore: decorator
@inline export function addOverflows(gen: u64, chain: u64, delta: i64): u64 {
  return add64(stripe(gen, chain), <u64>delta, OVERFLOWS) + <u64>delta;
}

/** Overflow buckets of all chains, those of an older generation too; exact when quiet. */
export function noverflow(): u64 {
  let sum: u64 = 0;
  for (let i: u64 = 0; i < STRIPES; i++) sum += load64(stripe(0, i), OVERFLOWS) + load64(stripe(1, i), OVERFLOWS);
  return sum;
}

/** One stripe's share of 2^B overflow buckets: reached by some stripe before they are so many. */
// @ts-ignore: decorator
@inline export function overOverflowShare(buckets: u64, b: u64): bool { return buckets >= (<u64>1 << b) >> 4; }

// The frontier: both ends of the space that is left, in one word, so that table and heap cannot pass each other.
// Access: CAS only; neither half ever falls; a reservation that a termination leaves unused is used by the next thread.

/** The lowest address of the heap is HEAP_TOP minus this many pages. */
// @ts-ignore: decorator
@inline export function frontierPages(frontier: u64): u32 { return <u32>(frontier >> 32); }

// @ts-ignore: decorator
@inline export function frontierBuckets(frontier: u64): u32 { return <u32>frontier; }

// @ts-ignore: decorator
@inline export function loadFrontier(): u64 { return load64(0, H_FRONTIER); }

/** Does a table of `buckets` fit, as things are? */
export function tableFits(buckets: u64, heapTop: u64): bool {
  const f = loadFrontier();
  return frontierBuckets(f) >= <u32>buckets || <u64>TABLE + buckets * BUCKET_SIZE + (<u64>frontierPages(f) << 16) <= heapTop;
}

/** Reserves table space for `buckets`. Idempotent. False when the heap is in the way. */
export function reserveTable(buckets: u64, heapTop: u64): bool {
  while (true) {
    const f = loadFrontier();
    if (frontierBuckets(f) >= <u32>buckets) return true;
    if (!tableFits(buckets, heapTop)) return false;
    if (cas64(0, f, (f & 0xffffffff00000000) | buckets, H_FRONTIER) == f) return true;
  }
}
