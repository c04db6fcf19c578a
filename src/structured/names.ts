// The names of an object as bytes, and which of them were met before. Both sides keep what they have
// made of names that they met twice; the bytes of a value do not depend on it.

/** Names of an object whose names are kept, at most. */
export const MOST_NAMES = 256;
/** Bytes of their encoding, at most. */
export const MOST_BYTES = 4096;

/** A number of 32 bits for bytes, four at a time. Equal bytes have equal ones. */
export function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = (to - from) | 0;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    const word =
      (bytes[i] as number) |
      ((bytes[i + 1] as number) << 8) |
      ((bytes[i + 2] as number) << 16) |
      ((bytes[i + 3] as number) << 24);
    hash = Math.imul(hash ^ word, 0x5bd1e995);
    hash ^= hash >>> 15;
  }
  for (; i < to; i++) hash = Math.imul(hash ^ (bytes[i] as number), 0x5bd1e995);
  return hash ^ (hash >>> 13);
}

/** Places for hashes that were met once: a new one takes the place of an old one. */
const PLACES = 1024;

/** Tells what is met again soon from what is met once: dictionaries whose names never repeat. */
export class MetOnce {
  readonly #hashes = new Int32Array(PLACES);

  /** Was this hash met, and few others since? It has been, from now on. */
  again(hash: number): boolean {
    const place = (hash >>> 8) & (PLACES - 1);
    if (this.#hashes[place] === hash) return true;
    this.#hashes[place] = hash;
    return false;
  }
}
