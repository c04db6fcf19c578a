// Heap pages of 64 KiB: what each is used for, and finding one. No page belongs to a thread.
import { and64, cas64, enter, hints64, leave, load32, load64, or64, plainStore32, poison, store32, store64 } from './atomics';
import { loadFrontier, frontierBuckets, frontierPages } from './header';
import {
  ANCHOR, BUCKET_SIZE, EPOCH, H_FRONTIER, HAND, LARGE_FIRST, NAMES_SIZE, NEXT_PAGE, PAGE_ENTRY, PAGE_NAMES, PAGE_SHIFT, PAGE_SIZE, SLOT_SIZE,
  SLOTS, TABLE,
} from './layout';
import { damaged } from './status';
import { bitmaps, bitmapSize, bitmapWords, heapTop, pages, pageTable, slot } from './thread';

// The anchor of a page, in the page table. Access: CAS, or a store by who took the page out of circulation.
//
//   63      32 31    26 25     13 12      0
//   ┌─────────┬────────┬─────────┬─────────┐
//   │ tag     │ class  │ free    │ first   │     class 0: the page is free
//   └─────────┴────────┴─────────┴─────────┘
//
// `free` records are in the page's own free list, which begins at record `first`; a link is kept as the distance
// from the next record, so the zeros of a fresh page are a complete list. The tag steps with every change.
export const CLASS_OVERFLOW: u32 = 44; // overflow buckets: pages that stay so for ever
export const CLASS_LARGE: u32 = 45;
const MAX_SMALL_CLASS: u32 = 43;

/** Size classes: 16 to 64 by 8, then four to each doubling, up to 32 KiB. */
// @ts-ignore: decorator
@inline export function classSize(cls: u32): usize {
  if (cls < 8) return <usize>(cls + 1) << 3;
  if (cls == CLASS_OVERFLOW) return BUCKET_SIZE;
  const k = cls - 8;
  return <usize>(5 + (k & 3)) << (4 + (k >> 2));
}

export function sizeClass(size: u32): u32 {
  if (size <= 16) return 1;
  if (size <= 64) return ((size + 7) >> 3) - 1;
  const top = 31 - clz(size - 1);
  return 8 + ((top - 6) << 2) + (((size - 1) >> (top - 2)) - 4);
}

// @ts-ignore: decorator
@inline export function capacity(cls: u32): u32 { return <u32>(PAGE_SIZE / classSize(cls)); }

// @ts-ignore: decorator
@inline export function pageEntry(page: u32): usize { return pageTable + <usize>page * PAGE_ENTRY; }

// @ts-ignore: decorator
@inline export function pageBase(page: u32): usize { return heapTop - (<usize>(page + 1) << PAGE_SHIFT); }

// @ts-ignore: decorator
@inline export function pageOf(address: usize): u32 { return <u32>((heapTop - 1 - address) >> PAGE_SHIFT); }

// @ts-ignore: decorator
@inline export function loadAnchor(page: u32): u64 { return load64(pageEntry(page), ANCHOR); }

/** Success opens a section: the caller notes in the hand what it took, then leaves. */
// @ts-ignore: decorator
@inline export function casAnchor(page: u32, from: u64, to: u64): bool {
  if (cas64(pageEntry(page), from, to, ANCHOR) != from) return false;
  enter();
  return true;
}

// @ts-ignore: decorator
@inline export function anchorClass(anchor: u64): u32 { return <u32>(anchor >> 26) & 63; }

// @ts-ignore: decorator
@inline export function anchorFree(anchor: u64): u32 { return <u32>(anchor >> 13) & 8191; }

// @ts-ignore: decorator
@inline export function anchorFirst(anchor: u64): u32 { return <u32>anchor & 8191; }

/** The anchor after `before`, with the next tag. */
// @ts-ignore: decorator
@inline export function nextAnchor(before: u64, cls: u32, free: u32, first: u32): u64 {
  return (((before >> 32) + 1) << 32) | (<u64>cls << 26) | (<u64>free << 13) | (<u64>(first & 8191));
}

// @ts-ignore: decorator
@inline export function loadEpoch(page: u32): u32 { return load32(pageEntry(page), EPOCH); }

/**
 * The page is cut anew: whoever holds a record of before finds out. Never 0 or 1 again, which say that the page is fresh.
 * The load after the store keeps what is stored into the page behind the step on ARM64, plain stores too.
 */
// @ts-ignore: decorator
@inline function stepEpoch(page: u32): void {
  const next = loadEpoch(page) + 1;
  store32(pageEntry(page), next == 0 ? 2 : next, EPOCH);
  loadEpoch(page);
}

/** Is `number` - 1 a page that was ever taken? Garbage is not to lead anybody out of the memory. */
export function isPageNumber(number: u32): bool {
  return number != 0 && number <= frontierPages(loadFrontier()) && number <= pages;
}

