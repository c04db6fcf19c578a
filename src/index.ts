import type { SharedSetConstructor } from './api/set-constructor.js';
import type { SharedMap as SharedMapMethods } from './api/shared-map.js';
import type { SharedSet as SharedSetMethods } from './api/shared-set.js';
import type { SharedMapHandle } from './attach/handle.js';
import type {
  AnyCodec,
  AnyKey,
  Codec,
  Fields,
  KeyKind,
  KeyKindFor,
  KeyOf,
  SomeKey,
  Stored,
  ValueKind,
  ValueKindFor,
  ValueOf,
} from './settings/kinds.js';
import type { SharedMapOptions } from './settings/options.js';
import { SharedMap as SharedMapClass } from './shared-map.js';
import { SharedSet as SharedSetClass } from './shared-set.js';
import type { FromSnapshotOptions, LoadOptions } from './snapshot/options.js';

export type * from './api/arithmetic-methods.js';
export type * from './api/bulk-methods.js';
export type * from './api/care-methods.js';
export type * from './api/conditional-methods.js';
export type * from './api/iterating-methods.js';
export type * from './api/keeping-methods.js';
export type * from './api/map-methods.js';
export type * from './api/reading-methods.js';
export type * from './api/scan-methods.js';
export type * from './api/set-constructor.js';
export type * from './api/set-methods.js';
export type * from './api/updating-methods.js';
export type * from './api/waiting-methods.js';
export type { DetachOptions } from './attach/detach-options.js';
export type { SharedMapHandle } from './attach/handle.js';
export type { SharedSetHandle } from './attach/set-handle.js';
export type { SetLike } from './builtin/set-like.js';
export type { SharedMapStats } from './care/stats.js';
export { SharedMapError, type SharedMapErrorCode } from './errors.js';
export type { Scanned, SharedMapCursor } from './iteration/cursor.js';
export type {
  AbsenceOptions,
  AbsenceSyncOptions,
  WaitOptions,
  WaitSignal,
  WaitSyncOptions,
} from './operations/wait-options.js';
export type {
  AnyCodec,
  AnyKey,
  Codec,
  FieldKind,
  Fields,
  KeyKind,
  KeyKindFor,
  KeyOf,
  SomeKey,
  Stored,
  ValueKind,
  ValueKindFor,
  ValueOf,
} from './settings/kinds.js';
export type { SharedMapOptions } from './settings/options.js';
export type {
  FromSnapshotOptions,
  LoadOptions,
  SaveOptions,
  SnapshotProgress,
} from './snapshot/options.js';
export type { NumberArray } from './structured/typed-array.js';
export type { CompiledModule, SharedMemory } from './wasm/web-assembly.js';

/**
 * How maps come about: with the types of keys and values inferred from the options, or named.
 * @hidden
 */
