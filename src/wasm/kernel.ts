import { busy, corrupt, full } from '../errors.js';
import { currentThreadId } from '../late-modules.js';
import { type ProcessMark, processMark } from '../threads/system-table.js';
import { BUSY, FULL, YES } from './codes.js';
import type { KernelExports } from './exports.js';
import { instantiate, SCRATCH_AREA } from './module.js';
import {
  EXPECTED_AT,
  KEY_AT,
  MANY,
  MANY_PAIRS,
  PAGE,
  Region,
  S_AUX,
  S_FIRST,
  S_LENGTH,
  S_NEXT,
  S_WAKE,
  VALUE_AT,
} from './scratch.js';
import { Sleepers } from './sleepers.js';
import { Slots, TURNS } from './slots.js';
import { NAP, nap, spendTurn } from './turn.js';
import type { CompiledModule, SharedMemory } from './web-assembly.js';

/** Where the header says in which process the map was made (layout.ts in the kernel). */
const H_PROCESS = 3584;
const MARK_PARTS = 3;

/** Bytes of a record outside of a chain of pages. */
const MAX_SMALL = 32768 - 16;

/** One thread's door to one map's kernel: its instance, slot and scratch. */
export class Kernel {
  /**
   * Turns that a call waits for one lock before it says BUSY: some 10 s. A holder cannot die, only
   * lose its processor; it has it back much earlier where the waiting thread has so many turns.
   */
  static patience = 1000;

  readonly memory: SharedMemory;
  readonly exports: KernelExports;
  /** Status words. */
  readonly status: Uint32Array;
  /** The wake word that `armKey` has seen. */
  readonly wakeWord: BigInt64Array;
  readonly sleepers: Sleepers;
  readonly slots: Slots;
  readonly key: Region;
  readonly value: Region;
  readonly expected: Region;
  /** Number keys of one call, and the numbers that it has found for them. */
  readonly manyKeys: Float64Array;
  /** The numbers that go with the first half of them. */
  readonly manyNumbers: Float64Array;
  /** What it has to say of each. */
  readonly manyFound: Uint8Array;
  readonly threadId = currentThreadId();
  readonly maxBytes: number;
  readonly #words: Int32Array;
  #attached = true;
  /** The word that this thread waits for to change: its index, what it was, and for how many turns. */
  #index = 0;
  #seen = 0;
  #turns = 0;
  /** Sleeps of the present call for memory. */
  #naps = 0;
  /** Ends that were logged when memory was looked for last. */
  #ends = 0;

  /**
   * `shared` is the instance that this thread has already, with its slot: another copy of this
   * library has made it. Throws ERR_SHARED_MAP_HANDLE, ERR_SHARED_MAP_THREADS.
   */
  constructor(
    module: CompiledModule,
    memory: SharedMemory,
    create?: (exports: KernelExports) => void,
    shared?: KernelExports,
  ) {
    this.exports = shared ?? instantiate(module, memory);
    this.memory = memory;
    this.maxBytes = memory.buffer.byteLength - SCRATCH_AREA;
    const made = new Float64Array(memory.buffer, H_PROCESS, MARK_PARTS);
    if (create !== undefined) {
      create(this.exports);
      made.set(processMark());
    }
    this.slots = new Slots(this.exports, [...made] as unknown as ProcessMark);
    if (shared === undefined) this.slots.attach();
    const scratch = this.exports.scratchAddress() >>> 0;
    this.status = new Uint32Array(memory.buffer, scratch, 16);
    this.wakeWord = new BigInt64Array(memory.buffer, scratch + S_WAKE, 1);
    this.sleepers = new Sleepers(memory);
    this.key = new Region(memory, scratch + KEY_AT, VALUE_AT - KEY_AT);
    this.value = new Region(memory, scratch + VALUE_AT, EXPECTED_AT - VALUE_AT);
    this.expected = new Region(memory, scratch + EXPECTED_AT, PAGE - EXPECTED_AT);
    this.manyKeys = new Float64Array(memory.buffer, scratch + VALUE_AT, MANY);
    this.manyNumbers = this.manyKeys.subarray(MANY_PAIRS);
    this.manyFound = new Uint8Array(memory.buffer, scratch + KEY_AT, MANY);
    this.#words = new Int32Array(memory.buffer);
  }

