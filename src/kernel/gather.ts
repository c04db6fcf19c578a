// Putting a chain together anew, outside of any lock: what stays (X) and, when it is split, what moves (Y). Each half
// is an image of its root bucket in this thread's scratch, filled up from the overflow buckets, and a list of private
// overflow buckets in the hand for what does not fit. The lock from exactly the word seen validates all of it.
import { copy, plainStore64, store64 } from './atomics';
import { loadControl, loadKey, loadOverflow, loadTop, loadValue } from './bucket';
import { endless, MANY_HOPS } from './endless';
import { HAND_BUCKET, HAND_X, HAND_Y, inHand, keepBucket, useHand } from './hand';
import { take } from './heap';
import { hashWord } from './hash';
import { CELLS_SIZE, IMAGE_CELLS, KEYS, S_IMAGE_X, S_IMAGE_Y, TOPHASH, VALUES } from './layout';
import { CLASS_OVERFLOW } from './page';
import { scratch } from './thread';
import { childTop, emptyOne, lowestCell, matchEmpty, matchLive, parentTop, topAt, withTop } from './tophash';
import { isRecord, recordHash } from './word';

export const GATHERED: i32 = 1;
export const RACED: i32 = 0;
export const NO_MEMORY: i32 = -1;

/** A chain is not split, only compacted. */
export const WHOLE: u64 = 64;

/** Cells of the root bucket that move, as high bits; buckets before and after. */
export let gatheredMoved: u64 = 0;
export let gatheredOld: i64 = 0;
export let gatheredNew: i64 = 0;

/** The bit that decides, at this level, whether a key moves. */
export function movesAt(keyWord: u64, level: u64): bool {
  const hash = isRecord(keyWord) ? recordHash(keyWord) : hashWord(keyWord);
  return ((hash >> level) & 1) != 0;
}

/** The cells of a bucket that move when the chain is split at `level`, as high bits. */
export function movingCells(bucket: usize, tops: u64, level: u64): u64 {
  let moved: u64 = 0;
  for (let m = matchLive(tops); m; m &= m - 1) {
    if (movesAt(loadKey(bucket, lowestCell(m)), level)) moved |= m & (0 - m);
  }
  return moved;
}

export function gather(head: usize, control: u64, level: u64): i32 {
  useHand();
  const tops = loadTop(head);
  const x = scratch + S_IMAGE_X;
  const y = scratch + S_IMAGE_Y;
  copy(x + IMAGE_CELLS, head + KEYS, CELLS_SIZE);
  store<u64>(x, tops);
  gatheredMoved = 0;
  gatheredOld = 0;
  gatheredNew = 0;
  if (level != WHOLE) {
    gatheredMoved = movingCells(head, tops, level);
    copy(y + IMAGE_CELLS, head + KEYS, CELLS_SIZE);
    store<u64>(x, parentTop(tops, gatheredMoved));
    store<u64>(y, childTop(tops, gatheredMoved));
  }
  let bucket = loadOverflow(head);
  let hops: u32 = 0;
  while (bucket) {
    if (loadControl(head) != control) return RACED;
    if (++hops > MANY_HOPS) {
      if (endless(bucket, head, control)) return RACED; // stays as it is: who looks for a key in it says so
      hops = 0;
    }
    const t = loadTop(bucket);
    for (let m = matchLive(t); m; m &= m - 1) {
      const cell = lowestCell(m);
      const key = loadKey(bucket, cell);
      const moves = level != WHOLE && movesAt(key, level);
      if (!place(moves ? y : x, moves ? HAND_Y : HAND_X, key, loadValue(bucket, cell), topAt(t, cell))) return NO_MEMORY;
    }
    gatheredOld++;
    bucket = loadOverflow(bucket);
  }
  return GATHERED;
}

function place(image: usize, list: usize, key: u64, value: u64, top: u64): bool {
  const tops = load<u64>(image);
  const empty = matchEmpty(tops);
  if (empty) {
    const cell = lowestCell(empty);
    const at = image + IMAGE_CELLS + (cell << 3);
    store<u64>(at, key);
    store<u64>(at + (VALUES - KEYS), value);
    store<u64>(image, withTop(tops, cell, top));
    return true;
  }
  let bucket = inHand(list);
  if (bucket == 0 || matchEmpty(loadTop(bucket)) == 0) {
    const next = bucket;
    bucket = take(CLASS_OVERFLOW, HAND_BUCKET);
    if (bucket == 0) return false;
    // emptyRest would say that the chain ends in this bucket.
    store64(bucket, next ? emptyOne * 0x0101010101010101 : 0, TOPHASH);
    keepBucket(bucket, list);
    gatheredNew++;
  }
  const t = loadTop(bucket);
  const cell = lowestCell(matchEmpty(t));
  plainStore64(bucket + (cell << 3), key, KEYS);
  plainStore64(bucket + (cell << 3), value, VALUES);
  store64(bucket, withTop(t, cell, top), TOPHASH);
  return true;
}
