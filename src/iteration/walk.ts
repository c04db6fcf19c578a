import { GONE, hasAny } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { doorOf } from '../attach/door-of.js';
import { trapped } from '../wasm/trap.js';
import { type Entry, WHOLE } from './iterate.js';
import { keyOfEntry } from './keys.js';
import { Steps } from './steps.js';

/** A listed key, or GONE when it is there no more. */
function presentKey(door: Door, entry: Entry): unknown {
  try {
    const key = keyOfEntry(door, entry);
    return key !== GONE && hasAny(door, key) ? key : GONE;
  } catch (error) {
    throw trapped(error);
  }
}

/**
 * The keys, each present at the time it is reached: none comes after this thread has deleted it.
 * Holds the map, as `entriesOf` does. Throws TypeError for no map.
 */
export function keysOf(map: object): Steps<unknown> {
  doorOf(map);
  return new Steps(() => doorOf(map), WHOLE, presentKey);
}
