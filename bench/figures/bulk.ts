// Many keys in one call beside one call for each: number keys that are there, in random order.

import { SharedMap } from 'threadmap';
import { type Comparison, type Contenders, compare, type Loop, type Rounds } from './clock.js';
import { indexBelow, keyAt, next } from './sequence.js';

export interface Bulk extends Rounds {
  readonly verb: 'get' | 'has' | 'set' | 'delete';
  readonly entries: number;
}

/** Keys of one call: as a caller has them who works through a column of numbers. */
const CALL = 10_000;

/** Nanoseconds per key: `map` stands for single calls here, `shared` for one call for many. */
export function measureBulk({ verb, entries, ...rounds }: Bulk): Comparison {
  const map = new SharedMap({ key: 'number', value: 'number' });
  for (let index = 0; index < entries; index++) map.set(keyAt(index), index);
  return compare(loopsOf(map, verb, entries), rounds);
}

/** The same keys for all contenders; what each does with them gives a number. */
function loop(entries: number, work: (keys: Int32Array) => number): Loop {
  const keys = new Int32Array(CALL);
  return (count, seed) => {
    let x = seed;
    let sum = 0;
    for (let done = 0; done < count; done += CALL) {
      for (let i = 0; i < CALL; i++) {
        x = next(x);
        keys[i] = keyAt(indexBelow(x, entries));
      }
      sum += work(keys);
    }
    return sum;
  };
}

function total(numbers: Float64Array | Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < numbers.length; i++) sum += numbers[i];
  return sum;
}

function loopsOf(map: SharedMap<number, number>, verb: Bulk['verb'], entries: number): Contenders {
  const out = new Float64Array(CALL);
  const found = new Uint8Array(CALL);
  const values = Float64Array.from({ length: CALL }, (_, i) => i);
  switch (verb) {
    case 'get':
      return {
        loop: loop(entries, () => total(out)),
        map: loop(entries, (keys) => {
          for (let i = 0; i < CALL; i++) out[i] = map.get(keys[i]) as number;
          return total(out);
        }),
        shared: loop(entries, (keys) => total(map.getMany(keys, out))),
      };
    case 'has':
      return {
        loop: loop(entries, () => total(found)),
        map: loop(entries, (keys) => {
          for (let i = 0; i < CALL; i++) found[i] = map.has(keys[i]) ? 1 : 0;
          return total(found);
        }),
        shared: loop(entries, (keys) => total(map.hasMany(keys, found))),
      };
    case 'set':
      return {
        loop: loop(entries, () => 0),
        map: loop(entries, (keys) => {
          for (let i = 0; i < CALL; i++) map.set(keys[i], values[i]);
          return map.size;
        }),
        shared: loop(entries, (keys) => map.setMany(keys, values).size),
      };
    case 'delete':
      // Each round sets what it has deleted, many at once: that is half of the loop.
      return {
        loop: loop(entries, (keys) => map.setMany(keys, values).size),
        map: loop(entries, (keys) => {
          for (let i = 0; i < CALL; i++) map.delete(keys[i]);
          return map.setMany(keys, values).size;
        }),
        shared: loop(entries, (keys) => {
          map.deleteMany(keys);
          return map.setMany(keys, values).size;
        }),
      };
  }
}
