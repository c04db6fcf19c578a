// Growth: when it begins, who carries it on, when it is promoted; and the other work that writes carry on. Everything here is
// a CAS from exactly what was seen, or work that any thread may do again: no thread is waited for.
import { add64, store64, load64 } from './atomics';
import { bucketAt, level, loadControl, loadOverflow, LOCK } from './bucket';
import { finishSweep, sweepSome } from './clear';
import { compact } from './compact';
import { evacuate, EVACUATED, NO_MEMORY, RACED } from './evacuate';
import {
  AMENDED, BUSY_FLAGS, casRoot, CHANGE, COMPACTING, loadRoot, noverflow, overLoadFactor, overOverflowShare, overShare, reserveTable,
  rootB, SHRINKING, sumCounts, SWEEPING, B_SHIFT, tableFits,
} from './header';
import { H_COMPACTED, H_GROWTHS, H_PROMOTIONS, H_SAME_SIZE, MAX_B } from './layout';
import { merge } from './merge';
import { endShrink, turnToGrowth } from './shrink';
import { claim, hasStretch, nextChain, pass, prefix, wentRound, WORK } from './stretch';
import { BUSY, busyAt, damaged, FULL, LOST, YES } from './status';
import { ensureSeed, heapTop, payDebt } from './thread';

/** Chains that others have done and that one write passes over (Go looks at 1024; here each is a cache miss). */
const RUN: u32 = 32;

/**
 * Chains that a write moves besides its own. Go moves one; chains in a row cost half of what single ones do (they share
 * cache lines and pages), and a growth that ends sooner lets more writes take the short path. Measured: inserting 4
 * million numbers, 250 ns each with 1, 205 with 3, no better with 7.
 */
const CHAINS_PER_WRITE: u32 = 3;

/** Looks at a locked chain this often before a mover passes over it. */
const PATIENCE: u32 = 16;

/** No chain. */
const NOWHERE: u64 = 0xffffffffffffffff;

/** Chains moved between two looks at the root, by who carries the work out to its end. */
const CHAINS_AT_ONCE: u32 = 64;

/** Looks at a locked chain this often before it lets JavaScript park the thread. */
const SPINS: u32 = 200;

/** What each write owes to the work under way. True: there was any. */
export function growWork(root: u64): bool {
  if ((root & BUSY_FLAGS) == 0) return false;
  ensureSeed(root);
  if (root & SWEEPING) sweepSome(root, 1);
  if (root & AMENDED) moveSome(root, CHAINS_PER_WRITE + payDebt());
  if (root & COMPACTING) moveSome(root, 1);
  return true;
}

/** Of the last `moveSome`: chains that it moved, and the last one that it could not. */
let moved: u32 = 0;
let stuckAt: u64 = 0;

/**
 * A chain that was locked when a further round came to it, under a root. Nothing but such chains is left then, and a round
 * with each write would cost more than the write: the thread looks at this one until it is unlocked.
 */
let awaited: u64 = 0xffffffffffffffff; // NOWHERE, which would need a start function
let awaitedRoot: u64 = 0;

/**
 * Moves chains of this thread's stretch, merges or compacts them. EVACUATED: so many, or all that it came to. Else why the
 * last one that it passed over cannot be done now.
 *
 * The share of a write: `chains` moved; RUN more passed over; 3 * 32 words of bits looked at; a CAS of a bit, of the prefix
 * and of the claim for each stretch that ends or begins, which are two at most where a stretch is longer than that.
 */
function moveSome(root: u64, chains: u32): i32 {
  const end = workEnd(root);
  let result = EVACUATED;
  let looks: u32 = RUN + chains;
  let locked: u64 = NOWHERE;
  moved = 0;
  if (awaited != NOWHERE) {
    if (awaitedRoot == root && isLocked(awaited)) {
      stuckAt = awaited;
      return RACED;
    }
    awaited = NOWHERE;
  }
  while (looks > 0) {
    if (!hasStretch(WORK, root, end) && !claim(WORK, root, end)) {
      if (prefix(WORK, root, end) == end) endWork(root);
      break;
    }
    const chain = nextChain(WORK);
    let done = isMoved(root, chain);
    if (!done) {
      if (chains == 0) break;
      chains--;
      // A writer is through in tens of nanoseconds; passed over, its chain would cost a round.
      for (let i: u32 = 0; i < PATIENCE && isLocked(chain); i++);
      const r = move(root, chain);
      done = r == EVACUATED;
      if (done) {
        moved++;
      } else {
        result = r;
        stuckAt = chain;
        if (r == RACED && isLocked(chain)) locked = chain;
      }
    }
    looks--;
    if (pass(WORK, root, end, done)) {
      endWork(root);
      break;
    }
    if (result == NO_MEMORY) break;
    if (wentRound && locked != NOWHERE && !hasStretch(WORK, root, end)) {
      awaited = locked;
      awaitedRoot = root;
      break;
    }
  }
  return result;
}

