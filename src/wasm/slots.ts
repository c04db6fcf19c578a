import { sharedMapError } from '../errors.js';
import { currentThreadId } from '../late-modules.js';
import { Evidence, ownIdentity, type Verdict } from '../threads/evidence.js';
import { type Identity, isSame, isTaking, toldThread } from '../threads/identity.js';
import { exitIsLast } from '../threads/runtime.js';
import type { ProcessMark } from '../threads/system-table.js';
import { NO, YES } from './codes.js';
import type { KernelExports } from './exports.js';
import { MAX_THREADS } from './module.js';
import { nap } from './turn.js';

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
/** Sleeps of 10 ms for a slot that another thread is emptying: it takes microseconds, unless that thread is stopped. */
export const TURNS = 20;

export class Slots {
  readonly #exports: KernelExports;
  /** In which process the map was made. */
  readonly #made: ProcessMark;
  readonly #own: Identity;

  constructor(exports: KernelExports, made: ProcessMark) {
    this.#exports = exports;
    this.#made = made;
    this.#own = ownIdentity(made);
  }

  /** Takes a slot for this thread: a free one, else that of a thread that has ended. Throws ERR_SHARED_MAP_THREADS. */
  attach(): void {
    const { low, high } = this.#own;
    const thread = currentThreadId() + 1;
    for (let turn = 0; turn < TURNS; turn++) {
      if (this.#exports.attach(low, high, thread) === YES) return;
      const slots = this.#inUse();
      const evidence = this.#evidence();
      const ended = slots.filter(({ owner }) => this.#verdict(evidence, owner) === 'ended');
      for (const { index, owner } of ended)
        if (this.#exports.inherit(index, owner.low, owner.high, low, high, thread) === YES) return;
      // All that were seen run, and keep their slots. Otherwise one may be free by now.
      const isMoving = slots.some(({ owner }) => isTaking(owner));
      if (slots.length === MAX_THREADS && ended.length === 0 && !isMoving) break;
      if (isMoving) nap();
    }
    throw sharedMapError(
      'ERR_SHARED_MAP_THREADS',
      `${MAX_THREADS} threads are attached to this map already: let some detach(), or end`,
    );
  }

  #evidence(): Evidence {
    return new Evidence(this.#own, this.#made);
  }

  #inUse(): Slot[] {
    const exports = this.#exports;
    const slots: Slot[] = [];
    for (let index = 0; index < MAX_THREADS; index++) {
      const looked = exports.lookAt(index);
      if (looked === NO) continue;
      slots.push({
        index,
        owner: { low: exports.seenOwnerLow() >>> 0, high: exports.seenOwnerHigh() >>> 0 },
        thread: (exports.seenThread() >>> 0) - 1,
        holds: looked === HOLDS,
      });
    }
    return slots;
  }

  /** A takeover of this thread's own that the end of its stack has cut short is one to go on with. */
  #verdict(evidence: Evidence, owner: Identity): Verdict {
    if (isSame(owner, this.#own)) return isTaking(owner) ? 'ended' : 'running';
    return evidence.of(owner);
  }

  /**
   * Frees the slots of threads that have ended, of those that are `wanted`; the hands are empty then. Returns
   * whether there were any, or might be: another thread may be about to.
   */
  bury(wanted: (slot: Slot) => boolean = () => true): 'some' | 'maybe' | 'none' {
    const slots = this.#inUse().filter((slot) => this.#isOther(slot.owner) && wanted(slot));
    if (slots.length === 0) return 'none';
    const evidence = this.#evidence();
    let any = false;
    let isMoving = false;
    for (const slot of slots) {
      const verdict = this.#verdict(evidence, slot.owner);
      if (verdict === 'ended' && this.#free(slot)) any = true;
      else if (verdict !== 'unknown' && isTaking(slot.owner)) isMoving = true;
    }
    return any ? 'some' : isMoving ? 'maybe' : 'none';
  }

  #isOther(owner: Identity): boolean {
    return !isSame(owner, this.#own) || isTaking(owner);
  }

  #free({ index, owner }: Slot): boolean {
    const { low, high } = this.#own;
    return this.#exports.bury(index, owner.low, owner.high, low, high) === YES;
  }

  /**
   * Frees the slots of the thread with this id if it has ended. Where nobody knows, the caller's word is
   * taken for it: but not where the system's table would tell, not where a thread outlives its 'exit', and
   * not for the main thread, which ends last.
   */
  reclaim(id: number): boolean {
    if (id === currentThreadId()) return false;
    const slots = this.#inUse().filter(
      ({ owner, thread }) => (thread === id || toldThread(owner)?.threadId === id) && this.#isOther(owner),
    );
    if (slots.length === 0) return false;
    const evidence = this.#evidence();
    let any = false;
    for (const slot of slots) {
      const verdict = this.#verdict(evidence, slot.owner);
      const isTold = toldThread(slot.owner)?.threadId === id && exitIsLast && id !== 0;
      if ((verdict === 'ended' || (verdict === 'unknown' && isTold)) && this.#free(slot)) any = true;
    }
    return any;
  }
}
