import { randomInt } from 'node:crypto';
import { ENDED, type KernelExports, S_MORE, S_NEXT } from './kernel.js';

/** A key as the kernel listed it: its word, and header and epoch of its record. Five u32. */
export type Entry = Uint32Array;

const WORDS = 6;

/** The words of the keys of one chain, or undefined when a clear has ended the iteration. Leaves S_NEXT at the next position. */
function listChain(
  exports: KernelExports,
  status: Uint32Array,
  list: Uint32Array,
  from: number,
  end: number,
  turn: number,
  gen: number,
): Entry[] | undefined {
  const entries: Entry[] = [];
  for (;;) {
    const n = exports.list(from, end, entries.length, turn, gen);
    if (n === ENDED) return undefined;
    if (n < 0) {
      entries.length = 0; // the chain has changed between two parts of it
      continue;
    }
    for (let i = 0; i < n; i++) entries.push(list.slice(i * WORDS, i * WORDS + WORDS));
    if (status[S_MORE] !== 1) return entries;
  }
}

/**
 * Each key that is present all the time exactly once, each other at most once: a lap through hash space from a random
 * chain on, chain by chain. Ends when a `clear` comes. Nothing is held between two chains.
 */
export function* iterate(
  exports: KernelExports,
  status: Uint32Array,
  list: Uint32Array,
): Generator<Entry, undefined, unknown> {
  const gen = exports.generation();
  const turn = randomInt(8);
  const start = exports.startAt(randomInt(2 ** 24)) >>> 0;
  let from = start;
  let end = 0;
  for (;;) {
    const entries = listChain(exports, status, list, from, end, turn, gen);
    if (entries === undefined) return undefined;
    from = status[S_NEXT] as number;
    yield* entries;
    if (end === 0 && from === 0) {
      if (start === 0) return undefined;
      end = start;
    } else if (end !== 0 && (from >= end || from === 0)) return undefined;
  }
}
