import type { SharedMap as SharedMapMethods } from './api/shared-map.js';
import type { SharedMapHandle } from './handle.js';
import type {
  AnyCodec,
  AnyKey,
  Codec,
  Fields,
  KeyKind,
  KeyKindFor,
  KeyOf,
  SomeKey,
  ValueKind,
  ValueKindFor,
  ValueOf,
} from './kinds.js';
import type { SharedMapOptions } from './options.js';
import { SharedMap as SharedMapClass } from './shared-map.js';

export type { WaitOptions, WaitSignal, WaitSyncOptions } from './api/waiting-methods.js';
export { SharedMapError, type SharedMapErrorCode } from './errors.js';
export type { SharedMapHandle } from './handle.js';
export type { AnyCodec, AnyKey, Codec, FieldKind, Fields, KeyKind, SomeKey, ValueKind } from './kinds.js';
export type { SharedMapOptions } from './options.js';
export type { SharedMapStats } from './stats.js';

/** How maps come about: with the types of keys and values inferred from the options, or named. */
export interface SharedMapConstructor {
  /**
   * Makes an empty map. `key` and `value` are kinds, `'any'` by default; a value may also be a codec, or the fields of a
   * fixed record: `{ x: 'float64', hits: 'int32' }`. `capacity` makes room for so many entries at
   * once; `maxBytes` is reserved, 1 GiB by default, and committed only as it is used (an empty map: some 50 KB).
   * Throws ERR_SHARED_MAP_OPTION.
   */
  new <KK extends KeyKind = 'any', const VK extends ValueKind | AnyCodec | Fields = 'any'>(
    options?: SharedMapOptions<KK, VK>,
  ): SharedMapMethods<KeyOf<KK>, ValueOf<VK>>;
  /** The same, for a map that names its types: `new SharedMap<string, User>({ key: 'string' })`. */
  new <K extends SomeKey, V>(
    options?: SharedMapOptions<KeyKind & KeyKindFor<K>, ValueKindFor<V>>,
  ): SharedMapMethods<K, V>;
  /**
   * The map of a handle, in this thread: the same instance each time. Cheap; the first time takes a slot and 64 KiB of
   * the map for this thread's scratch. A map with a codec needs the codec of the same name: given here, or registered.
   * Throws ERR_SHARED_MAP_HANDLE, _VERSION, _CODEC, _OPTION, _THREADS, _FULL.
   */
  attach<K, V>(
    handle: SharedMapHandle<K, V>,
    options?: { readonly value?: Codec<V> },
  ): SharedMapMethods<K, V>;
  /**
   * Makes a codec known to this thread by its name, so that `attach(handle)` finds it. The same one again changes nothing.
   * Throws ERR_SHARED_MAP_CODEC when this thread knows another codec of that name, ERR_SHARED_MAP_OPTION for what is no codec.
   */
  registerCodec(codec: AnyCodec): void;
  readonly prototype: SharedMapMethods<unknown, unknown>;
}

export type SharedMap<K = AnyKey, V = unknown> = SharedMapMethods<K, V>;
export const SharedMap: SharedMapConstructor = SharedMapClass as unknown as SharedMapConstructor;
