import { GONE } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { mapId } from '../attach/handle.js';
import { describe, isUndecodable, type SharedMapError, sharedMapError } from '../errors.js';
import type { Kernel } from '../wasm/kernel.js';
import { S_NEXT } from '../wasm/scratch.js';
import { makeCursor, readCursor, type Scanned, type SharedMapCursor } from './cursor.js';
import { pairOf } from './entries.js';
import { type Entry, isBefore, list, type Stretch, stretchOf } from './iterate.js';

/** As many parts as there are classes of hashes that a chain can be told by: more would be empty. */
const MOST_PARTS = 2 ** 24;
/** Chains that one call of `scan` looks at for each entry that it is asked for, at most: a table may be all but empty. */
const CHAINS_PER_ENTRY = 10;

/** The `i`th of `n` parts of hash space, as a user asks for it. Throws ERR_SHARED_MAP_OPTION. */
export function partOf(i: unknown, n: unknown): Stretch {
  if (typeof n !== 'number' || !Number.isInteger(n) || n < 1 || n > MOST_PARTS)
    wrong(`n must be a number of parts, 1 to ${MOST_PARTS}, not ${describe(n)}`);
  if (typeof i !== 'number' || !Number.isInteger(i) || i < 0 || i >= n)
    wrong(`i must be a part's number, 0 to ${n - 1}, not ${describe(i)}`);
  return stretchOf(i, n);
}

function wrong(message: string): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message);
}

/** A cursor at the begin of a part. */
export function cursorAt({ exports, memory }: Kernel, part: Stretch): SharedMapCursor {
  return makeCursor(mapId(memory.buffer), exports.generation(), part, false);
}

/** Lists whole chains from the cursor on until there are `count` keys, then reads their values. */
export function scan(door: Door, given: unknown, count: unknown): Scanned<unknown, unknown> {
  if (typeof count !== 'number' || !Number.isSafeInteger(count) || count < 1)
    wrong(`count must be a number of entries, 1 or more, not ${describe(count)}`);
  const cursor = readCursor(given, mapId(door.kernel.memory.buffer));
  const { listed, next } = listFrom(door.kernel, cursor, count);
  const entries: [unknown, unknown][] = [];
  const undecodable: SharedMapError[] = [];
  // From here on a codec's code may run: the kernel is asked for anew each time.
  for (const entry of listed) {
    try {
      const pair = pairOf(door, entry);
      if (pair !== GONE) entries.push(pair);
    } catch (error) {
      if (!isUndecodable(error)) throw error;
      undecodable.push(error);
    }
  }
  return { entries, undecodable, cursor: next };
}

function listFrom(
  kernel: Kernel,
  { map, since, position, end, done }: SharedMapCursor,
  count: number,
): { listed: Entry[]; next: SharedMapCursor } {
  const listed: Entry[] = [];
  let at = position;
  let over = done || (end !== 0 && at === end);
  for (let chains = count * CHAINS_PER_ENTRY; !over && chains > 0 && listed.length < count; chains--) {
    const entries = list(kernel, at, end, { since, turn: 0 });
    if (entries === undefined) {
      over = true; // by a clear: what was listed before it was there
      break;
    }
    for (const entry of entries) listed.push(entry);
    const next = kernel.status[S_NEXT] as number;
    over = !isBefore(next, end);
    at = over ? end : next;
  }
  return { listed, next: makeCursor(map, since, { from: at, end }, over) };
}