  /** Gives slot and scratch back. Views of the scratch must not be used afterwards. */
  detach(): void {
    if (!this.#attached) return;
    this.#attached = false;
    this.sleepers.wakeAll();
    this.exports.detach();
  }

  /**
   * After BUSY: sleeps until the chain is unlocked, or a moment; then the caller tries again.
   * Throws ERR_SHARED_MAP_BUSY when the lock has outlasted this thread's patience. The hand is
   * empty then.
   */
  park(): void {
    if (!this.rest()) throw busy(Kernel.patience, NAP);
  }

  /** The same for who can leave its work to others. False instead of the error. */
  rest(): boolean {
    const bucket = this.status[S_AUX] as number;
    const seen = this.exports.arm(bucket);
    const index = (bucket + 16) >>> 2;
    if (seen === 0 || seen !== this.#seen || index !== this.#index) {
      this.#turns = 0; // it was unlocked in between: a chain with many writers
      this.#seen = seen;
      this.#index = index;
      if (seen === 0) return true;
    }
    if (this.#turns >= Kernel.patience) {
      this.#turns = 0;
      this.exports.settle();
      return false;
    }
    this.#turns = spendTurn(this.#words, index, seen) ? this.#turns + 1 : 0;
    return true;
  }

  /**
   * Is the call to be repeated that has answered `r`? After BUSY this parks. After FULL it looks for what
   * ended threads have left in their hands; if there is nothing, this thread's own hand is emptied.
   */
  repeats(r: number): boolean {
    if (r === BUSY) {
      this.park();
      return true;
    }
    this.#turns = 0;
    if (r === FULL && this.#findsMemory()) return true;
    this.#naps = 0;
    if (r === FULL) this.exports.settle();
    return false;
  }

  /** Has an ended thread's hand been emptied, or may it have been since the kernel looked? */
  #findsMemory(): boolean {
    const found = this.slots.bury(({ holds }) => holds);
    const ends = this.exports.ends();
    const isNew = ends !== this.#ends;
    this.#ends = ends;
    if (found === 'some' || isNew) return true;
    if (found === 'none' || this.#naps++ === TURNS) return false;
    nap();
    return true;
  }

  /** After a call that was not BUSY any more. */
  unparked(): void {
    this.#turns = 0;
  }

  /**
   * Puts bytes into a record of this thread's hand: long ones into its pages, shorter ones by way of the value region.
   * Throws ERR_SHARED_MAP_FULL.
   */
  stage(what: number, kind: number, bytes: Uint8Array, first: boolean): void {
    const small = bytes.length <= MAX_SMALL;
    if (small) this.value.bytes.set(bytes);
    let r = this.exports.stage(what, kind, bytes.length, first ? 1 : 0);
    while (this.repeats(r)) r = this.exports.stage(what, kind, bytes.length, first ? 1 : 0);
    if (r !== YES) throw full();
    if (small) return;
    for (let done = 0; done < bytes.length; done += PAGE) {
      const page = this.exports.largePage(this.status[S_NEXT] as number) >>> 0;
      if (page === 0) throw corrupt('a large value has lost its pages');
      const part = bytes.subarray(done, done + PAGE);
      new Uint8Array(this.memory.buffer, page, part.length).set(part);
    }
  }

  /** The bytes of the large record that the last call found, or undefined when it was changed meanwhile: call again. */
  readLarge(): Uint8Array | undefined {
    const { status } = this;
    const length = status[S_LENGTH] as number;
    const bytes = new Uint8Array(length);
    let page = status[S_FIRST] as number;
    for (let done = 0; done < length; done += PAGE) {
      const at = this.exports.largePage(page) >>> 0;
      if (at === 0) {
        if (this.exports.stillLarge()) throw corrupt('a large value has lost its pages');
        return undefined;
      }
      bytes.set(new Uint8Array(this.memory.buffer, at, Math.min(PAGE, length - done)), done);
      page = status[S_NEXT] as number;
    }
    return this.exports.stillLarge() ? bytes : undefined;
  }
}
