import { threadId } from 'node:worker_threads';
import { sharedMapError } from '../errors.js';
import { kernelBytes } from './kernel-bytes.js';
import { Sleepers } from './sleepers.js';
import { type CompiledModule, type SharedMemory, wasm } from './web-assembly.js';

/** The kernel's exports, src/kernel/index.ts. A key or a value is (form, length, number). */
export interface KernelExports {
  /** Tells this kernel from other modules. */
  readonly LAYOUT_VERSION?: { readonly value: unknown };
  add(form: number, length: number, number: number, delta: number): number;
  arm(bucket: number): number;
  armKey(form: number, length: number, number: number): number;
  assign(
    verb: number,
    form: number,
    length: number,
    number: number,
    valueForm: number,
    valueLength: number,
    value: number,
  ): number;
  attach(threadId: number): number;
  b(): number;
  bytesCommitted(): number;
  bytesUsed(): number;
  checkChain(chain: number, skip: number): number;
  checkPage(page: number): number;
  clear(): number;
  compute(
    operation: number,
    form: number,
    length: number,
    key: number,
    valueForm: number,
    value: number,
  ): number;
  count(): number;
  create(maxBytes: number, entries: number, s0: number, s1: number, s2: number, s3: number): number;
  detach(): void;
  dump(from: number, gen: number): number;
  expect(form: number, length: number, number: number): void;
  expectToken(low: number, high: number, headerLow: number, headerHigh: number, epoch: number): void;
  generation(): number;
  get(form: number, length: number, number: number): number;
  getMany(n: number): number;
  getAndDelete(form: number, length: number, number: number): number;
  getAndSet(
    form: number,
    length: number,
    number: number,
    valueForm: number,
    valueLength: number,
    value: number,
  ): number;
  getNumber(key: number): number;
  getText(form: number, length: number): number;
  growths(): number;
  has(form: number, length: number, number: number): number;
  heapPages(): number;
  isEmpty(): number;
  judgeCandidate(same: number): void;
  largePage(page: number): number;
  list(from: number, end: number, skip: number, turn: number, since: number): number;
  listedKey(low: number, high: number, headerLow: number, headerHigh: number, epoch: number): number;
  longestValue(): number;
  longPart(bytes: number, last: number): void;
  longStart(kind: number, bytes: number): void;
  nameValues(textFrom: number, bytes: number): void;
  look(form: number, length: number, number: number): number;
  nevacuate(): number;
  overflowBuckets(): number;
  pageAddress(page: number): number;
  peek(form: number, length: number, number: number): number;
  peekNumber(key: number): number;
  peekText(form: number, length: number): number;
  promotions(): number;
  readMisses(): number;
  readNamed(): number;
  readRetries(): number;
  reclaim(dead: number, threadId: number): number;
  recordPages(record: number): number;
  remove(form: number, length: number, number: number): number;
  removeMany(from: number, n: number): number;
  removeIf(verb: number, form: number, length: number, number: number): number;
  reserve(entries: number): number;
  sameSizeGrowths(): number;
  scratchAddress(): number;
  setMany(from: number, n: number): number;
  setNumber(key: number, value: number): number;
  settle(): void;
  showCandidate(): number;
  shrink(): number;
  shrinks(): number;
  slotWord(slot: number, word: number): number;
  stage(what: number, kind: number, length: number, first: number): number;
  startAt(random: number): number;
  stillLarge(): number;
  strayChains(): number;
  stripeCount(set: number, stripe: number): number;
  sweep(): number;
  threads(): number;
  work(): number;
}

// Forms of an argument (word.ts in the kernel) and, up to CLONE, kinds of a record.
export const NUMBER = 0;
export const LATIN1 = 1;
export const UTF16 = 2;
export const BIGINT = 3;
export const BYTES = 4;
export const CLONE = 5;
export const SPECIAL = 6;
export const STAGED = 7;
export const LONG = 8;

