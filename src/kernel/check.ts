// The walk behind check(): what can be seen of one chain or one page at a time. JavaScript puts the parts together.
// Meant for a quiet map; on a busy one it is safe, and what it says means nothing. It alone may read pages that nobody has
// written yet: of chains that are not born, and of what is reserved above the table.
import { load32, load64 } from './atomics';
import {
  bucketAt, chainMask, isLive, level, loadControl, loadKey, loadOverflow, loadTop, loadValue, LOCK, sameGen,
} from './bucket';
import { endless } from './endless';
import { AMENDED, frontierBuckets, frontierPages, loadFrontier, loadRoot, rootB, stripe, SWEEPING } from './header';
import { hashWord } from './hash';
import { hashRecord, isLarge, loadHeader, sameRecord } from './record';
import {
  BUCKET_SIZE, HAND, LARGE_FIRST, OVERFLOWS, PAGE_SHIFT, S_LENGTH, S_MORE, S_NEXT, S_VALUE, SLOT_SIZE, SLOT_THREAD, SLOTS, TABLE,
} from './layout';
import { anchorClass, anchorFirst, anchorFree, capacity, classSize, CLASS_OVERFLOW, loadAnchor, pageBase, pageOf } from './page';
import { ensureSeed, heapTop, scratch } from './thread';
import { endsHere, lowestCell, matchLive, topAt, topHash } from './tophash';
import { isRecord, recordAddress, recordHash } from './word';

// Problems of a chain, as bits.
const LOCKED: u32 = 1;
const UNBORN: u32 = 2;
const WRONG_LEVEL: u32 = 4;
const OLD_GENERATION: u32 = 8;
const WRONG_CHAIN: u32 = 16;
const WRONG_TOPHASH: u32 = 32;
const TWICE: u32 = 64;
const BEHIND_THE_END: u32 = 128;
const WRONG_HASH_BITS: u32 = 256;
const NO_END: u32 = 512;

const MAX_LISTED: u32 = 8192; // u32 addresses that fit at S_VALUE

/**
 * Looks at a chain. Returns its problems; entries at S_LENGTH, overflow buckets at S_NEXT; the addresses of its
 * overflow buckets and records from number `skip` on are at S_VALUE, their number at S_MORE.
 */
export function checkChain(number: u32, skip: u32): u32 {
  const root = loadRoot();
  ensureSeed(root);
  const b = rootB(root);
  const chain = <u64>number;
  const head = bucketAt(chain);
  const control = loadControl(head);
  store<u32>(scratch, 0, S_LENGTH);
  store<u32>(scratch, 0, S_NEXT);
  store<u32>(scratch, 0, S_MORE);
  const dirty = (root & AMENDED) != 0 && chain > chainMask(b - 1);
  if (!isLive(control)) return dirty && level(loadControl(bucketAt(chain & chainMask(b - 1)))) == b - 1 ? 0 : UNBORN;
  let bad: u32 = 0;
  if (control & LOCK) bad |= LOCKED;
  const lv = level(control);
  if (lv != b && (dirty || (root & AMENDED) == 0 || lv + 1 != b)) bad |= WRONG_LEVEL;
  const old = !sameGen(control, root);
  if (old && (root & SWEEPING) == 0) bad |= OLD_GENERATION;
  if (endless(head, head, control)) return bad | NO_END;
  let entries: u32 = 0;
  let buckets: u32 = 0;
  listed = 0;
  seen = 0;
  let ended = false;
  for (let bucket = head; bucket; bucket = loadOverflow(bucket)) {
    if (ended) bad |= BEHIND_THE_END;
    if (bucket != head) {
      buckets++;
      listAddress(bucket, skip);
    }
    const tops = loadTop(bucket);
    ended = endsHere(tops);
    if (firstRest(tops) < lastLive(tops)) bad |= BEHIND_THE_END;
    for (let m = matchLive(tops); m; m &= m - 1) {
      const cell = lowestCell(m);
      const key = loadKey(bucket, cell);
      entries++;
      if (!old) {
        const hash = isRecord(key) ? hashRecord(recordAddress(key)) : hashWord(key);
        if (((hash ^ chain) & chainMask(lv)) != 0) bad |= WRONG_CHAIN;
        if (topHash(hash) != topAt(tops, cell)) bad |= WRONG_TOPHASH;
        if (isRecord(key) && recordHash(key) != (hash & 0xfffff0)) bad |= WRONG_HASH_BITS;
        if (appearsLater(bucket, cell, key)) bad |= TWICE;
      }
      if (isRecord(key)) listAddress(recordAddress(key), skip);
      const value = loadValue(bucket, cell);
      if (isRecord(value)) listAddress(recordAddress(value), skip);
    }
  }
  store<u32>(scratch, entries, S_LENGTH);
  store<u32>(scratch, buckets, S_NEXT);
  store<u32>(scratch, listed, S_MORE);
  return bad;
}

