import { ABSENT, GONE, getOrAbsent } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { doorOf } from '../attach/door-of.js';
import { describe, SharedMapError, sharedMapError } from '../errors.js';
import { trapped } from '../wasm/trap.js';
import { type Entry, iterate, type Stretch, WHOLE } from './iterate.js';
import { keyOfEntry } from './keys.js';

/** A listed key with its value at this moment; GONE when it was deleted since. A codec's code may run. */
export function pairOf(door: Door, entry: Entry): [unknown, unknown] | typeof GONE {
  try {
    const key = keyOfEntry(door, entry);
    if (key === GONE) return GONE;
    const value = listedValue(door, key);
    return value === ABSENT ? GONE : [key, value];
  } catch (error) {
    throw trapped(error);
  }
}

/** The value of a key that was listed. One that cannot be decoded says whose it is: the caller gave no key. */
function listedValue(door: Door, key: unknown): unknown {
  try {
    return getOrAbsent(door, key);
  } catch (error) {
    if (!(error instanceof SharedMapError) || error.code !== 'ERR_SHARED_MAP_DECODE') throw error;
    throw sharedMapError(error.code, `of the key ${describe(key)}: ${error.message}`, error.cause);
  }
}

function* presentEntries(map: object, stretch: Stretch): Generator<[unknown, unknown], undefined, unknown> {
  for (const entry of iterate(() => doorOf(map).kernel, stretch)) {
    const pair = pairOf(doorOf(map), entry);
    if (pair !== GONE) yield pair;
  }
  return undefined;
}

/**
 * The entries of a stretch of hash space, each with its value at the time it is reached. Holds the map, not its door alone:
 * the registry lets a map go that nobody holds. Throws TypeError for no map.
 */
export function entriesOf(
  map: object,
  stretch: Stretch = WHOLE,
): Generator<[unknown, unknown], undefined, unknown> {
  doorOf(map);
  return presentEntries(map, stretch);
}
