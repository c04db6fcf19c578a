import { getAny, hasAny, resolve } from './access/reading.js';
import { clearAll, INSERT, remove, SET, write } from './access/writing.js';
import type { MapMethods } from './api/map-methods.js';
import type { SharedMap as Methods } from './api/shared-map.js';
import { detachedTooOften, readAll } from './attach/detach-options.js';
import { closed, type Door } from './attach/door.js';
import { openDoorsBy } from './attach/door-of.js';
import { type AnyHandle, type SharedMapHandle, verifyHandle, withoutMemory } from './attach/handle.js';
import { handleSettings, refuseOtherCache } from './attach/handle-settings.js';
import { Opened } from './attach/opened.js';
import { attachedMap, closeOthers, register, unregister } from './attach/registry.js';
import { forgetValues } from './attach/seats.js';
import { groupItems } from './builtin/group.js';
import { addEntries, iterableOf, readGiven } from './builtin/iterable.js';
import { reclaim } from './care/reclaim.js';
import { SHORT_KEY } from './codec/key.js';
import { writeText, writtenLength } from './codec/text.js';
import { install } from './methods/install.js';
import { methodsOfMap } from './methods/tables.js';
import { arithmetic, oneOf } from './operations/arithmetic.js';
import { ADD } from './operations/arithmetic-verbs.js';
import { registerCodec } from './settings/codecs.js';
import { type OwnCodec, readOptions } from './settings/options.js';
import { restore } from './snapshot/bytes.js';
import { load } from './snapshot/file.js';
import { BUSY, NO, NUMBER, STATUS_ABSENT, STATUS_NUMBER, YES } from './wasm/codes.js';
import type { KernelExports } from './wasm/exports.js';
import { type Region, S_STATUS } from './wasm/scratch.js';
import { trapped, trappedAt } from './wasm/trap.js';

/** What the short paths of a map that was let go of call: it throws. */
const refuse = () => closed.count();

const ENTRIES = 'SharedMap takes entries, an object of options, or both';

/**
 * The class behind the interface of the same name (api/shared-map.ts, with all that is promised): what makes and attaches
 * maps, what `Map` has, and the short paths. The other methods come from the tables in methods/.
 */
export class SharedMap<K, V> implements MapMethods<K, V> {
  static {
    openDoorsBy((map) => (map as SharedMap<unknown, unknown>).#door);
  }

  declare readonly handle: SharedMapHandle<K, V>;
  readonly #door: Door;
  /** What `handle` gives; without the memory when this thread has let go. */
  #handle: AnyHandle;
  /** How often this thread has attached and not yet detached, by this copy of the library. */
  #uses = 1;
  /** One getter for all: a closure for each would give each map a hidden class of its own, and calls on several maps would be slow. */
  static readonly #handleProperty = {
    get(this: SharedMap<unknown, unknown>): AnyHandle {
      return this.#handle;
    },
    enumerable: true,
  };
  readonly #numberKeys: boolean;
  readonly #int32Keys: boolean;
  readonly #stringKeys: boolean;
  readonly #numberValues: boolean;
  readonly #int32Values: boolean;
  /** Numbers under number keys, and nothing else. */
  readonly #numbersOnly: boolean;
  /** What `add` adds when it is not told; in records the field decides. */
  readonly #one: number | bigint | undefined;
  // What the short paths need, without a detour.
  #exports: KernelExports;
  #keyRegion: Region;
  #getNumber: KernelExports['getNumber'];
  #getText: KernelExports['getText'];
  #setNumber: KernelExports['setNumber'];
  #setText: KernelExports['setText'];

  declare readonly [Symbol.toStringTag]: string;

