// How the main thread of a measurement and its threads start and stop together: words in a SharedArrayBuffer.

/** The phase: its number and all that threads have to know of it in one word, so that a late one cannot mix up two. */
const PHASE = 0;
/** How many threads stand at the start. */
const READY = 1;
const GO = 2;
const STOP = 3;
/** How many threads have written their counter. */
const DONE = 4;
const WORDS = 8;

/** In the word: threads, first and kind in 4 bits each, the phase's number above. Negative ends the threads. */
const FIELD = 15;
const FIRST_SHIFT = 4;
const KIND_SHIFT = 8;
const NUMBER_SHIFT = 12;

export const KINDS = ['loop', 'map', 'shared'] as const;
export type Kind = (typeof KINDS)[number];

/** Who runs what: `threads` threads, from number `first` on. The others go on sleeping. */
export interface Phase {
  readonly kind: Kind;
  readonly first: number;
  readonly threads: number;
}

export class Barrier {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  /** Operations of the last phase, one counter per thread. */
  readonly #counters: Float64Array;
  #number = 0;

  /** Makes one for so many threads, 15 at most, or opens the one in a buffer. */
  constructor(from: number | SharedArrayBuffer) {
    this.buffer = typeof from === 'number' ? new SharedArrayBuffer(WORDS * 4 + from * 8) : from;
    this.#words = new Int32Array(this.buffer, 0, WORDS);
    this.#counters = new Float64Array(this.buffer, WORDS * 4);
  }

  // The main thread's side.

  /** Calls the threads of a phase to the start. */
  call({ kind, first, threads }: Phase): void {
    const words = this.#words;
    for (const word of [READY, GO, STOP, DONE]) Atomics.store(words, word, 0);
    const call = (KINDS.indexOf(kind) << KIND_SHIFT) | (first << FIRST_SHIFT) | threads;
    Atomics.store(words, PHASE, (++this.#number << NUMBER_SHIFT) | call);
    Atomics.notify(words, PHASE);
  }

  get ready(): number {
    return Atomics.load(this.#words, READY);
  }

  get done(): number {
    return Atomics.load(this.#words, DONE);
  }

  go(): void {
    Atomics.store(this.#words, GO, 1);
    Atomics.notify(this.#words, GO);
  }

  stop(): void {
    Atomics.store(this.#words, STOP, 1);
  }

  /** Operations that the threads of a phase have done. */
  operations({ first, threads }: Phase): number {
    return this.#counters.subarray(first, first + threads).reduce((sum, count) => sum + count, 0);
  }

  end(): void {
    Atomics.store(this.#words, PHASE, -1);
    Atomics.notify(this.#words, PHASE);
  }

  // A thread's side.

  /** Sleeps until a phase after `last` calls thread `index`, then until all have come. Undefined at the end. */
  await(index: number, last: number): { phase: number; kind: Kind } | undefined {
    const words = this.#words;
    for (let seen = last; ; ) {
      Atomics.wait(words, PHASE, seen);
      const phase = Atomics.load(words, PHASE);
      if (phase < 0) return undefined;
      const place = index - ((phase >> FIRST_SHIFT) & FIELD);
      if (phase !== seen && place >= 0 && place < (phase & FIELD)) {
        Atomics.add(words, READY, 1);
        Atomics.wait(words, GO, 0);
        return { phase, kind: KINDS[(phase >> KIND_SHIFT) & FIELD] };
      }
      seen = phase;
    }
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOP) !== 0;
  }

  report(index: number, operations: number): void {
    this.#counters[index] = operations;
    Atomics.add(this.#words, DONE, 1);
  }
}
