// Number keys and values: get and set of keys that are there, in random order.

import { SharedMap } from 'threadmap';
import { type Comparison, compare, type Rounds } from './clock.js';
import { getLoops, type NumberMaps, setLoops } from './number-loops.js';
import { indexBelow, keyAt, next, TEXT_KEY, textKeys } from './sequence.js';

export interface NumberKeys extends Rounds {
  readonly verb: 'get' | 'set';
  readonly entries: number;
  /** Has the process used two more maps before, with other kinds of key and value, Maps and SharedMaps alike? */
  readonly others?: boolean;
}

/** Nanoseconds per operation. Meant for a process of its own: V8 then knows of one map, unless `others` are asked for. */
export function measureNumberKeys({ verb, entries, others = false, ...rounds }: NumberKeys): Comparison {
  const maps = filledMaps(0, entries);
  if (others) useOthers(entries, rounds.count / 10);
  const range = { first: 0, n: entries };
  return compare(verb === 'get' ? getLoops(maps, range) : setLoops(maps, range), rounds);
}

function filledMaps(first: number, n: number): NumberMaps {
  const map = new Map<number, number>();
  const shared = new SharedMap({ key: 'number', value: 'number' });
  for (let index = first; index < first + n; index++) {
    map.set(keyAt(index), index);
    shared.set(keyAt(index), index);
  }
  return { map, shared };
}

/** What a larger application does before: a map by names, and one of any keys to any values. */
function useOthers(entries: number, count: number): void {
  const bytes = textKeys(entries);
  const nameAt = (index: number) => bytes.toString('latin1', index * TEXT_KEY, (index + 1) * TEXT_KEY);
  const maps: Map<string, unknown>[] = [
    new Map<string, unknown>(),
    new Map<string, unknown>(),
    new SharedMap<string, number>({ key: 'string', value: 'number' }) as Map<string, unknown>,
    new SharedMap<string, unknown>(),
  ];
  // One place of call for all of them, as in a layer that an application puts above its maps.
  for (const map of maps) {
    for (let index = 0; index < entries; index++) map.set(nameAt(index), index);
    let x = 1;
    for (let q = 0; q < count; q++) {
      x = next(x);
      const name = nameAt(indexBelow(x, entries));
      map.set(name, (map.get(name) as number) + 1);
    }
  }
}
