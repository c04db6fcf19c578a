import { threadId } from 'node:worker_threads';
import { sharedMapError } from '../errors.js';
import { Evidence, ownIdentity, type Verdict } from '../threads/evidence.js';
import { type Identity, isSame, toldThread } from '../threads/identity.js';
import { exitIsLast } from '../threads/runtime.js';
import { NO, YES } from './codes.js';
import type { KernelExports } from './exports.js';
import { MAX_THREADS } from './module.js';

// The slots of a map's threads, seen from one of them (src/kernel/slot.ts): its own, and those of threads
// that have ended, which any thread takes back when it needs what they hold.

/** A slot in use, at one instant. */
export interface Slot {
  readonly index: number;
  readonly owner: Identity;
  /** The thread whose end is to be logged; -1: none. */
  readonly thread: number;
  /** Does its hand hold something? In a busy thread's it often does. */
  readonly holds: boolean;
}

/** What `lookAt` answers when the hand holds something. */
const HOLDS = 2;

export class Slots {
  readonly #exports: KernelExports;
  /** When the process of the map's maker has started. */
  readonly #started: number;
  readonly #own: Identity = ownIdentity();
  #attached = false;

  constructor(exports: KernelExports, started: number) {
    this.#exports = exports;
    this.#started = started;
  }

  /** Takes a slot for this thread: a free one, else that of a thread that has ended. Throws ERR_SHARED_MAP_THREADS. */
  attach(): void {
    const { low, high } = this.#own;
    const thread = threadId + 1;
    if (this.#exports.attach(low, high, thread) !== YES && !this.#inherit(thread)) {
      // One may have been freed in the meantime.
      if (this.#exports.attach(low, high, thread) !== YES) {
        throw sharedMapError(
          'ERR_SHARED_MAP_THREADS',
          `${MAX_THREADS} threads are attached to this map already: let some detach(), or end`,
        );
      }
    }
    this.#attached = true;
  }

  #inherit(thread: number): boolean {
    const { low, high } = this.#own;
    const evidence = this.#evidence();
    for (const { index, owner, thread: seen } of this.#inUse()) {
      if (this.#verdict(evidence, owner, seen) !== 'ended') continue;
      if (this.#exports.inherit(index, owner.low, owner.high, low, high, thread) === YES) return true;
    }
    return false;
  }

  #evidence(): Evidence {
    return new Evidence(this.#attached ? this.#own : undefined, this.#started);
  }

  *#inUse(): Generator<Slot> {
    const exports = this.#exports;
    for (let index = 0; index < MAX_THREADS; index++) {
      const looked = exports.lookAt(index);
      if (looked === NO) continue;
      yield {
        index,
        owner: { low: exports.seenOwnerLow() >>> 0, high: exports.seenOwnerHigh() >>> 0 },
        thread: (exports.seenThread() >>> 0) - 1,
        holds: looked === HOLDS,
      };
    }
  }

  /** Of one's own identity: with another thread's id beside it, a takeover that an exception has cut short. */
  #verdict(evidence: Evidence, owner: Identity, thread: number): Verdict {
    if (isSame(owner, this.#own)) return thread === threadId ? 'running' : 'ended';
    return evidence.of(owner);
  }

  /** Frees the slots of threads that have ended, of those that are `wanted`. Returns how many; the hands are empty then. */
  bury(wanted: (slot: Slot) => boolean = () => true): number {
    const slots = [...this.#inUse()].filter(
      (slot) => !isSame(slot.owner, this.#own) || slot.thread !== threadId,
    );
    const some = slots.filter(wanted);
    if (some.length === 0) return 0;
    const evidence = this.#evidence();
    let buried = 0;
    for (const slot of some) {
      if (this.#verdict(evidence, slot.owner, slot.thread) === 'ended' && this.#free(slot)) buried++;
    }
    return buried;
  }

  #free({ index, owner }: Slot): boolean {
    const { low, high } = this.#own;
    return this.#exports.bury(index, owner.low, owner.high, low, high) === YES;
  }

  /**
   * Frees the slots of the thread with this id if it has ended. Where nobody knows, the caller's word is
   * taken for it: but not where the system's table would tell, and not where a thread outlives its 'exit'.
   */
  reclaim(id: number): boolean {
    const slots = [...this.#inUse()].filter(
      ({ owner, thread }) => thread === id || toldThread(owner)?.threadId === id,
    );
    if (slots.length === 0) return false;
    const evidence = this.#evidence();
    let any = false;
    for (const slot of slots) {
      const verdict = this.#verdict(evidence, slot.owner, slot.thread);
      const isTold = verdict === 'unknown' && toldThread(slot.owner) !== undefined && exitIsLast;
      if ((verdict === 'ended' || isTold) && this.#free(slot)) any = true;
    }
    return any;
  }
}
