// Taking pieces of heap pages and giving them back: records, and overflow buckets. What was taken is in the hand of
// the thread from the instant it leaves the free list; what is given back leaves the hand as it enters the list.
import { enter, leave, load32, load64, plainStore32, plainStore64, poison, store32, store64 } from './atomics';
import {
  ANCHOR, CONTROL, HAND, KEYS, LARGE_FIRST, LINK, OVERFLOW, PAGE_SIZE, S_ANCHORS, S_FRESH, S_HINTS, TOPHASH,
} from './layout';
import {
  anchorClass, anchorFirst, anchorFree, capacity, casAnchor, CLASS_OVERFLOW, classSize, clearHint, dropLargePage,
  findHint, freePage, isPageNumber, isRoomy, loadAnchor, loadEpoch, namePage, nextAnchor, pageBase, pageEntry, pageOf, setHint, takePage,
} from './page';
import { HAND_PAGE } from './hand';
import { isLarge, loadHeader, RECORD_VERSION, RECORD_VERSION_ONE } from './record';
import { damaged } from './status';
import { pages, scratch, slot } from './thread';

/** Where a free piece keeps its link: a record behind its header, an overflow bucket in its control word's place. */
// @ts-ignore: decorator
@inline function linkAt(piece: usize, cls: u32): usize { return piece + (cls == CLASS_OVERFLOW ? CONTROL : LINK); }

// What this thread knows of the page that it cuts pieces of a class from, in its scratch: the page, as a hint; the anchor that
// its own last take or give has left there; and the first piece that was never taken since the page was opened fresh. If the
// anchor is exactly that one, nobody else has taken anything meanwhile (its tag steps with every change, and 2^32 of them that
// also leave the same pieces free are not met by chance). Then a piece that was
// never taken has no link and no version, and its memory is not read before it is written. From the number of the first free
// piece alone this does not follow: others may have taken it and given it back, with a link in it.

/** There is no such piece, or it is not known. */
const NONE: u32 = 0xffff;

// @ts-ignore: decorator
@inline function ownPage(cls: u32): usize { return scratch + S_HINTS + (<usize>cls << 2); }

// @ts-ignore: decorator
@inline function ownAnchor(cls: u32): usize { return scratch + S_ANCHORS + (<usize>cls << 3); }

// @ts-ignore: decorator
@inline function ownFresh(cls: u32): usize { return scratch + S_FRESH + (<usize>cls << 1); }

/** Version of the record that `take` took last: its header holds nothing else. */
export let takenVersion: u64 = 0;

/** Takes a piece of class `cls` into the hand word `note`. 0: the memory is full. */
export function take(cls: u32, note: usize): usize {
  const size = classSize(cls);
  let p = load<u32>(ownPage(cls));
  while (true) {
    const page = p - 1;
    if (page < pages) {
      while (true) {
        const a = loadAnchor(page);
        if (anchorClass(a) != cls || anchorFree(a) == 0) break;
        const first = anchorFirst(a);
        if (<usize>(first + 1) * size > PAGE_SIZE) damaged();
        const piece = pageBase(page) + <usize>first * size;
        const known = a == load<u64>(ownAnchor(cls));
        const fresh = known && first == <u32>load<u16>(ownFresh(cls));
        const link = fresh ? 0 : load32(linkAt(piece, cls), 0);
        const next = nextAnchor(a, cls, anchorFree(a) - 1, first + 1 + link);
        if (casAnchor(page, a, next)) {
          // A record that was never filled must not look like a large one to who empties a dead thread's hand.
          takenVersion = fresh || cls == CLASS_OVERFLOW ? 0 : load64(piece, 0) & RECORD_VERSION;
          if (cls != CLASS_OVERFLOW) plainStore64(piece, takenVersion, 0);
          plainStore32(slot + note, <u32>piece, HAND);
          leave();
          store<u64>(ownAnchor(cls), next);
          if (fresh) store<u16>(ownFresh(cls), <u16>(first + 1));
          else if (!known) store<u16>(ownFresh(cls), <u16>NONE);
          return piece;
        }
      }
      clearHint(cls, page);
      namePage(slot, cls, 0);
    }
    let found = findHint(cls, true);
    if (found < 0) {
      // Its own page rather than one that another thread has named, while there is room; then any.
      if (isRoomy()) {
        const opened = openPage(cls, note);
        if (opened >= 0) return pageBase(<u32>opened);
      }
      found = findHint(cls, false);
      if (found < 0) {
        const opened = openPage(cls, note);
        if (opened >= 0) return pageBase(<u32>opened);
        // Another thread may have taken the last page for this class since the bitmap was looked at.
        found = findHint(cls, false);
        if (found < 0) return 0;
      }
    }
    p = <u32>found + 1;
    begin(cls, p);
  }
}

/** Makes a page, by its number + 1, the one that this thread cuts pieces of a class from. */
function begin(cls: u32, p: u32): void {
  store<u32>(ownPage(cls), p);
  store<u64>(ownAnchor(cls), 0); // no anchor of a class
  store<u16>(ownFresh(cls), <u16>NONE);
  namePage(slot, cls, p);
}

