// What the threads of a kill storm have begun and what they have done, written down outside of the map: the word
// `done` is stored after the map's call returned, so whatever it says must be in the map, whoever was killed when.

/** Keys that are written again and again, each by the threads of one lane, so that its writes have an order. */
export const KEYS = 600;
export const LANES = 3;
/** Keys that all threads add to. */
export const SUMS = 7;

/** A value of a key: the state that a write with this number leaves behind. */
export type State = { present: false } | { present: true; value: unknown };

const ABSENT: State = { present: false };
const BEGUN = 0;
const DONE = 1;
const FRESH = 0;
const ADDS_BEGUN = 1;
const ADDS_DONE = 2;
const WORDS_PER_LIFE = 3;

export class Ledger {
  readonly buffer: SharedArrayBuffer;
  readonly #keys: Int32Array;
  readonly #lives: Int32Array;

  /** Makes one for so many lives of threads, or opens the one in a buffer. */
  constructor(from: number | SharedArrayBuffer) {
    const bytes = 8 * KEYS;
    this.buffer = typeof from === 'number' ? new SharedArrayBuffer(bytes + 4 * WORDS_PER_LIFE * from) : from;
    this.#keys = new Int32Array(this.buffer, 0, 2 * KEYS);
    this.#lives = new Int32Array(this.buffer, bytes);
  }

  begun(key: number): number {
    return Atomics.load(this.#keys, 2 * key + BEGUN);
  }

  done(key: number): number {
    return Atomics.load(this.#keys, 2 * key + DONE);
  }

  begin(key: number, write: number): void {
    Atomics.store(this.#keys, 2 * key + BEGUN, write);
  }

  end(key: number, write: number): void {
    Atomics.store(this.#keys, 2 * key + DONE, write);
  }

  /** How many new keys a life has put into the map. */
  fresh(life: number): number {
    return Atomics.load(this.#lives, life * WORDS_PER_LIFE + FRESH);
  }

  countFresh(life: number): void {
    Atomics.add(this.#lives, life * WORDS_PER_LIFE + FRESH, 1);
  }

  adds(life: number): { begun: number; done: number } {
    return {
      begun: Atomics.load(this.#lives, life * WORDS_PER_LIFE + ADDS_BEGUN),
      done: Atomics.load(this.#lives, life * WORDS_PER_LIFE + ADDS_DONE),
    };
  }

  countAdd(life: number, add: () => void): void {
    Atomics.add(this.#lives, life * WORDS_PER_LIFE + ADDS_BEGUN, 1);
    add();
    Atomics.add(this.#lives, life * WORDS_PER_LIFE + ADDS_DONE, 1);
  }
}

/** Keys of every way into the kernel: numbers, short and long strings in both forms, some that fill pages. */
export function keyOf(index: number): number | string {
  if (index % 100 === 7) return 'K'.repeat(20_000) + index;
  if (index % 200 === 9) return 'L'.repeat(70_000) + index;
  switch (index % 4) {
    case 0:
      return index;
    case 1:
      return `s${index}`;
    case 2:
      return `the key of a record ${index}`;
    default:
      return `Ж${index}`;
  }
}

export function freshKey(life: number, n: number): string {
  return `fresh ${life} ${n}`;
}

/** What is at a key after its write of this number, all of it made from the number: a torn value would show. */
export function stateAfter(index: number, write: number): State {
  if (write === 0 || write % 4 === 3) return ABSENT;
  if (write % 97 === 0)
    return { present: true, value: `${write} ${'w'.repeat(64_000 + ((write * 7919) % 200_000))}` };
  switch ((index + write) % 5) {
    case 0:
      return { present: true, value: write };
    case 1:
      return { present: true, value: `${write}` };
    case 2:
      return { present: true, value: `${write} ${'v'.repeat((write * 37) % 3000)}` };
    case 3:
      return { present: true, value: { write, text: 'ж'.repeat((write * 11) % 500) } };
    default:
      return { present: true, value: new Uint8Array((write * 53) % 9000).fill(write) };
  }
}
