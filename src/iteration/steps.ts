import { GONE } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { SharedMapError } from '../errors.js';
import { type Entry, Listing, type Stretch } from './iterate.js';

/** Says that the map cannot be read any more, or cannot be trusted. */
function isOfTheMap(error: unknown): boolean {
  if (!(error instanceof SharedMapError)) return false;
  return error.code === 'ERR_SHARED_MAP_HANDLE' || error.code === 'ERR_SHARED_MAP_CORRUPT';
}

/**
 * An iterator over what `read` makes of each key of a stretch, but for GONE. What `read` throws of
 * one entry (ERR_SHARED_MAP_DECODE first of all) is thrown by that call of `next`; the next call
 * goes on behind it, which a generator could not. An error of the map itself ends it.
 */
export class Steps<T> implements Iterator<T, undefined> {
  /** Undefined at the end: nothing is kept then. */
  #door: (() => Door) | undefined;
  readonly #listing: Listing;
  readonly #read: (door: Door, entry: Entry) => T | typeof GONE;

  /** `door` is asked at each step: the map may have been let go of. What it holds stays. */
  constructor(door: () => Door, stretch: Stretch, read: (door: Door, entry: Entry) => T | typeof GONE) {
    this.#door = door;
    this.#listing = new Listing(stretch);
    this.#read = read;
  }

  next(): IteratorResult<T, undefined> {
    for (;;) {
      const open = this.#door;
      if (open === undefined) return { value: undefined, done: true };
      const door = open();
      const entry = this.#listing.next(door.kernel);
      if (entry === undefined) this.#door = undefined;
      else {
        const item = this.#at(door, entry);
        if (item !== GONE) return { value: item, done: false };
      }
    }
  }

  #at(door: Door, entry: Entry): T | typeof GONE {
    try {
      return this.#read(door, entry);
    } catch (error) {
      if (isOfTheMap(error)) this.#door = undefined;
      throw error;
    }
  }
}
