import type { ArithmeticMethods } from './api/arithmetic-methods.js';
import type { MapMethods } from './api/map-methods.js';
import type { SharedMap as Methods } from './api/shared-map.js';
import { writeText, writtenLength } from './codec/text.js';
import { Door } from './door.js';
import { openDoorsBy } from './door-of.js';
import { describe, sharedMapError } from './errors.js';
import { type AnyHandle, createMap, handleSettings, type SharedMapHandle, verifyHandle } from './handle.js';
import { type Inspect, showEntries } from './inspect.js';
import { type Entry, iterate } from './iterate.js';
import { Kernel, type KernelExports, NUMBER, type Region, S_STATUS, STATUS_NUMBER } from './kernel.js';
import { bulkMethods } from './methods/bulk.js';
import { careMethods } from './methods/care.js';
import { conditionalMethods } from './methods/conditional.js';
import { install } from './methods/install.js';
import { scanMethods } from './methods/scan.js';
import { readOptions } from './options.js';
import { ABSENT, GONE, getAny, hasAny, keyOfEntry, resolve } from './reading.js';
import { reclaim } from './reclaim.js';
import { attachedMap, register, unregister } from './registry.js';
import { trapped } from './trap.js';
import { addTo, clearAll, remove, SET, write } from './writing.js';

/** String keys up to this length go to the kernel without an Argument. */
const SHORT_KEY = 1024;

/**
 * The class behind the interface of the same name (api/shared-map.ts, with all that is promised): what makes and attaches
 * maps, what `Map` has, and the short paths. The other methods come from the tables in methods/.
 */
export class SharedMap<K, V> implements MapMethods<K, V>, Pick<ArithmeticMethods<K>, 'add'> {
  static {
    openDoorsBy((map) => (map as SharedMap<unknown, unknown>).#door);
  }

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
    // Nobody outside of this library has a Door.
    const { handle, door } = attached?.door instanceof Door ? attached : create(options);
    this.handle = handle as SharedMapHandle<K, V>;
    this.#door = door;
    const { exports, key } = door.kernel;
    this.#exports = exports;
    this.#keyRegion = key;
    this.#getNumber = door.cache === undefined ? exports.getNumber : exports.peekNumber;
    this.#getText = door.cache === undefined ? exports.getText : exports.peekText;
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
    if (known !== undefined) {
      // It may come from another copy of this library, which keeps its own counsel.
      if (#door in known) refuseOtherCache(known.#door, settings.cacheValues);
      return known as SharedMap<unknown, unknown>;
    }
    try {
      const kernel = new Kernel(handle.module, handle.memory);
      const door = new Door(kernel, { ...settings, cacheValues: settings.cacheValues ?? 0 });
      return new SharedMap(undefined, { handle, door });
    } catch (error) {
      throw trapped(error);
    }
  }

  get(key: K): V | undefined {
    try {
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
    } catch (error) {
      throw trapped(error);
    }
  }

  set(key: K, value: V): this {
    try {
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

  add(key: K, delta = 1): number {
    try {
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
    } catch (error) {
      throw trapped(error);
    }
  }

  *keys(): MapIterator<K> {
    for (const key of this.#keys()) yield key as K;
  }

  *values(): MapIterator<V> {
    for (const [, value] of this.entries()) yield value;
  }

  *entries(): MapIterator<[K, V]> {
    for (const key of this.#keys()) {
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
    if (typeof callback !== 'function')
      throw sharedMapError('ERR_SHARED_MAP_OPTION', `forEach takes a function, not ${describe(callback)}`);
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

  *#keys(): Generator<unknown, undefined, unknown> {
    for (const entry of iterate(() => this.#door.kernel)) {
      const key = this.#keyOf(entry);
      if (key !== GONE) yield key;
    }
    return undefined;
  }

  #keyOf(entry: Entry): unknown {
    try {
      return keyOfEntry(this.#door.kernel, entry);
    } catch (error) {
      throw trapped(error);
    }
  }
}

/** One instance cannot keep values for one of its users and not for the other. Throws ERR_SHARED_MAP_OPTION. */
function refuseOtherCache(known: Door, asked: number | undefined): void {
  const { cacheValues } = known.settings;
  if (asked === undefined || asked === cacheValues) return;
  throw sharedMapError(
    'ERR_SHARED_MAP_OPTION',
    `this thread has attached this map with cacheValues ${cacheValues} already: leave the option out, or detach() first`,
  );
}

/** All methods that the class itself has not: a missing one does not compile. */
const methods: Omit<Methods<unknown, unknown>, keyof SharedMap<unknown, unknown>> = {
  ...conditionalMethods,
  ...bulkMethods,
  ...scanMethods,
  ...careMethods,
};
install(SharedMap.prototype, methods);

function create(options: unknown): { handle: AnyHandle; door: Door } {
  const settings = readOptions(options);
  const { handle, kernel } = createMap(settings);
  return { handle, door: new Door(kernel, settings) };
}
