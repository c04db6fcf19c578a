// Writing a value: set, insert, replace, compareAndSet, add. Search, take from the heap what is needed, lock from exactly the
// control word seen, a few stores, unlock. Nothing between lock and unlock can be interrupted. Who puts an entry in also
// compares the root; who changes one that it found need not: a clear since then came during this call, which is before it.
import { plainStore32, plainStore64, store32, store64 } from './atomics';
import { loadTop, loadValue, SEQUENCE_ONE, tryLock, unlock } from './bucket';
import { afterInsert } from './grow';
import { giveRecord, take } from './heap';
import {
  HAND_EXTRA, HAND_NEW_KEY, HAND_NEW_VALUE, HAND_OLD_VALUE, inHand, setHand, settle, useHand,
} from './hand';
import { addCount, addOverflows, loadRoot, rootGen } from './header';
import { finishSweep } from './clear';
import { ensureKeyRecord, keyIsBytes, keyTop, newKeyWord, prepareKey } from './key';
import { KEYS, OVERFLOW, TOPHASH, VALUES } from './layout';
import { CLASS_OVERFLOW } from './page';
import {
  atBucket, atCell, atChain, atControl, atFree, atFreeCell, atHead, atLast, atRoot, confirmed, search, startSearch,
} from './search';
import { BUSY, failed, FULL, NO, NOT_NUMBER, NUMBER, setStatus, YES } from './status';
import { retry, slot } from './thread';
import { isToken } from './token';
import { withTop } from './tophash';
import { ensureValueRecord, expectsStaged, isExpected, newValueWord, prepareExpected, prepareNumberValue, prepareValue } from './value';
import { FORM_STAGED, isNumber, isRecord, numberWord, recordAddress } from './word';

export const SET: u32 = 0;
export const INSERT: u32 = 1;
export const ADD: u32 = 2;
export const EXCHANGE: u32 = 3; // the old value stays in the hand
// These store only if the key is present, and its value is
export const COMPARE: u32 = 4; // equal to the one that is expected
export const REPLACE: u32 = 5; // whatever it is
export const MATCH: u32 = 6; // the very one that a token names

let addend: f64 = 0;
let sum: f64 = 0;

/** set, insert, compareAndSet, replace, and a set by a token: YES when it stored. */
export function assign(verb: u32, form: u32, length: u32, number: f64, valueForm: u32, valueLength: u32, value: f64): i32 {
  // What an exception cut short is given back first, unless this call brings staged records of its own.
  if (form != FORM_STAGED && valueForm != FORM_STAGED && !(verb == COMPARE && expectsStaged())) settle();
  prepareKey(form, length, number);
  prepareValue(valueForm, valueLength, value);
  return write(verb);
}

/** compareAndSet in two calls: first what is expected, then key and value. The hand may hold staged records of all three. */
export function expect(form: u32, length: u32, number: f64): void { prepareExpected(form, length, number); }

/** add: the new number, or NaN with the failure in the status. */
export function add(form: u32, length: u32, number: f64, delta: f64): f64 {
  if (form != FORM_STAGED) settle();
  prepareKey(form, length, number);
  addend = delta + 0.0; // an absent key counts as 0, and 0 + -0 is 0
  prepareNumberValue(addend);
  const r = write(ADD);
  if (r != YES) return failed(r);
  if (sum != sum) setStatus(NUMBER);
  return sum;
}

/** BUSY and FULL keep what was staged: JavaScript calls again with the same arguments, or settles. */
function write(verb: u32): i32 {
  const r = tryWrite(verb);
  if (r != BUSY && r != FULL) settle();
  return r;
}

function tryWrite(verb: u32): i32 {
  startSearch();
  while (true) {
    const r = search();
    if (r == YES) {
      const done = replace(verb);
      if (done != AGAIN) return done;
    } else if (r == NO) {
      if (verb >= COMPARE) {
        if (confirmed()) return NO;
      } else {
        const done = append();
        if (done != AGAIN) return done;
      }
    } else {
      return r;
    }
    retry();
  }
}

