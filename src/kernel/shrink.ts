// Shrinking: when the table halves, who begins and ends it, who takes it back. In between it is a table between two sizes, as
// in a growth: writes merge chains (merge.ts) where they would evacuate them (grow.ts).
import { add64, store32 } from './atomics';
import {
  AMENDED, B_SHIFT, BUSY_FLAGS, casRoot, CHANGE, COMPACTING, floorB, loadRoot, noverflow, overLoadFactor, rootB, SHRINKING, sumCounts,
  underLoadFactor,
} from './header';
import { carryOut } from './grow';
import { settle } from './hand';
import { H_FLOOR, H_GROWTHS, H_SHRINKS, MIN_B } from './layout';
import { FULL, NO, YES } from './status';

/** After a delete that left its count stripe nearly empty, and after a shrink: begins a shrink when the map is, and its user has not asked for the room. */
export function afterRemove(root: u64): void {
  const b = rootB(root);
  if (root & BUSY_FLAGS || b <= floorB()) return;
  if (underLoadFactor(sumCounts(root), b)) startShrink(root);
}

/** From a root that names no work: so every chain is at level B. */
// @ts-ignore: decorator
@inline function startShrink(root: u64): void { casRoot(root, (root | AMENDED | SHRINKING) + CHANGE); }

/**
 * The upper half of the table is unborn. The CAS is from the root under which every chain was seen merged. Where one halving is
 * not enough, the next one begins at once: there may be no more deletes.
 */
export function endShrink(root: u64): void {
  if (!casRoot(root, (root & ~(AMENDED | SHRINKING)) - (<u64>1 << B_SHIFT) + CHANGE)) return;
  add64(0, 1, H_SHRINKS);
  afterRemove(loadRoot());
}

/** Makes a growth of a shrink, where room is needed that the smaller table has not: what was merged is split again. */
export function turnToGrowth(root: u64): void {
  if (casRoot(root, (root & ~SHRINKING) + CHANGE)) add64(0, 1, H_GROWTHS);
}

/**
 * Makes the table the smallest that holds what is there, and packs its chains. YES; NO: it stopped where memory for an
 * overflow bucket was missing. BUSY: a chain stayed locked, call again.
 */
export function shrink(): i32 {
  settle();
  store32(0, <u32>MIN_B, H_FLOOR);
  let packed = false;
  while (true) {
    const r = carryOut();
    if (r != YES) return r == FULL ? NO : r;
    const root = loadRoot();
    if (root & BUSY_FLAGS) continue;
    const b = rootB(root);
    if (b > floorB() && !overLoadFactor(sumCounts(root), b - 1)) {
      startShrink(root);
    } else if (packed || noverflow() == 0) {
      return YES;
    } else {
      packed = casRoot(root, (root | COMPACTING) + CHANGE);
    }
  }
}
