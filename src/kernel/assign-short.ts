// `set` and `insert` of a number in a straight line, where the chain is up to date and its root bucket decides. Everything else goes the long
// way (assign.ts), which also says why a writer may do so.
import { load32, plainStore64, store64 } from './atomics';
import { assign, INSERT, SET } from './assign';
import {
  bucketAt, loadControl, loadKey, loadOverflow, loadTop, loadValue, LOCK, routed, SEQUENCE_ONE, tryLock, unlock,
} from './bucket';
import { holds, MAX_TEXT } from './find-short';
import { afterInsert, growWork } from './grow';
import { HAND_NEW_KEY, handIsEmpty, setHand, settle } from './hand';
import { hashBytes, hashWord } from './hash';
import { addCount, BUSY_FLAGS, loadRoot, overShare, rootB, rootGen } from './header';
import { KEYS, S_KEY, TOPHASH, VALUES } from './layout';
import { makeRecord } from './record';
import { NO, YES } from './status';
import { ensureSeed, knownMask, nearMask, newBit, scratch } from './thread';
import { lowestCell, matchEmpty, matchTop, topHash, withTop } from './tophash';
import {
  FORM_NUMBER, isRecord, MAX_INLINE, numberKeyWord, numberWord, recordAddress, recordPattern, recordWord,
} from './word';

/** The root word, after this write's part in a growth or a sweep that is under way. */
// @ts-ignore: decorator
@inline export function rootAfterWork(): u64 {
  const root = loadRoot();
  if ((root & BUSY_FLAGS) == 0) return root;
  settle(); // buckets that an exception has left in the hand would be taken for those of the next chain that moves
  return growWork(root) ? loadRoot() : root;
}

/** The bucket's other cache lines, asked for together: a lock would wait for each in turn (4 million entries: -15 %). */
// @ts-ignore: decorator
@inline export function askForLines(head: usize): void {
  load32(head, KEYS + 48);
  load32(head, VALUES + 48);
}

/**
 * Under a number key: decided by the first cell with its tophash, or by there being none and no overflow bucket.
 */
export function setNumber(key: f64, number: f64): i32 { return putNumber(SET, key, number); }

/** `insert` of a number under a number key. NO: the key is present, which the control word confirms. */
export function insertNumber(key: f64, number: f64): i32 { return putNumber(INSERT, key, number); }

// @ts-ignore: decorator
@inline function putNumber(verb: u32, key: f64, number: f64): i32 {
  const word = numberKeyWord(key);
  const root = rootAfterWork();
  ensureSeed(root);
  const hash = hashWord(word);
  let chain = hash & nearMask;
  let head = bucketAt(chain);
  let control = loadControl(head);
  if ((hash & newBit) != 0 && routed(control, root)) {
    chain = hash & knownMask;
    head = bucketAt(chain);
    control = loadControl(head);
  }
  askForLines(head);
  if (routed(control, root) && (control & LOCK) == 0) {
    const tops = loadTop(head);
    const top = topHash(hash);
    const match = matchTop(tops, top);
    if (match) {
      const cell = lowestCell(match);
      if (loadKey(head, cell) == word) {
        if (verb == INSERT) {
          if (loadControl(head) == control) return NO;
        } else if (!isRecord(loadValue(head, cell)) && tryLock(head, control)) {
          store64(head + (cell << 3), numberWord(number), VALUES);
          unlock(head, control + SEQUENCE_ONE);
          return YES;
        }
      }
    } else if (loadOverflow(head) == 0 && matchEmpty(tops) != 0) {
      const cell = lowestCell(matchEmpty(tops));
      if (tryLock(head, control)) {
        if (loadRoot() == root) {
          plainStore64(head + (cell << 3), word, KEYS);
          plainStore64(head + (cell << 3), numberWord(number), VALUES);
          store64(head, withTop(tops, cell, top), TOPHASH); // publishes the entry, as in `append`
          const entries = addCount(rootGen(root), chain, 1);
          unlock(head, control + SEQUENCE_ONE);
          if (overShare(entries, rootB(root))) afterInsert(root, entries, 0);
          return YES;
        }
        unlock(head, control);
      }
    }
  }
  return assign(verb, FORM_NUMBER, 0, key, FORM_NUMBER, 0, number);
}

/**
 * Under a short key of bytes, which are at S_KEY: decided as under a number. The lock validates the record that was
 * compared, as it does the rest.
 */
export function setText(form: u32, length: u32, number: f64): i32 { return putText(SET, form, length, number); }

/** `insert` of a number under a short key of bytes. NO: the key is present. */
export function insertText(form: u32, length: u32, number: f64): i32 { return putText(INSERT, form, length, number); }

function putText(verb: u32, form: u32, length: u32, number: f64): i32 {
  if (length > MAX_INLINE && length <= MAX_TEXT) {
    const root = rootAfterWork();
    ensureSeed(root);
    const hash = hashBytes(scratch + S_KEY, length, form);
    let chain = hash & nearMask;
    let head = bucketAt(chain);
    let control = loadControl(head);
    if ((hash & newBit) != 0 && routed(control, root)) {
      chain = hash & knownMask;
      head = bucketAt(chain);
      control = loadControl(head);
    }
    askForLines(head);
    if (routed(control, root) && (control & LOCK) == 0) {
      const tops = loadTop(head);
      const match = matchTop(tops, topHash(hash));
      if (match) {
        const cell = lowestCell(match);
        const word = loadKey(head, cell);
        if (recordPattern(word) == recordPattern(recordWord(0, hash)) && holds(recordAddress(word), form, length)) {
          if (verb == INSERT) {
            if (loadControl(head) == control) return NO;
          } else if (!isRecord(loadValue(head, cell)) && tryLock(head, control)) {
            store64(head + (cell << 3), numberWord(number), VALUES);
            unlock(head, control + SEQUENCE_ONE);
            return YES;
          }
        }
      } else if (loadOverflow(head) == 0 && matchEmpty(tops) != 0) {
        // As `append`, which takes over where this fails: what the hand holds then it gives back first.
        settle();
        const record = makeRecord(form, scratch + S_KEY, length, HAND_NEW_KEY);
        const cell = lowestCell(matchEmpty(tops));
        if (record != 0 && tryLock(head, control)) {
          if (loadRoot() == root) {
            plainStore64(head + (cell << 3), recordWord(record, hash), KEYS);
            plainStore64(head + (cell << 3), numberWord(number), VALUES);
            store64(head, withTop(tops, cell, topHash(hash)), TOPHASH);
            const entries = addCount(rootGen(root), chain, 1);
            setHand(HAND_NEW_KEY, 0);
            unlock(head, control + SEQUENCE_ONE);
            handIsEmpty();
            if (overShare(entries, rootB(root))) afterInsert(root, entries, 0);
            return YES;
          }
          unlock(head, control);
        }
      }
    }
  }
  return assign(verb, form, length, 0, FORM_NUMBER, 0, number);
}
