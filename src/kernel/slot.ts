// Slots: a thread's place in the header, with its hand; its scratch lies behind maxBytes, at the slot's number.
//
// A slot is free, or has one owner. Whoever answers for a slot stands in its owner word, whole:
//
//   63  62   61          32 31           0
//   ┌───┬───┬──────────────┬──────────────┐   0: free
//   │ 0 │ T │ start of the thread, tid 22 │   known to the system's table of threads (src/threads/)
//   │ 1 │ T │ table 30     │ thread id + 1│   not known there; entered by its creator in that table of
//   └───┴───┴──────────────┴──────────────┘   living threads, or, with table 0, in none
//
// T, taking: the owner empties the hand, which was another thread's or is no longer used, and then frees the
// slot or makes it its own. Without T the hand and the scratch are the owner's to work with.
//
// | word   | who writes                                            | who reads                              |
// |--------|-------------------------------------------------------|----------------------------------------|
// | owner  | CAS: from 0 by an attach, from an ended thread's word | everyone that looks for ended threads  |
// |        | by a takeover; stores by the owner                    |                                        |
// | thread | the owner                                             | the owner; others as information       |
// | end    | the owner                                             | the owner                              |
// | hand   | the owner                                             | the owner; others as a hint            |
//
// No identity is ever used by two threads of a process, and an ended thread does nothing more. So a CAS from
// an ended thread's word succeeds for one taker at most, however long ago that taker looked: the slot has
// been that thread's all the time. What the hand holds then, no one else can reach. Only the owner word is
// judged: the thread's id beside it may be that of another thread whose slot the owner is taking.
//
// A taker that ends in the middle leaves its own identity with T, and the rest in the hand: the next one goes
// on from there. One whose stack has run out in the middle is alive: it goes on itself when it looks again,
// since T with its own identity can be nothing else. A detach is a takeover of the thread's own slot, with
// nothing to log.
//
// The log of ends, a ring. An end gets its number and notes it in the slot, in a straight line; is written to
// its place; then leaves the slot. So each end of a thread with a slot is logged once: a death before the
// note changes nothing, and one after it leaves the number to the next taker. The numbers in a place only
// rise: a writer that was overtaken by a whole round of the ring finds a higher one and leaves its own out.
import { add64, cas64, enter, leave, load32, load64, store32, store64 } from './atomics';
import { emptyHand, isHolding } from './hand';
import {
  ENDS, ENDS_KEPT, H_ENDS, MAX_THREADS, S_HINTS, S_KEY, SCRATCH_SIZE, SLOT_END, SLOT_OWNER, SLOT_SIZE,
  SLOT_THREAD, SLOTS,
} from './layout';
import { NO, YES } from './status';
import { namePage } from './page';
import { bindMemory, bindSlot, BITMAPS, scratch, scratches, slot } from './thread';

const TAKING: u64 = 1 << 62;

/** Who this thread is: its owner word. */
let own: u64 = 0;

/** What `lookAt` says of a slot whose hand holds something. */
const HOLDS: i32 = 2;
/** What `endAt` says of an entry that has been overwritten. */
const GONE: i32 = -1;

// @ts-ignore: decorator
@inline function slotAt(index: u32): usize { return SLOTS + <usize>index * SLOT_SIZE; }

// @ts-ignore: decorator
@inline function wordOf(low: u32, high: u32): u64 { return (<u64>high << 32) | low; }

function bind(index: u32, identity: u64): void {
  own = identity;
  bindSlot(slotAt(index), scratches + <usize>index * SCRATCH_SIZE);
  memory.fill(scratch, 0, S_KEY);
}

/**
 * Gives back what the hand of a slot holds, and takes back the names of its pages; its scratch says of which classes. The
 * caller answers for the slot, and no thread uses it.
 */
function giveUp(s: usize): void {
  emptyHand(s);
  const hints = scratches + (s - SLOTS) / SLOT_SIZE * SCRATCH_SIZE + S_HINTS;
  for (let cls: u32 = 1; cls < BITMAPS; cls++) {
    if (load<u32>(hints + (<usize>cls << 2)) != 0) namePage(s, cls, 0);
  }
}

/** Takes a free slot for the thread with this identity. NO: none is free. The scratch is `scratchAddress`. */
export function attach(low: u32, high: u32, thread: u32): i32 {
  bindMemory();
  const identity = wordOf(low, high);
  for (let i: u32 = 0; i < MAX_THREADS; i++) {
    const s = slotAt(i);
    if (load64(s, SLOT_OWNER) != 0 || cas64(s, 0, identity, SLOT_OWNER) != 0) continue;
    enter();
    store32(s, thread, SLOT_THREAD);
    leave();
    bind(i, identity);
    return YES;
  }
  return NO;
}

export function scratchAddress(): u32 { return <u32>scratch; }

/** This thread lets go of its slot, once. */
export function detach(): void {
  if (own == 0) return;
  const s = slot;
  enter();
  store32(s, 0, SLOT_THREAD);
  store64(s, own | TAKING, SLOT_OWNER);
  leave();
  own = 0;
  giveUp(s);
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

/** Makes this thread, `identity`, the taker of an ended one's slot, and empties the hand there. */
function takeOver(s: usize, ended: u64, identity: u64): bool {
  const mine = identity | TAKING;
  // Equal: a takeover of this thread's own, which the end of its stack has cut short.
  if (ended == mine ? load64(s, SLOT_OWNER) != mine : cas64(s, ended, mine, SLOT_OWNER) != ended) return false;
  giveUp(s);
  logEnd(s);
  return true;
}

/** Logs the end of the thread whose slot this was. */
function logEnd(s: usize): void {
  let number = load64(s, SLOT_END);
  const thread = load32(s, SLOT_THREAD);
  if (thread == 0) return;
  if (number == 0) {
    enter();
    number = add64(0, 1, H_ENDS) + 1;
    store64(s, number, SLOT_END);
    leave();
  }
  const at = ENDS + (<usize>(number & (ENDS_KEPT - 1)) << 3);
  while (true) {
    const before = load64(at, 0);
    if (<i32>(<u32>number - <u32>(before >> 32)) <= 0) break;
    cas64(at, before, (number << 32) | thread, 0);
  }
  enter();
  store32(s, 0, SLOT_THREAD);
  store64(s, 0, SLOT_END);
  leave();
}

/** Frees the slot of a thread that has ended. NO: it is not that thread's any more. */
export function bury(index: u32, endedLow: u32, endedHigh: u32, low: u32, high: u32): i32 {
  const s = slotAt(index);
  if (!takeOver(s, wordOf(endedLow, endedHigh), wordOf(low, high))) return NO;
  store64(s, 0, SLOT_OWNER);
  return YES;
}

/** Attaches this thread in the slot of one that has ended. NO: it is not that thread's any more. */
export function inherit(index: u32, endedLow: u32, endedHigh: u32, low: u32, high: u32, thread: u32): i32 {
  bindMemory();
  const s = slotAt(index);
  const identity = wordOf(low, high);
  if (!takeOver(s, wordOf(endedLow, endedHigh), identity)) return NO;
  enter();
  store32(s, thread, SLOT_THREAD);
  store64(s, identity, SLOT_OWNER);
  leave();
  bind(index, identity);
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
