// The key sequences of all rows. Small functions, so that V8 inlines them into each loop alike.

/** Knuth's multiplier as an int32: neighbours end up far apart, no two indexes give one key. */
const SCATTER = 2654435761 | 0;

/** The key of an index: int32, scattered. */
export function keyAt(index: number): number {
  return Math.imul(index, SCATTER);
}

/** The pseudo-random int32 after `x`. */
export function next(x: number): number {
  return (Math.imul(x, 1664525) + 1013904223) | 0;
}

/** An index below `n` from the upper bits of `x`, the lower ones of such a generator being poor; `n` up to 2^27. */
export function indexBelow(x: number, n: number): number {
  return (((x >>> 4) * n) / 0x10000000) | 0;
}

/** Characters of a text key: a prefix and digits, as in the names of records and sessions. */
export const TEXT_KEY = 16;

/** The text keys of `n` indexes, every `step`th from `first` on, in one Latin-1 buffer. */
export function textKeys(n: number, first = 0, step = 1): Buffer {
  const bytes = Buffer.alloc(n * TEXT_KEY);
  for (let at = 0, index = first; at < n; at++, index += step) {
    const digits = String((index * 7919) % 100_000_007).padStart(11, '0');
    bytes.write(`user:${digits}`, at * TEXT_KEY, 'latin1');
  }
  return bytes;
}