/**
 * Live chains above the table, where a shrink leaves none. -1: the frontier says that table and heap overlap. Addresses
 * have 32 bits: a walk to such an end goes round a memory of 4 GiB and never leaves it.
 */
export function strayChains(): i32 {
  const root = loadRoot();
  ensureSeed(root);
  const frontier = loadFrontier();
  const reserved = <u64>frontierBuckets(frontier);
  if (<u64>TABLE + reserved * BUCKET_SIZE + (<u64>frontierPages(frontier) << PAGE_SHIFT) > <u64>heapTop) return -1;
  let strays: i32 = 0;
  for (let chain = <u64>1 << rootB(root); chain < reserved; chain++) {
    if (isLive(loadControl(bucketAt(chain)))) strays++;
  }
  return strays;
}

let listed: u32 = 0;
let seen: u32 = 0;

function listAddress(address: usize, skip: u32): void {
  if (seen++ < skip || listed == MAX_LISTED) return;
  store<u32>(scratch + S_VALUE + (<usize>listed << 2), <u32>address);
  listed++;
}

function firstRest(tops: u64): u32 {
  for (let cell: usize = 0; cell < 8; cell++) {
    if (topAt(tops, cell) == 0) return <u32>cell;
  }
  return 8;
}

function lastLive(tops: u64): u32 {
  const live = matchLive(tops);
  return live == 0 ? 0 : <u32>((63 - clz(live)) >> 3);
}

/** Is the key in a later cell of the chain too? */
function appearsLater(bucket: usize, cell: usize, key: u64): bool {
  let from = cell + 1;
  for (let other = bucket; other; other = loadOverflow(other)) {
    const live = matchLive(loadTop(other));
    for (let c = from; c < 8; c++) {
      if ((live & (<u64>0x80 << (<u64>c << 3))) == 0) continue;
      const k = loadKey(other, c);
      if (k == key) return true;
      if (isRecord(k) && isRecord(key) && recordHash(k) == recordHash(key) && sameRecord(recordAddress(k), recordAddress(key))) return true;
    }
    from = 0;
  }
  return false;
}

/** A page's class; its free pieces are at S_VALUE, their number at S_MORE, the number of all pieces at S_LENGTH. -1: its free list is broken. */
export function checkPage(page: u32): i32 {
  const a = loadAnchor(page);
  const cls = anchorClass(a);
  store<u32>(scratch, 0, S_MORE);
  store<u32>(scratch, 0, S_LENGTH);
  if (cls == 0 || cls > CLASS_OVERFLOW) return cls;
  const size = classSize(cls);
  const n = capacity(cls);
  store<u32>(scratch, n, S_LENGTH);
  store<u32>(scratch, <u32>size, S_NEXT);
  let index = anchorFirst(a);
  for (let i: u32 = 0; i < anchorFree(a); i++) {
    if (index >= n) return -1;
    const piece = pageBase(page) + <usize>index * size;
    store<u32>(scratch + S_VALUE + (<usize>i << 2), <u32>piece);
    index = (index + 1 + load32(piece, cls == CLASS_OVERFLOW ? 16 : 8)) & 8191;
    store<u32>(scratch, i + 1, S_MORE);
  }
  return cls;
}

/** First page + 1 of a record's chain of pages, 0 for a small record or an overflow bucket. */
export function recordPages(record: u32): u32 {
  if (anchorClass(loadAnchor(pageOf(<usize>record))) == CLASS_OVERFLOW) return 0;
  return isLarge(loadHeader(<usize>record)) ? load32(<usize>record, LARGE_FIRST) : 0;
}

/** Id + 1 of the thread in slot `index`, 0 when there is none. */
export function slotThread(index: u32): u32 { return load32(SLOTS + <usize>index * SLOT_SIZE, SLOT_THREAD); }

/** A word of the hand in slot `index`. */
export function handWord(index: u32, word: u32): u32 { return load32(SLOTS + <usize>index * SLOT_SIZE + (<usize>word << 2), HAND); }

/** One stripe of a set of counts. */
export function stripeCount(set: u32, index: u32): f64 { return <f64><i64>load64(stripe(<u64>set, <u64>index), 0); }

/** The same for overflow buckets. */
export function stripeOverflows(set: u32, index: u32): f64 { return <f64><i64>load64(stripe(<u64>set, <u64>index), OVERFLOWS); }

/** Heap pages that were ever taken from the frontier. */
export function heapPages(): u32 { return frontierPages(loadFrontier()); }

export function pageAddress(page: u32): u32 { return <u32>pageBase(page); }
