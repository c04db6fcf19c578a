// The value that an operation brings, and the one it expects.
import { HAND_EXPECTED, HAND_NEW_VALUE, inHand } from './hand';
import { S_EXPECTED, S_VALUE } from './layout';
import { makeRecord, recordHolds, sameRecord } from './record';
import { scratch } from './thread';
import {
  FORM_BIGINT, FORM_LATIN1, FORM_NUMBER, FORM_SPECIAL, FORM_STAGED, inlineWord, isNumber, isRecord, MAX_INLINE, NO_WORD, numberWord,
  recordAddress, recordWord, TAG_BIGINT, TAG_STRING, TAGGED,
} from './word';

let valueForm: u32 = 0;
let valueLength: u32 = 0;
let valueWord: u64 = 0;

let expectedForm: u32 = 0;
let expectedLength: u32 = 0;
let expectedWord: u64 = 0;

/** The word of an argument, or NO_WORD. Bytes are at `at` of the scratch. */
function argumentWord(form: u32, length: u32, number: f64, at: usize): u64 {
  if (form == FORM_NUMBER) return numberWord(number);
  if (form == FORM_SPECIAL) return TAGGED | length;
  if (length <= MAX_INLINE) {
    if (form == FORM_LATIN1) return inlineWord(TAG_STRING, scratch + at, length);
    if (form == FORM_BIGINT) return inlineWord(TAG_BIGINT, scratch + at, length);
  }
  return NO_WORD;
}

export function prepareValue(form: u32, length: u32, number: f64): void {
  valueForm = form;
  valueLength = length;
  valueWord = form == FORM_STAGED ? NO_WORD : argumentWord(form, length, number, S_VALUE);
}

export function prepareNumberValue(number: f64): void {
  valueForm = FORM_NUMBER;
  valueWord = numberWord(number);
}

export function prepareExpected(form: u32, length: u32, number: f64): void {
  expectedForm = form;
  expectedLength = length;
  expectedWord = form == FORM_STAGED ? NO_WORD : argumentWord(form, length, number, S_EXPECTED);
}

export function expectsStaged(): bool { return expectedForm == FORM_STAGED; }

/** Makes sure that a value of bytes has a record in the hand. False: the memory is full. */
export function ensureValueRecord(): bool {
  if (valueWord != NO_WORD || inHand(HAND_NEW_VALUE)) return true;
  return makeRecord(valueForm, scratch + S_VALUE, valueLength, HAND_NEW_VALUE) != 0;
}

/** The word that a write stores. */
// @ts-ignore: decorator
@inline export function newValueWord(): u64 {
  return valueWord == NO_WORD ? recordWord(inHand(HAND_NEW_VALUE), 0) : valueWord;
}

/** SameValueZero for numbers, kind and bytes for records. A record's memory may be changing: the caller validates. */
export function isExpected(word: u64): bool {
  if (word == expectedWord) return true;
  if (isNumber(word)) {
    return isNumber(expectedWord) && reinterpret<f64>(word) == reinterpret<f64>(expectedWord);
  }
  if (!isRecord(word) || expectedWord != NO_WORD) return false;
  const record = recordAddress(word);
  if (expectedForm == FORM_STAGED) return sameRecord(record, inHand(HAND_EXPECTED));
  return recordHolds(record, expectedForm, expectedLength, scratch + S_EXPECTED);
}
