// Records: bytes in the heap. A published record is never written again until it is free; who reads one looks at its
// header before and after, and at the epoch of its page, which steps when the page is cut anew.
import { copy, copyShared, load32, load64, plainStore64, store32, store64 } from './atomics';
import { take, takenVersion, toPageEnd } from './heap';
import { useHand } from './hand';
import { LARGE_FIRST, LARGE_LENGTH, NEXT_PAGE, PAGE_SIZE, RECORD_HEADER } from './layout';
import { isPageNumber, isTaken, loadEpoch, pageBase, pageEntry, pageOf, sizeClass, takeLargePage } from './page';
import { hashBytes, sipBlocks, sipEnd, sipStart } from './hash';
import { damaged } from './status';
import { FORM_STRUCTURED } from './word';

//   63        24 23     16 15      0
//   ┌───────────┬─────────┬─────────┐
//   │ version 40│ kind    │ length  │   kind: a FORM_ of word.ts; LARGE: the length is behind the header
//   └───────────┴─────────┴─────────┘
export const RECORD_VERSION_ONE: u64 = 1 << 24;
export const RECORD_VERSION: u64 = ~(<u64>0xffffff);
const LARGE: u64 = 0x80 << 16;

// @ts-ignore: decorator
@inline export function loadHeader(record: usize): u64 { return load64(record, 0); }

// @ts-ignore: decorator
@inline export function isLarge(header: u64): bool { return (header & LARGE) != 0; }

// @ts-ignore: decorator
@inline export function recordKind(header: u64): u32 { return <u32>(header >> 16) & 0x7f; }

/** Is the kind one that a record can have? */
// @ts-ignore: decorator
@inline export function isKind(header: u64): bool { return recordKind(header) - 1 < FORM_STRUCTURED; }

// @ts-ignore: decorator
@inline export function recordLength(header: u64): u32 { return <u32>header & 0xffff; }

/** A record with the bytes at `from`, in the hand word `note`. 0: the memory is full. */
export function makeRecord(kind: u32, from: usize, length: u32, note: usize): usize {
  useHand();
  const r = take(sizeClass(<u32>RECORD_HEADER + length), note);
  if (r == 0) return 0;
  copy(r + RECORD_HEADER, from, length);
  plainStore64(r, takenVersion | (<u64>kind << 16) | length, 0); // not published yet
  return r;
}

/** A large record of `length` bytes, its pages still to be filled by JavaScript. 0: the memory is full. */
export function makeLarge(kind: u32, length: u32, note: usize): usize {
  useHand();
  const r = take(1, note);
  if (r == 0) return 0;
  store32(r, length, LARGE_LENGTH);
  store32(r, 0, LARGE_FIRST);
  store64(r, takenVersion | LARGE | (<u64>kind << 16), 0);
  for (let held: u64 = 0; held < length; held += PAGE_SIZE) {
    if (!takeLargePage(r)) return 0;
  }
  return r;
}

/** Copies a small record's bytes to this thread's scratch; the caller validates. Garbage can ask for too much: bounded. */
export function copyRecord(to: usize, record: usize, header: u64, room: u32): u32 {
  let n = recordLength(header);
  const end = <u32>toPageEnd(record + RECORD_HEADER);
  if (n > end) n = end;
  if (n > room) n = room;
  copyShared(to, record + RECORD_HEADER, n);
  return n;
}

/** Is the record the one whose header and epoch were read? */
// @ts-ignore: decorator
@inline export function stillRecord(record: usize, header: u64, epoch: u32): bool {
  return loadHeader(record) == header && loadEpoch(pageOf(record)) == epoch;
}

/** Does a small record hold these bytes? Its memory may be changing: the caller validates. */
export function recordHolds(record: usize, kind: u32, length: u32, p: usize): bool {
  const header = loadHeader(record);
  if (isLarge(header) || recordKind(header) != kind || recordLength(header) != length) return false;
  if (length > <u32>toPageEnd(record + RECORD_HEADER)) return false;
  return sameBytes(record + RECORD_HEADER, p, length);
}

/** Compares memory that may be changing (atomic loads) with memory of this thread. Both are readable up to 8 bytes on. */
function sameBytes(a: usize, b: usize, length: u32): bool {
  let i: usize = 0;
  for (; i + 8 <= <usize>length; i += 8) {
    if (load64(a + i, 0) != load<u64>(b + i)) return false;
  }
  const rest = <u64>length - i;
  return rest == 0 || ((load64(a + i, 0) ^ load<u64>(b + i)) & ((<u64>1 << (rest << 3)) - 1)) == 0;
}

/** Do two records hold the same? `mine` is in this thread's hand, the other's memory may be changing: the caller validates. */
export function sameRecord(other: usize, mine: usize): bool {
  const header = loadHeader(mine);
  const theirs = loadHeader(other);
  if (((header ^ theirs) & ~RECORD_VERSION) != 0) return false;
  if (!isLarge(header)) return recordHolds(other, recordKind(header), recordLength(header), mine + RECORD_HEADER);
  const length = load32(mine, LARGE_LENGTH);
  if (load32(other, LARGE_LENGTH) != length || !isTaken(length)) return false;
  let p = load32(mine, LARGE_FIRST);
  let q = load32(other, LARGE_FIRST);
  let rest = length;
  while (rest > 0) {
    if (!isPageNumber(p) || !isPageNumber(q)) return false;
    const n = rest < <u32>PAGE_SIZE ? rest : <u32>PAGE_SIZE;
    if (!sameBytes(pageBase(q - 1), pageBase(p - 1), n)) return false;
    rest -= n;
    p = load32(pageEntry(p - 1), NEXT_PAGE);
    q = load32(pageEntry(q - 1), NEXT_PAGE);
  }
  return true;
}

/** The hash of a record of this thread's hand. */
export function hashRecord(record: usize): u64 {
  const header = loadHeader(record);
  if (!isLarge(header)) return hashBytes(record + RECORD_HEADER, recordLength(header), recordKind(header));
  const length = load32(record, LARGE_LENGTH);
  let p = load32(record, LARGE_FIRST);
  let rest = length;
  sipStart(recordKind(header), length);
  if (!isTaken(length)) damaged();
  while (rest >= <u32>PAGE_SIZE) {
    if (!isPageNumber(p)) damaged();
    sipBlocks(pageBase(p - 1), PAGE_SIZE);
    rest -= <u32>PAGE_SIZE;
    p = load32(pageEntry(p - 1), NEXT_PAGE);
  }
  if (rest != 0 && !isPageNumber(p)) damaged();
  const base = p ? pageBase(p - 1) : 0;
  const whole = rest & ~7;
  sipBlocks(base, whole);
  return sipEnd(base + whole, rest - whole);
}
