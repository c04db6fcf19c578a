// Slots: a thread's place in the header, with its hand and its scratch page. A slot is taken at the first attach and
// given back by `detach`, or by `reclaim` after the thread has ended.
import { cas32, enter, leave, load32, store32 } from './atomics';
import { emptyHand, HAND_PAGE, setHand } from './hand';
import { givePage } from './heap';
import { HAND, MAX_THREADS, S_KEY, SLOT_OWNER, SLOT_SCRATCH, SLOT_SIZE, SLOTS } from './layout';
import { CLASS_SCRATCH, pageBase, takePage } from './page';
import { FULL, NO, YES } from './status';
import { bindMemory, bindSlot, scratch, slot } from './thread';

/** SLOT_SCRATCH as a note for `givePage`, which counts from the hand. */
const SCRATCH_NOTE: usize = SLOT_SCRATCH - HAND;

// @ts-ignore: decorator
@inline function slotAt(index: u32): usize { return SLOTS + <usize>index * SLOT_SIZE; }

/** Takes a slot and a page of scratch for this thread. NO: too many threads. FULL: no page. Else YES; the scratch is `scratchAddress`. */
export function attach(threadId: u32): i32 {
  bindMemory();
  for (let i: u32 = 0; i < MAX_THREADS; i++) {
    const s = slotAt(i);
    if (load32(s, SLOT_OWNER) != 0 || cas32(s, 0, threadId + 1, SLOT_OWNER) != 0) continue;
    bindSlot(s, 0);
    const p = takePage(CLASS_SCRATCH, HAND_PAGE);
    if (p < 0) {
      store32(s, 0, SLOT_OWNER);
      return FULL;
    }
    enter();
    store32(s, <u32>p + 1, SLOT_SCRATCH);
    setHand(HAND_PAGE, 0);
    leave();
    bindSlot(s, pageBase(<u32>p));
    memory.fill(scratch, 0, S_KEY);
    return YES;
  }
  return NO;
}

export function scratchAddress(): u32 { return <u32>scratch; }

/** This thread lets go of its slot. */
export function detach(): void { release(slot); }

function release(s: usize): void {
  emptyHand(s);
  givePage(s, SCRATCH_NOTE);
  store32(s, 0, SLOT_OWNER);
}

/**
 * Takes back what threads with this id have left behind. They must have ended. The slot first passes to this thread,
 * so that one who reclaims it after this one's death finds both, and two who reclaim at once do not meet.
 */
export function reclaim(dead: u32, threadId: u32): i32 {
  let any = NO;
  for (let i: u32 = 0; i < MAX_THREADS; i++) {
    const s = slotAt(i);
    if (s == slot || load32(s, SLOT_OWNER) != dead + 1) continue;
    if (cas32(s, dead + 1, threadId + 1, SLOT_OWNER) != dead + 1) continue;
    release(s);
    any = YES;
  }
  return any;
}

export function threads(): u32 {
  let n: u32 = 0;
  for (let i: u32 = 0; i < MAX_THREADS; i++) {
    if (load32(slotAt(i), SLOT_OWNER) != 0) n++;
  }
  return n;
}
