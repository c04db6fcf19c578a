import type { MapMethods } from './api/map-methods.js';
import type { SharedMap as Methods } from './api/shared-map.js';
import { arithmetic, oneOf } from './arithmetic.js';
import { ADD } from './arithmetic-verbs.js';
import { SHORT_KEY } from './codec/key.js';
import { writeText, writtenLength } from './codec/text.js';
import { registerCodec } from './codecs.js';
import { Door } from './door.js';
import { openDoorsBy } from './door-of.js';
import { checkCallback } from './errors.js';
import { type AnyHandle, createMap, handleSettings, type SharedMapHandle, verifyHandle } from './handle.js';
import { type Inspect, showEntries } from './inspect.js';
import { Kernel, type KernelExports, NUMBER, type Region, S_STATUS, STATUS_NUMBER } from './kernel.js';
import { keysOf } from './keys.js';
import { arithmeticMethods } from './methods/arithmetic.js';
import { careMethods } from './methods/care.js';
import { conditionalMethods } from './methods/conditional.js';
import { install } from './methods/install.js';
import { readingMethods } from './methods/reading.js';
import { updatingMethods } from './methods/updating.js';
import { waitingMethods } from './methods/waiting.js';
import { readOptions } from './options.js';
import { ABSENT, getAny, hasAny, resolve } from './reading.js';
import { reclaim } from './reclaim.js';
import { attachedMap, register, unregister } from './registry.js';
import { trapped } from './trap.js';
import { clearAll, remove, SET, write } from './writing.js';

/**
 * The class behind the interface of the same name (api/shared-map.ts, with all that is promised): what makes and attaches
 * maps, what `Map` has, and the short paths. The other methods come from the tables in methods/.
 */
