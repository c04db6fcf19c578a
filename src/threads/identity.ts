// Who a thread is, as a slot's owner word says it (src/kernel/slot.ts): two halves of 64 bits, since a
// BigInt would be made anew each time.

/** The two halves of an owner word. */
export interface Identity {
  readonly low: number;
  readonly high: number;
}

/** A thread in the system's table: its id there, and when it started, in the system's clock ticks. */
export interface SystemThread {
  readonly tid: number;
  readonly start: number;
}

/** Linux gives no ids of 2^22 and above to threads. */
const TID_LIMIT = 2 ** 22;
/** Starts that the rest of the low half tells apart. */
const START_LOW = 2 ** 10;
/** In the high half: not known to the system's table. */
const TOLD = 0x8000_0000;
/** In the high half: the owner is emptying the slot. */
const TAKING = 0x4000_0000;
/** Ticks that fit: 348 years at 100 a second. */
const START_LIMIT = START_LOW * TAKING;

/** Undefined when the numbers do not fit: no Linux gives such ones. */
export function systemIdentity({ tid, start }: SystemThread): Identity | undefined {
  if (!(tid > 0 && tid < TID_LIMIT && start >= 0 && start < START_LIMIT)) return undefined;
  return {
    low: ((start % START_LOW) * TID_LIMIT + tid) >>> 0,
    high: Math.floor(start / START_LOW),
  };
}

/** The thread in the system's table, or undefined when the owner is not known there. */
export function systemThread({ low, high }: Identity): SystemThread | undefined {
  if (high >= TOLD) return undefined;
  return { tid: low % TID_LIMIT, start: (high % TAKING) * START_LOW + Math.floor(low / TID_LIMIT) };
}

/** Of a thread that the system's table does not tell; `table` is that of the living it was entered in, or 0. */
export function toldIdentity(threadId: number, table: number): Identity {
  return { low: threadId + 1, high: TOLD + table };
}

/** What `toldIdentity` was given, or undefined for a thread of the system's table. */
export function toldThread({ low, high }: Identity): { threadId: number; table: number } | undefined {
  if (high < TOLD) return undefined;
  return { threadId: low - 1, table: high % TAKING };
}

/** Is the owner emptying the slot? */
export function isTaking({ high }: Identity): boolean {
  return high % TOLD >= TAKING;
}

/** Are these the same thread, taking or not? */
export function isSame(a: Identity, b: Identity): boolean {
  return a.low === b.low && a.high % TAKING === b.high % TAKING && a.high >= TOLD === b.high >= TOLD;
}
