import { describe, type SharedMapError, sharedMapError } from '../errors.js';
import type { Stretch } from './iterate.js';

/**
 * Where an iteration stands, as plain data: clone it, send it to another thread, write it down as JSON, and go on with it
 * there or later. Frozen; `scan` gives the next one. Good as long as the map exists.
 */
export interface SharedMapCursor {
  /** Tells it from other objects. */
  readonly magic: 'threadmap cursor';
  /** The map's id, as in its handle. */
  readonly map: string;
  /** The generation of the map's entries that the iteration belongs to: a `clear` since then ends it. */
  readonly since: number;
  /** What comes next in hash space. */
  readonly position: number;
  /** Where the part of it ends that is iterated over; 0: where all of it ends. */
  readonly end: number;
  /** Nothing comes any more. */
  readonly done: boolean;
}

const MAGIC = 'threadmap cursor';
const POSITIONS = 2 ** 32;
/** The kernel's `generation` is below it. */
const GENERATIONS = 2 ** 52;

/** What one call of `scan` has found. */
export interface Scanned<K, V> {
  /** Entries as `entries` finds them. */
  readonly entries: [K, V][];
  /**
   * The entries of this step that could not be decoded: an ERR_SHARED_MAP_DECODE for each, with its
   * `key`. Mostly empty.
   */
  readonly undecodable: SharedMapError[];
  /** Where to go on. */
  readonly cursor: SharedMapCursor;
}

export function makeCursor(
  map: string,
  since: number,
  { from, end }: Stretch,
  done: boolean,
): SharedMapCursor {
  return Object.freeze({ magic: MAGIC, map, since, position: from, end, done });
}

/** A cursor as a user gives it back, whatever has become of it, with fields that say nothing else later. Throws ERR_SHARED_MAP_CURSOR. */
export function readCursor(given: unknown, map: string): SharedMapCursor {
  if (typeof given !== 'object' || given === null)
    wrong(`scan takes a cursor of map.cursor() or of the scan before, not ${describe(given)}`);
  let fields: Partial<Record<keyof SharedMapCursor, unknown>>;
  try {
    const { magic, map: id, since, position, end, done } = given as typeof fields;
    fields = { magic, map: id, since, position, end, done };
  } catch (cause) {
    wrong('this cursor cannot be read', cause);
  }
  const { magic, since, position, end, done } = fields;
  if (magic !== MAGIC)
    wrong(`scan takes a cursor of map.cursor() or of the scan before, not ${describe(given)}`);
  if (fields.map !== map) wrong('this cursor belongs to another map');
  if (
    !isBelow(since, GENERATIONS) ||
    !isBelow(position, POSITIONS) ||
    !isBelow(end, POSITIONS) ||
    (end !== 0 && position > end) ||
    typeof done !== 'boolean'
  ) {
    wrong('this cursor says what no cursor of this map can say');
  }
  return { magic, map, since, position, end, done };
}

function isBelow(value: unknown, bound: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < bound;
}

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_CURSOR', message, cause);
}