  /** @internal The signatures that users see are those of SharedMapConstructor (index.ts); `opened` comes from `attach`. */
  constructor(entries: unknown = undefined, options: unknown = undefined, opened: unknown = undefined) {
    const given = opened instanceof Opened ? undefined : readGiven(entries, options, ENTRIES);
    const own = given === undefined ? (opened as Opened) : Opened.make(readOptions(given.options));
    const { handle, door } = own;
    this.#handle = handle;
    Object.defineProperty(this, 'handle', SharedMap.#handleProperty);
    this.#door = door;
    const { exports, key } = door.kernel;
    this.#exports = exports;
    this.#keyRegion = key;
    this.#getNumber = door.cache === undefined ? exports.getNumber : exports.peekNumber;
    this.#getText = door.cache === undefined ? exports.getText : exports.peekText;
    this.#setNumber = exports.setNumber;
    this.#setText = exports.setText;
    this.#numberKeys = door.numberKeys;
    this.#int32Keys = door.int32Keys;
    this.#stringKeys = door.stringKeys;
    this.#numberValues = door.numberValues;
    this.#int32Values = door.int32Values;
    this.#numbersOnly = door.numbersOnly;
    this.#one = oneOf(door.settings);
    register(this, own, SharedMap.#letGo);
    const items = given?.items;
    if (items !== undefined) this.#begin(() => items);
  }

  /** @internal The signature that users see is SharedMapConstructor (index.ts). */
  static attach(value: unknown, options?: unknown): SharedMap<unknown, unknown> {
    const handle = verifyHandle(value);
    const settings = handleSettings(handle, options);
    const known = attachedMap(handle.id) as SharedMap<unknown, unknown> | undefined;
    if (known !== undefined) {
      refuseOtherCache(known.#door.settings.cacheValues, settings.cacheValues);
      if (settings.given !== undefined) known.#useCodec(settings.given);
      known.#uses++;
      return known;
    }
    try {
      return new SharedMap(undefined, undefined, Opened.attach(handle, settings));
    } catch (error) {
      throw trapped(error);
    }
  }

  /** @internal The signature that users see is SharedMapConstructor (index.ts). */
  static registerCodec(codec: unknown): void {
    forgetValues(registerCodec(codec));
  }

  /** @internal The signature that users see is SharedMapConstructor (index.ts). */
  static fromSnapshot(snapshot: unknown, options?: unknown): SharedMap<unknown, unknown> {
    return new SharedMap(undefined, undefined, restore(snapshot, options));
  }

  /** @internal The signature that users see is SharedMapConstructor (index.ts). */
  static async load(path: unknown, options?: unknown): Promise<SharedMap<unknown, unknown>> {
    return new SharedMap(undefined, undefined, await load(path, options));
  }

  /** @internal */
  static from(entries: unknown, options: unknown = undefined): SharedMap<unknown, unknown> {
    return new SharedMap(iterableOf(entries, 'SharedMap.from takes entries'), options);
  }

  /** @internal */
  static groupBy(
    items: unknown,
    callback: unknown,
    options: unknown = undefined,
  ): SharedMap<unknown, unknown> {
    const map = new SharedMap(undefined, options);
    map.#begin(() => groupItems(items, callback, map.handle.key));
    return map;
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
      throw trappedAt(error, key);
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
          if (this.#setText(form, writtenLength, value) === 1) return this;
        }
      }
      write(this.#door, SET, key, value);
      return this;
    } catch (error) {
      throw trapped(error);
    }
  }

  /** Typed in api/conditional-methods.ts. */
  insert(key: K, value: V): boolean {
    try {
      if (
        typeof value === 'number' &&
        (this.#numberValues || (this.#int32Values && Object.is(value | 0, value)))
      ) {
        let answer = BUSY;
        if (typeof key === 'number' && (this.#numberKeys || (this.#int32Keys && (key | 0) === key))) {
          answer = this.#exports.insertNumber(key, value);
        } else if (typeof key === 'string' && this.#stringKeys && key.length <= SHORT_KEY) {
          const form = writeText(key, this.#keyRegion);
          answer = this.#exports.insertText(form, writtenLength, value);
        }
        if (answer >= NO) return answer === YES;
      }
      return write(this.#door, INSERT, key, value);
    } catch (error) {
      throw trapped(error);
    }
  }

  has(key: K): boolean {
    try {
      // Where all values are numbers, a look at one is no more than a look for one.
      if (typeof key === 'number' && this.#numbersOnly && (this.#numberKeys || (key | 0) === key)) {
        if (!Number.isNaN(this.#getNumber(key))) return true;
        if (this.#door.kernel.status[S_STATUS] === STATUS_ABSENT) return false;
      }
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
      if (typeof delta === 'number' && this.#numberValues && field === undefined) {
        let sum: number | undefined;
        if (typeof key === 'number' && (this.#numberKeys || (this.#int32Keys && (key | 0) === key))) {
          sum = this.#exports.addNumber(key, delta);
        } else if (typeof key === 'string' && this.#stringKeys && key.length <= SHORT_KEY) {
          const form = writeText(key, this.#keyRegion);
          sum = this.#exports.addText(form, writtenLength, delta);
        }
        if (sum !== undefined) {
          if (!Number.isNaN(sum) || this.#door.kernel.status[S_STATUS] === STATUS_NUMBER) return sum;
        }
      }
      return arithmetic(this.#door, ADD, key, delta, field);
    } catch (error) {
      throw trapped(error);
    }
  }

  detach(options?: unknown): void {
    try {
      const all = readAll(options);
      if (this.#door.isClosed) {
        if (all) return;
        throw detachedTooOften();
      }
      if (all) closeOthers(this);
      else if (--this.#uses > 0) return;
      SharedMap.#letGo(this);
    } catch (error) {
      throw trapped(error);
    }
  }

  /**
   * Ends all uses. Nothing that stays here leads to the memory: what V8 frees at its next
   * collection is all of it.
   */
  static #letGo<K, V>(map: SharedMap<K, V>): void {
    map.#door.close();
    map.#uses = 0;
    map.#handle = withoutMemory(map.#handle);
    map.#exports = closed;
    map.#keyRegion = closed as unknown as Region;
    map.#getNumber = refuse;
    map.#getText = refuse;
    map.#setNumber = refuse;
    map.#setText = refuse;
    unregister(map);
  }

  /**
   * A codec of the same name, for all users of this map in this thread. What the one before has
   * decoded is forgotten.
   */
  #useCodec(codec: OwnCodec): void {
    const { source } = (this.#door.settings.codec ?? {}) as Partial<OwnCodec>;
    const { encode, decode } = codec.source;
    if (
      source !== undefined &&
      source.encode === encode &&
      source.decode === decode &&
      source.given === codec.source.given
    )
      return;
    this.#door.useCodec(codec);
    forgetValues(codec.name);
  }

  reclaim(threadId: number): boolean {
    try {
      return reclaim(this.#door, threadId);
    } catch (error) {
      throw trapped(error);
    }
  }

  [Symbol.dispose](): void {
    if (!this.#door.isClosed) this.detach();
  }

  /** Sets what the map begins with. When it cannot be had, nobody will hold this map: its memory is let go. */
  #begin(entries: () => Iterable<unknown>): void {
    try {
      addEntries(this, entries());
    } catch (error) {
      SharedMap.prototype.detach.call(this);
      throw error;
    }
  }
}

// A tag that is no getter, as Map has it.
Object.defineProperty(SharedMap.prototype, Symbol.toStringTag, { value: 'SharedMap', configurable: true });
install(SharedMap, {
  get [Symbol.species]() {
    return this;
  },
});

/** A method that is neither there nor in the class does not compile. */
const methods: Omit<Methods<unknown, unknown>, keyof SharedMap<unknown, unknown>> = methodsOfMap;
install(SharedMap.prototype, methods);
