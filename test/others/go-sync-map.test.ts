import fc from 'fast-check';
import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { HASHES, mapWithHash } from '../internals.js';
import { type AnyMap, type Call, callBoth, expectContents, type Model } from '../model-calls.js';
import { Crew, expectSound, sumOf } from './crew.js';

// Go's sync/map_test.go, by behaviour.

const MiB = 2 ** 20;
const small = { maxBytes: 16 * MiB } as const;

const crew = new Crew(30);
afterAll(() => crew.end());

describe.each(HASHES)('%s hash', (hash) => {
  test('random calls match a Map', () => {
    // Keys and values as there: strings of up to three letters, so that most calls meet a key that is there.
    const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 3 });
    const call: fc.Arbitrary<Call> = fc.oneof(
      fc.record({ op: fc.constantFrom('get', 'delete', 'getAndDelete'), key: text }),
      fc.record({ op: fc.constantFrom('set', 'insert', 'getOrInsert', 'getAndSet'), key: text, value: text }),
      fc.record({ op: fc.constant('compareAndSet' as const), key: text, expected: text, value: text }),
      fc.record({ op: fc.constant('compareAndDelete' as const), key: text, expected: text }),
      fc.record({ op: fc.constant('clear' as const) }),
    );
    fc.assert(
      fc.property(fc.array(call, { maxLength: 200, size: 'max' }), (calls) => {
        const map = mapWithHash(hash, small) as AnyMap;
        const model: Model = new Map();
        for (const each of calls) {
          callBoth(map, model, each);
          // As there: what was swapped in is deleted.
          if (each.op === 'compareAndSet' && model.get(each.key) === each.value) {
            callBoth(map, model, { op: 'delete', key: each.key });
          }
        }
        expectContents(map, model);
        expect(map.check()).toEqual([]);
        map.detach();
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

test('a range while others store sees each key once, with a value that was stored', async () => {
  const size = 2 ** 10;
  const map = new SharedMap<number, number>({ key: 'number', value: 'number', ...small });
  for (let i = 1; i <= size; i++) map.set(i, i);
  const laps = await crew.during(map, [{ job: 'storeMultiples', threads: 4, n: size }], async () => {
    for (let lap = 0; lap < 500; lap++) {
      const seen = new Set<number>();
      for (const [key, value] of map) {
        if (value % key !== 0) expect(`${key}: ${value}`).toBe('a multiple');
        if (seen.has(key)) expect(`${key} in lap ${lap}`).toBe('seen once');
        seen.add(key);
      }
      expect(seen.size).toBe(size);
      if (lap % 20 === 0) await new Promise(setImmediate);
    }
  });
  expect(sumOf(laps)).toBeGreaterThan(0);
  expect(map.size).toBe(size);
  expectSound(map);
});

test('what was deleted holds no memory', () => {
  const map = new SharedMap(small);
  map.set(null, {});
  const { bytesUsed, B } = map.stats();
  for (let i = 0; i < 20_000; i++) {
    map.set(`a key that needs a record of its own ${i}`, { i });
    expect(map.delete(`a key that needs a record of its own ${i}`)).toBe(true);
  }
  expect(map.stats()).toMatchObject({ bytesUsed, B, growths: 0, count: 1 });
  expectSound(map);
});

test('a range within a range may load, store and delete', () => {
  const map = new SharedMap<number, string>({ key: 'number', value: 'string', ...small });
  for (const [i, text] of ['hello', 'world', 'Go'].entries()) map.set(i, text);
  let inner = 0;
  map.forEach((_, key) => {
    map.forEach((value, other) => {
      inner++;
      expect(map.get(other)).toBe(value);
      expect(map.insert(42, 'dummy')).toBe(true);
      map.set(42, 'sync.Map');
      expect(map.get(42)).toBe('sync.Map');
      expect(map.delete(42)).toBe(true);
    });
    expect(map.delete(key)).toBe(true);
  });
  expect(inner).toBe(3 + 2 + 1);
  expect([...map]).toEqual([]);
  expectSound(map);
});

test('compareAndSet of an absent key fails, whatever is expected', () => {
  const map = new SharedMap(small);
  for (const expected of [undefined, null, 0, '', {}]) {
    expect(map.compareAndSet('absent', expected, 42)).toBe(false);
    expect(map.has('absent')).toBe(false);
  }
  map.set('present', undefined);
  expect(map.compareAndSet('present', undefined, 42)).toBe(true);
  expect(map.get('present')).toBe(42);
  expectSound(map);
});

test('a range takes no memory of the map', () => {
  const map = new SharedMap<number, string>(small);
  for (let i = 0; i < 1000; i++) map.set(i, `value ${i}`);
  const before = map.stats();
  for (let lap = 0; lap < 10; lap++) expect([...map].length).toBe(1000);
  expect(map.stats()).toEqual(before);
});

test('delete, and clear, take away what was stored; stored again it is there', () => {
  const map = new SharedMap<string, number>({ key: 'string', value: 'number', ...small });
  for (const take of [() => map.delete('go'), () => map.clear()]) {
    map.set('go', 1.22);
    expect(map.get('go')).toBe(1.22);
    take();
    expect([map.get('go'), map.has('go'), map.size]).toEqual([undefined, false, 0]);
  }
  map.set('go', 1.21);
  expect(map.get('go')).toBe(1.21);
  expectSound(map);
});

test('ten threads each store, load and clear at once: nothing is left after the last clear', async () => {
  const map = new SharedMap<number, number>({ key: 'number', value: 'number', ...small });
  const results = await crew.run(map, [{ job: 'storeLoadOrClear', threads: 30, n: 200 }]);
  expect(sumOf(results)).toBe(10 * 200);
  expect(map.size).toBe(0);
  expectSound(map);
});
