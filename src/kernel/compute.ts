// Arithmetic on a value: min and max of numbers (assign.ts adds them), and all of it on int32 and bigints of 64 bits. The result is worked out from
// the value that the search has found, and stored if that is still there: a set whose lock validates what it was made from.
import { load64 } from './atomics';
import { AGAIN, append, replace, SET } from './assign';
import { loadValue } from './bucket';
import { HAND_NEW_VALUE, settle } from './hand';
import { giveRecord } from './heap';
import { int64OfWord, wordOfInt64 } from './int64';
import { prepareKey } from './key';
import { RECORD_HEADER, S_VALUE } from './layout';
import { atBucket, atCell, confirmed, search, startSearch } from './search';
import { BUSY, BYTES_AT_SCRATCH, failed, FULL, NOT_NUMBER, NUMBER, setLength, setStatus, YES } from './status';
import { retry, scratch, slot } from './thread';
import { prepareValue, prepareNumberValue } from './value';
import { FORM_BYTES, FORM_NUMBER, FORM_STAGED, isNumber, isRecord, NO_WORD, numberWord, recordAddress } from './word';

// What is done, in the low bits of an operation, and to values of which kind, above.
const ADD: u32 = 0;
const MIN: u32 = 1;
const MAX: u32 = 2;
const AND: u32 = 3;
const OR: u32 = 4;
const VERB: u32 = 7; // XOR is what is left
const INT32: u32 = 8;
const INT64: u32 = 16;

const INT64_BYTES: u32 = 8;

let operation: u32 = 0;
let numberOperand: f64 = 0;
let wideOperand: i64 = 0;
/** The result, which an absent key has from the operand alone. */
let number: f64 = 0;
let wide: i64 = 0;

/**
 * Does `op` to the value of a key, with an operand that comes as a value does. Returns the new value as `get` would. An
 * absent key gets the operand. Each call needs the operand anew: its bytes do not outlive the call before.
 */
export function compute(op: u32, form: u32, length: u32, key: f64, valueForm: u32, value: f64): f64 {
  if (form != FORM_STAGED) settle();
  prepareKey(form, length, key);
  operation = op;
  numberOperand = value;
  if (op >= INT64) wideOperand = valueForm == FORM_NUMBER ? int64OfWord(numberWord(value)) : load<i64>(scratch + S_VALUE);
  startSearch();
  while (true) {
    let r = search();
    if (r == YES) r = change(loadValue(atBucket, atCell));
    else if (r >= 0) {
      number = numberOperand;
      wide = wideOperand;
      bring();
      r = append();
    }
    if (r == YES) {
      settle();
      return putOut();
    }
    if (r != AGAIN) {
      if (r != BUSY && r != FULL) settle(); // those: JavaScript calls again, or settles; a staged key stays
      return failed(r);
    }
    retry();
  }
}

/** The key is present, with this value. The lock is taken from the control word seen before: it validates the value too. */
function change(old: u64): i32 {
  let same: bool;
  if (operation >= INT64) {
    const before = int64Of(old);
    wide = ofInt64(before, wideOperand);
    same = wide == before;
  } else {
    if (!isNumber(old)) return confirmed() ? NOT_NUMBER : AGAIN;
    const before = reinterpret<f64>(old);
    number = operation >= INT32 ? <f64>ofInt32(<i32>before, <i32>numberOperand) : ofNumber(before, numberOperand);
    same = numberWord(number) == old;
  }
  // What changes nothing stores nothing.
  if (same) return confirmed() ? YES : AGAIN;
  bring();
  return replace(SET);
}

/** Makes the result the value that `replace` and `append` store. */
function bring(): void {
  if (operation < INT64) {
    prepareNumberValue(number);
    return;
  }
  const word = wordOfInt64(wide);
  if (word != NO_WORD) {
    prepareNumberValue(reinterpret<f64>(word));
    return;
  }
  // The record of an attempt that failed holds another result.
  giveRecord(slot, HAND_NEW_VALUE);
  store<i64>(scratch + S_VALUE, wide);
  prepareValue(FORM_BYTES, INT64_BYTES, 0);
}

/** The result as `get` gives a value. */
function putOut(): f64 {
  if (operation < INT64) {
    if (number != number) setStatus(NUMBER);
    return number;
  }
  const word = wordOfInt64(wide);
  if (word != NO_WORD) return reinterpret<f64>(word);
  store<i64>(scratch + S_VALUE, wide);
  setLength(INT64_BYTES);
  setStatus(BYTES_AT_SCRATCH + FORM_BYTES);
  return NaN;
}

/** The bigint of a value. A record's memory may be changing: the lock validates, or `confirmed`. */
// @ts-ignore: decorator
@inline function int64Of(word: u64): i64 {
  return isRecord(word) ? <i64>load64(recordAddress(word) + RECORD_HEADER, 0) : int64OfWord(word);
}

/** As Math.min and Math.max: NaN where there is one, and -0 is less than 0. */
function ofNumber(a: f64, b: f64): f64 { return operation == MIN ? min<f64>(a, b) : max<f64>(a, b); }

/** Sums wrap around, as those of Atomics.add. */
function ofInt32(a: i32, b: i32): i32 {
  const verb = operation & VERB;
  if (verb == ADD) return a + b;
  if (verb == MIN) return a < b ? a : b;
  if (verb == MAX) return a > b ? a : b;
  if (verb == AND) return a & b;
  return verb == OR ? a | b : a ^ b;
}

function ofInt64(a: i64, b: i64): i64 {
  const verb = operation & VERB;
  if (verb == ADD) return a + b;
  if (verb == MIN) return a < b ? a : b;
  if (verb == MAX) return a > b ? a : b;
  if (verb == AND) return a & b;
  return verb == OR ? a | b : a ^ b;
}
