// Words in shared memory by which the main thread and the workers of a cell start and stop together, and the counters that the
// main thread reads while they work. Each has cache lines of its own: what is counted is not disturbed by the counting.

/** Bytes between two words: two cache lines, since the neighbour of a line is fetched along with it. */
const STRIDE = 128;
const INTS = STRIDE / 4;
const DOUBLES = STRIDE / 8;

/** How many workers have come, over all phases. */
const READY = 0;
/** Number of the last phase that may start. */
const GO = 1;
const STOP = 2;
/** Gives each worker its number. */
const NUMBERS = 3;
const WORDS = 4;

/** A worker that waits for the start looks up so often, ms, to see whether everything was given up. */
const LOOK = 1000;

export class Board {
  readonly buffer: SharedArrayBuffer;
  readonly threads: number;
  readonly #words: Int32Array;
  readonly #counters: Float64Array;

  constructor(threads: number, buffer = new SharedArrayBuffer((WORDS + threads) * STRIDE)) {
    this.threads = threads;
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
    this.#counters = new Float64Array(buffer, WORDS * STRIDE);
  }

  // The main thread's side.

  /** Before the tasks of a phase are given out. */
  reset(): void {
    Atomics.store(this.#words, STOP * INTS, 0);
    Atomics.store(this.#words, READY * INTS, 0);
    this.#counters.fill(0);
  }

  get allReady(): boolean {
    return Atomics.load(this.#words, READY * INTS) >= this.threads;
  }

  go(phase: number): void {
    Atomics.store(this.#words, GO * INTS, phase);
    Atomics.notify(this.#words, GO * INTS);
  }

  stop(): void {
    Atomics.store(this.#words, STOP * INTS, 1);
  }

  /** Operations so far, thread by thread. */
  counts(): number[] {
    return Array.from({ length: this.threads }, (_, thread) => this.#counters[thread * DOUBLES] as number);
  }

  // A worker's side.

  takeNumber(): number {
    return Atomics.add(this.#words, NUMBERS * INTS, 1);
  }

  /** Says that this worker has come and sleeps until the phase may start. */
  arrive(phase: number): void {
    Atomics.add(this.#words, READY * INTS, 1);
    for (;;) {
      const open = Atomics.load(this.#words, GO * INTS);
      if (open >= phase) return;
      Atomics.wait(this.#words, GO * INTS, open, LOOK);
    }
  }

  get stopped(): boolean {
    return Atomics.load(this.#words, STOP * INTS) !== 0;
  }

  count(thread: number, operations: number): void {
    this.#counters[thread * DOUBLES] = operations;
  }
}
