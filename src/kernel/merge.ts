// Merging two chains, for a table that shrinks: the chain takes in its child, 2^(B-1) chains higher, which is unborn again.
//
// Little is moved. The cells of the child's root bucket go into empty ones of the parent's, and what finds no room there into
// one new overflow bucket; the child's overflow buckets become the parent's as they are. So a merge gives back nothing, and a
// reader who stands in either chain loses nothing. Both chains are locked, the parent first; then, in one order: show the
// child's entries in the parent, all of them; step the parent and lower its level; only then the child is unborn, and stepped.
// Whoever is sent to the child until then finds it as it was; whoever finds the lower level finds everything.
import { add64, plainStore32, plainStore64, poison, store32, store64 } from './atomics';
import {
  bucketAt, isLive, isParent, level, LEVEL_ONE, loadControl, loadKey, loadOverflow, loadTop, loadValue, LOCK, READ_MASK, sameGen,
  stillReads, tryLock, unlock, VERSION_ONE,
} from './bucket';
import { sweepChain } from './clear';
import { endless, MANY_HOPS } from './endless';
import { abandon, NO_MEMORY, RACED } from './evacuate';
import { HAND_BUCKET, setHand, useHand } from './hand';
import { addOverflows, GEN_SHIFT, loadRoot, rootB } from './header';
import { take } from './heap';
import { CELLS_SIZE, CONTROL, KEYS, OVERFLOW, S_IMAGE_X, TOPHASH, VALUES } from './layout';
import { CLASS_OVERFLOW } from './page';
import { scratch } from './thread';
import { lowestCell, matchEmpty, matchLive, topAt, untrimmed, withTop } from './tophash';

export const MERGED: i32 = 1;

/** Merges `chain` with its child in the shrink that `root` names. RACED: one of them is locked or has changed, try again. */
export function merge(root: u64, chain: u64): i32 {
  const head = bucketAt(chain);
  const childChain = chain + (<u64>1 << (rootB(root) - 1));
  const child = bucketAt(childChain);
  const seen = loadControl(head);
  if (seen & LOCK) return RACED;
  if (isParent(seen, root)) return MERGED;
  // A parent at this level has a child that is born, so that its page was written.
  if (level(seen) != rootB(root)) return RACED;
  const childSeen = loadControl(child);
  if (childSeen & LOCK || !isLive(childSeen) || level(childSeen) != rootB(root)) return RACED;
  if (!sameGen(seen, root) || !sameGen(childSeen, root)) {
    // Entries of two generations never come together: who is behind is emptied first.
    if (sweepChain(root, chain)) sweepChain(root, childChain);
    return RACED;
  }
  const tops = loadTop(head);
  const childTops = loadTop(child);
  const own = loadOverflow(head);
  const list = loadOverflow(child);
  const last = own ? lastOf(list, child, childSeen) : 0;
  if (last == NOWHERE) return RACED;
  const lastTops = last ? loadTop(last) : 0;
  const behind = list ? list : own;
  if (!assignCells(head, tops, childTops, behind)) return NO_MEMORY;
  const extra = cellsExtra;
  const first = extra ? extra : behind;
  const merged = first ? untrimmed(cellsTops) : cellsTops;

  // From the words of now, if what was looked at still stands: updates of values cannot hold a merge up.
  const control = loadControl(head);
  const childControl = loadControl(child);
  if ((control | childControl) & LOCK || ((control ^ seen) | (childControl ^ childSeen)) & READ_MASK || !tryLock(head, control)) {
    abandon();
    return RACED;
  }
  if (!tryLock(child, childControl)) {
    unlock(head, control);
    abandon();
    return RACED;
  }
  if (
    loadRoot() != root || loadTop(head) != tops || loadOverflow(head) != own || loadTop(child) != childTops || loadOverflow(child) != list ||
    (last != 0 && (loadTop(last) != lastTops || loadOverflow(last) != 0))
  ) {
    unlock(child, childControl);
    unlock(head, control);
    abandon();
    return RACED;
  }
  moveCell(child, 0);
  moveCell(child, 1);
  moveCell(child, 2);
  moveCell(child, 3);
  moveCell(child, 4);
  moveCell(child, 5);
  moveCell(child, 6);
  moveCell(child, 7);
  if (last) {
    store64(last, untrimmed(lastTops), TOPHASH);
    store32(last, <u32>own, OVERFLOW); // who stands in the child goes on into the parent's buckets, and finds nothing there
  }
  store64(head, merged, TOPHASH);
  store32(head, <u32>first, OVERFLOW);
  if (extra) {
    addOverflows(control >> GEN_SHIFT, chain, 1);
    setHand(HAND_BUCKET, 0);
  }
  add64(head, VERSION_ONE - LEVEL_ONE, CONTROL);
  unlock(child, (childControl & ~(VERSION_ONE - 1)) + VERSION_ONE);
  if (SCHEDULED) poisonChild(child); // an unborn chain belongs to the holder of its parent's lock
  unlock(head, control + VERSION_ONE - LEVEL_ONE);
  return MERGED;
}

