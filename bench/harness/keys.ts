// The key of an index, for each kind. One class each: in the worker of a cell there is one kind, and its method is inlined.

import type { Key, KeyKind } from '../subjects/subject.js';

export interface Keys {
  at(index: number): Key;
}

/** Knuth's multiplier as an int32: neighbours end up far apart, no two indexes give one key. */
const SCATTER = 2654435761 | 0;
const LONG_PREFIX = 'what_a_looooooooooooooooooooooong_key_prefix_';
const PREFIX = 'user:';
/** Digits after the prefix: 16 characters in all. */
const DIGITS = 11;
const LENGTH = PREFIX.length + DIGITS;
/** A prime above all indexes and one without a common factor: neighbours' digits differ. */
const SPAN = 1_000_000_007;
const STRIDE = 7919;

/** Keys up to this many are made before the clock starts; later ones when they are used. */
const MOST_HELD = 2 ** 25;

function shortText(index: number): string {
  return PREFIX + String((index * STRIDE) % SPAN).padStart(DIGITS, '0');
}

function longText(index: number): string {
  return LONG_PREFIX + index;
}

class IntKeys implements Keys {
  at(index: number): number {
    return Math.imul(index, SCATTER);
  }
}

class HeldKeys implements Keys {
  readonly #held: string[];
  readonly #make: (index: number) => string;

  constructor(count: number, make: (index: number) => string) {
    this.#make = make;
    this.#held = Array.from({ length: count }, (_, index) => flat(make(index)));
  }

  at(index: number): string {
    return index < this.#held.length ? (this.#held[index] as string) : this.#make(index);
  }
}

/** A method of Buffer that @types/node does not list: `toString('latin1', from, to)` without looking up the encoding. */
type Latin1Buffer = Buffer & { latin1Slice(from?: number, to?: number): string };

/** Strings cut from a buffer, each time anew: none has a hash that is known. */
class FreshKeys implements Keys {
  readonly #text: Latin1Buffer;
  readonly #count: number;

  constructor(count: number) {
    this.#count = count;
    this.#text = Buffer.alloc(count * LENGTH) as Latin1Buffer;
    for (let index = 0; index < count; index++) this.#text.write(shortText(index), index * LENGTH, 'latin1');
  }

  at(index: number): string {
    if (index >= this.#count) return flat(shortText(index));
    return this.#text.latin1Slice(index * LENGTH, (index + 1) * LENGTH);
  }
}

/** The same string in one piece: a concatenation is a rope until somebody reads it, which would be the measured map. */
function flat(text: string): string {
  return (Buffer.from(text, 'latin1') as Latin1Buffer).latin1Slice();
}

/** Keys of a kind, those of indexes below `count` prepared. */
export function makeKeys(kind: KeyKind, count: number): Keys {
  const held = Math.min(count, MOST_HELD);
  switch (kind) {
    case 'int':
      return new IntKeys();
    case 'string':
      return new HeldKeys(held, shortText);
    case 'long':
      return new HeldKeys(held, longText);
    case 'fresh':
      return new FreshKeys(held);
  }
}

/** The length of the longest key below `count`, in characters. */
export function longestKey(kind: KeyKind, count: number): number {
  if (kind === 'int') return String(-(2 ** 31)).length;
  return kind === 'long' ? LONG_PREFIX.length + String(count).length : LENGTH;
}
