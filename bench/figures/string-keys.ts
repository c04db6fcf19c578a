// Get by string keys of 16 characters. A fresh string, as it comes from a socket or a file, has no hash yet: both maps
// hash it. Of a constant one V8 keeps the hash, and a Map finds it by identity: a SharedMap can have neither.

import { SharedMap } from 'threadmap';
import { type Comparison, type Contenders, compare, type Rounds } from './clock.js';
import { indexBelow, next, TEXT_KEY, textKeys } from './sequence.js';

export interface StringKeys extends Rounds {
  readonly strings: 'fresh' | 'constant';
  readonly entries: number;
}

/** Node's own primitive, which its types leave out: no encoding to look up. */
type Latin1Buffer = Buffer & { latin1Slice(from: number, to: number): string };

/** Nanoseconds per get, without the loop and, of fresh strings, without the making of the string. */
export function measureStringKeys({ strings, entries, ...rounds }: StringKeys): Comparison {
  const bytes = textKeys(entries) as Latin1Buffer;
  const map = new Map<string, number>();
  const shared = new SharedMap({ key: 'string', value: 'number' });
  const keys: string[] = [];
  for (let index = 0; index < entries; index++) {
    const key = bytes.latin1Slice(index * TEXT_KEY, (index + 1) * TEXT_KEY);
    keys.push(key);
    map.set(key, index);
    shared.set(key, index);
  }
  return compare(strings === 'fresh' ? fresh(map, shared, bytes) : constant(map, shared, keys), rounds);
}

function fresh(map: Map<string, number>, shared: SharedMap<string, number>, bytes: Latin1Buffer): Contenders {
  const n = bytes.length / TEXT_KEY;
  const cut = (x: number) => {
    const from = indexBelow(x, n) * TEXT_KEY;
    return bytes.latin1Slice(from, from + TEXT_KEY);
  };
  return {
    loop: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        sum += cut(x).length;
      }
      return sum;
    },
    map: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        sum += map.get(cut(x)) as number;
      }
      return sum;
    },
    shared: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        sum += shared.get(cut(x)) as number;
      }
      return sum;
    },
  };
}

function constant(map: Map<string, number>, shared: SharedMap<string, number>, keys: string[]): Contenders {
  const n = keys.length;
  return {
    loop: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        sum += keys[indexBelow(x, n)].length;
      }
      return sum;
    },
    map: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        sum += map.get(keys[indexBelow(x, n)]) as number;
      }
      return sum;
    },
    shared: (count, seed) => {
      let x = seed;
      let sum = 0;
      for (let q = 0; q < count; q++) {
        x = next(x);
        sum += shared.get(keys[indexBelow(x, n)]) as number;
      }
      return sum;
    },
  };
}