const NOWHERE: usize = 1;

/** The last bucket of a list, 0 if it has none; NOWHERE when the chain changes. */
function lastOf(list: usize, child: usize, control: u64): usize {
  let last: usize = 0;
  let hops: u32 = 0;
  for (let bucket = list; bucket; bucket = loadOverflow(bucket)) {
    if (!stillReads(child, control)) return NOWHERE;
    if (++hops > MANY_HOPS) {
      if (endless(bucket, child, control)) return NOWHERE; // stays as it is: who looks for a key in it says so
      hops = 0;
    }
    last = bucket;
  }
  return last;
}

/** Tophash of the parent's root bucket when the cells have come; the new overflow bucket, 0 when none is needed. */
let cellsTops: u64 = 0;
let cellsExtra: usize = 0;

/** Where the key of a cell goes, or 0: a u32 for each cell of the child's root bucket. */
// @ts-ignore: decorator
@inline function targetOf(cell: usize): usize { return scratch + S_IMAGE_X + (cell << 2); }

/** Finds a place for each entry of the child's root bucket. False: it takes a new overflow bucket, and there is none. */
function assignCells(head: usize, tops: u64, childTops: u64, behind: usize): bool {
  let extraTops: u64 = 0;
  cellsTops = tops;
  cellsExtra = 0;
  for (let cell: usize = 0; cell < 8; cell++) store<u32>(targetOf(cell), 0);
  for (let m = matchLive(childTops); m; m &= m - 1) {
    const cell = lowestCell(m);
    const top = topAt(childTops, cell);
    const empty = matchEmpty(cellsTops);
    if (empty) {
      const to = lowestCell(empty);
      cellsTops = withTop(cellsTops, to, top);
      store<u32>(targetOf(cell), <u32>(head + KEYS + (to << 3)));
      continue;
    }
    if (cellsExtra == 0) {
      useHand();
      cellsExtra = take(CLASS_OVERFLOW, HAND_BUCKET);
      if (cellsExtra == 0) return false;
    }
    const to = lowestCell(matchEmpty(extraTops));
    extraTops = withTop(extraTops, to, top);
    store<u32>(targetOf(cell), <u32>(cellsExtra + KEYS + (to << 3)));
  }
  if (cellsExtra) {
    plainStore32(cellsExtra, <u32>behind, OVERFLOW);
    store64(cellsExtra, behind ? untrimmed(extraTops) : extraTops, TOPHASH);
  }
  return true;
}

/** Under the locks: key and value of one cell to their place, which nobody looks at yet. */
// @ts-ignore: decorator
@inline function moveCell(child: usize, cell: usize): void {
  const to = <usize>load<u32>(targetOf(cell));
  if (to) {
    plainStore64(to, loadKey(child, cell), 0);
    plainStore64(to, loadValue(child, cell), VALUES - KEYS);
  }
}

/** Scheduled build: nobody may look into an unborn chain. */
function poisonChild(child: usize): void {
  poison(child + TOPHASH, 8);
  poison(child + OVERFLOW, 4);
  poison(child + KEYS, CELLS_SIZE);
}
