// A thread's hand: what it has taken from the heap and not yet linked, or unlinked and not yet given back. So each
// piece is free, reachable or in exactly one hand, at every instant at which V8 can stop a thread. A live thread
// empties its own; that of a dead one is emptied by `reclaim` (slot.ts), on evidence of death.
//
// Access: its owner, by plain stores and by loads; after the owner's death who took the slot over. Plain, because nobody
// else goes by them while the owner lives. The owner finds its own stores in the order of the program. A taker loads them
// after it has seen that the owner ended: in the system's table, which an ended thread leaves after its last switch off a
// processor, or by the message that its exit sends. Both come after all that the thread has stored. `lookAt` (slot.ts) may
// see them earlier, and tells what it saw as a hint. What stands between two places at which V8 can stop a thread is
// checked in the compiled kernel, where a store that was left out or moved would show (src/build/section-rules.mjs).
import { enter, leave, load32, plainStore32, store32 } from './atomics';
import { give, givePage, giveRecord } from './heap';
import { HAND, OVERFLOW } from './layout';
import { slot } from './thread';

export const HAND_NEW_KEY: usize = 0; // record
export const HAND_NEW_VALUE: usize = 4; // record
export const HAND_OLD_KEY: usize = 8; // record
export const HAND_OLD_VALUE: usize = 12; // record
export const HAND_EXPECTED: usize = 16; // record
export const HAND_PAGE: usize = 20; // page number + 1
export const HAND_BUCKET: usize = 24; // one overflow bucket
export const HAND_X: usize = 28; // a list of overflow buckets, linked by their overflow pointers
export const HAND_Y: usize = 32;
export const HAND_OLD: usize = 36;
export const HAND_EXTRA: usize = 40; // the overflow bucket of an insert, while a search may move chains by way of HAND_BUCKET

/** False once the hand may hold something: checked before the next use. */
export let handEmpty: bool = true;

export function useHand(): void { handEmpty = false; }

// @ts-ignore: decorator
@inline export function inHand(note: usize): usize { return <usize>load32(slot + note, HAND); }

// @ts-ignore: decorator
@inline export function setHand(note: usize, address: usize): void { plainStore32(slot + note, <u32>address, HAND); }

/** Puts the bucket at HAND_BUCKET at the head of the list at `list`. */
// @ts-ignore: decorator
@inline export function keepBucket(bucket: usize, list: usize): void {
  const head = <u32>inHand(list);
  enter();
  store32(bucket, head, OVERFLOW);
  setHand(list, bucket);
  setHand(HAND_BUCKET, 0);
  leave();
}

/** Frees a list of overflow buckets one by one: the rest stays at `list`, the current one at HAND_BUCKET. */
export function giveBuckets(owner: usize, list: usize): void {
  while (true) {
    const current = <usize>load32(owner + HAND_BUCKET, HAND);
    if (current) {
      give(current, owner, HAND_BUCKET);
      continue;
    }
    const head = <usize>load32(owner + list, HAND);
    if (head == 0) return;
    const rest = load32(head, OVERFLOW);
    enter();
    plainStore32(owner + HAND_BUCKET, <u32>head, HAND);
    plainStore32(owner + list, rest, HAND);
    leave();
  }
}

/** Gives back everything in the hand of the slot at `owner`. */
export function emptyHand(owner: usize): void {
  giveRecord(owner, HAND_NEW_KEY);
  giveRecord(owner, HAND_NEW_VALUE);
  giveRecord(owner, HAND_OLD_KEY);
  giveRecord(owner, HAND_OLD_VALUE);
  giveRecord(owner, HAND_EXPECTED);
  givePage(owner, HAND_PAGE);
  giveBuckets(owner, HAND_X);
  giveBuckets(owner, HAND_Y);
  giveBuckets(owner, HAND_OLD);
  const extra = <usize>load32(owner + HAND_EXTRA, HAND);
  if (extra) give(extra, owner, HAND_EXTRA);
}

/** An operation that began with an empty hand has linked all that it took. */
// @ts-ignore: decorator
@inline export function handIsEmpty(): void { handEmpty = true; }

/** At the end of each operation that took something, and before one whose forerunner was cut short by an exception. */
export function settle(): void {
  if (handEmpty) return;
  if (isHolding(slot)) emptyHand(slot);
  handEmpty = true;
}

/** Does the hand of the slot at `owner` hold something? Of another thread's it is a hint. */
export function isHolding(owner: usize): bool {
  // Word by word, as they are stored: a load of two that were just stored would wait for both.
  let any: u32 = 0;
  for (let at = owner; at <= owner + HAND_EXTRA; at += 4) any |= load32(at, HAND);
  return any != 0;
}
