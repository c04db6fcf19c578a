// Random numbers that follow from a seed, so that a run can be repeated, and a thread's sequence told again after it.

/** 2^32: int32s as fractions. */
const RANGE = 0x100000000;

/** The pseudo-random int32 after `x`: a linear congruential generator with a full period. */
export function next(x: number): number {
  return (Math.imul(x, 1664525) + 1013904223) | 0;
}

/** An index below `n` from the upper bits of `x`, the lower ones of such a generator being poor; `n` up to 2^27. */
export function indexBelow(x: number, n: number): number {
  return (((x >>> 4) * n) / 0x10000000) | 0;
}

/** Spreads seeds that differ little over all int32s (the finalizer of MurmurHash3). */
export function mixSeed(...parts: readonly number[]): number {
  let h = 0x9e3779b9 | 0;
  for (const part of parts) {
    h = Math.imul(h ^ part, 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
  }
  return h | 0;
}

/** Fractions from 0 to below 1 by a better generator, for what is drawn off the clock. (Mulberry32) */
export function fractions(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / RANGE;
  };
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle<T>(list: T[], random: () => number): T[] {
  for (let at = list.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [list[at], list[other]] = [list[other], list[at]];
  }
  return list;
}
