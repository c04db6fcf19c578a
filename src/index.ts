import type { SharedSetConstructor } from './api/set-constructor.js';
import type { SharedMap as SharedMapMethods } from './api/shared-map.js';
import type { SharedSet as SharedSetMethods } from './api/shared-set.js';
import type { SharedMapHandle } from './handle.js';
import type {
  AnyCodec,
  AnyKey,
  Codec,
  KeyKind,
  KeyKindFor,
  KeyOf,
  SharedMapOptions,
  Stored,
  ValueKind,
  ValueKindFor,
  ValueOf,
} from './options.js';
import { SharedMap as SharedMapClass } from './shared-map.js';
import { SharedSet as SharedSetClass } from './shared-set.js';

export type { SharedSetConstructor, SharedSetOptions } from './api/set-constructor.js';
export type { WaitOptions, WaitSignal, WaitSyncOptions } from './api/waiting-methods.js';
export { SharedMapError, type SharedMapErrorCode } from './errors.js';
export type { SharedMapHandle } from './handle.js';
export type { AnyKey, Codec, KeyKind, SharedMapOptions, ValueKind } from './options.js';
export type { SharedSetHandle } from './set-handle.js';
export type { SetLike } from './set-like.js';
export type { SharedMapStats } from './stats.js';

/** How maps come about: with the types of keys and values inferred from the options, or named. */
export interface SharedMapConstructor {
  /**
   * Makes an empty map. `key` and `value` are kinds, `'any'` by default; `capacity` makes room for so many entries at
   * once; `maxBytes` is reserved, 1 GiB by default, and committed only as it is used (an empty map: some 50 KB).
   * Throws ERR_SHARED_MAP_OPTION.
   */
  new <KK extends KeyKind = 'any', VK extends ValueKind | AnyCodec = 'any'>(
    options?: SharedMapOptions<KK, VK>,
  ): SharedMapMethods<KeyOf<KK>, ValueOf<VK>>;
  /** The same, for a map that names its types: `new SharedMap<string, User>({ key: 'string' })`. */
  new <K extends AnyKey, V>(
    options?: SharedMapOptions<KeyKind & KeyKindFor<K>, ValueKindFor<V>>,
  ): SharedMapMethods<K, V>;
  /** Nothing to begin with, as `new Map(null)`. */
  new <KK extends KeyKind = 'any', VK extends ValueKind | AnyCodec = 'any'>(
    entries: null | undefined,
    options?: SharedMapOptions<KK, VK>,
  ): SharedMapMethods<KeyOf<KK>, ValueOf<VK>>;
  /**
   * Makes a map and sets each of `entries` in it, as `new Map(entries)` does: by the method `set`, which a subclass may
   * have made its own. An object without `Symbol.iterator` in the first place is options. When something throws half
   * way, the iterator is closed and the map let go.
   * Throws ERR_SHARED_MAP_ITERABLE, _OPTION; else as `set`. (Map)
   */
  new <K, V>(
    entries: Iterable<readonly [K & AnyKey, V]> | null | undefined,
    options?: SharedMapOptions<KeyKind & KeyKindFor<K>, ValueKindFor<V>>,
  ): SharedMapMethods<K, Stored<V>>;
  /** The same as `new SharedMap(entries, options)`; takes nothing but entries in the first place. */
  from<K, V>(
    entries: Iterable<readonly [K & AnyKey, V]>,
    options?: SharedMapOptions<KeyKind & KeyKindFor<K>, ValueKindFor<V>>,
  ): SharedMapMethods<K, Stored<V>>;
  /**
   * The items by what `callback(item, index)` says of each: a new map from key to an array of items, made when all are
   * grouped. Its values are of kind `'any'` unless the options say otherwise.
   * Throws ERR_SHARED_MAP_ITERABLE, _CALLBACK, _OPTION; else as `set`. (Map)
   */
  groupBy<K extends AnyKey, T>(
    items: Iterable<T>,
    callback: (item: T, index: number) => K,
    options?: SharedMapOptions<KeyKind & KeyKindFor<K>, ValueKindFor<T[]>>,
  ): SharedMapMethods<K, T[]>;
  /**
   * The map of a handle, in this thread: the same instance each time. Cheap; the first time takes a slot and 64 KiB of
   * the map for this thread's scratch. A map with a codec needs the codec of the same name.
   * Throws ERR_SHARED_MAP_HANDLE, _VERSION, _CODEC, _OPTION, _THREADS, _FULL.
   */
  attach<K, V>(
    handle: SharedMapHandle<K, V>,
    options?: { readonly value?: Codec<V> },
  ): SharedMapMethods<K, V>;
  readonly prototype: SharedMapMethods<unknown, unknown>;
  /** The constructor that it is asked of. Nothing in this package asks; there because Map has it. (Map) */
  readonly [Symbol.species]: SharedMapConstructor;
}

export type SharedMap<K = AnyKey, V = unknown> = SharedMapMethods<K, V>;
export const SharedMap: SharedMapConstructor = SharedMapClass as unknown as SharedMapConstructor;

export type SharedSet<T = AnyKey> = SharedSetMethods<T>;
export const SharedSet: SharedSetConstructor = SharedSetClass as unknown as SharedSetConstructor;
