import type { Door } from './door.js';
import { doorOf } from './door-of.js';
import { keysOf as listedKeys } from './keys.js';
import { ABSENT, getAny, hasAny } from './reading.js';
import { trapped } from './trap.js';

type Steps<T> = Generator<T, undefined, unknown>;
type Get = (this: object, key: unknown) => unknown;

// These hold the map itself, not only its door: the registry lets a map go that nobody holds.

function isThere(door: Door, key: unknown): boolean {
  try {
    return hasAny(door, key);
  } catch (error) {
    throw trapped(error);
  }
}

function* presentKeys(map: object): Steps<unknown> {
  for (const key of listedKeys(doorOf(map))) if (isThere(doorOf(map), key)) yield key;
  return undefined;
}

function* presentEntries(map: object, get: Get): Steps<[unknown, unknown]> {
  for (const key of listedKeys(doorOf(map))) {
    // In one look where there is no value: by the time of a second one the key may be there again, with one.
    let value = get.call(map, key);
    if (value === undefined) value = getAny(doorOf(map), key, ABSENT);
    if (value !== ABSENT) yield [key, value];
  }
  return undefined;
}

function* valuesIn(entries: Steps<[unknown, unknown]>): Steps<unknown> {
  for (const [, value] of entries) yield value;
  return undefined;
}

/** The keys, each present at the time it is reached: none comes after this thread has deleted it. Throws TypeError for no map. */
export function keysOf(map: object): Steps<unknown> {
  doorOf(map);
  return presentKeys(map);
}

/** The keys with their values at the time they are reached, read by SharedMap's `get`, which knows the short path. */
export function entriesOf(map: object, get: Get): Steps<[unknown, unknown]> {
  doorOf(map);
  return presentEntries(map, get);
}

/** The values, as `entriesOf`. */
export function valuesOf(map: object, get: Get): Steps<unknown> {
  return valuesIn(entriesOf(map, get));
}
