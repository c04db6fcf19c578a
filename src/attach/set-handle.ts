import { describe, sharedMapError } from '../errors.js';
import type { SharedMapHandle } from './handle.js';
import { SET_MAGIC } from './handle.js';

/** What crosses threads of a SharedSet: plain and clonable, as a map's handle, which is inside of it. */
export interface SharedSetHandle<T> {
  /** Tells it from other objects. */
  readonly magic: 'threadmap-set';
  /** The map whose keys are the values of the set. */
  readonly map: SharedMapHandle<T, number>;
}

export function makeSetHandle<T>(map: SharedMapHandle<T, number>): SharedSetHandle<T> {
  return Object.freeze({ magic: SET_MAGIC, map });
}

function bad(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_HANDLE', message, cause);
}

/** The handle of the map of a set: the map itself is still to be verified. Throws ERR_SHARED_MAP_HANDLE. */
export function mapOfSetHandle(value: unknown): unknown {
  if (typeof value !== 'object' || value === null)
    bad(`SharedSet.attach takes set.handle, not ${describe(value)}`);
  let fields: { magic?: unknown; map?: unknown; handle?: { magic?: unknown } | null };
  let inner: unknown;
  try {
    const { magic, map, handle } = value as typeof fields;
    fields = { magic, map };
    inner = magic === undefined ? handle?.magic : undefined;
  } catch (cause) {
    bad('this handle cannot be read', cause);
  }
  if (fields.magic === SET_MAGIC) return fields.map;
  if (fields.magic === 'threadmap') bad('this is the handle of a SharedMap: use SharedMap.attach');
  if (inner === SET_MAGIC) {
    bad(
      'this is a SharedSet, or a clone of one, which has lost its methods on the way: send set.handle instead',
    );
  }
  bad(`SharedSet.attach takes set.handle, not ${describe(value)}`);
}
