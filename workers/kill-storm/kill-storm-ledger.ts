// What the threads of a kill storm have begun and what they have done on one map, written down outside of it: `done` is
// stored after the map's call returned, so whatever it says must be in the map, whoever was killed when.

import { isValueAfter, LANES, valueAfter } from '../marked-values.js';

/** Keys that are written again and again, each by the threads of one lane, so that its writes have an order. */
export const KEYS = 600;
/** Keys that all threads add to, that all threads swap, and that nobody changes. */
export const SUMS = 7;
export const PAIRS = 5;
export const STABLE = 100;
/** Keys that a lane puts into the map all at once, so that it halves its table when they are gone. */
export const SWELL = 6000;

/** What of a life is counted: adds to sums, inserts of tickets, swaps of pairs. */
export const ADDS = 0;
export const TICKETS = 1;
export const SWAPS = 2;
const ATTEMPTS = 3;

/** What was done by all together. */
export const READS = 0;
export const LAPS = 1;
export const CLEARS = 2;
export const EXHAUSTED = 3;
const TICKET = 4;
const TALLIES = 8;

const BEGUN = 0;
const DONE = 1;
const FRESH = 0;
const BEGUN_ATTEMPTS = 1;
const ENDED = 2;
const WON = 3;
const WORDS_PER_LIFE = 1 + 3 * ATTEMPTS;

export class Ledger {
  readonly buffer: SharedArrayBuffer;
  readonly #keys: Int32Array;
  readonly #tallies: Int32Array;
  readonly #lives: Int32Array;

  /** Makes one for so many lives of threads, or opens the one in a buffer. */
  constructor(from: number | SharedArrayBuffer) {
    const words = 2 * KEYS + TALLIES;
    this.buffer =
      typeof from === 'number' ? new SharedArrayBuffer(4 * (words + WORDS_PER_LIFE * from)) : from;
    this.#keys = new Int32Array(this.buffer, 0, 2 * KEYS);
    this.#tallies = new Int32Array(this.buffer, 8 * KEYS, TALLIES);
    this.#lives = new Int32Array(this.buffer, 4 * words);
  }

  get lives(): number {
    return this.#lives.length / WORDS_PER_LIFE;
  }

  begun(key: number): number {
    return Atomics.load(this.#keys, 2 * key + BEGUN);
  }

  done(key: number): number {
    return Atomics.load(this.#keys, 2 * key + DONE);
  }

  /** The next write of a key, by the one thread whose lane it is. */
  write(key: number, apply: (write: number) => void): void {
    const write = this.begun(key) + 1;
    Atomics.store(this.#keys, 2 * key + BEGUN, write);
    apply(write);
    Atomics.store(this.#keys, 2 * key + DONE, write);
  }

  /** May a read that began when `done` was acknowledged and has ended now have seen this? undefined: absent. */
  allows(key: number, done: number, seen: unknown): boolean {
    for (let write = this.begun(key); write >= done; write--) {
      if (seen === undefined ? !isPresent(write) : isPresent(write) && isValueAfter(key, write, seen))
        return true;
    }
    return false;
  }

  /** How many new keys a life has put into the map. */
  fresh(life: number): number {
    return Atomics.load(this.#lives, life * WORDS_PER_LIFE + FRESH);
  }

  countFresh(life: number): void {
    Atomics.add(this.#lives, life * WORDS_PER_LIFE + FRESH, 1);
  }

  /** Something that may or may not come about, and tells which. One that never tells may have come about. */
  attempt(life: number, kind: number, run: () => boolean): void {
    const at = life * WORDS_PER_LIFE + kind * ATTEMPTS;
    Atomics.add(this.#lives, at + BEGUN_ATTEMPTS, 1);
    if (run()) Atomics.add(this.#lives, at + WON, 1);
    Atomics.add(this.#lives, at + ENDED, 1);
  }

  /** How many attempts of a life have come about, at least and at most. */
  range(life: number, kind: number): { least: number; most: number } {
    const at = life * WORDS_PER_LIFE + kind * ATTEMPTS;
    const won = Atomics.load(this.#lives, at + WON);
    const open = Atomics.load(this.#lives, at + BEGUN_ATTEMPTS) - Atomics.load(this.#lives, at + ENDED);
    return { least: won, most: won + open };
  }

  /** A ticket's number; now and then one that another thread may be after. */
  nextTicket(): number {
    return Atomics.add(this.#tallies, TICKET, 1) >> 1;
  }

  tickets(): number {
    return (Atomics.load(this.#tallies, TICKET) >> 1) + 1;
  }

  count(tally: number): void {
    Atomics.add(this.#tallies, tally, 1);
  }

  tally(tally: number): number {
    return Atomics.load(this.#tallies, tally);
  }
}

/** Every fourth write deletes; before the first there is nothing. */
export function isPresent(write: number): boolean {
  return write !== 0 && write % 4 !== 3;
}

/** What is at a key after its write of this number; undefined: nothing. */
export function stateAfter(key: number, write: number): unknown {
  return isPresent(write) ? valueAfter(key, write) : undefined;
}

/** A key of this lane. */
export function keyOfLane(lane: number, random: number): number {
  return (random % (KEYS / LANES)) * LANES + lane;
}

export const freshKey = (life: number, n: number): string => `fresh ${life} ${n}`;
export const sumKey = (n: number): string => `sum ${n % SUMS}`;
export const pairKey = (n: number): string => `pair ${n % PAIRS}`;
export const ticketKey = (n: number): string => `ticket ${n}`;
export const stableKey = (n: number): string => `stable ${n}`;
/** One of the many keys that a lane puts into the map and takes out again. */
export const swellKey = (lane: number, n: number): string => `swell ${lane} ${n}`;
export const churnKey = (lane: number): string => `churn ${lane}`;

/** What is put under the keys of churn, ready made: from a few bytes to chains of pages. */
export const CHURN: readonly Uint8Array[] = [60, 300, 1000, 3000, 9000, 30_000, 70_000, 150_000].map(
  (length) => new Uint8Array(length).fill(length >> 3),
);

/** What is swapped: a number that rises, in a structured value that is as whole as its text. */
export interface Pair {
  readonly n: number;
  readonly text: string;
}

export function pairOf(n: number): Pair {
  return { n, text: 'p'.repeat(n % 300) };
}
