// Compacting a chain, for the same-size growth: entries of overflow buckets move into empty cells of the root bucket,
// the rest into as few buckets as hold it.
import { add64, store32, store64 } from './atomics';
import {
  bucketAt, isLive, level, loadControl, loadOverflow, LOCK, sameGen, storeCells, tryLock, unlock, VERSION_ONE,
} from './bucket';
import { abandon } from './evacuate';
import { gather, GATHERED, gatheredNew, gatheredOld, WHOLE } from './gather';
import { giveBuckets, HAND_OLD, HAND_X, inHand, setHand } from './hand';
import { addOverflows, GEN_SHIFT, loadRoot, rootB } from './header';
import { CONTROL, IMAGE_CELLS, OVERFLOW, S_IMAGE_X, TOPHASH } from './layout';
import { scratch, slot } from './thread';
import { trimmed } from './tophash';

/** Best effort: a chain that others are changing, or for which no bucket is left, stays as it is. */
export function compact(root: u64, chain: u64): void {
  const head = bucketAt(chain);
  const control = loadControl(head);
  if (!isLive(control) || control & LOCK || level(control) != rootB(root) || !sameGen(control, root)) return;
  const old = loadOverflow(head);
  if (old == 0) return;
  if (gather(head, control, WHOLE) != GATHERED || gatheredNew >= gatheredOld) {
    abandon();
    return;
  }
  const image = scratch + S_IMAGE_X;
  const rest = <u32>inHand(HAND_X);
  const tops = rest ? load<u64>(image) : trimmed(load<u64>(image));
  const change = gatheredNew - gatheredOld;
  if (!tryLock(head, control)) {
    abandon();
    return;
  }
  if (loadRoot() != root) {
    unlock(head, control);
    abandon();
    return;
  }
  storeCells(head, image + IMAGE_CELLS); // into empty cells; the others are overwritten by themselves
  store64(head, tops, TOPHASH); // shown twice for a moment, never not at all
  add64(head, VERSION_ONE, CONTROL);
  store32(head, rest, OVERFLOW);
  addOverflows(control >> GEN_SHIFT, chain, change);
  setHand(HAND_X, 0);
  setHand(HAND_OLD, old);
  unlock(head, control + 2 * VERSION_ONE);
  giveBuckets(slot, HAND_OLD);
}
