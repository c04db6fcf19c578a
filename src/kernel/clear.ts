// clear: one CAS steps the generation, and every chain of an older one reads as empty. The sweep then empties chains
// and stamps them; whoever writes carries it on, so a clearer may die at any point.
import { add64, enter, leave, load64, store32, store64 } from './atomics';
import {
  bucketAt, CHAIN_GEN, isLive, level, loadControl, loadKey, loadOverflow, loadTop, loadValue, LOCK, sameGen, tryLock, unlock, VERSION_ONE,
} from './bucket';
import { endless, MANY_HOPS } from './endless';
import { giveBuckets, HAND_OLD, HAND_OLD_KEY, HAND_OLD_VALUE, setHand, settle, useHand } from './hand';
import { giveRecord } from './heap';
import {
  addCount, addOverflows, AMENDED, casRoot, CHANGE, GEN_MASK, GEN_SHIFT, loadRoot, rootB, rootGen, SWEEPING,
} from './header';
import { H_CLEARS, OVERFLOW, TOPHASH } from './layout';
import { claim, hasStretch, nextChain, pass, prefix, SWEEP } from './stretch';
import { busyAt, BUSY, damaged, NO, YES } from './status';
import { ensureSeed, slot } from './thread';
import { emptyOne, lowestCell, matchLive, withTop } from './tophash';
import { wakeAll } from './wake';
import { isRecord, recordAddress } from './word';

const SPINS: u32 = 200;
/** Rounds in which neither this thread nor another has got anywhere, though nothing is locked. */
const IDLE: u32 = 1000;

/** Makes the map empty, at one instant. YES, or BUSY: call again. The sweep is left to `sweep`. */
export function clear(): i32 {
  settle(); // what an exception has cut short: the sweep puts its own into the same words of the hand
  while (true) {
    const root = loadRoot();
    if (root & SWEEPING) {
      // A chain knows its generation by two bits: at most one clear may be unswept.
      const r = finishSweep();
      if (r == BUSY) return BUSY;
      continue;
    }
    const gen = ((rootGen(root) + 1) & GEN_MASK) << GEN_SHIFT;
    if (!casRoot(root, ((root & ~(GEN_MASK << GEN_SHIFT)) | gen | SWEEPING) + CHANGE)) continue;
    enter();
    wakeAll(); // every key has another hash now, and may have another chain: who waits must ask again
    leave();
    add64(0, 1, H_CLEARS);
    return YES;
  }
}

export function sweep(): i32 {
  settle();
  return finishSweep() == BUSY ? BUSY : YES;
}

/** YES: a sweep was under way and is done now. NO: there was none. BUSY: a chain stayed locked. */
export function finishSweep(): i32 {
  let any = NO;
  let stuck: u32 = 0;
  let idle: u32 = 0;
  let before: u64 = 0;
  let seen: u64 = 0;
  while (true) {
    const root = loadRoot();
    if ((root & SWEEPING) == 0) return any;
    any = YES;
    ensureSeed(root);
    const at = sweepSome(root, 64);
    if (at == NOWHERE) {
      idle = 0;
      continue;
    }
    const control = loadControl(bucketAt(at));
    if (at != before || control != seen) idle = 0;
    if (at != before) {
      before = at;
      stuck = 0;
    } else if (control & LOCK) {
      if (++stuck > SPINS) return busyAt(bucketAt(at));
    } else if (++idle > IDLE) {
      damaged();
    }
    seen = control;
  }
}

/** What `sweepSome` returns when it stopped at no chain. */
const NOWHERE: u64 = 0xffffffffffffffff;

/** Sweeps up to `chains` chains of this thread's stretch. Returns the one at which it stopped, or NOWHERE. */
export function sweepSome(root: u64, chains: u32): u64 {
  const end = <u64>1 << (rootB(root) - (root & AMENDED));
  for (let i: u32 = 0; i < chains; i++) {
    if (!hasStretch(SWEEP, root, end) && !claim(SWEEP, root, end)) {
      if (prefix(SWEEP, root, end) == end) endSweep(root);
      break;
    }
    const stop = sweepPair(root, nextChain(SWEEP));
    if (stop != NOWHERE) return stop;
    if (pass(SWEEP, root, end, true)) {
      endSweep(root);
      break;
    }
  }
  return NOWHERE;
}

