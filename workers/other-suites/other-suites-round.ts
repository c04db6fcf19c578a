// One round of a job of test/others: some threads at work on the same maps at the same time.

import type { SharedMap, SharedMapHandle } from 'threadmap';
import { Random } from '../random.js';
import { Careless } from './other-suites-careless.js';

export type AnyMap = SharedMap<unknown, unknown>;

/** What a thread is told; everything in it can be cloned. */
export interface Task {
  readonly job: string;
  readonly handles: readonly SharedMapHandle<unknown, unknown>[];
  readonly words: SharedArrayBuffer;
  /** For the job itself; the same for all threads of the round. */
  readonly shared: SharedArrayBuffer;
  /** Which thread of its job this is, and how many there are. */
  readonly index: number;
  readonly threads: number;
  /** How many threads the round has, those of other jobs included. */
  readonly all: number;
  readonly n: number;
  readonly seed: number;
  /** Work on a broken map: the accounting at the end must notice. */
  readonly careless: boolean;
}

// Words that all threads of a round share.
const ARRIVED = 0;
export const TURN = 1;
export const FAILED = 2;
export const STOP = 3;

/** What a thread says that gives up because another one has failed. */
export const OTHER = 'another thread of the round has failed';

export function expectThat(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(`broken: ${what}`);
}

export class Round {
  readonly map: AnyMap;
  readonly maps: readonly AnyMap[];
  readonly shared: Int32Array;
  readonly index: number;
  readonly threads: number;
  readonly n: number;
  readonly #words: Int32Array;
  readonly #all: number;
  readonly #random: Random;

  constructor(task: Task, maps: readonly AnyMap[]) {
    this.maps = task.careless ? maps.map((map) => new Careless(map) as unknown as AnyMap) : maps;
    this.map = this.maps[0] as AnyMap;
    this.shared = new Int32Array(task.shared);
    this.index = task.index;
    this.threads = task.threads;
    this.n = task.n;
    this.#words = new Int32Array(task.words);
    this.#all = task.all;
    this.#random = new Random(task.seed);
  }

  /** Waits until all threads of the round are here. */
  meet(): void {
    const words = this.#words;
    const turn = Atomics.load(words, TURN);
    if (Atomics.add(words, ARRIVED, 1) === this.#all - 1) {
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, TURN, 1);
      Atomics.notify(words, TURN);
      return;
    }
    while (Atomics.load(words, TURN) === turn) {
      expectThat(Atomics.load(words, FAILED) === 0, OTHER);
      Atomics.wait(words, TURN, turn, 50);
    }
  }

  /** Is the round to end? So it is when a thread has failed: nothing is to wait for its work. */
  get isStopped(): boolean {
    return Atomics.load(this.#words, STOP) !== 0 || Atomics.load(this.#words, FAILED) !== 0;
  }

  /** Ends the round for the threads that work until they are told. */
  stop(): void {
    Atomics.store(this.#words, STOP, 1);
  }

  fail(): void {
    Atomics.store(this.#words, FAILED, 1);
    Atomics.notify(this.#words, TURN);
  }

  /** A whole number from 0 to n - 1, repeatable from the seed. */
  below(n: number): number {
    return this.#random.below(n);
  }

  /** Each number below `entries` `times` times, in a random order. */
  shuffled(entries: number, times = 1): Int32Array {
    const order = Int32Array.from({ length: entries * times }, (_, i) => i % entries);
    for (let i = order.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swap = order[i] as number;
      order[i] = order[j] as number;
      order[j] = swap;
    }
    return order;
  }
}
