// Slots: a thread's place in the header, with its hand; its scratch lies behind maxBytes, at the slot's number.
//
// A slot is free, or has one owner. Whoever answers for a slot stands in its owner word, whole:
//
//   63   62          32 31           0
//   ┌───┬──────────────┬──────────────┐   0: free
//   │ 0 │ start of the thread, tid 22 │   known to the system's table of threads (src/threads/system-table.ts)
//   │ 1 │ table 31     │ thread id + 1│   not known there; entered by its creator in that table of living
//   └───┴──────────────┴──────────────┘   threads (src/threads/living.ts), or, with table 0, in none
//
// | word   | who writes                                            | who reads                              |
// |--------|-------------------------------------------------------|----------------------------------------|
// | owner  | CAS: from 0 by an attach, from an ended thread's      | everyone that looks for ended threads  |
// |        | identity by a takeover; store of 0 by the owner       |                                        |
// | thread | the owner                                             | the owner; others as information       |
// | hand   | the owner                                             | the owner; others as a hint            |
//
// No identity is ever used by two threads of a process, and an ended thread does nothing more. So a CAS from
// an ended thread's identity succeeds for one taker at most, whatever happened since that taker looked: the
// slot has been that thread's all the time. What the hand holds then, no one else can reach. A taker that
// ends in the middle leaves its own identity, with the rest in the hand: the next one goes on from there.
// Whether a thread has ended is not decided here: JavaScript asks the system (src/threads/).
//
// The log of ends. A takeover logs the id at `thread` and takes it out, in a straight line: each end of a
// thread with a slot is logged once. An entry is its number + 1 and the id + 1. A writer that was overtaken
// by a whole round of the ring leaves its entry out: the number in a place only rises, so a reader tells an
// entry that is still to come (a lower number) from one that is gone (a higher one).
import { add64, cas64, enter, leave, load32, load64, store32, store64 } from './atomics';
import { emptyHand } from './hand';
import {
  ENDS, ENDS_KEPT, H_ENDS, HAND, HAND_WORDS, MAX_THREADS, S_KEY, SCRATCH_SIZE, SLOT_OWNER, SLOT_SIZE, SLOT_THREAD, SLOTS,
} from './layout';
import { NO, YES } from './status';
import { bindMemory, bindSlot, scratch, scratches, slot } from './thread';

/** What `lookAt` says of a slot whose hand holds something. */
const HOLDS: i32 = 2;
/** What `endAt` says of an entry that has been overwritten. */
const GONE: i32 = -1;

// @ts-ignore: decorator
@inline function slotAt(index: u32): usize { return SLOTS + <usize>index * SLOT_SIZE; }

// @ts-ignore: decorator
@inline function wordOf(low: u32, high: u32): u64 { return (<u64>high << 32) | low; }

function bind(index: u32): void {
  bindSlot(slotAt(index), scratches + <usize>index * SCRATCH_SIZE);
  memory.fill(scratch, 0, S_KEY);
}

/** Takes a free slot for the thread with this identity. NO: none is free. The scratch is `scratchAddress`. */
export function attach(low: u32, high: u32, thread: u32): i32 {
  bindMemory();
  for (let i: u32 = 0; i < MAX_THREADS; i++) {
    const s = slotAt(i);
    if (load64(s, SLOT_OWNER) != 0 || cas64(s, 0, wordOf(low, high), SLOT_OWNER) != 0) continue;
    enter();
    store32(s, thread, SLOT_THREAD);
    leave();
    bind(i);
    return YES;
  }
  return NO;
}

export function scratchAddress(): u32 { return <u32>scratch; }

/** This thread lets go of its slot. */
export function detach(): void {
  emptyHand(slot);
  free(slot);
}

// @ts-ignore: decorator
@inline function free(s: usize): void {
  store32(s, 0, SLOT_THREAD);
  store64(s, 0, SLOT_OWNER);
}

