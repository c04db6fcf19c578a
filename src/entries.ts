import type { Door } from './door.js';
import { type Entry, iterate, type Stretch } from './iterate.js';
import { ABSENT, GONE, getOne, keyOfEntry } from './reading.js';
import { trapped } from './trap.js';

/** A listed key with its value at this moment; GONE when it was deleted since. A codec's code may run. */
export function pairOf(door: Door, entry: Entry): [unknown, unknown] | typeof GONE {
  try {
    const key = keyOfEntry(door.kernel, entry);
    if (key === GONE) return GONE;
    const value = getOne(door, key, ABSENT);
    return value === ABSENT ? GONE : [key, value];
  } catch (error) {
    throw trapped(error);
  }
}

/** The entries of a stretch of hash space, each with its value at the time it is reached. */
export function* entriesOf(door: Door, stretch: Stretch): Generator<[unknown, unknown], undefined, unknown> {
  for (const entry of iterate(() => door.kernel, stretch)) {
    const pair = pairOf(door, entry);
    if (pair !== GONE) yield pair;
  }
  return undefined;
}