/** Can a large value have so many bytes, in the pages that were ever taken? */
export function isTaken(length: u32): bool {
  const taken = frontierPages(loadFrontier());
  return taken <= pages && <u64>length <= <u64>taken << PAGE_SHIFT;
}

/** May be taken for any use: free, or a page of records that are all free. */
// @ts-ignore: decorator
@inline function isWhole(anchor: u64): bool {
  const cls = anchorClass(anchor);
  return cls == 0 || (cls <= MAX_SMALL_CLASS && anchorFree(anchor) == capacity(cls));
}

// Bitmaps, one for each class: "this page has room", for class 0 "this page may be taken whole". They are hints: the
// anchor decides. A bit that is wrongly set is cleared by who follows it; clearing looks at the anchor once more, so
// no bit stays wrongly clear. A word of summary above stands for 64 words.

// @ts-ignore: decorator
@inline function leaf(cls: u32, word: u32): usize { return bitmaps + <usize>cls * bitmapSize + (<usize>word << 3); }

// @ts-ignore: decorator
@inline export function setHint(cls: u32, page: u32): void {
  const word = page >> 6;
  or64(leaf(cls, word), <u64>1 << (page & 63), 0);
  or64(leaf(cls, bitmapWords + (word >> 6)), <u64>1 << (word & 63), 0);
}

/** Takes a hint back, unless the page turns out to deserve it. */
export function clearHint(cls: u32, page: u32): void {
  const word = page >> 6;
  const bit = <u64>1 << (page & 63);
  enter(); // a thread that ends here must not leave a bit wrongly clear
  and64(leaf(cls, word), ~bit, 0);
  const a = loadAnchor(page);
  if (cls == 0 ? isWhole(a) && frontierPages(loadFrontier()) > page : anchorClass(a) == cls && anchorFree(a) > 0) setHint(cls, page);
  leave();
}

/** A page whose hint is set, or -1; with `unnamed`, one that no thread has named. Threads begin at different bits, so that they seldom share a page. */
export function findHint(cls: u32, unnamed: bool): i32 {
  const words = (bitmapWords + 63) >> 6;
  const turn = <u64>((slot >> 8) * 5) & 63;
  for (let s: u32 = 0; s < words; s++) {
    const at = leaf(cls, bitmapWords + s);
    let summary = load64(at, 0);
    while (summary) {
      const word = (s << 6) + <u32>ctz(summary);
      const bits = load64(leaf(cls, word), 0);
      for (let left = rotr<u64>(bits, turn); left; left &= left - 1) {
        const page = (word << 6) + ((<u32>ctz(left) + <u32>turn) & 63);
        if (page >= pages) damaged();
        if (!unnamed || !isNamed(cls != 0 ? cls : anchorClass(loadAnchor(page)), page)) return <i32>page;
      }
      if (bits == 0) {
        const bit = summary & (0 - summary);
        enter();
        and64(at, ~bit, 0);
        if (load64(leaf(cls, word), 0)) or64(at, bit, 0);
        leave();
      }
      summary &= summary - 1;
    }
  }
  return -1;
}

// Names. Two threads that take pieces of one page share its anchor and its records' lines. So each thread names the page
// that it cuts pieces of a class from, and others pass over that page while there is room elsewhere.
//
// Access: 16 bits for each class and slot, page + 1 or 0, four slots to a word. Changed by a CAS of the thread that answers for
// the slot, once for each page that it begins with. Read by everyone as a hint: the anchor decides, so a wrong name costs
// nothing but room that is used last. A thread that detaches takes its names back; a taker does so for one that has ended.

const LANES: u64 = 0x0001000100010001;
const LANE_HIGHS: u64 = 0x8000800080008000;

const LANE: u64 = 0xffff;

/** The word of a class in which the lane of the slot at `owner` lies, and the place of the lane in it. */
// @ts-ignore: decorator
@inline function namesAt(owner: usize, cls: u32): usize { return PAGE_NAMES + <usize>cls * NAMES_SIZE + (((owner - SLOTS) / SLOT_SIZE >> 2) << 3); }

// @ts-ignore: decorator
@inline function laneOf(owner: usize): u64 { return <u64>((owner - SLOTS) / SLOT_SIZE & 3) << 4; }

/**
 * Names the page that the thread of the slot at `owner` cuts pieces of a class from: `page` + 1, or 0. A failed CAS: one of
 * three other threads has named one.
 */
export function namePage(owner: usize, cls: u32, name: u32): void {
  const at = namesAt(owner, cls);
  while (true) {
    const word = load64(at, 0);
    const next = (word & ~(LANE << laneOf(owner))) | (<u64>name << laneOf(owner));
    if (next == word || cas64(at, word, next, 0) == word) return;
  }
}