let seenOwner: u64 = 0;
let threadSeen: u32 = 0;

/** Looks at a slot from outside. NO: it is free, or was changing hands. YES, or HOLDS: `seenOwner...` say whose it is. */
export function lookAt(index: u32): i32 {
  const s = slotAt(index);
  seenOwner = load64(s, SLOT_OWNER);
  if (seenOwner == 0) return NO;
  threadSeen = load32(s, SLOT_THREAD);
  const holds = isHolding(s);
  return load64(s, SLOT_OWNER) == seenOwner ? (holds ? HOLDS : YES) : NO;
}

export function seenOwnerLow(): u32 { return <u32>seenOwner; }
export function seenOwnerHigh(): u32 { return <u32>(seenOwner >> 32); }
/** Id + 1 of the thread, 0 when its end has been logged. */
export function seenThread(): u32 { return threadSeen; }

function isHolding(s: usize): bool {
  let any: u32 = 0;
  for (let i: usize = 0; i < <usize>HAND_WORDS; i++) any |= load32(s + (i << 2), HAND);
  return any != 0;
}

/** Makes this thread the owner of an ended one's slot, and empties the hand there. */
function takeOver(s: usize, ended: u64, mine: u64): bool {
  // Equal: a takeover of this thread's own, which an exception has cut short.
  if (ended == mine ? load64(s, SLOT_OWNER) != mine : cas64(s, ended, mine, SLOT_OWNER) != ended) return false;
  emptyHand(s);
  return true;
}

/** Logs the end of the thread whose slot this is, and leaves `next` in its place. */
// @ts-ignore: decorator
@inline function logEnd(s: usize, next: u32): void {
  const thread = load32(s, SLOT_THREAD);
  if (thread == 0) {
    store32(s, next, SLOT_THREAD);
    return;
  }
  enter();
  const number = add64(0, 1, H_ENDS) + 1;
  const at = ENDS + (<usize>(number & (ENDS_KEPT - 1)) << 3);
  const before = load64(at, 0);
  if (<i32>(<u32>number - <u32>(before >> 32)) > 0) cas64(at, before, (number << 32) | thread, 0);
  store32(s, next, SLOT_THREAD);
  leave();
}

/** Frees the slot of a thread that has ended. NO: it is not that thread's any more. */
export function bury(index: u32, endedLow: u32, endedHigh: u32, low: u32, high: u32): i32 {
  const s = slotAt(index);
  if (s == slot || !takeOver(s, wordOf(endedLow, endedHigh), wordOf(low, high))) return NO;
  logEnd(s, 0);
  store64(s, 0, SLOT_OWNER);
  return YES;
}

/** Attaches this thread in the slot of one that has ended. NO: it is not that thread's any more. */
export function inherit(index: u32, endedLow: u32, endedHigh: u32, low: u32, high: u32, thread: u32): i32 {
  bindMemory();
  const s = slotAt(index);
  if (!takeOver(s, wordOf(endedLow, endedHigh), wordOf(low, high))) return NO;
  logEnd(s, thread);
  bind(index);
  return YES;
}

/** How many ends have been logged. */
export function ends(): f64 { return <f64>load64(0, H_ENDS); }

/** The end with this number, counted from 1: id + 1 of the thread. NO: it is still being written. GONE: no longer kept. */
export function endAt(number: f64): i32 {
  const entry = load64(ENDS + (<usize>(<u64>number & (ENDS_KEPT - 1)) << 3), 0);
  const ahead = <i32>(<u32>(entry >> 32) - <u32>(<u64>number));
  return ahead == 0 ? <i32>entry : ahead > 0 ? GONE : NO;
}

export function threads(): u32 {
  let n: u32 = 0;
  for (let i: u32 = 0; i < MAX_THREADS; i++) {
    if (load64(slotAt(i), SLOT_OWNER) != 0) n++;
  }
  return n;
}