export interface SharedMapConstructor {
  /**
   * Makes an empty map. `key` and `value` are kinds, `'any'` by default; a value may also be a codec, or the fields of a
   * fixed record: `{ x: 'float64', hits: 'int32' }`. `capacity` makes room for so many entries at
   * once; `maxBytes` is reserved, 1 GiB by default, and committed only as it is used (an empty map: some 50 KB).
   * The types of keys and values are named here: `new SharedMap<string, User>({ key: 'string' })`.
   * Throws ERR_SHARED_MAP_OPTION; ERR_SHARED_MAP_MEMORY when the system refuses the memory (each map reserves up to 10 GiB
   * of addresses: docs/runtimes.md); ERR_SHARED_MAP_PLATFORM where there is no WebAssembly.
   */
  new <K extends SomeKey = AnyKey, V = unknown>(
    options?: SharedMapOptions<KeyKind & KeyKindFor<K>, ValueKindFor<V>>,
  ): SharedMapMethods<K, V>;
  /** The same, for a map whose types follow from the kinds: `new SharedMap({ key: 'string', value: 'number' })`. */
  new <KK extends KeyKind = 'any', const VK extends ValueKind | AnyCodec | Fields = 'any'>(
    options?: SharedMapOptions<KK, VK>,
  ): SharedMapMethods<KeyOf<KK>, ValueOf<VK>>;
  /** Nothing to begin with, as `new Map(null)`. */
  new <KK extends KeyKind = 'any', const VK extends ValueKind | AnyCodec | Fields = 'any'>(
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
    entries: Iterable<readonly [K & SomeKey, V]> | null | undefined,
    options?: SharedMapOptions<KeyKind & KeyKindFor<K>, ValueKindFor<V>>,
  ): SharedMapMethods<K, Stored<V>>;
  /** The same as `new SharedMap(entries, options)`; takes nothing but entries in the first place, and makes no subclass. */
  from<K, V>(
    entries: Iterable<readonly [K & SomeKey, V]>,
    options?: SharedMapOptions<KeyKind & KeyKindFor<K>, ValueKindFor<V>>,
  ): SharedMapMethods<K, Stored<V>>;
  /**
   * The items by what `callback(item, index)` says of each: a new map from key to an array of items, set when all are
   * grouped. Its values are of kind `'any'` unless the options say otherwise.
   * Throws ERR_SHARED_MAP_ITERABLE, _CALLBACK, _OPTION; else as `set`. (Map)
   */
  groupBy<T, KK extends KeyKind = 'any', K extends KeyOf<KK> = KeyOf<KK>>(
    items: Iterable<T>,
    callback: (item: T, index: number) => K,
    options?: SharedMapOptions<KK, 'any' | 'json' | Codec<T[]>>,
  ): SharedMapMethods<K, T[]>;
  /**
   * The map of a handle, in this thread: the same instance each time, and one more use of it, which
   * one `detach` ends. Cheap; the first time takes a slot and 64 KiB of the map for this thread's
   * scratch. The handle may come from another realm (a vm context). Another copy of this package in
   * the thread has an instance of its own, on the same slot. A map with a codec needs the codec of
   * the same name: given here, or registered. One that is given takes the place of the one before,
   * for all users of this instance. `cacheValues` is this thread's own (see SharedMapOptions); one
   * that differs from what it has attached with before is refused. Throws ERR_SHARED_MAP_HANDLE,
   * _VERSION, _CODEC, _OPTION, _THREADS, _PLATFORM.
   */
  attach<K, V>(
    handle: SharedMapHandle<K, V>,
    options?: { readonly value?: Codec<V>; readonly cacheValues?: number },
  ): SharedMapMethods<K, V>;
  /**
   * Makes a codec known to this thread by its name, in all copies of this package, so that
   * `attach(handle)` finds it. One that is registered again, as a module that is loaded again does,
   * takes the place of the one before: also in maps that are attached by the name, or that were
   * given the very codec that was registered, from their next call on. Values that this thread
   * keeps (`cacheValues`) are decoded anew. Throws ERR_SHARED_MAP_OPTION for what is no codec.
   */
  registerCodec(codec: AnyCodec): void;
  /**
   * A new map with the entries of a snapshot, of the kinds that its header names; a map with a codec needs the codec of the
   * same name, which is not called. `maxBytes` is that of the map it was taken from unless another is given.
   * Damaged, shortened or lengthened bytes, and entries that no map could have, are refused with ERR_SHARED_MAP_SNAPSHOT, and
   * there is no map then. A snapshot of an earlier format is read. Structured values are not looked
   * into: `get` of one that this version or engine cannot read throws ERR_SHARED_MAP_DECODE, and a
   * save keeps it. The checks are against accidents: who can write a snapshot can put any value into the map,
   * structured ones included, as who attaches to one can. Works in proportion to the entries.
   * Throws ERR_SHARED_MAP_SNAPSHOT, _VERSION for a format that this version does not know, _CODEC,
   * _OPTION, and _FULL when the entries need a larger `maxBytes`.
   */
  fromSnapshot<K = AnyKey, V = unknown>(
    snapshot: Uint8Array,
    options?: FromSnapshotOptions<V>,
  ): SharedMapMethods<K, V>;
  /**
   * The same, from a file that `save` wrote, part by part: this thread does other work between two of them, and one part
   * is in memory at a time. Rejects as `fromSnapshot` throws, with the signal's reason, what `onProgress` throws, or the
   * file system's own error; then there is no map.
   */
  load<K = AnyKey, V = unknown>(
    path: string | URL,
    options?: LoadOptions<V>,
  ): Promise<SharedMapMethods<K, V>>;
  /** What all maps have. */
  readonly prototype: SharedMapMethods<unknown, unknown>;
  /** The constructor that it is asked of. Nothing in this package asks; there because Map has it. (Map) */
  readonly [Symbol.species]: SharedMapConstructor;
}

/** A map of these types. */
export type SharedMap<K = AnyKey, V = unknown> = SharedMapMethods<K, V>;
/**
 * One hash map in shared memory that any number of threads read and write at the same time, by synchronous calls that feel
 * like `Map`. Every operation on a single key is linearizable; a `get` that sees a `set` sees all that the writer did
 * before it. Reads take no lock and wait for nobody. Order is unspecified; values are copies. Every operation may
 * throw ERR_SHARED_MAP_HANDLE after `detach`, and ERR_SHARED_MAP_CORRUPT when the memory was damaged.
 *
 * By theme: {@link MapMethods}, {@link IteratingMethods}, {@link ReadingMethods}, {@link ConditionalMethods},
 * {@link UpdatingMethods}, {@link ArithmeticMethods}, {@link WaitingMethods}, {@link KeepingMethods}, {@link CareMethods}.
 * @class
 */
export const SharedMap: SharedMapConstructor = SharedMapClass as unknown as SharedMapConstructor;

/** A set of values of this type. */
export type SharedSet<T = AnyKey> = SharedSetMethods<T>;
/**
 * One set in shared memory that any number of threads read and write at the same time: a SharedMap whose keys are the values
 * of the set, with all that it promises. Every operation on a single value is linearizable. Order is unspecified.
 *
 * By theme: {@link SetMethods}, {@link SetOperations}, {@link CareMethods}.
 * @class
 */
export const SharedSet: SharedSetConstructor = SharedSetClass as unknown as SharedSetConstructor;
