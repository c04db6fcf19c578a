// How a thread of a kill storm comes to its end: the fuse burns down at the places where it is to end, and then it does.

import { parentPort } from 'node:worker_threads';
import { type End, EXIT_CODE, INTENDED, type Where } from './kill-storm-ends.js';

/** Objects that a thread keeps at each step, once its heap is to run out. */
const HOARDED = 100;

export class Fuse {
  readonly #end: Pick<End, 'how' | 'where'>;
  #left: number;
  #hoarding = false;
  readonly #hoard: unknown[] = [];

  /** `left`: how often the place is passed before. */
  constructor(end: Pick<End, 'how' | 'where'>, left: number) {
    this.#end = end;
    this.#left = left;
  }

  get where(): Where {
    return this.#end.where;
  }

  /** Is it time to end, for a thread that looks between two steps? */
  get isBurnt(): boolean {
    return this.#left <= 0;
  }

  /** The thread passes a place where it may have to end. */
  burn(where: Where): void {
    if (this.#hoarding) this.#keepMore();
    if (where !== this.#end.where || this.#left-- !== 0) return;
    this.end();
  }

  /** Ends the thread here; where that takes a while, it goes on meanwhile. */
  end(): void {
    switch (this.#end.how) {
      case 'exit':
        process.exit(EXIT_CODE);
        break;
      case 'error':
        throw new Error(INTENDED);
      case 'rejection':
        void Promise.reject(new Error(INTENDED)); // noticed when the thread next comes back to its event loop
        return;
      case 'heap':
        this.#hoarding = true;
        return;
      case 'stack':
        exhaust();
        return;
      case 'terminate':
        // Elsewhere it is terminated at a random moment, without being asked.
        if (this.#end.where === 'anywhere') return;
        parentPort?.postMessage('now');
        waitForEver();
        return;
      case 'return':
        return;
    }
  }

  #keepMore(): void {
    for (let i = 0; i < HOARDED; i++) this.#hoard.push({ i, text: `kept ${this.#hoard.length}`, more: [i] });
  }
}

function exhaust(): number {
  return exhaust() + 1;
}

function waitForEver(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}
