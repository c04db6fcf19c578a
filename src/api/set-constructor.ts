import type { SharedSetHandle } from '../attach/set-handle.js';
import type { AnyKey, KeyKind, KeyKindFor, KeyOf, SomeKey } from '../settings/kinds.js';
import type { SharedMapOptions } from '../settings/options.js';
import type { SharedSet } from './shared-set.js';

/** Options of a SharedSet: those of a SharedMap, without the kind of its values. `key` is the kind of the set's values. */
export type SharedSetOptions<KK extends KeyKind = KeyKind> = Omit<SharedMapOptions<KK>, 'value'>;

/**
 * How sets come about: with the type of the values inferred from the options or the values, or named.
 * @hidden
 */
export interface SharedSetConstructor {
  /**
   * Makes an empty set, its type named here: `new SharedSet<string>({ key: 'string' })`. Options as of a SharedMap; `key` is
   * the kind of its values. Throws ERR_SHARED_MAP_OPTION.
   */
  new <T extends SomeKey = AnyKey>(options?: SharedSetOptions<KeyKind & KeyKindFor<T>>): SharedSet<T>;
  /** The same, for a set whose type follows from the kind: `new SharedSet({ key: 'string' })`. */
  new <KK extends KeyKind = 'any'>(options?: SharedSetOptions<KK>): SharedSet<KeyOf<KK>>;
  /** Nothing to begin with, as `new Set(null)`. */
  new <KK extends KeyKind = 'any'>(
    values: null | undefined,
    options?: SharedSetOptions<KK>,
  ): SharedSet<KeyOf<KK>>;
  /**
   * Makes a set and adds each of `values`, as `new Set(values)` does: by the method `add`, which a subclass may have
   * made its own. An object without `Symbol.iterator` in the first place is options. When something throws half way,
   * the iterator is closed and the set let go.
   * Throws ERR_SHARED_MAP_ITERABLE, _OPTION; else as `add`. (Set)
   */
  new <T>(
    values: Iterable<T & SomeKey> | null | undefined,
    options?: SharedSetOptions<KeyKind & KeyKindFor<T>>,
  ): SharedSet<T>;
  /** The same as `new SharedSet(values, options)`; takes nothing but values in the first place. */
  from<T>(values: Iterable<T & SomeKey>, options?: SharedSetOptions<KeyKind & KeyKindFor<T>>): SharedSet<T>;
  /**
   * The set of a handle, in this thread: the same instance each time, and one more use of it, which
   * one `detach` ends. Throws ERR_SHARED_MAP_HANDLE (also for the handle of a map), _VERSION,
   * _THREADS, _FULL.
   */
  attach<T>(handle: SharedSetHandle<T>): SharedSet<T>;
  /** What all sets have. */
  readonly prototype: SharedSet<unknown>;
  /** The constructor that it is asked of. Nothing in this package asks; there because Set has it. (Set) */
  readonly [Symbol.species]: SharedSetConstructor;
}
