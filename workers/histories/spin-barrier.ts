// Threads that go on together, within some ten nanoseconds of each other: they spin. On a machine with fewer processors
// than threads they soon sleep.

import { availableParallelism } from 'node:os';

const ARRIVED = 0;
const PHASE = 1;
const SLEEPERS = 2;
const WORDS = 4;

/**
 * Looks before a thread sleeps. Threads that sleep early are woken one after the other, on the processor of the one
 * that wakes them, and never meet: a pair on a busy machine overlapped in 3 of 5,000 trials with 3,000 looks, in 3,120
 * with 200,000.
 */
const SPINS = 200_000;
/** The same where a thread would only keep the others from arriving. */
const SPINS_CROWDED = 500;
/** Longest sleep, ms: a notify cannot be missed for longer. */
const NAP = 2;

export class SpinBarrier {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #threads: number;
  readonly #spins: number;

  constructor(threads: number, buffer = new SharedArrayBuffer(WORDS * 4)) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#threads = threads;
    this.#spins = threads > availableParallelism() ? SPINS_CROWDED : SPINS;
  }

  /** Returns when all threads have called it. */
  await(): void {
    const words = this.#words;
    const phase = Atomics.load(words, PHASE);
    if (Atomics.add(words, ARRIVED, 1) === this.#threads - 1) {
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, PHASE, 1);
      if (Atomics.load(words, SLEEPERS) !== 0) Atomics.notify(words, PHASE);
      return;
    }
    for (let spins = 0; Atomics.load(words, PHASE) === phase; spins++) {
      if (spins < this.#spins) continue;
      Atomics.add(words, SLEEPERS, 1);
      Atomics.wait(words, PHASE, phase, NAP);
      Atomics.sub(words, SLEEPERS, 1);
    }
  }
}