/** From the root under which every chain was seen to be of its generation. */
function endSweep(root: u64): void { casRoot(root, (root & ~SWEEPING) + CHANGE); }

/**
 * Takes one step at a chain, and between two sizes at its child. NOWHERE: both are of the generation of the root. Else which
 * of them is not.
 *
 * The parent first: once it is stamped, no split of before the clear is under way, so the level that its word shows then
 * tells the rest. At the level of the root the child is born, and may be old. Below it there is no child, and the next one
 * has its parent's generation. A child that was passed over first could be born old behind the sweep's back.
 */
function sweepPair(root: u64, chain: u64): u64 {
  if (!sweepChain(root, chain)) return chain;
  if ((root & AMENDED) == 0 || level(loadControl(bucketAt(chain))) != rootB(root)) return NOWHERE;
  const child = chain + (<u64>1 << (rootB(root) - 1));
  return sweepChain(root, child) ? NOWHERE : child;
}

/** Takes one step at emptying a chain of an older generation. True: it is of this one (or unborn). */
export function sweepChain(root: u64, chain: u64): bool {
  const head = bucketAt(chain);
  const control = loadControl(head);
  if (!isLive(control) || sameGen(control, root)) return true;
  if (control & LOCK) return false;
  let entries: i64 = 0;
  let buckets: i64 = -1;
  let hops: u32 = 0;
  for (let bucket = head; bucket; bucket = loadOverflow(bucket)) {
    if (loadControl(head) != control) return false;
    if (++hops > MANY_HOPS) {
      if (endless(bucket, head, control)) damaged();
      hops = 0;
    }
    const tops = loadTop(bucket);
    for (let m = matchLive(tops); m; m &= m - 1) {
      const cell = lowestCell(m);
      if (isRecord(loadKey(bucket, cell)) || isRecord(loadValue(bucket, cell))) {
        dropEntry(root, chain, control, bucket, cell, tops);
        return false;
      }
    }
    entries += popcnt(matchLive(tops));
    buckets++;
  }
  return stamp(root, chain, control, entries, buckets);
}

/** Takes out one entry that holds a record: the hand has room for no more. */
function dropEntry(root: u64, chain: u64, control: u64, bucket: usize, cell: usize, tops: u64): void {
  const head = bucketAt(chain);
  const key = loadKey(bucket, cell);
  const value = loadValue(bucket, cell);
  useHand();
  if (!tryLock(head, control)) return;
  if (loadRoot() != root) {
    unlock(head, control);
    return;
  }
  store64(bucket, withTop(tops, cell, emptyOne), TOPHASH);
  addCount(control >> GEN_SHIFT, chain, -1);
  if (isRecord(key)) setHand(HAND_OLD_KEY, recordAddress(key));
  if (isRecord(value)) setHand(HAND_OLD_VALUE, recordAddress(value));
  unlock(head, control + VERSION_ONE);
  giveRecord(slot, HAND_OLD_KEY);
  giveRecord(slot, HAND_OLD_VALUE);
}

/** Empties a chain that holds no records any more, and gives it the generation of the root. */
function stamp(root: u64, chain: u64, control: u64, entries: i64, buckets: i64): bool {
  const head = bucketAt(chain);
  const old = loadOverflow(head);
  if (old) useHand();
  if (!tryLock(head, control)) return false;
  if (loadRoot() != root) {
    unlock(head, control);
    return false;
  }
  store64(head, 0, TOPHASH);
  store32(head, 0, OVERFLOW);
  addCount(control >> GEN_SHIFT, chain, -entries);
  if (old) {
    addOverflows(control >> GEN_SHIFT, chain, -buckets);
    setHand(HAND_OLD, old);
  }
  unlock(head, ((control & ~CHAIN_GEN) | (root & CHAIN_GEN)) + VERSION_ONE);
  if (old) giveBuckets(slot, HAND_OLD);
  return true;
}
