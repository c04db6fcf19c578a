import { randomInt } from 'node:crypto';
import { ENDED, type Kernel, S_MORE, S_NEXT, S_TWICE } from './kernel.js';
import { trapped } from './trap.js';

/** A key as the kernel listed it: its word, and header and epoch of its record, as u32. */
export type Entry = Uint32Array;

const WORDS = 6;

/** What all steps of one walk have in common: its clear generation, and the cell to begin with in each bucket. */
export interface Lap {
  readonly gen: number;
  readonly turn: number;
}

/** The keys of one chain, or undefined when a clear has ended the iteration. Leaves S_NEXT at the next position. */
export function listChain(
  kernel: Kernel,
  from: number,
  end: number,
  { gen, turn }: Lap,
): Entry[] | undefined {
  const { exports, status, value } = kernel;
  const entries: Entry[] = [];
  let skip = 0;
  let twice = false;
  for (;;) {
    const n = exports.list(from, end, skip, turn, gen);
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
function list(kernel: Kernel, from: number, end: number, lap: Lap): Entry[] | undefined {
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

function startAt(kernel: Kernel): number {
  try {
    return kernel.exports.startAt(randomInt(2 ** 24)) >>> 0;
  } catch (error) {
    throw trapped(error);
  }
}

/**
 * Each key that is present all the time exactly once, each other at most once: a lap through hash space from a random
 * chain on, chain by chain. Ends when a `clear` comes. Nothing is held between two steps, so the door is asked for anew.
 */
export function* iterate(door: () => Kernel): Generator<Entry, undefined, unknown> {
  const lap = { gen: door().exports.generation(), turn: randomInt(8) };
  const start = startAt(door());
  let from = start;
  let end = 0;
  for (;;) {
    const kernel = door();
    const entries = list(kernel, from, end, lap);
    if (entries === undefined) return undefined;
    from = kernel.status[S_NEXT] as number;
    yield* entries;
    if (end === 0 && from === 0) {
      if (start === 0) return undefined;
      end = start;
    } else if (end !== 0 && (from >= end || from === 0)) return undefined;
  }
}
