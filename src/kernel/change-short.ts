// `add` and `compareAndSet` of numbers in a straight line, where the key is present, its chain up to date and its root bucket
// decides by the first cell with its tophash. Everything else goes the long way (assign.ts). The lock, taken from exactly
// the control word that the search began with, validates the value that the new one was made from.
import { store64 } from './atomics';
import { add, assign, COMPARE, expect } from './assign';
import { askForLines, rootAfterWork } from './assign-short';
import { bucketAt, loadControl, loadKey, loadTop, loadValue, LOCK, routed, SEQUENCE_ONE, tryLock, unlock } from './bucket';
import { holds, MAX_TEXT } from './find-short';
import { hashBytes, hashWord } from './hash';
import { S_KEY, VALUES } from './layout';
import { NO, YES } from './status';
import { ensureSeed, knownMask, nearMask, newBit, scratch } from './thread';
import { lowestCell, matchTop, topHash } from './tophash';
import { FORM_NUMBER, MAX_INLINE, numberKeyWord, numberWord, recordAddress, recordPattern, recordWord } from './word';

// Where the cell was found.
let head: usize = 0;
let control: u64 = 0;
let cell: usize = 0;

/** The cell that the key's tophash points to; whether it is the key's is not looked at yet. False: the long way. */
// @ts-ignore: decorator
@inline function candidate(root: u64, hash: u64): bool {
  head = bucketAt(hash & nearMask);
  control = loadControl(head);
  if ((hash & newBit) != 0 && routed(control, root)) {
    head = bucketAt(hash & knownMask);
    control = loadControl(head);
  }
  askForLines(head);
  if (!routed(control, root) || (control & LOCK) != 0) return false;
  const match = matchTop(loadTop(head), topHash(hash));
  if (match == 0) return false;
  cell = lowestCell(match);
  return true;
}

function findNumber(key: f64): bool {
  const word = numberKeyWord(key);
  const root = rootAfterWork();
  ensureSeed(root);
  return candidate(root, hashWord(word)) && loadKey(head, cell) == word;
}

/** A short key of bytes, which are at S_KEY. */
function findText(form: u32, length: u32): bool {
  if (length <= MAX_INLINE || length > MAX_TEXT) return false;
  const root = rootAfterWork();
  ensureSeed(root);
  const hash = hashBytes(scratch + S_KEY, length, form);
  if (!candidate(root, hash)) return false;
  const word = loadKey(head, cell);
  return recordPattern(word) == recordPattern(recordWord(0, hash)) && holds(recordAddress(word), form, length);
}

/** Stores a number in the cell that was found. False: the chain has changed since. */
// @ts-ignore: decorator
@inline function change(number: f64): bool {
  if (!tryLock(head, control)) return false;
  store64(head + (cell << 3), numberWord(number), VALUES);
  unlock(head, control + SEQUENCE_ONE);
  return true;
}

/** The value that was found as a number. NaN: it is one, or none at all. */
// @ts-ignore: decorator
@inline function found(): f64 { return reinterpret<f64>(loadValue(head, cell)); }

/** As `add`. */
export function addNumber(key: f64, delta: f64): f64 {
  if (findNumber(key)) {
    const sum = found() + (delta + 0.0); // as in `add`: -0 counts as 0
    if (sum == sum && change(sum)) return sum;
  }
  return add(FORM_NUMBER, 0, key, delta);
}

export function addText(form: u32, length: u32, delta: f64): f64 {
  if (findText(form, length)) {
    const sum = found() + (delta + 0.0);
    if (sum == sum && change(sum)) return sum;
  }
  return add(form, length, 0, delta);
}

/** YES or NO where this call decides: another number than the one expected needs only that the chain is what it was. */
// @ts-ignore: decorator
@inline function compared(expected: f64, number: f64): i32 {
  const old = found();
  if (old == expected) return change(number) ? YES : UNDECIDED;
  return old == old && expected == expected && loadControl(head) == control ? NO : UNDECIDED;
}

const UNDECIDED: i32 = 2;

/** compareAndSet of numbers: as `expect` and `assign` with COMPARE. */
export function compareNumber(key: f64, expected: f64, number: f64): i32 {
  if (findNumber(key)) {
    const r = compared(expected, number);
    if (r != UNDECIDED) return r;
  }
  expect(FORM_NUMBER, 0, expected);
  return assign(COMPARE, FORM_NUMBER, 0, key, FORM_NUMBER, 0, number);
}

export function compareText(form: u32, length: u32, expected: f64, number: f64): i32 {
  if (findText(form, length)) {
    const r = compared(expected, number);
    if (r != UNDECIDED) return r;
  }
  expect(FORM_NUMBER, 0, expected);
  return assign(COMPARE, form, length, 0, FORM_NUMBER, 0, number);
}