/**
 * Has a thread named this page, which is of class `cls`? 64 loads, once or twice for each page that a thread begins with. A
 * thread's own name counts too: a page of its own that is all free is not cut anew for each class in turn.
 */
function isNamed(cls: u32, page: u32): bool {
  if (cls == 0 || cls == CLASS_LARGE) return false; // nobody cuts pieces from it
  const name = <u64>(page + 1) * LANES;
  const row = PAGE_NAMES + <usize>cls * NAMES_SIZE;
  for (let at = row; at < row + NAMES_SIZE; at += 8) {
    const other = hints64(at, 0) ^ name; // a lane that is 0 names it
    if (((other - LANES) & ~other & LANE_HIGHS) != 0) return true;
  }
  return false;
}

/** Is less than half of the space taken? Then a thread takes a page of its own rather than share one. */
export function isRoomy(): bool {
  const f = loadFrontier();
  const taken = <u64>TABLE + <u64>frontierBuckets(f) * BUCKET_SIZE + (<u64>frontierPages(f) << PAGE_SHIFT);
  return taken < <u64>heapTop >> 1;
}

/** A page that may be taken whole, from the hints or from the frontier; -1 when there is none. The caller takes it by CAS. */
function findWhole(): i32 {
  while (true) {
    // A page that another thread has named is not taken from it while there is room: it would be cut anew each time.
    const roomy = isRoomy();
    let p = findHint(0, true);
    if (p < 0 && !roomy) p = findHint(0, false);
    const f = loadFrontier(); // after the hint: none is set further ahead than this
    const next = frontierPages(f);
    if (p >= 0 && <u32>p < next) {
      if (isWhole(loadAnchor(<u32>p))) return p;
      clearHint(0, <u32>p);
      continue;
    }
    const tableEnd = <u64>TABLE + <u64>frontierBuckets(f) * BUCKET_SIZE;
    if (p >= 0 && <u32>p > next) {
      clearHint(0, <u32>p); // no thread sets it so far ahead
    } else if (next >= pages || tableEnd + (<u64>(next + 1) << PAGE_SHIFT) > <u64>heapTop) {
      if (p < 0) {
        if (!roomy) return -1;
        continue; // the room has gone since: now what is named is looked at too
      }
      clearHint(0, <u32>p);
    } else {
      // The hint first, so that a termination between hint and frontier loses no page. The frontier at once, so that this ends
      // even where a damaged one lies among pages that have names.
      if (p < 0) setHint(0, next);
      cas64(0, f, f + (<u64>1 << 32), H_FRONTIER);
    }
  }
}

/** Takes a page for `cls`, noted in the hand word `note` of this thread. -1: no page is left. */
export function takePage(cls: u32, note: usize): i32 {
  while (true) {
    const p = findWhole();
    if (p < 0) return -1;
    const a = loadAnchor(<u32>p);
    if (!isWhole(a)) continue;
    if (casAnchor(<u32>p, a, nextAnchor(a, cls, 0, 0))) {
      plainStore32(slot + note, <u32>p + 1, HAND);
      leave();
      clearHint(0, <u32>p);
      stepEpoch(<u32>p);
      return p;
    }
  }
}

/** Takes a page for a large record of the hand and puts it at the head of its chain. False: no page is left. */
export function takeLargePage(record: usize): bool {
  while (true) {
    const p = findWhole();
    if (p < 0) return false;
    const a = loadAnchor(<u32>p);
    if (!isWhole(a)) continue;
    const first = load32(record, LARGE_FIRST);
    if (casAnchor(<u32>p, a, nextAnchor(a, CLASS_LARGE, 0, 0))) {
      store32(pageEntry(<u32>p), first, NEXT_PAGE);
      store32(record, <u32>p + 1, LARGE_FIRST);
      leave();
      clearHint(0, <u32>p);
      stepEpoch(<u32>p);
      return true;
    }
  }
}

/** Takes the first page off a large record of the hand and frees it. */
export function dropLargePage(record: usize): void {
  const p = load32(record, LARGE_FIRST) - 1;
  if (!isPageNumber(p + 1)) damaged();
  const next = load32(pageEntry(p), NEXT_PAGE);
  const a = loadAnchor(p);
  if (anchorClass(a) != CLASS_LARGE) damaged();
  if (SCHEDULED) poison(pageBase(p), PAGE_SIZE);
  enter();
  store32(record, next, LARGE_FIRST);
  freePage(p, a);
  leave();
}

/** Frees a page that the caller holds alone, in the caller's section. */
// @ts-ignore: decorator
@inline export function freePage(page: u32, anchor: u64): void {
  store64(pageEntry(page), nextAnchor(anchor, 0, 0, 0), ANCHOR);
  setHint(0, page);
}