// @ts-ignore: decorator
@inline function isLocked(chain: u64): bool { return (loadControl(bucketAt(chain)) & LOCK) != 0; }

/** From the root under which every chain was seen done. */
function endWork(root: u64): void {
  if (root & COMPACTING) endSameSize(root);
  else if (root & SHRINKING) endShrink(root);
  else promote(root);
}

// @ts-ignore: decorator
@inline function workEnd(root: u64): u64 { return <u64>1 << ((root & AMENDED) != 0 ? rootB(root) - 1 : rootB(root)); }

// @ts-ignore: decorator
@inline function move(root: u64, chain: u64): i32 {
  if (root & COMPACTING) {
    compact(root, chain);
    return EVACUATED;
  }
  return root & SHRINKING ? merge(root, chain) : evacuate(root, chain);
}

/** A locked chain may be in a commit that began under another root: a growth that takes a shrink back must not pass over one that is merged at this moment. */
// @ts-ignore: decorator
@inline function isMoved(root: u64, chain: u64): bool {
  const head = bucketAt(chain);
  if (root & COMPACTING) return loadOverflow(head) == 0;
  const control = loadControl(head);
  return level(control) == rootB(root) - ((root & SHRINKING) != 0 ? 1 : 0) && (control & LOCK) == 0;
}

/** Carries the work under way out to its end. YES: there is none any more. FULL: no overflow bucket is left. BUSY: a chain stayed locked. */
export function carryOut(): i32 {
  let spins: u32 = 0;
  let idle: u32 = 0;
  let before: u64 = 0;
  while (true) {
    const root = loadRoot();
    if ((root & BUSY_FLAGS) == 0) return YES;
    ensureSeed(root);
    if (root & SWEEPING) {
      if (finishSweep() == BUSY) return BUSY;
      continue;
    }
    const r = moveSome(root, CHAINS_AT_ONCE);
    if (r == NO_MEMORY) return FULL;
    if (moved != 0) {
      spins = 0;
      idle = 0;
    }
    if (r != RACED) continue;
    const parent = bucketAt(stuckAt);
    const control = loadControl(parent);
    // A child is looked at in a shrink alone: in a growth its page may not have been written yet.
    const child = (root & SHRINKING) != 0 ? bucketAt(stuckAt + workEnd(root)) : parent;
    if ((control | loadControl(child)) & LOCK) {
      // Looks at this chain alone until it is unlocked: a round through the stretch costs more.
      do {
        if (++spins > SPINS) return busyAt(loadControl(parent) & LOCK ? parent : child);
      } while ((loadControl(parent) | loadControl(child)) & LOCK);
    } else if (control == before && ++idle > LOST) {
      damaged();
    }
    before = control;
  }
}

/** `dirty` becomes part of `read`. The CAS is from the root under which every chain was seen evacuated. */
function promote(root: u64): void {
  if (casRoot(root, (root & ~AMENDED) + CHANGE)) add64(0, 1, H_PROMOTIONS);
}

function endSameSize(root: u64): void {
  if (!casRoot(root, (root & ~COMPACTING) + CHANGE)) return;
  add64(0, 1, H_SAME_SIZE);
  store64(0, (rootB(root) << 32) | noverflow(), H_COMPACTED); // a hint for `afterInsert`; late or lost, it does no harm
}

/** From a root that names no work. The table's end is reserved first: a growth that does not fit never begins. False: it does not. */
export function startGrowth(root: u64): bool {
  if (!reserveTable(<u64>1 << (rootB(root) + 1), heapTop)) return false;
  if (casRoot(root, root + ((<u64>1 << B_SHIFT) | AMENDED) + CHANGE)) add64(0, 1, H_GROWTHS);
  return true;
}

/**
 * After an insert: begins a growth when the load factor, or the number of overflow buckets, asks for one. `stripeOverflows` is
 * 0 when the insert has added no bucket.
 */
export function afterInsert(root: u64, stripeEntries: u64, stripeOverflows: u64): void {
  const b = rootB(root);
  if (root & BUSY_FLAGS) {
    // Growth waits for the work before. A shrink to a table that is too small by now is none to wait for.
    if (root & SHRINKING && overShare(stripeEntries, b - 1) && overLoadFactor(sumCounts(root), b - 1)) turnToGrowth(root);
    return;
  }
  if (overShare(stripeEntries, b) && b < MAX_B && tableFits(<u64>1 << (b + 1), heapTop) && overLoadFactor(sumCounts(root), b)) {
    if (startGrowth(root)) return; // else the map goes on in overflow buckets
  }
  if (stripeOverflows != 0 && overOverflowShare(stripeOverflows, b)) {
    const n = noverflow();
    if (n < <u64>1 << b) return;
    // Where compaction left many buckets (equal hashes, a table that cannot grow), wait until their number has doubled.
    const last = load64(0, H_COMPACTED);
    if (last >> 32 == b && n < 2 * (last & 0xffffffff)) return;
    casRoot(root, (root | COMPACTING) + CHANGE);
  }
}
