import { checkMap } from './check.js';
import { writeText, writtenLength } from './codec/text.js';
import { Door } from './door.js';
import { describe, sharedMapError } from './errors.js';
import { type AnyHandle, createMap, handleSettings, type SharedMapHandle, verifyHandle } from './handle.js';
import { iterate } from './iterate.js';
import { Kernel, type KernelExports, NUMBER, type Region, S_STATUS, STATUS_NUMBER } from './kernel.js';
import { readOptions } from './options.js';
import { ABSENT, GONE, getAny, hasAny, keyOfEntry, resolve } from './reading.js';
import { attachedMap, register, unregister } from './registry.js';
import { readStats, type SharedMapStats } from './stats.js';
import { addTo, clearAll, compareAndSet, INSERT, remove, SET, write } from './writing.js';

/** String keys up to this length go to the kernel without an Argument. */
const SHORT_KEY = 1024;

/** How an entry is shown by `util.inspect`. */
const brief = { depth: 0, maxStringLength: 40, maxArrayLength: 5 };

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
  readonly #door: Door;
  readonly #numberKeys: boolean;
  readonly #stringKeys: boolean;
  readonly #numberValues: boolean;
  // What the short paths need, without a detour.
  #exports: KernelExports;
  #keyRegion: Region;
  #getNumber: KernelExports['getNumber'];
  #getText: KernelExports['getText'];
  #setNumber: KernelExports['setNumber'];

  /** @internal The signature that users see is SharedMapConstructor (index.ts); `attached` comes from `attach`. */
  constructor(options?: unknown, attached?: { handle: AnyHandle; door: Door }) {
    const { handle, door } = attached ?? create(options);
    this.handle = handle as SharedMapHandle<K, V>;
    this.#door = door;
    const { exports, key } = door.kernel;
    this.#exports = exports;
    this.#keyRegion = key;
    this.#getNumber = exports.getNumber;
    this.#getText = exports.getText;
    this.#setNumber = exports.setNumber;
    this.#numberKeys = door.settings.key !== 'string';
    this.#stringKeys = door.settings.key !== 'number';
    this.#numberValues = door.settings.value === 'any' || door.settings.value === 'number';
    register(handle.id, this, door.kernel);
  }

  /** @internal The signature that users see is SharedMapConstructor (index.ts). */
  static attach(value: unknown, options?: unknown): SharedMap<unknown, unknown> {
    const handle = verifyHandle(value);
    const settings = handleSettings(handle, options);
    const known = attachedMap(handle.id);
    if (known !== undefined) return known as SharedMap<unknown, unknown>;
    return new SharedMap(undefined, {
      handle,
      door: new Door(new Kernel(handle.module, handle.memory), settings),
    });
  }

  /**
   * The value of `key`, a copy; `undefined` when it is absent (or is `undefined`: ask `has`).
   * Stores nothing that others read, takes no lock, waits for nobody. O(1), and the bytes of key and value.
   * Throws ERR_SHARED_MAP_KEY_TYPE; _CODEC when the codec cannot decode. (Map; Go: Load)
   */
  get(key: K): V | undefined {
    if (typeof key === 'number' && this.#numberKeys) {
      const found = this.#getNumber(key);
      return (Number.isNaN(found) ? resolve(this.#door, NUMBER, 0, key) : found) as V;
    }
    if (typeof key === 'string' && this.#stringKeys && key.length <= SHORT_KEY) {
      const form = writeText(key, this.#keyRegion);
      const length = writtenLength;
      const found = this.#getText(form, length);
      return (Number.isNaN(found) ? resolve(this.#door, form, length, 0) : found) as V;
    }
    return getAny(this.#door, key) as V;
  }

  /**
   * Sets the value of `key`. Others see all of it or none, and growth is no exception. O(1) plus bytes; while the map
   * grows, each write moves a small bounded number of chains. Waits only for writers of the same chain.
   * Throws ERR_SHARED_MAP_KEY_TYPE, _VALUE_TYPE, _VALUE_TOO_LARGE, _FULL, _CODEC; then nothing has changed. (Map; Go: Store)
   */
  set(key: K, value: V): this {
    if (typeof value === 'number' && this.#numberValues) {
      if (typeof key === 'number' && this.#numberKeys) {
        if (this.#setNumber(key, value) === 1) return this;
      } else if (typeof key === 'string' && this.#stringKeys && key.length <= SHORT_KEY) {
        const form = writeText(key, this.#keyRegion);
        if (this.#exports.assign(SET, form, writtenLength, 0, NUMBER, 0, value) === 1) return this;
      }
    }
    write(this.#door, SET, key, value);
    return this;
  }

  /** Is `key` present? As `get`, without the value. Throws ERR_SHARED_MAP_KEY_TYPE. (Map) */
  has(key: K): boolean {
    return hasAny(this.#door, key);
  }

  /** Deletes `key`; tells whether it was there. Its memory can be used again at once. Throws ERR_SHARED_MAP_KEY_TYPE. (Map; Go: LoadAndDelete) */
  delete(key: K): boolean {
    return remove(this.#door, key);
  }

  /**
   * Makes the map empty at one instant; what others set afterwards stays. Keeps the table, changes the hash seed.
   * The only operation that works in proportion to the map. (Map; Go: Clear)
   */
  clear(): void {
    clearAll(this.#door.kernel);
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
    return write(this.#door, INSERT, key, value);
  }

  /**
   * Sets the value of `key` if it is there and equals `expected`: numbers by SameValueZero, anything else by its
   * encoded bytes (structured values: by those after a round trip, so that what `get` gave is equal). Tells whether it did. Atomic. Cost and errors as `set`. (Go: CompareAndSwap)
   */
  compareAndSet(key: K, expected: V, value: V): boolean {
    return compareAndSet(this.#door, key, expected, value);
  }

  /**
   * Adds to the number at `key`, atomically, and returns the new one; an absent key counts as 0.
   * Throws ERR_SHARED_MAP_VALUE_TYPE when a value of another type is there, which stays, or the map's values are not
   * numbers; else as `set`. (Java: LongAdder, merge with sum)
   */
  add(key: K, delta = 1): number {
    if (
      typeof key === 'string' &&
      this.#stringKeys &&
      this.#numberValues &&
      typeof delta === 'number' &&
      key.length <= SHORT_KEY
    ) {
      const form = writeText(key, this.#keyRegion);
      const sum = this.#exports.add(form, writtenLength, 0, delta);
      if (!Number.isNaN(sum)) return sum;
      if (this.#door.kernel.status[S_STATUS] === STATUS_NUMBER) return sum;
    }
    return addTo(this.#door, key, delta);
  }

  /**
   * The keys. A key that is there all the time comes exactly once, any other at most once, during growth too; begins
   * at a random place. Ends early when a `clear` comes. Nothing is held between two steps: do what you like in between.
   */
  *keys(): MapIterator<K> {
    for (const key of this.#keys()) yield key as K;
  }

  /** The values, as `entries`. */
  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  /** Keys as `keys`, each with its value at the time it is reached; a key deleted by then is left out. */
  *entries(): MapIterator<[K, V]> {
    for (const key of this.#keys()) {
      let value: unknown = this.get(key as K);
      // Deleted, or there with the value `undefined`: only one look can tell, `has` would be a second one.
      if (value === undefined) value = getAny(this.#door, key, ABSENT);
      if (value !== ABSENT) yield [key as K, value as V];
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
    return checkMap(this.#door.kernel, this.#exports.generation());
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
    return this.#exports.reclaim(threadId, this.#door.kernel.threadId) === 1;
  }

  /**
   * This thread lets go of the map: its slot and scratch are free for others. The memory returns to the system when no
   * thread holds the map, its handle or its memory any more and the garbage collectors have seen it.
   */
  detach(): void {
    if (this.#door.isClosed) return;
    const kernel = this.#door.close();
    const closed = this.#door.kernel as unknown as KernelExports & Region;
    const refuse = () => closed.count();
    this.#exports = closed;
    this.#keyRegion = closed;
    this.#getNumber = refuse;
    this.#getText = refuse;
    this.#setNumber = refuse;
    unregister(this.handle.id, this);
    kernel.detach();
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
    if (this.#door.isClosed) return 'SharedMap(detached)';
    const size = this.size;
    if (depth < 0) return `SharedMap(${size}) {…}`;
    const shown: string[] = [];
    for (const [key, value] of this.entries()) {
      if (shown.length === 5) {
        shown.push('…');
        break;
      }
      shown.push(`${inspect(key, { ...options, ...brief })} => ${inspect(value, { ...options, ...brief })}`);
    }
    return `SharedMap(${size}) {${shown.length > 0 ? ` ${shown.join(', ')} ` : ''}}`;
  }

  *#keys(): Generator<unknown, undefined, unknown> {
    for (const entry of iterate(() => this.#door.kernel)) {
      const key = keyOfEntry(this.#door.kernel, entry);
      if (key !== GONE) yield key;
    }
    return undefined;
  }
}

function create(options: unknown): { handle: AnyHandle; door: Door } {
  const settings = readOptions(options);
  const { handle, kernel } = createMap(settings);
  return { handle, door: new Door(kernel, settings) };
}