/**
 * Cuts a page into pieces of class `cls` and takes the first one into the hand word `note`: a page that is all free
 * would be anybody's. -1: no page is left.
 */
function openPage(cls: u32, note: usize): i32 {
  const p = takePage(cls, HAND_PAGE);
  if (p < 0) return -1;
  const page = <u32>p;
  const n = capacity(cls);
  const used = loadEpoch(page) > 1;
  if (used) {
    // Used before: set the links to "the next one". Versions go on from whatever lies there; the epoch covers that.
    const size = classSize(cls);
    let piece = linkAt(pageBase(page), cls);
    for (let i: u32 = 0; i < n; i++, piece += size) plainStore32(piece, 0, 0);
  }
  const a = loadAnchor(page);
  const first = pageBase(page);
  takenVersion = used && cls != CLASS_OVERFLOW ? load64(first, 0) & RECORD_VERSION : 0;
  if (cls != CLASS_OVERFLOW) plainStore64(first, takenVersion, 0); // as in `take`; nobody sees it yet
  const next = nextAnchor(a, cls, n - 1, 1);
  begin(cls, page + 1);
  enter();
  store64(pageEntry(page), next, ANCHOR);
  plainStore32(slot + note, <u32>first, HAND);
  plainStore32(slot + HAND_PAGE, 0, HAND);
  setHint(cls, page);
  leave();
  store<u64>(ownAnchor(cls), next);
  if (!used) store<u16>(ownFresh(cls), 1);
  return p;
}

/** Gives back the piece that the hand word at `note` of the slot at `owner` holds. */
export function give(piece: usize, owner: usize, note: usize): void {
  const page = pageOf(piece);
  if (!isPageNumber(page + 1)) damaged();
  while (true) {
    const a = loadAnchor(page);
    const cls = anchorClass(a);
    if (cls - 1 >= CLASS_OVERFLOW) damaged();
    const size = classSize(cls);
    const index = <u32>((piece - pageBase(page)) / size);
    const free = anchorFree(a) + 1;
    const all = <u32>(PAGE_SIZE / size);
    if (free > all || index >= all || pageBase(page) + <usize>index * size != piece) damaged();
    if (SCHEDULED) poisonPiece(piece, cls);
    const whole = cls != CLASS_OVERFLOW && free == all;
    // Plain: the CAS shows it. Who loads it by an older anchor fails with its own CAS.
    plainStore32(linkAt(piece, cls), anchorFirst(a) - (index + 1), 0);
    const next = nextAnchor(a, cls, free, index);
    if (casAnchor(page, a, next)) {
      plainStore32(owner + note, 0, HAND);
      if (free == 1) setHint(cls, page);
      if (whole) setHint(0, page);
      leave();
      // Only of the own page: anchors of two pages may be equal.
      if (page + 1 == load<u32>(ownPage(cls)) && a == load<u64>(ownAnchor(cls))) store<u64>(ownAnchor(cls), next);
      return;
    }
  }
}

/** Scheduled build: everything of a freed piece but what must outlive it: a record's version and the end of its chain of pages. */
function poisonPiece(piece: usize, cls: u32): void {
  if (cls == CLASS_OVERFLOW) {
    poison(piece + TOPHASH, 8);
    poison(piece + OVERFLOW, 4);
    poison(piece + KEYS, classSize(cls) - KEYS);
  } else if (classSize(cls) > LARGE_FIRST + 4) {
    poison(piece + LARGE_FIRST + 4, classSize(cls) - LARGE_FIRST - 4);
  }
}

/** Frees the record in a hand word, with the pages of a large one. The version steps first: readers must let go. */
export function giveRecord(owner: usize, note: usize): void {
  const record = <usize>load32(owner + note, HAND);
  if (record == 0) return;
  const page = pageOf(record);
  if (!isPageNumber(page + 1) || anchorClass(loadAnchor(page)) - 1 >= CLASS_OVERFLOW - 1) damaged();
  const header = loadHeader(record);
  store64(record, header + RECORD_VERSION_ONE, 0);
  if (isLarge(header)) {
    while (load32(record, LARGE_FIRST) != 0) dropLargePage(record);
  }
  give(record, owner, note);
}

/** Frees a page that was taken and not yet opened, or a scratch page, noted at `note`. */
export function givePage(owner: usize, note: usize): void {
  const p = load32(owner + note, HAND);
  if (p == 0) return;
  if (!isPageNumber(p)) damaged();
  const a = loadAnchor(p - 1);
  enter();
  freePage(p - 1, a);
  plainStore32(owner + note, 0, HAND);
  leave();
}

/** Bytes of the heap page from `address` to its end: no copy may go further. */
// @ts-ignore: decorator
@inline export function toPageEnd(address: usize): usize { return PAGE_SIZE - (address & (PAGE_SIZE - 1)); }
