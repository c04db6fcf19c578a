import type { SharedMap as SharedMapMethods } from './api/shared-map.js';
import type { SharedMapHandle } from './handle.js';
import type {
  AnyCodec,
  AnyKey,
  Codec,
  KeyKind,
  KeyKindFor,
  KeyOf,
  SharedMapOptions,
  ValueKind,
  ValueKindFor,
  ValueOf,
} from './options.js';
import { SharedMap as SharedMapClass } from './shared-map.js';

export type { SharedMapCursor } from './cursor.js';
export { SharedMapError, type SharedMapErrorCode } from './errors.js';
export type { SharedMapHandle } from './handle.js';
export type { AnyKey, Codec, KeyKind, SharedMapOptions, ValueKind } from './options.js';
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
  /**
   * The map of a handle, in this thread: the same instance each time. Cheap; the first time takes a slot and 64 KiB of
   * the map for this thread's scratch. A map with a codec needs the codec of the same name. `cacheValues` is this thread's
   * own (see SharedMapOptions); one that differs from what the thread has attached with before is refused.
   * Throws ERR_SHARED_MAP_HANDLE, _VERSION, _CODEC, _OPTION, _THREADS, _FULL.
   */
  attach<K, V>(
    handle: SharedMapHandle<K, V>,
    options?: { readonly value?: Codec<V>; readonly cacheValues?: number },
  ): SharedMapMethods<K, V>;
  readonly prototype: SharedMapMethods<unknown, unknown>;
}

export type SharedMap<K = AnyKey, V = unknown> = SharedMapMethods<K, V>;
export const SharedMap: SharedMapConstructor = SharedMapClass as unknown as SharedMapConstructor;
