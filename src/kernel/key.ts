// The key of the operation under way: where it came from, its hash, and how it is compared.
import { inHand, HAND_NEW_KEY } from './hand';
import { hashBytes, hashWord } from './hash';
import { longGen, longHash, sameLong } from './long-key';
import { S_KEY } from './layout';
import { hashRecord, makeRecord, recordHolds, sameRecord } from './record';
import { scratch, seedGen } from './thread';
import { topHash } from './tophash';
import {
  FORM_BIGINT, FORM_LATIN1, FORM_LONG, FORM_NUMBER, FORM_SPECIAL, FORM_STAGED, inlineWord, MAX_INLINE, numberKeyWord, recordAddress,
  recordPattern, recordWord, TAG_BIGINT, TAG_STRING, TAGGED,
} from './word';

/** The key is bytes: its cell holds a record word, and a matching pattern must be followed by comparing the bytes. */
export let keyIsBytes: bool = false;
/** What a key word must be, under `keyMask`. */
export let keyPattern: u64 = 0;
export let keyMask: u64 = 0;
export let keyHash: u64 = 0;
export let keyTop: u64 = 0;

let keyForm: u32 = 0;
let keyLength: u32 = 0;
let keyRecord: usize = 0; // staged in the hand
let keyGen: u64 = 0;

const ALL: u64 = 0xffffffffffffffff;

/** Takes over the arguments: `length` is a code for FORM_SPECIAL; bytes are at S_KEY, a staged key is in the hand, a long one was announced. */
export function prepareKey(form: u32, length: u32, number: f64): void {
  keyForm = form;
  keyLength = length;
  keyRecord = form == FORM_STAGED ? inHand(HAND_NEW_KEY) : 0;
  keyIsBytes = false;
  keyMask = ALL;
  keyGen = 0xffffffff;
  if (form == FORM_NUMBER) keyPattern = numberKeyWord(number);
  else if (form == FORM_SPECIAL) keyPattern = TAGGED | length;
  else if (form == FORM_LATIN1 && length <= MAX_INLINE) keyPattern = inlineWord(TAG_STRING, scratch + S_KEY, length);
  else if (form == FORM_BIGINT && length <= MAX_INLINE) keyPattern = inlineWord(TAG_BIGINT, scratch + S_KEY, length);
  else keyIsBytes = true;
}

/** A long key whose hash was taken under an older seed: JavaScript must send its bytes again. */
export function keyIsStale(): bool { return keyForm == FORM_LONG && longGen != seedGen; }

export function keyIsLong(): bool { return keyForm == FORM_LONG; }

/** The hash under the generation whose seed is in place. */
export function hashKey(): void {
  if (keyGen == seedGen) return;
  keyGen = seedGen;
  if (keyIsBytes) {
    keyHash = keyForm == FORM_LONG ? longHash : keyRecord ? hashRecord(keyRecord) : hashBytes(scratch + S_KEY, keyLength, keyForm);
    keyPattern = recordPattern(recordWord(0, keyHash));
    keyMask = recordPattern(ALL);
  } else {
    keyHash = hashWord(keyPattern);
  }
  keyTop = topHash(keyHash);
}

/** Compares a record's bytes with the key's. The record must have been valid a moment ago; the caller validates. */
export function sameKey(keyWord: u64): bool {
  const record = recordAddress(keyWord);
  if (keyForm == FORM_LONG) return sameLong(record);
  return keyRecord ? sameRecord(record, keyRecord) : recordHolds(record, keyForm, keyLength, scratch + S_KEY);
}

/** Makes sure that a key of bytes has a record in the hand. False: the memory is full. */
export function ensureKeyRecord(): bool {
  if (!keyIsBytes || keyRecord) return true;
  if (inHand(HAND_NEW_KEY)) return true;
  return makeRecord(keyForm, scratch + S_KEY, keyLength, HAND_NEW_KEY) != 0;
}

/** The word that an insert stores. */
// @ts-ignore: decorator
@inline export function newKeyWord(): u64 { return keyIsBytes ? recordWord(inHand(HAND_NEW_KEY), keyHash) : keyPattern; }
