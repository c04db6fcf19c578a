import { checkMap } from './check.js';
import { type Argument, special } from './codec/argument.js';
import { keyArgument } from './codec/key.js';
import { writeText, writtenLength } from './codec/text.js';
import { valueArgument, valueFromBytes } from './codec/value.js';
import { describe, sharedMapError } from './errors.js';
import { type AnyHandle, createMap, handleSettings, type SharedMapHandle, verifyHandle } from './handle.js';
import { type Entry, iterate } from './iterate.js';
import {
  BUSY,
  CORRUPT,
  corrupt,
  FULL,
  full,
  Kernel,
  type KernelExports,
  NO,
  NOT_NUMBER,
  NUMBER,
  S_LENGTH,
  S_STATUS,
  STAGED,
  STATUS_ABSENT,
  STATUS_BYTES,
  STATUS_FAILED,
  STATUS_LARGE,
  STATUS_NUMBER,
  STATUS_SPECIAL,
  type TextBuffer,
} from './kernel.js';
import { readOptions, type Settings } from './options.js';
import { attachedMap, register, unregister } from './registry.js';
import { readStats, type SharedMapStats } from './stats.js';

function textBuffer(bytes: Uint8Array): TextBuffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length) as TextBuffer;
}

type MapSettings = Pick<Settings, 'key' | 'value' | 'codec'>;

const SET = 0;
const INSERT = 1;
const COMPARE = 2;

const KEY = 0;
const VALUE = 1;
const EXPECTED = 2;

/** String keys up to this length go to the kernel without an Argument. */
const SHORT_KEY = 1024;

/** The key was deleted since it was listed. */
const GONE = Symbol('gone');

/** The functions of a map that this thread has let go of. */
const detached = new Proxy({} as KernelExports, {
  get() {
    throw sharedMapError(
      'ERR_SHARED_MAP_HANDLE',
      'this thread has detached from the map: attach its handle again',
    );
  },
});

/**
 * One hash map in shared memory that any number of threads read and write at the same time, by synchronous calls
 * that feel like `Map`. Every single-key operation is linearizable; compound ones (`insert`, `compareAndSet`, `add`)
 * are atomic; a `get` that sees a `set` sees all that the writer did before it. Reads take no lock and wait for nobody.
 * Order is unspecified; values are copies. Every operation may throw ERR_SHARED_MAP_HANDLE after `detach` and
 * ERR_SHARED_MAP_CORRUPT when the memory was damaged.
 */
export class SharedMap<K, V> {
  /** What other threads attach to: plain and clonable. */
  readonly handle: SharedMapHandle<K, V>;
  readonly #kernel: Kernel;
  readonly #settings: MapSettings;
  readonly #numberKeys: boolean;
  readonly #stringKeys: boolean;
  readonly #numberValues: boolean;
  #exports: KernelExports;

  /** @internal The signature that users see is SharedMapConstructor (index.ts); `attached` comes from `attach`. */
  constructor(options?: unknown, attached?: { handle: AnyHandle; kernel: Kernel; settings: MapSettings }) {
    const { handle, kernel, settings } = attached ?? SharedMap.#create(options);
    this.handle = handle as SharedMapHandle<K, V>;
    this.#kernel = kernel;
    this.#exports = kernel.exports;
    this.#settings = settings;
    this.#numberKeys = settings.key !== 'string';
    this.#stringKeys = settings.key !== 'number';
    this.#numberValues = settings.value === 'any' || settings.value === 'number';
    register(handle.id, this, kernel);
  }

