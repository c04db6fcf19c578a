// A bucket's place and its control word.
import { cas64, enter, exchange64, leave, load32, load64, store64 } from './atomics';
import { B_SHIFT, rootB } from './header';
import { BUCKET_SIZE, CONTROL, KEYS, OVERFLOW, TABLE, TOPHASH, VALUES } from './layout';
import { wakeChain } from './wake';

// The control word of a chain lies in its root bucket.
//
//   63            22 21        10 9 8 7     3  2     1        0
//   ┌───────────────┬────────────┬───┬───────┬──────┬─────────┬──────┐
//   │ version 42    │ sequence 12│gen│ level │ live │ waiters │ lock │
//   └───────────────┴────────────┴───┴───────┴──────┴─────────┴──────┘
//
// lock      one writer, tens of nanoseconds, in a straight line (`enter` to `leave`)
// waiters   somebody sleeps until the next unlock: a writer (`arm`), or who waits for a key (wait.ts, which also sets it
//           in an unlocked word); set by a CAS, so unlocks are exchanges
// live      0: unborn, the entries are in the parent; changes with the version
// level     how many hash bits the chain answers for
// gen       the clear generation (mod 4) of its entries; an older one than the root's: empty
// sequence  steps with every change of the chain; writers validate by the whole word; carries into the version
// version   steps when something a reader may hold stops being true
//
// The word only ever rises (but for the lock bit of a writer that changed nothing), over clears and shrinks too.
export const LOCK: u64 = 1;
export const WAITERS: u64 = 2;
export const LIVE: u64 = 4;
export const LEVEL_ONE: u64 = 1 << 3;
export const SEQUENCE_ONE: u64 = 1 << 10;
export const VERSION_ONE: u64 = 1 << 22;
export const CHAIN_GEN: u64 = 3 << 8;

/** What routing looks at: where the word agrees with the root here, this is the chain and it is up to date. */
export const ROUTE_MASK: u64 = 0x3fc;
export const LIVE_AND_LEVEL: u64 = 0xfc;
/** What a reader looks at: everything but lock, waiters and sequence. */
export const READ_MASK: u64 = ~(<u64>0x3ffc03);

// @ts-ignore: decorator
@inline export function bucketAt(chain: u64): usize { return TABLE + <usize>chain * BUCKET_SIZE; }

// @ts-ignore: decorator
@inline export function chainMask(b: u64): u64 { return (<u64>1 << b) - 1; }

// @ts-ignore: decorator
@inline export function loadControl(root: usize): u64 { return load64(root, CONTROL); }

// @ts-ignore: decorator
@inline export function level(control: u64): u64 { return (control >> B_SHIFT) & 31; }

// @ts-ignore: decorator
@inline export function isLive(control: u64): bool { return (control & LIVE) != 0; }

/** Same level and generation as the root word. */
// @ts-ignore: decorator
@inline export function routed(control: u64, root: u64): bool { return ((control ^ root) & ROUTE_MASK) == 0; }

// @ts-ignore: decorator
@inline export function sameGen(control: u64, root: u64): bool { return ((control ^ root) & CHAIN_GEN) == 0; }

/** In a growth: this chain was not evacuated yet and still answers for its child too. */
// @ts-ignore: decorator
@inline export function isParent(control: u64, root: u64): bool { return isLive(control) && level(control) + 1 == rootB(root); }

/** Nothing that a reader relies on has changed since `control` was read. */
// @ts-ignore: decorator
@inline export function stillReads(root: usize, control: u64): bool { return ((loadControl(root) ^ control) & READ_MASK) == 0; }

/** Locks the chain from exactly the word seen: nothing has changed since. Opens a section. */
// @ts-ignore: decorator
@inline export function tryLock(root: usize, control: u64): bool {
  if (cas64(root, control, control | LOCK, CONTROL) != control) return false;
  enter();
  return true;
}

/** Closes the section. `next` is the new word; whoever waits is woken with no kill point in between. */
// @ts-ignore: decorator
@inline export function unlock(root: usize, next: u64): void {
  if (exchange64(root, next & ~(LOCK | WAITERS), CONTROL) & WAITERS) wakeChain(root);
  leave();
}

/** For JavaScript, before it parks: asks for a wake-up. Returns the low half of the word to sleep on, or 0. */
export function arm(root: usize): u32 {
  const c = loadControl(root);
  if ((c & LOCK) == 0) return 0;
  if ((c & WAITERS) == 0 && cas64(root, c, c | WAITERS, CONTROL) != c) return 0;
  return <u32>(c | WAITERS);
}

// @ts-ignore: decorator
@inline export function loadTop(bucket: usize): u64 { return load64(bucket, TOPHASH); }

// @ts-ignore: decorator
@inline export function loadKey(bucket: usize, cell: usize): u64 { return load64(bucket + (cell << 3), KEYS); }

// @ts-ignore: decorator
@inline export function loadValue(bucket: usize, cell: usize): u64 { return load64(bucket + (cell << 3), VALUES); }

// @ts-ignore: decorator
@inline export function loadOverflow(bucket: usize): usize { return <usize>load32(bucket, OVERFLOW); }

/**
 * Under the lock: key and value of one cell, from `cells` in this thread's scratch. Atomic, because a plain store could
 * become visible before the step of the version that precedes it: on ARM64 nothing holds it behind an earlier store.
 */
// @ts-ignore: decorator
@inline function storeCell(bucket: usize, cells: usize, cell: usize): void {
  store64(bucket + (cell << 3), load<u64>(cells + (cell << 3)), KEYS);
  store64(bucket + (cell << 3), load<u64>(cells + (cell << 3), VALUES - KEYS), VALUES);
}

/** All cells of a bucket; written out, since nothing between lock and unlock may loop. */
// @ts-ignore: decorator
@inline export function storeCells(bucket: usize, cells: usize): void {
  storeCell(bucket, cells, 0);
  storeCell(bucket, cells, 1);
  storeCell(bucket, cells, 2);
  storeCell(bucket, cells, 3);
  storeCell(bucket, cells, 4);
  storeCell(bucket, cells, 5);
  storeCell(bucket, cells, 6);
  storeCell(bucket, cells, 7);
}
