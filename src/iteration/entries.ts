import { ABSENT, GONE, getOrAbsent } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { doorOf } from '../attach/door-of.js';
import { trapped } from '../wasm/trap.js';
import { type Entry, iterate, type Stretch, WHOLE } from './iterate.js';
import { keyOfEntry } from './keys.js';

/** A listed key with its value at this moment; GONE when it was deleted since. A codec's code may run. */
export function pairOf(door: Door, entry: Entry): [unknown, unknown] | typeof GONE {
  try {
    const key = keyOfEntry(door, entry);
    if (key === GONE) return GONE;
    const value = getOrAbsent(door, key);
    return value === ABSENT ? GONE : [key, value];
  } catch (error) {
    throw trapped(error);
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
