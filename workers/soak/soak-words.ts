// The words that all threads of a soak share: what they are to do, and what they have done.

/** 1: everybody comes to rest at the next step, and waits here until it is 0 again. */
const PAUSE = 0;
const STOP = 1;
/** 1: whoever sees it first clears the map. */
const CLEAR = 2;
/** The first index of the window of keys in use. */
const BASE = 3;

const COUNTS_FROM = 8;
const counted = ['steps', 'reads', 'laps', 'clears', 'attaches', 'full', 'retries', 'left over'] as const;
export type Counted = (typeof counted)[number];

/** From here on a word for each seat: 1 while who sits there rests. */
const RESTING = 32;
export const MOST_THREADS = 96;

export class SoakWords {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;

  constructor(buffer = new SharedArrayBuffer(4 * (RESTING + MOST_THREADS))) {
    this.buffer = buffer;
    this.#words = new Int32Array(buffer);
  }

  get base(): number {
    return Atomics.load(this.#words, BASE);
  }

  /** Moves the window on by one and returns the index that it leaves. */
  advance(): number {
    return Atomics.add(this.#words, BASE, 1);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#words, STOP) !== 0;
  }

  stop(): void {
    Atomics.store(this.#words, STOP, 1);
  }

  pause(): void {
    Atomics.store(this.#words, PAUSE, 1);
  }

  resume(): void {
    Atomics.store(this.#words, PAUSE, 0);
    Atomics.notify(this.#words, PAUSE);
  }

  /** Waits as long as there is a pause. */
  rest(seat: number): void {
    if (Atomics.load(this.#words, PAUSE) === 0) return;
    Atomics.store(this.#words, RESTING + seat, 1);
    Atomics.wait(this.#words, PAUSE, 1);
    this.leave(seat);
  }

  /** Whoever sat here does not rest any more, or has ended. */
  leave(seat: number): void {
    Atomics.store(this.#words, RESTING + seat, 0);
  }

  /** How many threads wait. */
  get resting(): number {
    let n = 0;
    for (let seat = 0; seat < MOST_THREADS; seat++) n += Atomics.load(this.#words, RESTING + seat);
    return n;
  }

  askForClear(): void {
    Atomics.store(this.#words, CLEAR, 1);
  }

  /** Is it this thread that has to clear? */
  takeClear(): boolean {
    return Atomics.load(this.#words, CLEAR) === 1 && Atomics.compareExchange(this.#words, CLEAR, 1, 0) === 1;
  }

  count(what: Counted, n = 1): void {
    Atomics.add(this.#words, COUNTS_FROM + counted.indexOf(what), n);
  }

  /** What was counted since this was last asked. */
  taken(what: Counted): number {
    return Atomics.exchange(this.#words, COUNTS_FROM + counted.indexOf(what), 0);
  }
}
