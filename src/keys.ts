import type { Door } from './door.js';
import { type Entry, iterate } from './iterate.js';
import { GONE, keyOfEntry } from './reading.js';
import { trapped } from './trap.js';

function keyOf(door: Door, entry: Entry): unknown {
  try {
    return keyOfEntry(door, entry);
  } catch (error) {
    throw trapped(error);
  }
}

/** The keys of a map as the kernel lists them, a chain at a time: one may have been deleted since. Nothing is held between two. */
export function* keysOf(door: Door): Generator<unknown, undefined, unknown> {
  for (const entry of iterate(() => door.kernel)) {
    const key = keyOf(door, entry);
    if (key !== GONE) yield key;
  }
  return undefined;
}
