// Deleting a key. Its cell is marked and can be filled again at once; its words stay as they were for readers who are
// looking at them; the version steps at the unlock, and only then are record and overflow bucket given back.
import { store32, store64 } from './atomics';
import { loadOverflow, loadTop, loadValue, tryLock, unlock, VERSION_ONE, loadKey } from './bucket';
import { addCount, addOverflows, rootB, rootGen, underShare } from './header';
import { HAND_BUCKET, HAND_OLD_KEY, HAND_OLD_VALUE, setHand, settle, useHand } from './hand';
import { prepareKey } from './key';
import { OVERFLOW, TOPHASH } from './layout';
import { atBefore, atBucket, atCell, atChain, atControl, atHead, atRoot, confirmed, search, startSearch } from './search';
import { BUSY, NO, YES } from './status';
import { afterRemove } from './shrink';
import { retry } from './thread';
import { matchLive, withoutCell } from './tophash';
import { FORM_STAGED, isRecord, recordAddress } from './word';

/** YES: it was there. */
export function remove(form: u32, length: u32, number: f64): i32 {
  if (form != FORM_STAGED) settle();
  prepareKey(form, length, number);
  const r = tryRemove();
  if (r != BUSY) settle();
  return r;
}

function tryRemove(): i32 {
  startSearch();
  while (true) {
    const r = search();
    if (r == NO) {
      if (confirmed()) return NO;
    } else if (r == YES) {
      if (unlink()) return YES;
    } else {
      return r;
    }
    retry();
  }
}

/** Takes out what the search has found. False: the chain has changed since. What was unlinked is in the hand. */
export function unlink(): bool {
  const key = loadKey(atBucket, atCell);
  const value = loadValue(atBucket, atCell);
  const next = loadOverflow(atBucket);
  const tops = withoutCell(loadTop(atBucket), atCell, next == 0);
  const keyRecord = isRecord(key);
  const valueRecord = isRecord(value);
  // An overflow bucket whose last entry goes leaves the chain with it.
  const empty = atBefore != 0 && matchLive(tops) == 0;
  if (keyRecord || valueRecord || empty) useHand();
  if (!tryLock(atHead, atControl)) return false;
  if (empty) {
    store32(atBefore, <u32>next, OVERFLOW);
    addOverflows(rootGen(atRoot), atChain, -1);
    setHand(HAND_BUCKET, atBucket);
  } else {
    store64(atBucket, tops, TOPHASH);
  }
  const entries = addCount(rootGen(atRoot), atChain, -1);
  if (keyRecord) setHand(HAND_OLD_KEY, recordAddress(key));
  if (valueRecord) setHand(HAND_OLD_VALUE, recordAddress(value));
  unlock(atHead, atControl + VERSION_ONE);
  if (underShare(entries, rootB(atRoot))) afterRemove(atRoot);
  return true;
}