  static #create(options: unknown): { handle: AnyHandle; kernel: Kernel; settings: MapSettings } {
    const settings = readOptions(options);
    return { ...createMap(settings), settings };
  }

  /** @internal The signature that users see is SharedMapConstructor (index.ts). */
  static attach(value: unknown, options?: unknown): SharedMap<unknown, unknown> {
    const handle = verifyHandle(value);
    const settings = handleSettings(handle, options);
    const known = attachedMap(handle.id);
    if (known !== undefined) return known as SharedMap<unknown, unknown>;
    return new SharedMap(undefined, { handle, settings, kernel: new Kernel(handle.module, handle.memory) });
  }

  /**
   * The value of `key`, a copy; `undefined` when it is absent (or is `undefined`: ask `has`).
   * Stores nothing that others read, takes no lock, waits for nobody. O(1), and the bytes of key and value.
   * Throws ERR_SHARED_MAP_KEY_TYPE; _CODEC when the codec cannot decode. (Map; Go: Load)
   */
  get(key: K): V | undefined {
    if (typeof key === 'number' && this.#numberKeys) {
      const found = this.#exports.getNumber(key);
      return !Number.isNaN(found) ? (found as V) : this.#valueOf(NUMBER, 0, key);
    }
    if (typeof key === 'string' && this.#stringKeys && key.length <= SHORT_KEY) {
      const form = writeText(key, this.#kernel.key);
      const length = writtenLength;
      const found = this.#exports.getText(form, length);
      return !Number.isNaN(found) ? (found as V) : this.#valueOf(form, length, 0);
    }
    return this.#getAny(key);
  }

  /**
   * Sets the value of `key`. Others see all of it or none, and growth is no exception. O(1) plus bytes; while the map
   * grows, each write moves a small bounded number of chains. Waits only for writers of the same chain.
   * Throws ERR_SHARED_MAP_KEY_TYPE, _VALUE_TYPE, _VALUE_TOO_LARGE, _FULL, _CODEC; then nothing has changed. (Map; Go: Store)
   */
  set(key: K, value: V): this {
    if (typeof value === 'number' && this.#numberValues) {
      if (typeof key === 'number' && this.#numberKeys) {
        if (this.#exports.setNumber(key, value) === 1) return this;
      } else if (typeof key === 'string' && this.#stringKeys && key.length <= SHORT_KEY) {
        const form = writeText(key, this.#kernel.key);
        if (this.#exports.assign(SET, form, writtenLength, 0, NUMBER, 0, value) === 1) return this;
      }
    }
    this.#write(SET, key, value);
    return this;
  }

  /** Is `key` present? As `get`, without the value. Throws ERR_SHARED_MAP_KEY_TYPE. (Map) */
  has(key: K): boolean {
    const argument = keyArgument(this.#settings.key, key);
    const staged = argument.exceeds(this.#kernel.key);
    this.#checkSize(argument);
    argument.place(this.#kernel, this.#kernel.key, KEY, true);
    const r = this.#exports.has(argument.form, argument.length, argument.number);
    if (staged) this.#exports.settle();
    return this.#answer(r);
  }

  /** Deletes `key`; tells whether it was there. Its memory can be used again at once. Throws ERR_SHARED_MAP_KEY_TYPE. (Map; Go: LoadAndDelete) */
  delete(key: K): boolean {
    const argument = keyArgument(this.#settings.key, key);
    this.#checkSize(argument);
    argument.place(this.#kernel, this.#kernel.key, KEY, true);
    for (;;) {
      const r = this.#exports.remove(argument.form, argument.length, argument.number);
      if (r !== BUSY) return this.#answer(r);
      this.#kernel.park();
    }
  }

  /**
   * Makes the map empty at one instant; what others set afterwards stays. Keeps the table, changes the hash seed.
   * The only operation that works in proportion to the map. (Map; Go: Clear)
   */
  clear(): void {
    while (this.#exports.clear() === BUSY) this.#kernel.park();
    while (this.#exports.sweep() === BUSY) this.#kernel.park();
    this.#kernel.unparked();
  }

  /** Entries: exact when no thread writes, never negative, this thread's own effects included. O(1). (Map) */
  get size(): number {
    return this.#exports.count();
  }

  /**
   * Sets the value of `key` if it is absent; tells whether it did. An existing value stays. Atomic: of several threads
   * one gets true. Cost and errors as `set`. (Go: LoadOrStore; Java: putIfAbsent)
   */
  insert(key: K, value: V): boolean {
    return this.#write(INSERT, key, value);
  }

  /**
   * Sets the value of `key` if it is there and equals `expected`: numbers by SameValueZero, anything else by its
   * encoded bytes. Tells whether it did. Atomic. Cost and errors as `set`. (Go: CompareAndSwap)
   */
  compareAndSet(key: K, expected: V, value: V): boolean {
    return this.#write(COMPARE, key, value, valueArgument(this.#settings, expected));
  }

  /**
   * Adds to the number at `key`, atomically, and returns the new one; an absent key counts as 0.
   * Throws ERR_SHARED_MAP_VALUE_TYPE when a value of another type is there, which stays, or the map's values are not
   * numbers; else as `set`. (Java: LongAdder, merge with sum)
   */
  add(key: K, delta = 1): number {
    if (!this.#numberValues) {
      throw sharedMapError(
        'ERR_SHARED_MAP_VALUE_TYPE',
        `add needs values of kind 'number' or 'any', this map's are of kind '${this.#settings.value}'`,
      );
    }
    if (typeof delta !== 'number')
      throw sharedMapError('ERR_SHARED_MAP_VALUE_TYPE', `add takes a number, not ${describe(delta)}`);
    let form = NUMBER;
    let length = 0;
    let number = 0;
    if (typeof key === 'string' && this.#stringKeys && key.length <= SHORT_KEY) {
      form = writeText(key, this.#kernel.key);
      length = writtenLength;
    } else {
      const argument = keyArgument(this.#settings.key, key);
      this.#checkSize(argument);
      argument.place(this.#kernel, this.#kernel.key, KEY, true);
      ({ form, length, number } = argument);
    }
    for (;;) {
      const sum = this.#exports.add(form, length, number, delta);
      if (!Number.isNaN(sum) || this.#kernel.status[S_STATUS] === STATUS_NUMBER) return sum;
      const r = STATUS_FAILED - (this.#kernel.status[S_STATUS] as number);
      if (r !== BUSY) this.#answer(r);
      this.#kernel.park();
    }
  }

  /**
   * The keys. A key that is there all the time comes exactly once, any other at most once, during growth too; begins
   * at a random place. Ends early when a `clear` comes. Nothing is held between two steps: do what you like in between.
   */
  *keys(): MapIterator<K> {
    for (const entry of this.#entries()) {
      const key = this.#keyOf(entry);
      if (key !== GONE) yield key as K;
    }
  }

  /** The values, as `entries`. */
  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Keys as `keys`, each with its value at the time it is reached; a key deleted by then is left out. */
  *entries(): MapIterator<[K, V]> {
    for (const entry of this.#entries()) {
      const key = this.#keyOf(entry);
      if (key === GONE) continue;
      const value = this.get(key as K);
      if (value !== undefined || this.has(key as K)) yield [key as K, value as V];
    }
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  /** Calls `callback(value, key, map)` for each entry, as `entries` finds them. The callback may call anything. */
  forEach(callback: (value: V, key: K, map: SharedMap<K, V>) => void, thisArg?: unknown): void {
    for (const [key, value] of this.entries()) callback.call(thisArg, value, key, this);
  }

  /** Sizes and counters. Looks at each heap page's descriptor: some microseconds per 100 MB. */
  stats(): SharedMapStats {
    return readStats(this.#exports, this.handle.memory.buffer.byteLength);
  }

  /**
   * Walks the whole map and tells every broken invariant; empty means sound. Meant for a quiet map (no thread in an
   * operation, ended ones reclaimed): on a busy one it is safe, and what it says means nothing.
   */
  check(): string[] {
    return checkMap(this.#kernel, this.#exports.generation());
  }

  /**
   * Takes back what a thread that has ended still held: its slot, its scratch, the record it had in hand. This happens
   * by itself where the thread that started the Worker has imported this library; elsewhere a death costs one slot and
   * 64 KiB until this is called. `threadId` must have ended. Tells whether there was anything.
   */
  reclaim(threadId: number): boolean {
    if (!Number.isInteger(threadId) || threadId < 0) {
      throw sharedMapError(
        'ERR_SHARED_MAP_OPTION',
        `reclaim takes the id of a thread that has ended, not ${describe(threadId)}`,
      );
    }
    return this.#exports.reclaim(threadId, this.#kernel.threadId) === 1;
  }

  /**
   * This thread lets go of the map: its slot and scratch are free for others. The memory returns to the system when no
   * thread holds the map, its handle or its memory any more and the garbage collectors have seen it.
   */
  detach(): void {
    if (this.#exports === detached) return;
    this.#exports = detached;
    unregister(this.handle.id, this);
    this.#kernel.detach();
  }

  [Symbol.dispose](): void {
    this.detach();
  }

  get [Symbol.toStringTag](): string {
    return 'SharedMap';
  }

  /** A few entries, for `util.inspect` and the console. */
  [Symbol.for('nodejs.util.inspect.custom')](
    depth: number,
    options: object,
    inspect: (value: unknown, options: object) => string,
  ): string {
    if (this.#exports === detached) return 'SharedMap(detached)';
    const size = this.size;
    if (depth < 0) return `SharedMap(${size}) {…}`;
    const shown: string[] = [];
    for (const [key, value] of this.entries()) {
      if (shown.length === 5) {
        shown.push('…');
        break;
      }
      shown.push(
        `${inspect(key, { ...options, maxStringLength: 40 })} => ${inspect(value, { ...options, depth: 0, maxStringLength: 40 })}`,
      );
    }
    return `SharedMap(${size}) {${shown.length > 0 ? ` ${shown.join(', ')} ` : ''}}`;
  }

  #getAny(key: K): V | undefined {
    const argument = keyArgument(this.#settings.key, key);
    const staged = argument.exceeds(this.#kernel.key);
    this.#checkSize(argument);
    argument.place(this.#kernel, this.#kernel.key, KEY, true);
    const found = this.#exports.get(argument.form, argument.length, argument.number);
    const value = !Number.isNaN(found)
      ? (found as V)
      : this.#valueOf(argument.form, argument.length, argument.number);
    if (staged) this.#exports.settle();
    return value;
  }

  /** The value that the last `get` has left in the scratch. */
  #valueOf(form: number, length: number, number: number): V | undefined {
    const { status, value } = this.#kernel;
    for (;;) {
      const code = status[S_STATUS] as number;
      if (code === STATUS_ABSENT) return undefined;
      if (code === STATUS_NUMBER) return Number.NaN as V;
      if (code === STATUS_SPECIAL) return special(status[S_LENGTH] as number) as V;
      if (code >= STATUS_FAILED) this.#answer(STATUS_FAILED - code);
      if (code < STATUS_LARGE) {
        return valueFromBytes(
          this.#settings,
          code - STATUS_BYTES,
          value.bytes,
          status[S_LENGTH] as number,
        ) as V;
      }
      const bytes = this.#kernel.readLarge();
      if (bytes !== undefined) return this.#large(code - STATUS_LARGE, bytes) as V;
      const found = this.#exports.get(form, length, number);
      if (!Number.isNaN(found)) return found as V;
    }
  }

  #large(kind: number, bytes: Uint8Array): unknown {
    return valueFromBytes(this.#settings, kind, textBuffer(bytes), bytes.length);
  }

  /** All writes but the shortest: everything that runs user code first, then scratch and kernel. */
  #write(verb: number, key: K, value: V, expected?: Argument): boolean {
    const kernel = this.#kernel;
    const keyed = keyArgument(this.#settings.key, key);
    const valued = valueArgument(this.#settings, value);
    this.#checkSize(keyed);
    this.#checkSize(valued);
    let first = true;
    if (expected !== undefined) {
      if (expected.exceeds(kernel.expected)) {
        // Longer than any record of this map can be equal to none.
        if (expected.size > this.handle.memory.buffer.byteLength) {
          this.has(key);
          return false;
        }
        expected.placeAsRecord(kernel, EXPECTED, first);
        first = false;
      } else expected.place(kernel, kernel.expected, EXPECTED, first);
    }
    if (keyed.exceeds(kernel.key)) {
      keyed.place(kernel, kernel.key, KEY, first);
      first = false;
    }
    valued.place(kernel, kernel.value, VALUE, first);
    if (keyed.form !== STAGED) keyed.place(kernel, kernel.key, KEY, first);
    if (expected !== undefined) this.#exports.expect(expected.form, expected.length, expected.number);
    for (;;) {
      const r = this.#exports.assign(
        verb,
        keyed.form,
        keyed.length,
        keyed.number,
        valued.form,
        valued.length,
        valued.number,
      );
      if (r !== BUSY) return this.#answer(r);
      kernel.park();
    }
  }

  /** Throws ERR_SHARED_MAP_VALUE_TOO_LARGE for what can never fit. */
  #checkSize(argument: Argument): void {
    const bytes = this.handle.memory.buffer.byteLength;
    if (argument.size > bytes) {
      throw sharedMapError(
        'ERR_SHARED_MAP_VALUE_TOO_LARGE',
        `${argument.size} bytes do not fit in a map of ${bytes}: make it with a larger maxBytes`,
      );
    }
  }

  /** A result of the kernel as an answer, or as an error. */
  #answer(r: number): boolean {
    this.#kernel.unparked();
    if (r >= NO) return r !== NO;
    if (r === FULL) throw full();
    if (r === NOT_NUMBER)
      throw sharedMapError('ERR_SHARED_MAP_VALUE_TYPE', 'add found a value there that is not a number');
    throw corrupt(r === CORRUPT ? 'a chain has no end' : `the kernel answered ${r}`);
  }

  #entries(): Generator<Entry, undefined, unknown> {
    return iterate(this.#exports, this.#kernel.status, this.#kernel.value.words);
  }

  /** The key of a listed entry, or GONE when it was deleted meanwhile. */
  #keyOf(entry: Entry): unknown {
    const { status, value } = this.#kernel;
    const [low, high, headerLow, headerHigh, epoch] = entry as unknown as [
      number,
      number,
      number,
      number,
      number,
    ];
    const number = this.#exports.listedKey(low, high, headerLow, headerHigh, epoch);
    const code = status[S_STATUS] as number;
    if (code === STATUS_NUMBER) return number;
    if (code === STATUS_SPECIAL) return special(status[S_LENGTH] as number);
    if (code === STATUS_ABSENT) return GONE;
    const keys = { value: 'any', codec: undefined } as const;
    if (code < STATUS_LARGE)
      return valueFromBytes(keys, code - STATUS_BYTES, value.bytes, status[S_LENGTH] as number);
    const bytes = this.#kernel.readLarge();
    return bytes === undefined
      ? GONE
      : valueFromBytes(keys, code - STATUS_LARGE, textBuffer(bytes), bytes.length);
  }
}
