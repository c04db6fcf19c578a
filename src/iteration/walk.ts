import { hasAny } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { doorOf } from '../attach/door-of.js';
import { trapped } from '../wasm/trap.js';
import { entriesOf } from './entries.js';
import { keysOf as listedKeys } from './keys.js';

type Steps<T> = Generator<T, undefined, unknown>;

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

function* valuesIn(entries: Steps<[unknown, unknown]>): Steps<unknown> {
  for (const [, value] of entries) yield value;
  return undefined;
}

/** The keys, each present at the time it is reached: none comes after this thread has deleted it. Throws TypeError for no map. */
export function keysOf(map: object): Steps<unknown> {
  doorOf(map);
  return presentKeys(map);
}

/** The values, each at the time its key is reached. */
export function valuesOf(map: object): Steps<unknown> {
  doorOf(map);
  return valuesIn(entriesOf(map));
}
