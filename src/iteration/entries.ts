import { ABSENT, GONE, getOrAbsent } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { doorOf } from '../attach/door-of.js';
import { describe, isUndecodable, ofKey, type SharedMapError, sharedMapError } from '../errors.js';
import { trapped } from '../wasm/trap.js';
import { type Entry, type Stretch, WHOLE } from './iterate.js';
import { keyOfEntry } from './keys.js';
import { Steps } from './steps.js';

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

/** The same without the key. */
function valueAt(door: Door, entry: Entry): unknown {
  try {
    const key = keyOfEntry(door, entry);
    if (key === GONE) return GONE;
    const value = listedValue(door, key);
    return value === ABSENT ? GONE : value;
  } catch (error) {
    throw trapped(error);
  }
}

/** The value of a key that was listed. One that cannot be decoded says whose it is: the caller gave no key. */
function listedValue(door: Door, key: unknown): unknown {
  try {
    return getOrAbsent(door, key);
  } catch (error) {
    throw isUndecodable(error) ? ofListedKey(error, key) : error;
  }
}

/** An error of the value of a key that the caller has not named: its message names it. */
export function ofListedKey(error: SharedMapError, key: unknown): SharedMapError {
  const told = sharedMapError(error.code, `of the key ${describe(key)}: ${error.message}`, error.cause);
  return ofKey(told, key);
}

/**
 * The entries of a stretch of hash space, each with its value at the time it is reached. Holds the map, not its door alone:
 * the registry lets a map go that nobody holds. Throws TypeError for no map.
 */
export function entriesOf(map: object, stretch: Stretch = WHOLE): Steps<[unknown, unknown]> {
  doorOf(map);
  return new Steps(() => doorOf(map), stretch, pairOf);
}

/** The values, each at the time its key is reached. Else the same. */
export function valuesOf(map: object): Steps<unknown> {
  doorOf(map);
  return new Steps(() => doorOf(map), WHOLE, valueAt);
}
