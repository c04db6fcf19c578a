// Evacuating a chain: its X half stays where it is, its Y half moves up to the child, 2^(B-1) chains higher.
//
// Copy outside, commit inside: whatever takes a loop is done before the lock, on private copies. The commit is a
// straight line of stores in one order: publish the child, step the parent, hide, unlock with a step. A reader of Y who
// saw the parent before the step finds its version changed; one who comes after it finds the level raised and goes to
// the child, which is live by then. The child stays locked until nothing in the parent can be taken for it any more.
//
// Plain stores go into the child alone. A reader that still looks at it from a life before finds its version changed by
// the merge that ended that life, and the store of its control word comes after them. The parent's cells are written
// atomically: a new key beside an old value, seen under the version of before, would be another key's value.
import { add64, cas64, copy, enter, plainStore32, plainStore64, store32, store64 } from './atomics';
import {
  bucketAt, CHAIN_GEN, isParent, level, LEVEL_ONE, LIVE, loadControl, loadOverflow, loadTop, LOCK, sameGen, SEQUENCE_ONE, storeCells,
  tryLock, unlock, VERSION_ONE, READ_MASK,
} from './bucket';
import { gather, GATHERED, gatheredMoved, gatheredNew, gatheredOld, movingCells, NO_MEMORY as GATHER_NO_MEMORY } from './gather';
import { giveBuckets, HAND_OLD, HAND_X, HAND_Y, inHand, setHand } from './hand';
import { addOverflows, B_SHIFT, GEN_SHIFT, loadRoot, rootB } from './header';
import { BUCKET_SIZE, TABLE, CELLS_SIZE, CONTROL, IMAGE_CELLS, KEYS, OVERFLOW, S_IMAGE_X, S_IMAGE_Y, TOPHASH } from './layout';
import { sweepChain } from './clear';
import { ensureSeed, scratch, slot } from './thread';
import { childTop, parentTop, trimmed } from './tophash';

export const EVACUATED: i32 = 1;
export const RACED: i32 = 0;
export const NO_MEMORY: i32 = -1;

/** Moves the Y half of `chain` of the growth that `root` names. RACED: the chain is locked or has changed, try again. */
export function evacuate(root: u64, chain: u64): i32 {
  const head = bucketAt(chain);
  const control = loadControl(head);
  if (control & LOCK) return RACED;
  if (!isParent(control, root)) return level(control) == rootB(root) ? EVACUATED : RACED;
  if (!sameGen(control, root)) {
    sweepChain(root, chain);
    return RACED;
  }
  ensureSeed(root); // keys are hashed again; this may be the first call of the thread, or of the generation
  return loadOverflow(head) == 0 ? split(root, chain, head, control) : splitChain(root, chain, head, control);
}

/** The child's control word: its version goes on from its own, its generation is the parent's. An unborn chain's word changes under its parent's lock alone. */
// @ts-ignore: decorator
@inline function childControl(before: u64, parent: u64): u64 {
  return ((before & ~(VERSION_ONE - 1)) + VERSION_ONE) | LIVE | ((level(parent) + 1) << B_SHIFT) | (parent & CHAIN_GEN);
}

/**
 * Bytes of a page of the system, as a power of two: 4096. Where pages are larger, fewer of them are
 * fresh: then the second CAS of `openChild` is sometimes one too many, and does no harm.
 */
const SYSTEM_PAGE_SHIFT: usize = 12;

/**
 * Writes the child's page before anybody reads it, and returns the child's control word. The system
 * gives a page of its own at the first write; a read before it would map the page of zeros, and the
 * write after that would fault again.
 *
 * It is a CAS from 0 to 0, before the lock. It may come at any time: it changes no word, and control
 * words are only ever written atomically. If it succeeds, the child was never born. If it fails, it
 * has found a word that is not 0, so the page was written. (ARM64 need not write at a failing CAS,
 * nor needs to.) An atomic add of 0 would not do: V8 makes a load and a loop of cmpxchg of it on
 * x64, and the load reads first. No such CAS on cells: others store them plainly.
 *
 * The word may be old by the time of the lock only if the child was born or merged since. Both step
 * the parent, so that the lock is refused.
 *
 * Most pages begin inside a bucket. If the next chain's control word lies on another page, that page
 * is written too: it has the end of this child, which would fault under the lock. Not beyond the
 * table: what follows there may never be used.
 */
