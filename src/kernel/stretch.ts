// Stretches: how threads share the chains of one work (a growth, a shrink, a compaction, a sweep)
// without meeting. Each thread claims a stretch of neighbouring chains and does its own, a few with
// each write. The work is done when every stretch has its bit.
//
// | word   | content                                    | changed by                               |
// |--------|--------------------------------------------|------------------------------------------|
// | claim  | number of the work 39, stretch to claim 25 | CAS, the root compared before            |
// | done   | number of the work 48, 16 bits             | CAS, the root compared before            |
// | prefix | number of the work 39, chains 25           | CAS, the root compared before            |
// | own    | root, next chain, end: in the scratch      | its thread alone                         |
//
// The number is the root's change counter, so a word of other work reads as 0. Every CAS is from a
// word that was loaded before the root was compared. If the root was R then, the word held nothing
// of a later work. So a late CAS may put an old number where nothing of the new work stood yet, and
// never overwrites what the new work has noted. (That saves work and no more: what is overwritten
// reads as not done, and is done again.)
//
// A bit says: under R its thread saw each chain of the stretch done, and unlocked. A chain that was
// seen so stays so while R stands. A split is undone by a merge alone, which compares the root under
// the lock, so that no merge of another root is under way in an unlocked chain. (Hence "unlocked":
// a merge that compared the root before a shrink was turned to a growth lowers the level later.)
// A generation is never taken back. So when all bits of R are set, a CAS from exactly R ends the
// work. Who sets the last bits, or finds nothing to claim, does it; nobody waits for anybody.
//
// Nothing counts on a claimant. When all stretches are claimed, claims go round again, from the
// prefix, over stretches without a bit. So others do what a thread holds that has ended, or sleeps.
// A chain that is locked, or lacks memory, is passed over: its stretch gets no bit in this round.
// A death costs one more look at the chains of one stretch. Each change of the root voids claims
// and bits: chains that were done are passed over once more.
//
// A count of finished stretches would not do: a death leaves it short, and a round that adds counts
// twice. Neither would bits without a number, or with less than the whole counter: old bits count.
import { cas64, load64 } from './atomics';
import { loadRoot, progress, PROGRESS_BITS, workNumber } from './header';
import { DONE_SIZE, H_CLAIM, H_NEVACUATE, S_STRETCH, WORK_DONE } from './layout';
import { scratch } from './thread';

/** Growth, shrink or compaction; the sweep of a clear. Their words lie beside each other. */
export const WORK: usize = 0;
export const SWEEP: usize = 1;

const LINE: usize = 64; // H_SWEEP_CLAIM - H_CLAIM: bytes between the words of the two
const OWN_SIZE: usize = 16; // bytes of a thread's own stretch: root u64, next u32, end u32
const NEXT: usize = 8;
const END: usize = 12;
/** In `next`: a chain of the stretch was not seen done. */
const NOT_WHOLE: u32 = 1 << 31;

/** At most so many stretches, as there are bits. */
const MOST_STRETCHES: u64 = 14; // as a power of two: DONE_SIZE / 8 words of 16 bits
const BITS: u64 = 0xffff;
/** Words of bits that one call looks at. */
const WORDS: u32 = 32;

// STRETCH: the chains of a stretch, as a power of two, set when the kernel is built (6: 64 chains).
// A stretch is long enough that two threads seldom touch the same line or page, and short enough
// that a table of a thousand chains has some for each.

// @ts-ignore: decorator
@inline function shiftOf(end: u64): u64 {
  const bits = ctz(end);
  return bits > MOST_STRETCHES + STRETCH ? bits - MOST_STRETCHES : STRETCH;
}

// @ts-ignore: decorator
@inline function doneAt(kind: usize, stretch: u64): usize { return WORK_DONE + kind * DONE_SIZE + (<usize>(stretch >> 4) << 3); }

// @ts-ignore: decorator
@inline function own(kind: usize): usize { return scratch + S_STRETCH + kind * OWN_SIZE; }

/** The bits of a word, which count for the work of `root` alone. */
// @ts-ignore: decorator
@inline function bitsOf(word: u64, root: u64): u64 { return (word >> 16) == (root >> 24) ? word & BITS : 0; }

