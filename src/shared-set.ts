import type { SharedMap as MapMethods } from './api/shared-map.js';
import type { SharedSet as Methods } from './api/shared-set.js';
import type { DetachOptions } from './attach/detach-options.js';
import type { SharedMapHandle } from './attach/handle.js';
import { makeSetHandle, mapOfSetHandle, type SharedSetHandle } from './attach/set-handle.js';
import { type Inspect, show } from './builtin/inspect.js';
import { addValues, iterableOf, readGiven } from './builtin/iterable.js';
import { iteratorKind } from './builtin/iterator.js';
import { readOther, type SetLike } from './builtin/set-like.js';
import * as operations from './builtin/set-operations.js';
import type { SharedMapStats } from './care/stats.js';
import { checkCallback, describe, type SharedMapError, sharedMapError } from './errors.js';
import { each, Undecoded } from './iteration/each.js';
import { shownMap } from './iteration/shown.js';
import { install } from './methods/install.js';
import { SharedMap } from './shared-map.js';

const VALUES = 'SharedSet takes values, an object of options, or both';

/** The map of a set: its keys are the values of the set. */
type Members<T> = MapMethods<T, number>;

/** What stands at each key: numbers go to the kernel by the short path. */
const MEMBER = 1;

/** An iterator of a SharedSet. */
const setIterator = iteratorKind('SharedSet Iterator');

/** The set of each map that is one's, so that attaching twice gives the same instance. */
const setsByMap = new WeakMap<object, SharedSet<unknown>>();

/** What `attach` gives to the constructor. Nobody outside has one. */
class Attached {
  readonly map: Members<unknown>;

  constructor(map: Members<unknown>) {
    this.map = map;
  }
}

/** The class behind the interface of the same name (api/shared-set.ts): a SharedMap, its keys for values. */
export class SharedSet<T> implements Methods<T> {
  /** One getter for all, as in SharedMap. */
  static readonly #handleProperty = {
    get(this: SharedSet<unknown>): unknown {
      return setHandle(this.#map.handle);
    },
    enumerable: true,
  };
  declare readonly handle: SharedSetHandle<T>;
  readonly #map: Members<T>;

  declare readonly [Symbol.toStringTag]: string;
  declare keys: () => SetIterator<T>;
  declare [Symbol.iterator]: () => SetIterator<T>;

