// Where a thread of a history writes down what it does, in memory of its own that outlives it: nothing of it goes
// through the map. An operation whose thread was ended in the middle has no response.

import { type KeyOperation, VERBS, type Verb } from './key-model.js';

const WORDS = 7;
const INVOKED = 0;
const RESPONDED = 1;
const KEY = 2;
const VERB = 3;
const ARGUMENT = 4;
const EXPECTED = 5;
const RESULT = 6;
/** Of the first word: how many operations have begun. */
const HEAD = 8;

export interface Call {
  readonly key: number;
  readonly verb: Verb;
  readonly argument: number;
  readonly expected: number;
}

export class HistoryLog {
  readonly buffer: SharedArrayBuffer;
  readonly #count: Int32Array;
  readonly #words: Float64Array;

  /** Makes one for so many operations, or opens the one in a buffer. */
  constructor(from: number | SharedArrayBuffer) {
    this.buffer = typeof from === 'number' ? new SharedArrayBuffer(HEAD + from * WORDS * 8) : from;
    this.#count = new Int32Array(this.buffer, 0, 1);
    this.#words = new Float64Array(this.buffer, HEAD);
  }

  get count(): number {
    return Atomics.load(this.#count, 0);
  }

  empty(): void {
    Atomics.store(this.#count, 0, 0);
  }

  /** Notes a call that is about to be made; the clock is to be read last. */
  begin(call: Call, clock: () => number): void {
    const n = this.count;
    const at = n * WORDS;
    const words = this.#words;
    words[at + KEY] = call.key;
    words[at + VERB] = VERBS.indexOf(call.verb);
    words[at + ARGUMENT] = call.argument;
    words[at + EXPECTED] = call.expected;
    words[at + RESPONDED] = Number.POSITIVE_INFINITY;
    words[at + INVOKED] = clock();
    Atomics.store(this.#count, 0, n + 1);
  }

  /** The call that was noted last has returned, at this time. */
  end(time: number, result: number): void {
    const at = (this.count - 1) * WORDS;
    this.#words[at + RESULT] = result;
    this.#words[at + RESPONDED] = time;
  }

  /** Sorts what the thread has done into the histories of the keys. */
  *read(thread: number): Generator<KeyOperation & { readonly key: number }> {
    const words = this.#words;
    for (let n = 0; n < this.count; n++) {
      const word = (which: number) => words[n * WORDS + which] as number;
      yield {
        thread,
        invoked: word(INVOKED),
        responded: word(RESPONDED),
        key: word(KEY),
        verb: VERBS[word(VERB)] as Verb,
        argument: word(ARGUMENT),
        expected: word(EXPECTED),
        result: word(RESULT),
      };
    }
  }
}
