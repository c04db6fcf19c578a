// Reading structured values that do not change: decoded each time, and kept by the thread.

import { SharedMap } from 'threadmap';
import { type Comparison, compare, type Loop, type Rounds } from './clock.js';
import { indexBelow, next } from './sequence.js';

export interface CachedValues extends Rounds {
  readonly entries: number;
  /** What a value is: a record of about 1 KB, or a string of so many characters. */
  readonly value: 'object' | number;
}

/** Nanoseconds per get: `map` stands for a map that decodes, `shared` for one that keeps all of its values. */
export function measureCachedValues({ entries, value, ...rounds }: CachedValues): Comparison {
  const decoding = new SharedMap<string, Value>({ key: 'string' });
  const keeping = new SharedMap<string, Value>({ key: 'string', cacheValues: entries });
  const keys = Array.from({ length: entries }, (_, i) => `user:${i}`);
  for (const [i, key] of keys.entries()) {
    decoding.set(key, makeValue(i, value));
    keeping.set(key, makeValue(i, value));
  }
  return compare(
    {
      loop: loop(keys, (key) => key.length),
      map: loop(keys, (key) => weigh(decoding.get(key) as Value)),
      shared: loop(keys, (key) => weigh(keeping.get(key) as Value)),
    },
    rounds,
  );
}

type Value = { readonly id: number } | string;

function weigh(value: Value): number {
  return typeof value === 'string' ? value.length : value.id;
}

function loop(keys: readonly string[], work: (key: string) => number): Loop {
  return (count, seed) => {
    let x = seed;
    let sum = 0;
    for (let q = 0; q < count; q++) {
      x = next(x);
      sum += work(keys[indexBelow(x, keys.length)]);
    }
    return sum;
  };
}

/** 1 KB in structured clone's bytes: what a session or a customer is made of. */
function makeValue(id: number, value: CachedValues['value']): Value {
  if (value !== 'object') return String(id).padEnd(value, 'x');
  return {
    id,
    name: `customer ${id}`,
    address: { street: 'a street of some length', number: 17, city: 'a town', code: '12345' },
    roles: ['reader', 'writer', 'owner'],
    limits: { perDay: 1000, perHour: 100, burst: 10 },
    visits: Array.from({ length: 20 }, (_, i) => ({ at: 1_700_000_000_000 + i, page: `/page/${i}` })),
    note: 'n'.repeat(150),
  } as { readonly id: number };
}
