// Keys of a Map, or members of a Set, that a hostile hand could make it slow by.

/**
 * An engine may tell bigints by their lowest 64 bits alone: those with equal ones are looked for one
 * after the other, and a Map of n of them takes time by n². So many take 20 ms.
 */
export const LONG_BIGINTS = 4096;

/** Is it a bigint beyond 64 bits? */
export function isLongBigint(value: unknown): value is bigint {
  return typeof value === 'bigint' && BigInt.asIntN(64, value) !== value;
}
