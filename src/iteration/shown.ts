import { ABSENT, getOrAbsent } from '../access/reading.js';
import { doorOf } from '../attach/door-of.js';
import type { Shown } from '../builtin/inspect.js';
import { trapped } from '../wasm/trap.js';
import { keysOf } from './walk.js';

/** The value of a key now; undefined when it was deleted since it was listed. */
function valueNow(map: object, key: unknown): unknown {
  try {
    const value = getOrAbsent(doorOf(map), key);
    return value === ABSENT ? undefined : value;
  } catch (error) {
    throw trapped(error);
  }
}

/**
 * A map as it is to be shown, by what it has itself: no method that a subclass may have made its
 * own is called.
 */
export function shownMap(map: object, withValues = false): Shown {
  const door = doorOf(map);
  return {
    isClosed: door.isClosed,
    size: () => door.kernel.exports.count(),
    keys: () => ({ [Symbol.iterator]: () => keysOf(map) }),
    valueAt: withValues ? (key) => valueNow(map, key) : undefined,
  };
}