  /** @internal The signatures that users see are those of SharedSetConstructor; `attached` comes from `attach`. */
  constructor(values: unknown = undefined, options: unknown = undefined, attached: unknown = undefined) {
    const given = attached instanceof Attached ? undefined : readGiven(values, options, VALUES);
    const map = given === undefined ? (attached as Attached).map : makeMap(given.options);
    this.#map = map as Members<T>;
    Object.defineProperty(this, 'handle', SharedSet.#handleProperty);
    setsByMap.set(map, this);
    if (given?.items !== undefined) this.#begin(given.items);
  }

  /** @internal */
  static attach(value: unknown): SharedSet<unknown> {
    const map = SharedMap.attach(mapOfSetHandle(value)) as unknown as Members<unknown>;
    if (map.handle.value !== 'number') {
      map.detach(); // the use that was just counted
      throw sharedMapError(
        'ERR_SHARED_MAP_HANDLE',
        'this is no handle of a SharedSet: its map has other values',
      );
    }
    return setsByMap.get(map) ?? new SharedSet(undefined, undefined, new Attached(map));
  }

  /** @internal */
  static from(values: unknown, options: unknown = undefined): SharedSet<unknown> {
    return new SharedSet(iterableOf(values, 'SharedSet.from takes values'), options);
  }

  get size(): number {
    return this.#map.size;
  }

  add(value: T): this {
    this.#map.set(value, MEMBER);
    return this;
  }

  insert(value: T): boolean {
    return this.#map.insert(value, MEMBER);
  }

  has(value: T): boolean {
    // By the short path, which `has` has none of.
    return this.#map.get(value) !== undefined;
  }

  delete(value: T): boolean {
    return this.#map.delete(value);
  }

  clear(): void {
    this.#map.clear();
  }

  values(): SetIterator<T> {
    return setIterator(this.#map.keys()) as SetIterator<T>;
  }

  entries(): SetIterator<[T, T]> {
    return setIterator(pairs(this.#map.keys())) as SetIterator<[T, T]>;
  }

  forEach(callback: (value: T, again: T, set: this) => void, thisArg: unknown = undefined): void {
    const values = this.#map.keys();
    checkCallback('forEach', callback);
    const undecoded = new Undecoded();
    each(values, undecoded, (value) => void Reflect.apply(callback, thisArg, [value, value, this]));
    undecoded.tell();
  }

  union<U>(other: SetLike<U>): Set<T | U> {
    return operations.union(this.#mine(), readOther('union', other)) as Set<T | U>;
  }

  intersection<U>(other: SetLike<U>): Set<T & U> {
    return operations.intersection(this.#mine(), readOther('intersection', other)) as Set<T & U>;
  }

  difference<U>(other: SetLike<U>): Set<T> {
    return operations.difference(this.#mine(), readOther('difference', other)) as Set<T>;
  }

  symmetricDifference<U>(other: SetLike<U>): Set<T | U> {
    return operations.symmetricDifference(this.#mine(), readOther('symmetricDifference', other)) as Set<
      T | U
    >;
  }

  isSubsetOf(other: SetLike<unknown>): boolean {
    return operations.isSubsetOf(this.#mine(), readOther('isSubsetOf', other));
  }

  isSupersetOf(other: SetLike<unknown>): boolean {
    return operations.isSupersetOf(this.#mine(), readOther('isSupersetOf', other));
  }

  isDisjointFrom(other: SetLike<unknown>): boolean {
    return operations.isDisjointFrom(this.#mine(), readOther('isDisjointFrom', other));
  }

  stats(): SharedMapStats {
    return this.#map.stats();
  }

  check(): string[] {
    return this.#map.check();
  }

  reserve(values: number): void {
    this.#map.reserve(values);
  }

  shrink(): void {
    this.#map.shrink();
  }

  reclaim(threadId: number): boolean {
    return this.#map.reclaim(threadId);
  }

  onThreadEnd(listener: (threadId: number) => void): () => void {
    return this.#map.onThreadEnd(listener);
  }

  detach(options?: DetachOptions): void {
    this.#map.detach(options);
  }

  [Symbol.dispose](): void {
    this.#map[Symbol.dispose]();
  }

  [Symbol.for('nodejs.util.inspect.custom')](depth: number, options: object, inspect: Inspect): string {
    return show('SharedSet', () => shownMap(this.#map), depth, options, inspect);
  }

  /** What an operation on two sets needs of this one. */
  #mine(): operations.Mine {
    const map = this.#map as Members<unknown>;
    return { size: map.size, has: (value) => isMember(map, value), values: () => map.keys() };
  }

  /** What the constructor was given. When it cannot be had, nobody will hold this set: its memory is let go. */
  #begin(values: Iterable<unknown>): void {
    try {
      addValues(this, values);
    } catch (error) {
      this.#map.detach();
      throw error;
    }
  }
}

const { prototype } = SharedSet;
// One function under three names, and a tag that is no getter, as Set has them.
const alias = { value: prototype.values, writable: true, configurable: true };
Object.defineProperties(prototype, {
  keys: alias,
  [Symbol.iterator]: alias,
  [Symbol.toStringTag]: { value: 'SharedSet', configurable: true },
});
install(SharedSet, {
  get [Symbol.species]() {
    return this;
  },
});

/**
 * The handle of the set of each handle of a map: when the map's thread has let go, nothing here
 * leads to the memory.
 */
const handles = new WeakMap<object, SharedSetHandle<unknown>>();

function setHandle(map: SharedMapHandle<unknown, number>): SharedSetHandle<unknown> {
  let handle = handles.get(map);
  if (handle === undefined) {
    handle = makeSetHandle(map);
    handles.set(map, handle);
  }
  return handle;
}

/** Each item twice. What a step throws ends nothing, as a generator would. */
function pairs<T>(items: Iterator<T, undefined>): Iterator<[T, T], undefined> {
  return {
    next() {
      const step = items.next();
      return step.done ? step : { value: [step.value, step.value], done: false };
    },
  };
}

/** Has the map this key? What cannot be a key is none. */
function isMember(map: Members<unknown>, value: unknown): boolean {
  try {
    return map.get(value) !== undefined;
  } catch (error) {
    if ((error as SharedMapError).code === 'ERR_SHARED_MAP_KEY_TYPE') return false;
    throw error;
  }
}

/** The map of a new set. Throws ERR_SHARED_MAP_OPTION. */
function makeMap(options: unknown): Members<unknown> {
  let own: Record<string, unknown> = {};
  if (options !== undefined) {
    if (typeof options !== 'object' || options === null || Array.isArray(options))
      wrong(`SharedSet takes an object of options, not ${describe(options)}`);
    try {
      own = { ...options };
    } catch (cause) {
      wrong('the options of SharedSet cannot be read', cause);
    }
    if ('value' in own)
      wrong("SharedSet has no option 'value': its values are of the kind that option key names");
  }
  return new SharedMap(undefined, { ...own, value: 'number' }) as unknown as Members<unknown>;
}

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message, cause);
}
