import { isDeepStrictEqual } from 'node:util';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { isExhausted } from '../../workers/kill-storm/kill-storm-ends.js';
import { stormCodec } from '../../workers/kill-storm/kill-storm-place.js';
import { keyOf, LANES, LARGE, valueAfter } from '../../workers/marked-values.js';
import { mapWithHash } from '../internals.js';

type AnyMap = SharedMap<unknown, unknown>;

/** Calls made at the end of the stack: how many were cut short, how many came through. */
interface Tally {
  cut: number;
  through: number;
}

/**
 * Calls `attempt` where the stack has just ended, then one level higher, and so on: the stack ends at one place of the
 * call after the other, until there is room enough.
 */
function atTheEndOfTheStack(attempt: () => void): Tally {
  const tally: Tally = { cut: 0, through: 0 };
  const down = (): void => {
    try {
      down();
    } catch (error) {
      if (tally.through < 3) {
        tally.cut++;
        attempt();
        tally.cut--;
        tally.through++;
      }
      throw error;
    }
  };
  try {
    down();
  } catch (error) {
    if (!isExhausted(error)) throw error;
  }
  return tally;
}

/** Every kind of key, and of value: indexes whose keys differ in kind, one of them longer than the scratch. */
const indexes = [0, 1, 2, 3, 4, 5, 6, 7, 9].map((n) => n * LANES);
const writes = [1, 2, 4, 5, 6, 8, 9, 10, 12, LARGE, 2 * LARGE];

const MAX_BYTES = 2 ** 25;
const codec = stormCodec(
  () => {},
  () => {},
);
const makers: [string, () => object][] = [
  ['values of any kind', () => new SharedMap({ maxBytes: MAX_BYTES })],
  ['values with a codec', () => new SharedMap({ maxBytes: MAX_BYTES, value: codec })],
  // Chains with many overflow buckets, whose evacuation needs some in hand.
  ['few hashes', () => mapWithHash('few', { maxBytes: MAX_BYTES })],
];

describe.each(makers)('a stack that ends within a call, %s', (_name, make) => {
  test.each<[string, (map: AnyMap, key: unknown, before: unknown, after: unknown) => void]>([
    ['set', (map, key, _before, after) => void map.set(key, after)],
    ['compareAndSet', (map, key, before, after) => void map.compareAndSet(key, before, after)],
    [
      'delete and insert',
      (map, key, _before, after) => {
        map.delete(key);
        map.insert(key, after);
      },
    ],
    ['get and has', (map, key) => void (map.get(key) === map.has(key))],
    [
      'iteration',
      (map) => {
        for (const _entry of map);
      },
    ],
    [
      'size, stats and check',
      (map) => {
        map.stats();
        map.check();
      },
    ],
    [
      'new keys, and growth',
      (map) => {
        for (let n = 0; n < 40; n++) map.set(`new ${map.size}`, null);
      },
    ],
    [
      'new numbers, and growth',
      (map) => {
        for (let n = 0; n < 40; n++) map.set(0.25 + map.size, n);
      },
    ],
    ['clear', (map) => map.clear()],
  ])('%s: the value of before or that of after is there, and the map goes on', (_verb, call) => {
    const map = make() as AnyMap;
    const tally: Tally = { cut: 0, through: 0 };
    for (const index of indexes) {
      const key = keyOf(index);
      for (const write of writes) {
        const [before, after] = [valueAfter(index, write), valueAfter(index, write + 1)];
        map.set(key, before);
        const { cut, through } = atTheEndOfTheStack(() => call(map, key, before, after));
        tally.cut += cut;
        tally.through += through;
        const now = map.get(key);
        const isKnown = now === undefined || isDeepStrictEqual(now, before) || isDeepStrictEqual(now, after);
        if (!isKnown) expect.unreachable(`key ${index} has ${String(now).slice(0, 40)} after write ${write}`);
        map.set(key, after);
        if (!isDeepStrictEqual(map.get(key), after)) expect(map.get(key)).toStrictEqual(after);
      }
    }
    expect(tally.cut).toBeGreaterThan(indexes.length * writes.length);
    expect(tally.through).toBeGreaterThan(indexes.length);
    map.delete('nothing is held any more after a call that comes through');
    expect(map.check()).toEqual([]);
    for (const key of [...map.keys()]) map.delete(key);
    expect(map.size).toBe(0);
    const { B, noverflow, bytesUsed } = map.stats();
    expect(bytesUsed).toBe(2 * 65_536 + (2 ** B + noverflow) * 152);
    expect(map.check()).toEqual([]);
    map.detach();
  });
});
