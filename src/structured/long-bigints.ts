// Keys of a Map, or members of a Set, that a hostile hand could make it slow by.

/**
 * An engine may tell bigints by their lowest 64 bits alone: those with equal ones are looked for one
 * after the other, and compared word by word. A Map of n of them with w words in all takes time by
 * n * w: so much takes some 20 ms.
 */
const MOST = 2 ** 24;
/** Hexadecimal digits of a word. */
const DIGITS = 16;

/** What is said of too many. */
export const TOO_MANY = 'more bigints beyond 64 bits as keys than are looked up fast';

/** Counts the keys of one Map, or the members of one Set. */
export class LongBigints {
  #count = 0;
  #words = 0;

  /** Counts a key. False: there are too many. */
  take(key: unknown): boolean {
    if (typeof key !== 'bigint' || BigInt.asIntN(64, key) === key) return true;
    this.#count++;
    this.#words += Math.ceil(key.toString(16).length / DIGITS);
    return this.#count === 1 || this.#count * this.#words <= MOST;
  }
}
