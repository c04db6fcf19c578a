import { cryptoModule } from '../late-modules.js';
import { ENDED } from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';
import { S_MORE, S_NEXT, S_TWICE } from '../wasm/scratch.js';
import { trapped } from '../wasm/trap.js';

/** A key as the kernel listed it: its word, and header and epoch of its record, as u32. */
export type Entry = Uint32Array;

const WORDS = 6;

/** What all steps of one walk have in common. */
export interface Lap {
  /** The generation that the kernel gave at its begin. */
  readonly since: number;
  /** The cell to begin with in each bucket. */
  readonly turn: number;
}

/** Positions in hash space, `from` to below `end`; an end of 0 is that of all of them. */
export interface Stretch {
  readonly from: number;
  readonly end: number;
}

/** All of hash space. */
export const WHOLE: Stretch = { from: 0, end: 0 };

/** Positions in hash space. */
const POSITIONS = 2 ** 32;

/** The `i`th of `n` stretches of one length that cover hash space. */
export function stretchOf(i: number, n: number): Stretch {
  const at = (part: number) => Math.floor((part * POSITIONS) / n);
  return { from: at(i), end: i + 1 === n ? 0 : at(i + 1) };
}

/** The keys of one chain, or undefined when a clear has ended the iteration. Leaves S_NEXT at the next position. */
export function listChain(
  kernel: Kernel,
  from: number,
  end: number,
  { since, turn }: Lap,
): Entry[] | undefined {
  const { exports, status, value } = kernel;
  const entries: Entry[] = [];
  let skip = 0;
  let twice = false;
  for (;;) {
    const n = exports.list(from, end, skip, turn, since);
    if (n === ENDED) return undefined;
    if (n < 0) {
      entries.length = 0; // the chain has changed between two parts of it
      skip = 0;
      continue;
    }
    for (let i = 0; i < n; i++) entries.push(value.words.slice(i * WORDS, i * WORDS + WORDS));
    twice ||= status[S_TWICE] === 1;
    skip = status[S_MORE] as number;
    if (skip === 0) return twice ? once(entries) : entries;
  }
}

/** The same, and a trap is told as what it is: an iterator runs no user code here. */
export function list(kernel: Kernel, from: number, end: number, lap: Lap): Entry[] | undefined {
  try {
    return listChain(kernel, from, end, lap);
  } catch (error) {
    throw trapped(error);
  }
}

/** Each word once: a chain that was being compacted when it was listed may have shown some twice. */
function once(entries: Entry[]): Entry[] {
  const seen = new Set<string>();
  return entries.filter(([low, high]) => {
    const word = `${low} ${high}`;
    return !seen.has(word) && seen.add(word);
  });
}

/** A random place in a stretch; in hash space as a whole, where some chain begins. */
function startIn(kernel: Kernel, { from, end }: Stretch): number {
  if (from !== 0 || end !== 0) return from + cryptoModule().randomInt((end === 0 ? POSITIONS : end) - from);
  try {
    return kernel.exports.startAt(cryptoModule().randomInt(2 ** 24)) >>> 0;
  } catch (error) {
    throw trapped(error);
  }
}

/**
 * The keys of a stretch as the kernel lists them: each that is present all the time exactly once,
 * each other at most once. A lap through it from a random place on, chain by chain. Ends when a
 * `clear` comes, and when the kernel cannot list. It holds no kernel, which would keep the memory
 * of a map that was let go of.
 */
export class Listing {
  readonly #stretch: Stretch;
  /** Undefined before the first step: the lap begins there. */
  #lap: Lap | undefined;
  #at = 0;
  #end = 0;
  /** What lies before the place where the lap has begun. */
  #rest: Stretch | undefined;
  /** Nothing more can be listed. */
  #isOver = false;
  /** Of one chain. */
  #entries: Entry[] = [];
  #given = 0;

  constructor(stretch: Stretch = WHOLE) {
    this.#stretch = stretch;
  }

  /** The next key; undefined at the end. */
  next(kernel: Kernel): Entry | undefined {
    while (this.#given === this.#entries.length) if (!this.#list(kernel)) return undefined;
    return this.#entries[this.#given++];
  }

  /** Lists a chain. False: there is none any more. */
  #list(kernel: Kernel): boolean {
    if (this.#isOver) return false;
    this.#isOver = true; // for an error; what comes below knows better
    this.#lap ??= this.#begin(kernel);
    const entries = list(kernel, this.#at, this.#end, this.#lap);
    if (entries === undefined) return false;
    this.#entries = entries;
    this.#given = 0;
    this.#isOver = !this.#goTo(kernel.status[S_NEXT] as number);
    return true;
  }

  #begin(kernel: Kernel): Lap {
    const lap = { since: kernel.exports.generation(), turn: cryptoModule().randomInt(8) };
    const { from, end } = this.#stretch;
    this.#at = startIn(kernel, this.#stretch);
    this.#end = end;
    if (this.#at !== from) this.#rest = { from, end: this.#at };
    return lap;
  }

  /** False: the lap ends here. */
  #goTo(next: number): boolean {
    this.#at = next;
    if (isBefore(next, this.#end)) return true;
    if (this.#rest === undefined) return false;
    this.#at = this.#rest.from;
    this.#end = this.#rest.end;
    this.#rest = undefined;
    return true;
  }
}

/** Is there more of a stretch from the position that a chain's list has led to? */
export function isBefore(next: number, end: number): boolean {
  return next !== 0 && (end === 0 || next < end);
}