export const AGAIN: i32 = 2;

/** Is what is there what the verb asks for? A record's memory may be changing: the lock validates, or `confirmed`. */
// @ts-ignore: decorator
@inline function meets(verb: u32, old: u64): bool {
  return verb == COMPARE ? isExpected(old) : verb != MATCH || isToken(old);
}

/** The key is present. */
export function replace(verb: u32): i32 {
  if (verb == INSERT) return confirmed() ? NO : AGAIN;
  const old = loadValue(atBucket, atCell);
  let word: u64 = 0;
  if (verb == ADD) {
    if (!isNumber(old)) return confirmed() ? NOT_NUMBER : AGAIN;
    sum = reinterpret<f64>(old) + addend;
    word = numberWord(sum);
  } else {
    if (verb >= COMPARE && !meets(verb, old)) return confirmed() ? NO : AGAIN;
    if (!ensureValueRecord()) return noMemory();
    word = newValueWord();
  }
  const fresh = isRecord(word);
  const freed = isRecord(old);
  if (freed) useHand();
  if (!tryLock(atHead, atControl)) return AGAIN;
  store64(atBucket + (atCell << 3), word, VALUES);
  if (fresh) setHand(HAND_NEW_VALUE, 0);
  if (freed) setHand(HAND_OLD_VALUE, recordAddress(old));
  unlock(atHead, atControl + SEQUENCE_ONE);
  if (freed && verb != EXCHANGE) giveRecord(slot, HAND_OLD_VALUE);
  return YES;
}

/** The key is absent. */
export function append(): i32 {
  if (!ensureKeyRecord() || !ensureValueRecord()) return noMemory();
  const key = newKeyWord();
  const value = newValueWord();
  let extra: usize = 0;
  if (atFree == 0) {
    extra = overflowWith(key, value);
    if (extra == 0) return noMemory();
  }
  const tops = atFree ? withTop(loadTop(atFree), atFreeCell, keyTop) : 0;
  const freshValue = isRecord(value);
  let overflows: u64 = 0;
  if (!tryLock(atHead, atControl)) return AGAIN;
  // A clear may have come: then the key was absent because a sweep had taken it out, and this entry would go after it.
  if (loadRoot() != atRoot) {
    unlock(atHead, atControl);
    return AGAIN;
  }
  if (extra) {
    store32(atLast, <u32>extra, OVERFLOW); // publishes the bucket with its one entry
    overflows = addOverflows(rootGen(atRoot), atChain, 1);
    setHand(HAND_EXTRA, 0);
  } else {
    // Readers do not look at an empty cell; those who saw its last owner find the version changed.
    plainStore64(atFree + (atFreeCell << 3), key, KEYS);
    plainStore64(atFree + (atFreeCell << 3), value, VALUES);
    store64(atFree, tops, TOPHASH); // publishes the entry
  }
  const entries = addCount(rootGen(atRoot), atChain, 1);
  if (keyIsBytes) setHand(HAND_NEW_KEY, 0);
  if (freshValue) setHand(HAND_NEW_VALUE, 0);
  unlock(atHead, atControl + SEQUENCE_ONE);
  sum = addend;
  afterInsert(atRoot, entries, overflows);
  return YES;
}

/** An overflow bucket in the hand, with one entry; 0: the memory is full. */
function overflowWith(key: u64, value: u64): usize {
  useHand();
  let bucket = inHand(HAND_EXTRA);
  if (bucket == 0) {
    bucket = take(CLASS_OVERFLOW, HAND_EXTRA);
    if (bucket == 0) return 0;
  }
  plainStore32(bucket, 0, OVERFLOW);
  plainStore64(bucket, key, KEYS);
  plainStore64(bucket, value, VALUES);
  store64(bucket, keyTop, TOPHASH);
  return bucket;
}

/** A sweep that is not done may hold what is needed. */
function noMemory(): i32 {
  const r = finishSweep();
  return r == YES ? AGAIN : r == BUSY ? BUSY : FULL;
}
