// Which key a thread takes next. A sequence follows from seed, thread and phase alone: after the run a thread can tell it
// again, and so knows what it wrote last under each key, without having noted anything while the clock was running.

import { fractions, indexBelow, mixSeed, next } from './random.js';
import type { SequenceKind } from './workload.js';
import { scrambledZipf, zipfRanks } from './zipf.js';

export interface SequencePlan {
  readonly sequence: SequenceKind;
  readonly theta: number;
  readonly space: number;
  readonly seed: number;
  readonly threads: number;
}

export interface Sequence {
  /** The next index, from 0 to `space` - 1 (of a `latest` sequence: the rank, 0 the newest). */
  next(): number;
  /** Begins a phase. */
  restart(phase: number): void;
}

/** Zipf takes 50 to 100 ns to draw: so many are drawn beforehand, and taken round and round from a place that the phase decides. */
const DRAWN = 2 ** 20;

class Uniform implements Sequence {
  readonly #seed: number;
  readonly #first: number;
  readonly #count: number;
  #x = 0;

  constructor(seed: number, first: number, count: number) {
    this.#seed = seed;
    this.#first = first;
    this.#count = count;
  }

  restart(phase: number): void {
    this.#x = mixSeed(this.#seed, phase);
  }

  next(): number {
    this.#x = next(this.#x);
    return this.#first + indexBelow(this.#x, this.#count);
  }
}

class Drawn implements Sequence {
  readonly #list: Int32Array;
  #at = 0;

  constructor(list: Int32Array) {
    this.#list = list;
  }

  restart(phase: number): void {
    this.#at = mixSeed(phase) & (DRAWN - 1);
  }

  next(): number {
    this.#at = (this.#at + 1) & (DRAWN - 1);
    return this.#list[this.#at] as number;
  }
}

/** One after the other, as Go's benchmarks go. */
class Ascending implements Sequence {
  readonly #first: number;
  readonly #space: number;
  #at = 0;

  constructor(first: number, space: number) {
    this.#first = first;
    this.#space = space;
  }

  restart(phase: number): void {
    this.#at = (this.#first + (mixSeed(phase) >>> 1)) % this.#space;
  }

  next(): number {
    const at = this.#at;
    this.#at = at + 1 === this.#space ? 0 : at + 1;
    return at;
  }
}

/** What a thread goes through of a sequence that is drawn beforehand; undefined for one that is not. */
export function drawList(
  { sequence, theta, space, seed }: SequencePlan,
  thread: number,
): Int32Array | undefined {
  const random = fractions(mixSeed(seed, thread));
  if (sequence === 'zipf') return Int32Array.from({ length: DRAWN }, scrambledZipf(space, theta, random));
  if (sequence === 'latest') return Int32Array.from({ length: DRAWN }, zipfRanks(space, theta, random));
  return undefined;
}

export function makeSequence(plan: SequencePlan, thread: number): Sequence {
  const { sequence, space, seed, threads } = plan;
  const own = mixSeed(seed, thread);
  const first = Math.floor((thread * space) / threads);
  switch (sequence) {
    case 'uniform':
    case 'window':
      return new Uniform(own, 0, space);
    case 'private':
      return new Uniform(own, first, Math.max(1, Math.floor(((thread + 1) * space) / threads) - first));
    case 'zipf':
    case 'latest':
      return new Drawn(drawList(plan, thread) as Int32Array);
    case 'ascending':
      return new Ascending(first, space);
  }
}
