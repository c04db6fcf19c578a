// A look at the slots in a map's header from outside, as src/kernel/layout.ts lays them out: what the library itself
// would only tell after it has tidied up.

import type { SharedMap } from 'threadmap';

type AnyMap = Pick<SharedMap<unknown, unknown>, 'handle'>;

// In words of 32 bits.
const SLOTS = 4096 / 4;
const SLOT = 256 / 4;
const MAX_THREADS = 256;
const OWNER = 192 / 4;
const THREAD = 200 / 4;
/** High half of an owner word: known to no table. */
const NOBODY = 0x8000_0000 | 0;
const HAND = 64 / 4;
const HAND_WORDS = 11;

/** What a thread holds in its hand: how many pieces of memory it has taken and not linked, or unlinked and not given back. */
export function piecesInHand(map: AnyMap, threadId: number): number {
  const words = new Int32Array(map.handle.memory.buffer);
  let pieces = 0;
  for (let at = SLOTS; at < SLOTS + MAX_THREADS * SLOT; at += SLOT) {
    if (Atomics.load(words, at + THREAD) !== threadId + 1) continue;
    for (let word = 0; word < HAND_WORDS; word++) if (Atomics.load(words, at + HAND + word) !== 0) pieces++;
  }
  return pieces;
}

/** Takes a slot for a thread that never was: nobody will give it back. */
export function loseSlot(map: AnyMap): void {
  const words = new Int32Array(map.handle.memory.buffer);
  Atomics.store(words, SLOTS + (MAX_THREADS - 1) * SLOT + OWNER + 1, NOBODY);
}
