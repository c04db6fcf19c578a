// Which word of the shared memory an access of the compiled kernel is for, told from the shape of its address: the
// constant in it and the global it is counted from. Offsets as in src/kernel/layout.ts.

import { isFrom, leavesOf, offsetOf } from './kernel-terms.mjs';

/** A word of the map's header; also the base of what was loaded from one. */
export const HEADER = 'header';
const ROOT = 64;
const HEADER_END = 512;
const WAKES = 2560;
const STRIPES = 16;
const STRIPE_SIZE = 64;
const CLAIM = 3648; // of the work, that of the sweep a line behind it
const PREFIX = 3656;
const ENDS_COUNT = 488;
const ENDS = 69632; // the log of ends, in the address of an entry that was worked out from its number
const DONE = 77824; // bits of finished stretches, in the address of a word that was worked out from its number
const SLOTS = 4096; // in the address of a slot that was worked out from its number
const SLOT_OWNER = 192;
const SLOT_THREAD = 200;
const SLOT_END = 208;
const HAND_FIRST = 64;
const HAND_END = 128;
const TABLE = 131072; // in the address of a root bucket that was worked out from its number
const BUCKET_SIZE = 152;
/** Names of pages, four slots to a word. */
const NAMES = 94208;
const NAMES_END = 117760;
const OVERFLOW = 8;
export const CONTROL = 16;
const PAGE_ENTRY = 16;
const ANCHOR = 8; // in a page entry
const LARGE_FIRST = 12;

const KEYS = 24;
const CELL_WORDS = 16; // eight keys, then eight values

/** Of a bucket, and of the one behind it. */
const CONTROLS = [0, BUCKET_SIZE].flatMap((bucket) => [bucket + CONTROL, TABLE + bucket + CONTROL]);

const cellWords = Array.from({ length: CELL_WORDS }, (_, word) => KEYS + word * 8);
/** Long words that no section is about: a tophash or a record's header, the keys and values of a bucket. */
const OTHER_LONG = [0, ...cellWords].flatMap((offset) => [offset, TABLE + offset]);
/** Short ones: a link, a length, an overflow pointer, the fence in the scratch. */
const OTHER_SHORT = [0, 4, 8, 36, TABLE + OVERFLOW];

/**
 * `first` is a large record's first page; `owner`, `thread` and `number` are words of a slot, `end` is an entry of the log of ends,
 * `stretch` a word of stretch.ts, `name` names of pages;
 * `unknown` might be any word.
 * @param {import('./kernel-terms.mjs').Term} address
 * @param {number} bytes of the access
 * @returns {'header' | 'control' | 'wake' | 'anchor' | 'page' | 'bitmap' | 'hand' | 'first' | 'owner' | 'thread' | 'number' | 'end' | 'stretch' | 'name' | 'other' | 'unknown'}
 */
export function wordAt(address, bytes) {
  const offset = offsetOf(address);
  if (address.op === 'const') {
    if (offset < HEADER_END) return HEADER;
    const stripe = (offset - WAKES) / STRIPE_SIZE;
    return bytes === 8 && stripe >= 0 && stripe < STRIPES && Number.isInteger(stripe) ? 'wake' : 'unknown';
  }
  if (isFrom(address, 'pageTable')) {
    const inEntry = offset % PAGE_ENTRY; // a page number less one takes an entry off
    if (bytes === 8 && inEntry === ANCHOR) return 'anchor';
    return bytes === 4 && inEntry < ANCHOR ? 'page' : 'unknown';
  }
  if (bytes === 8) {
    if (isFrom(address, 'bitmaps')) return 'bitmap';
    if (CONTROLS.includes(offset) && !isFrom(address, 'scratch')) return 'control';
    if (offset === WAKES) return 'wake';
    if (offset === SLOT_OWNER || offset === SLOTS + SLOT_OWNER) return 'owner';
    if (offset === SLOT_END || offset === SLOTS + SLOT_END) return 'number';
    if (offset === ENDS) return 'end';
    if ([CLAIM, PREFIX, DONE].includes(offset)) return 'stretch';
    if (offset >= NAMES && offset < NAMES_END) return 'name';
    return OTHER_LONG.includes(offset) ? 'other' : 'unknown';
  }
  if (bytes === 4) {
    if (offset >= HAND_FIRST && offset < HAND_END) return 'hand';
    if (offset === LARGE_FIRST) return 'first';
    if (offset === SLOT_THREAD || offset === SLOTS + SLOT_THREAD) return 'thread';
    return OTHER_SHORT.includes(offset) ? 'other' : 'unknown';
  }
  return 'unknown';
}

/** Is it a word of a hand? One of the scratch may have the same offset. */
export function isHand(
  /** @type {import('./kernel-terms.mjs').Term} */ address,
  /** @type {number} */ bytes,
) {
  return bytes === 4 && wordAt(address, bytes) === 'hand' && !isFrom(address, 'scratch');
}

/** Is it a word of this thread's own hand? */
export function isOwnHand(
  /** @type {import('./kernel-terms.mjs').Term} */ address,
  /** @type {number} */ bytes,
) {
  return isHand(address, bytes) && isFrom(address, 'slot');
}

/** Is it the map's root word? */
export function isRoot(/** @type {import('./kernel-terms.mjs').Term} */ address) {
  return address.op === 'const' && offsetOf(address) === ROOT;
}

/** Is it the number of ends that were logged? */
export function isEndsCount(/** @type {import('./kernel-terms.mjs').Term} */ address) {
  return address.op === 'const' && offsetOf(address) === ENDS_COUNT;
}

/** Wake words: who changes the root of all chains steps each of them. */
export const WAKE_WORDS = STRIPES;

/** Of a word in a bitmap: is it one of the summary, which comes after `bitmapWords` others? */
export function isSummary(/** @type {import('./kernel-terms.mjs').Term} */ address) {
  return [...leavesOf(address)].some(({ base }) => base === 'bitmapWords');
}