/** The first stretch from `from` on without a bit, or how far one call looks. */
function firstOpen(kind: usize, root: u64, from: u64, all: u64): u64 {
  let stretch = from;
  for (let i: u32 = 0; i < WORDS && stretch < all; i++) {
    const open = ~bitsOf(load64(doneAt(kind, stretch), 0), root) & (BITS << (stretch & 15)) & BITS;
    stretch &= ~15;
    if (open != 0) {
      stretch += ctz(open);
      break;
    }
    stretch += 16;
  }
  return stretch < all ? stretch : all;
}

/** Moves the prefix on. Returns the chains before the first stretch without a bit, or before where it stopped to look. */
export function prefix(kind: usize, root: u64, end: u64): u64 {
  const shift = shiftOf(end);
  const word = load64(kind * LINE, H_NEVACUATE);
  const done = progress(word, root);
  const stretch = firstOpen(kind, root, done >> shift, stretches(end, shift));
  const now = stretch << shift < end ? stretch << shift : end; // a last stretch may be shorter
  if (now > done && loadRoot() == root) cas64(kind * LINE, word, (workNumber(root) << PROGRESS_BITS) | now, H_NEVACUATE);
  return now;
}

// @ts-ignore: decorator
@inline function stretches(end: u64, shift: u64): u64 { return end >> shift == 0 ? 1 : end >> shift; }

/** Has this thread a stretch of this work, with chains to pass? */
// @ts-ignore: decorator
@inline export function hasStretch(kind: usize, root: u64, end: u64): bool {
  const at = own(kind);
  const behind = <u64>load<u32>(at, END);
  return load<u64>(at) == root && nextChain(kind) < behind && behind <= end; // damage may not lead out of the table
}

/** Did the last claim of the work go round again, so that all stretches had been claimed before it? */
export let wentRound: bool = false;

/** The next chain of this thread's stretch. */
// @ts-ignore: decorator
@inline export function nextChain(kind: usize): u64 { return <u64>(load<u32>(own(kind), NEXT) & ~NOT_WHOLE); }

/**
 * Claims a stretch. False: none is open as far as one call looks, or another thread has just
 * claimed. Looks at 2 * WORDS words of bits at most, and does one CAS beside that of the prefix.
 */
export function claim(kind: usize, root: u64, end: u64): bool {
  const shift = shiftOf(end);
  const all = stretches(end, shift);
  const word = load64(kind * LINE, H_CLAIM);
  let from = progress(word, root);
  const round = from >= all;
  if (round) from = prefix(kind, root, end) >> shift;
  if (kind == WORK) wentRound = round;
  const stretch = firstOpen(kind, root, from, all);
  // Behind the last word that was looked at, nothing is known: the next claim goes on from there.
  const open = stretch < all && stretch < (from & ~15) + 16 * WORDS;
  if (loadRoot() != root) return false;
  const next = open ? stretch + 1 : stretch;
  if (cas64(kind * LINE, word, (workNumber(root) << PROGRESS_BITS) | next, H_CLAIM) != word || !open) return false;
  const at = own(kind);
  const first = stretch << shift;
  const behind = (stretch + 1) << shift;
  store<u64>(at, root);
  store<u32>(at, <u32>first, NEXT);
  store<u32>(at, <u32>(behind < end ? behind : end), END);
  return true;
}

/** Passes over the next chain, which was seen done and unlocked, or not. True: all chains of the work are done. */
export function pass(kind: usize, root: u64, end: u64, done: bool): bool {
  const at = own(kind);
  const next = (load<u32>(at, NEXT) | (done ? 0 : NOT_WHOLE)) + 1;
  store<u32>(at, next, NEXT);
  if ((next & ~NOT_WHOLE) < load<u32>(at, END)) return false;
  if ((next & NOT_WHOLE) != 0) return false;
  setDone(kind, root, (<u64>next - 1) >> shiftOf(end));
  return prefix(kind, root, end) == end;
}

/** Sets a bit. A failed CAS means that another thread has set one of the same word. */
function setDone(kind: usize, root: u64, stretch: u64): void {
  const at = doneAt(kind, stretch);
  while (true) {
    const word = load64(at, 0);
    if (loadRoot() != root) return;
    const bits = bitsOf(word, root) | (<u64>1 << (stretch & 15));
    if (cas64(at, word, ((root >> 24) << 16) | bits, 0) == word) return;
  }
}