export class SharedMap<K, V> implements MapMethods<K, V> {
  static {
    openDoorsBy((map) => (map as SharedMap<unknown, unknown>).#door);
  }

  readonly handle: SharedMapHandle<K, V>;
  readonly #door: Door;
  readonly #numberKeys: boolean;
  readonly #int32Keys: boolean;
  readonly #stringKeys: boolean;
  readonly #numberValues: boolean;
  readonly #int32Values: boolean;
  /** What `add` adds when it is not told; in records the field decides. */
  readonly #one: number | bigint | undefined;
  // What the short paths need, without a detour.
  #exports: KernelExports;
  #keyRegion: Region;
  #getNumber: KernelExports['getNumber'];
  #getText: KernelExports['getText'];
  #setNumber: KernelExports['setNumber'];

  /** @internal The signature that users see is SharedMapConstructor (index.ts); `attached` comes from `attach`. */
  constructor(options?: unknown, attached?: { handle: AnyHandle; door: Door }) {
    // Nobody outside of this library has a Door.
    const { handle, door } = attached?.door instanceof Door ? attached : create(options);
    this.handle = handle as SharedMapHandle<K, V>;
    this.#door = door;
    const { exports, key } = door.kernel;
    this.#exports = exports;
    this.#keyRegion = key;
    this.#getNumber = exports.getNumber;
    this.#getText = exports.getText;
    this.#setNumber = exports.setNumber;
    this.#numberKeys = door.numberKeys;
    this.#int32Keys = door.settings.key === 'int32' && door.settings.value !== 'bigint';
    this.#stringKeys = door.stringKeys;
    this.#numberValues = door.numberValues;
    this.#int32Values = door.settings.value === 'int32';
    this.#one = oneOf(door.settings);
    register(handle.id, this, door.kernel);
  }

  /** @internal The signature that users see is SharedMapConstructor (index.ts). */
  static attach(value: unknown, options?: unknown): SharedMap<unknown, unknown> {
    const handle = verifyHandle(value);
    const settings = handleSettings(handle, options);
    const known = attachedMap(handle.id);
    if (known !== undefined) return known as SharedMap<unknown, unknown>;
    try {
      const door = new Door(new Kernel(handle.module, handle.memory), settings);
      return new SharedMap(undefined, { handle, door });
    } catch (error) {
      throw trapped(error);
    }
  }

  /** @internal The signature that users see is SharedMapConstructor (index.ts). */
  static registerCodec(codec: unknown): void {
    registerCodec(codec);
  }

  get(key: K): V | undefined {
    try {
      if (typeof key === 'number' && (this.#numberKeys || (this.#int32Keys && (key | 0) === key))) {
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
    } catch (error) {
      throw trapped(error);
    }
  }

  set(key: K, value: V): this {
    try {
      // -0 is no int32 as it is: it goes the long way, and becomes 0.
      if (
        typeof value === 'number' &&
        (this.#numberValues || (this.#int32Values && Object.is(value | 0, value)))
      ) {
        if (typeof key === 'number' && (this.#numberKeys || (this.#int32Keys && (key | 0) === key))) {
          if (this.#setNumber(key, value) === 1) return this;
        } else if (typeof key === 'string' && this.#stringKeys && key.length <= SHORT_KEY) {
          const form = writeText(key, this.#keyRegion);
          if (this.#exports.assign(SET, form, writtenLength, 0, NUMBER, 0, value) === 1) return this;
        }
      }
      write(this.#door, SET, key, value);
      return this;
    } catch (error) {
      throw trapped(error);
    }
  }

  has(key: K): boolean {
    try {
      return hasAny(this.#door, key);
    } catch (error) {
      throw trapped(error);
    }
  }

  delete(key: K): boolean {
    try {
      return remove(this.#door, key);
    } catch (error) {
      throw trapped(error);
    }
  }

  clear(): void {
    try {
      clearAll(this.#door.kernel);
    } catch (error) {
      throw trapped(error);
    }
  }

  get size(): number {
    return this.#exports.count();
  }

  /** Typed in api/arithmetic-methods.ts. */
  add(key: K, delta: unknown = this.#one, field?: unknown): unknown {
    try {
      if (
        typeof key === 'string' &&
        this.#stringKeys &&
        this.#numberValues &&
        typeof delta === 'number' &&
        field === undefined &&
        key.length <= SHORT_KEY
      ) {
        const form = writeText(key, this.#keyRegion);
        const sum = this.#exports.add(form, writtenLength, 0, delta);
        if (!Number.isNaN(sum)) return sum;
        if (this.#door.kernel.status[S_STATUS] === STATUS_NUMBER) return sum;
      }
      return arithmetic(this.#door, ADD, key, delta, field);
    } catch (error) {
      throw trapped(error);
    }
  }

  *keys(): MapIterator<K> {
    for (const key of keysOf(this.#door)) yield key as K;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  *entries(): MapIterator<[K, V]> {
    for (const key of keysOf(this.#door)) {
      // In one look where there is no value: by the time of a second one the key may be there again, with one.
      let value: unknown = this.get(key as K);
      if (value === undefined) value = getAny(this.#door, key, ABSENT);
      if (value !== ABSENT) yield [key as K, value as V];
    }
  }

  [Symbol.iterator](): MapIterator<[K, V]> {
    return this.entries();
  }

  forEach(callback: (value: V, key: K, map: this) => void, thisArg?: unknown): void {
    checkCallback('forEach', callback);
    for (const [key, value] of this.entries()) Reflect.apply(callback, thisArg, [value, key, this]);
  }

  detach(): void {
    try {
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
    } catch (error) {
      throw trapped(error);
    }
  }

  reclaim(threadId: number): boolean {
    try {
      return reclaim(this.#door.kernel, threadId);
    } catch (error) {
      throw trapped(error);
    }
  }

  [Symbol.dispose](): void {
    this.detach();
  }

  get [Symbol.toStringTag](): string {
    return 'SharedMap';
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth: number, options: object, inspect: Inspect): string {
    if (this.#door.isClosed) return 'SharedMap(detached)';
    if (depth < 0) return `SharedMap(${this.size}) {…}`;
    return showEntries('SharedMap', this.size, this.entries(), options, inspect);
  }
}

/** All methods that the class itself has not: a missing one does not compile. */
const methods: Omit<Methods<unknown, unknown>, keyof SharedMap<unknown, unknown>> = {
  ...readingMethods,
  ...conditionalMethods,
  ...updatingMethods,
  ...waitingMethods,
  ...arithmeticMethods,
  ...careMethods,
};
install(SharedMap.prototype, methods);

function create(options: unknown): { handle: AnyHandle; door: Door } {
  const settings = readOptions(options);
  const { handle, kernel } = createMap(settings);
  return { handle, door: new Door(kernel, settings) };
}
