import { corrupt, full, sharedMapError } from '../errors.js';
import { BUSY, NO, YES } from './codes.js';
import type { KernelExports } from './exports.js';
import { currentThreadId } from './late-modules.js';
import { instantiate, MAX_THREADS } from './module.js';
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
import type { CompiledModule, SharedMemory } from './web-assembly.js';

/** Longest sleep between two looks, ms. */
const NAP = 10;

/** Bytes of a record outside of a chain of pages. */
const MAX_SMALL = 32768 - 16;

/** One thread's door to one map's kernel: its instance, slot and scratch. */
export class Kernel {
  /** How long a writer waits for one chain before it gives the map up, ms: a holder cannot die, only lose its processor. */
  static patience = 10_000;

  readonly memory: SharedMemory;
  readonly exports: KernelExports;
  /** Status words. */
  readonly status: Uint32Array;
  /** The wake word that `armKey` has seen. */
  readonly wakeWord: BigInt64Array;
  readonly sleepers: Sleepers;
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
  readonly #words: Int32Array;
  #attached = true;
  /** The word that this thread has been waiting for to change, and until when it will. */
  #seen = 0;
  #deadline = 0;

  /** Throws ERR_SHARED_MAP_HANDLE, ERR_SHARED_MAP_THREADS or ERR_SHARED_MAP_FULL. */
  constructor(module: CompiledModule, memory: SharedMemory, create?: (exports: KernelExports) => void) {
    this.exports = instantiate(module, memory);
    this.memory = memory;
    create?.(this.exports);
    const r = this.exports.attach(this.threadId);
    if (r === NO) {
      throw sharedMapError(
        'ERR_SHARED_MAP_THREADS',
        `${MAX_THREADS} threads are attached to this map already: let some detach(), or reclaim() those that have ended`,
      );
    }
    if (r !== YES) throw full();
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

  /** After BUSY: sleeps until the chain is unlocked, or a moment. Throws ERR_SHARED_MAP_CORRUPT when it never is. */
  park(): void {
    const bucket = this.status[S_AUX] as number;
    const seen = this.exports.arm(bucket);
    if (seen === 0) return;
    const now = performance.now();
    // A chain that was unlocked in between only has many writers.
    if (this.#deadline === 0 || seen !== this.#seen) this.#deadline = now + Kernel.patience;
    else if (now > this.#deadline) {
      this.#deadline = 0;
      this.exports.settle();
      throw corrupt(`a chain stayed locked for ${Kernel.patience / 1000} s`);
    }
    this.#seen = seen;
    Atomics.wait(this.#words, (bucket + 16) >>> 2, seen, NAP);
  }

  /** After a call that was not BUSY any more. */
  unparked(): void {
    this.#deadline = 0;
  }

  /**
   * Puts bytes into a record of this thread's hand: long ones into its pages, shorter ones by way of the value region.
   * Throws ERR_SHARED_MAP_FULL.
   */
  stage(what: number, kind: number, bytes: Uint8Array, first: boolean): void {
    const small = bytes.length <= MAX_SMALL;
    if (small) this.value.bytes.set(bytes);
    let r = this.exports.stage(what, kind, bytes.length, first ? 1 : 0);
    while (r === BUSY) {
      this.park();
      r = this.exports.stage(what, kind, bytes.length, first ? 1 : 0);
    }
    this.unparked();
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