// Results (status.ts in the kernel).
export const YES = 1;
export const NO = 0;
export const BUSY = -1;
export const FULL = -2;
export const NOT_NUMBER = -3;
export const CORRUPT = -4;
export const ENDED = -5;
export const CANDIDATE = -6;
export const REHASH = -7;

// The word at S_STATUS.
export const STATUS_ABSENT = 0;
export const STATUS_NUMBER = 1;
export const STATUS_SPECIAL = 2;
export const STATUS_BYTES = 16;
export const STATUS_LARGE = 32;
/** A record that was named, not copied: S_AUX, S_STAMP and S_EPOCH say which. */
export const STATUS_NAMED = 48;
export const STATUS_FAILED = 64;

// Places in the scratch (layout.ts in the kernel), in u32 words.
export const S_STATUS = 0;
export const S_LENGTH = 1;
export const S_AUX = 2;
export const S_FIRST = 3;
export const S_STAMP = 4; // two words
export const S_EPOCH = 6;
export const S_NEXT = 7;
export const S_MORE = 8;
export const S_TWICE = 10;
export const S_WORD = 12;

/** In bytes: the wake word that `armKey` has seen. */
const S_WAKE = 56;

/** Bytes that the regions of the scratch hold; what is longer is staged. */
const KEY_AT = 1024;
const VALUE_AT = 16384;
const EXPECTED_AT = 49152;
export const PAGE = 65536;
/** Number keys that one call may bring: as many as the value region holds, half of them where each has a value. */
export const MANY = (EXPECTED_AT - VALUE_AT) / 8;
export const MANY_PAIRS = MANY / 2;
// What a call for many keys says of each.
export const MANY_HERE = 1;
export const MANY_OTHER = 2;
/** Bytes of a record outside of a chain of pages. */
const MAX_SMALL = 32768 - 16;

export const LAYOUT_VERSION = 2;
export const MAGIC = 0x70616d74;
export const MAX_THREADS = 128;

/** Longest sleep between two looks, ms. */
const NAP = 10;

let shared: CompiledModule | undefined;

/** The kernel, compiled once in a thread; handles carry it to the others. */
export function kernelModule(): CompiledModule {
  shared ??= new wasm.Module(Buffer.from(kernelBytes, 'base64'));
  return shared;
}

/** Node's string primitives, which its types leave out: no encoding to look up, no bounds to adjust. */
export interface TextBuffer extends Buffer {
  latin1Write(text: string, at: number, length: number): number;
  ucs2Write(text: string, at: number, length: number): number;
  latin1Slice(from: number, to: number): string;
  ucs2Slice(from: number, to: number): string;
}

/** A window of this thread's scratch. Views are made once: none per operation. */
export class Region {
  readonly bytes: TextBuffer;
  readonly words: Uint32Array;
  /** Bytes that may be put here; the kernel reads up to 8 behind them. */
  readonly room: number;

  constructor(memory: SharedMemory, at: number, size: number) {
    this.bytes = Buffer.from(memory.buffer, at, size) as TextBuffer;
    this.words = new Uint32Array(memory.buffer, at, size >> 2);
    this.room = size - 16;
  }
}

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
  readonly threadId = threadId;
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
    const r = this.exports.attach(threadId);
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

/** The functions of a module that comes from a handle, so may be any. */
function instantiate(module: CompiledModule, memory: SharedMemory): KernelExports {
  let exports: KernelExports | undefined;
  let cause: unknown;
  try {
    // A copy: the exports object itself is in dictionary mode, a hash look-up per call.
    exports = { ...(new wasm.Instance(module, { env: { memory } }).exports as KernelExports) };
  } catch (error) {
    cause = error;
  }
  if (exports?.LAYOUT_VERSION?.value === LAYOUT_VERSION) return exports;
  throw sharedMapError(
    'ERR_SHARED_MAP_HANDLE',
    'the module of this handle is not the kernel of a map',
    cause,
  );
}

export function full(): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_FULL',
    'the map is full: delete entries, or make it with a larger maxBytes',
  );
}

export function corrupt(what: string, cause?: unknown): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_CORRUPT',
    `the map's memory is damaged (${what}): make a new one`,
    cause,
  );
}