// @ts-ignore: decorator
@inline function openChild(root: u64, child: usize): u64 {
  const before = cas64(child, 0, 0, CONTROL);
  const next = child + BUCKET_SIZE;
  const behind = TABLE + (BUCKET_SIZE << <usize>rootB(root));
  const sharesPage = (next + CONTROL) >> SYSTEM_PAGE_SHIFT == (child + CONTROL) >> SYSTEM_PAGE_SHIFT;
  if (!sharesPage && next < behind) cas64(next, 0, 0, CONTROL);
  return before;
}

/** A chain of one bucket: nothing to prepare but the masks, so updates of its values cannot hold it up. */
function split(root: u64, chain: u64, head: usize, seen: u64): i32 {
  const lv = level(seen);
  const tops = loadTop(head);
  const moved = movingCells(head, tops, lv);
  const childTops = trimmed(childTop(tops, moved));
  const parentTops = trimmed(parentTop(tops, moved));
  const child = bucketAt(chain + (<u64>1 << lv));
  const before = openChild(root, child);
  const live = childControl(before, seen);
  const control = loadControl(head);
  if (control & LOCK || ((control ^ seen) & READ_MASK) != 0) return RACED;
  if (!tryLock(head, control)) return RACED;
  if (loadRoot() != root || loadTop(head) != tops || loadOverflow(head) != 0) {
    unlock(head, control);
    return RACED;
  }
  copy(child + KEYS, head + KEYS, CELLS_SIZE);
  plainStore64(child, childTops, TOPHASH);
  plainStore32(child, 0, OVERFLOW);
  store64(child, live | LOCK, CONTROL);
  enter();
  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(head, parentTops, TOPHASH);
  unlock(child, live + SEQUENCE_ONE);
  unlock(head, control + 2 * VERSION_ONE + LEVEL_ONE);
  return EVACUATED;
}

/**
 * A chain with overflow buckets, compacted on the way. Entries that stay but move within the chain are shown at
 * their new place before the old one goes, each change of that kind behind a step of its own:
 * Y hidden | step | new cells filled, then shown | step | old overflow buckets let go | unlock with a step.
 */
function splitChain(root: u64, chain: u64, head: usize, control: u64): i32 {
  const lv = level(control);
  const tops = loadTop(head);
  const r = gather(head, control, lv);
  if (r != GATHERED) {
    abandon();
    return r == GATHER_NO_MEMORY ? NO_MEMORY : RACED;
  }
  const x = scratch + S_IMAGE_X;
  const y = scratch + S_IMAGE_Y;
  const hidden = parentTop(tops, gatheredMoved);
  const xs = <u32>inHand(HAND_X);
  const ys = <u32>inHand(HAND_Y);
  const childTops = ys ? load<u64>(y) : trimmed(load<u64>(y));
  const parentTops = xs ? load<u64>(x) : trimmed(load<u64>(x));
  const old = loadOverflow(head);
  const change = gatheredNew - gatheredOld;
  const child = bucketAt(chain + (<u64>1 << lv));
  const before = openChild(root, child);
  const live = childControl(before, control);
  if (!tryLock(head, control)) {
    abandon();
    return RACED;
  }
  if (loadRoot() != root) {
    unlock(head, control);
    abandon();
    return RACED;
  }
  copy(child + KEYS, y + IMAGE_CELLS, CELLS_SIZE);
  plainStore64(child, childTops, TOPHASH);
  plainStore32(child, ys, OVERFLOW);
  store64(child, live | LOCK, CONTROL);
  enter();
  add64(head, VERSION_ONE + LEVEL_ONE, CONTROL);
  store64(head, hidden, TOPHASH);
  add64(head, VERSION_ONE, CONTROL);
  storeCells(head, x + IMAGE_CELLS); // entries that stay at their place are overwritten by themselves
  store64(head, parentTops, TOPHASH);
  add64(head, VERSION_ONE, CONTROL);
  store32(head, xs, OVERFLOW);
  addOverflows(control >> GEN_SHIFT, chain, change);
  setHand(HAND_X, 0);
  setHand(HAND_Y, 0);
  setHand(HAND_OLD, old);
  unlock(child, live + SEQUENCE_ONE);
  unlock(head, control + 4 * VERSION_ONE + LEVEL_ONE);
  giveBuckets(slot, HAND_OLD);
  return EVACUATED;
}

/** Gives back the private buckets of an attempt that came too late. */
export function abandon(): void {
  giveBuckets(slot, HAND_X);
  giveBuckets(slot, HAND_Y);
}
