import type { SharedMap } from 'threadmap';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { binaryKeys } from '../../workers/other-suites/other-suites-go.js';
import { HASHES, mapWithHash } from '../internals.js';
import { Crew, expectSound, sumOf } from './crew.js';

// Go's internal/sync/hashtriemap_test.go, by behaviour: everything with a good, a truncated and a bad hash.

const NOT_THERE = 2 ** 52;
const SOME = [1, 105, 6, 85];
const keys = binaryKeys;
const keyAt = (i: number) => keys[i] as string;

const crew = new Crew(4);
afterAll(() => crew.end());

describe.each(HASHES)('%s hash', (hash) => {
  let map: SharedMap<string, number>;

  beforeEach(() => {
    map = mapWithHash(hash, { key: 'string', value: 'number', maxBytes: 2 ** 24 });
    return () => {
      expectSound(map);
      map.detach();
    };
  });

  function fill(): void {
    for (const [i, key] of keys.entries()) {
      expect(map.has(key)).toBe(false);
      expect(map.insert(key, i)).toBe(true);
      expect(map.get(key)).toBe(i);
      expect(map.insert(key, 0)).toBe(false);
    }
  }

  /** The value of each key, absent where that is undefined. */
  function expectValues(expected: (i: number) => number | undefined): void {
    for (const [i, key] of keys.entries()) expect(map.get(key), key).toBe(expected(i));
    expect(map.size).toBe(keys.filter((_, i) => expected(i) !== undefined).length);
  }

  test('LoadEmpty', () => {
    expectValues(() => undefined);
  });

  test('LoadOrStore', () => {
    fill();
    for (const [i, key] of keys.entries()) {
      expect(map.get(key)).toBe(i);
      expect(map.insert(key, 0)).toBe(false);
    }
    expectValues((i) => i);
  });

  test('All', () => {
    fill();
    expect(new Map(map)).toEqual(new Map(keys.map((key, i) => [key, i])));
  });

  describe('CompareAndSwap', () => {
    test('All', () => {
      fill();
      for (let j = 0; j < 3; j++) {
        for (const [i, key] of keys.entries()) {
          expect(map.compareAndSet(key, NOT_THERE, i + j + 1)).toBe(false);
          expect(map.compareAndSet(key, i + j, i + j + 1)).toBe(true);
          expect(map.compareAndSet(key, i + j, i + j + 1)).toBe(false);
          expect(map.get(key)).toBe(i + j + 1);
        }
      }
      expectValues((i) => i + 3);
    });

    test.each([
      ['One', [15]],
      ['Multiple', SOME],
    ])('%s', (_name, chosen) => {
      fill();
      for (const i of chosen) {
        expect(map.compareAndSet(keyAt(i), NOT_THERE, i + 1)).toBe(false);
        expect(map.compareAndSet(keyAt(i), i, i + 1)).toBe(true);
        expect(map.compareAndSet(keyAt(i), i, i + 1)).toBe(false);
      }
      expectValues((i) => (chosen.includes(i) ? i + 1 : i));
    });

    test('ConcurrentUnsharedKeys', async () => {
      await crew.run(map, [{ job: 'swapUnshared', threads: 4, n: 0 }]);
      expect(map.size).toBe(4 * keys.length);
      for (const key of keys) for (let id = 0; id < 4; id++) expect(map.get(`${key}-${id}`)).toBe(id + 1);
    });

    test('ConcurrentUnsharedKeysWithDelete', async () => {
      await crew.run(map, [{ job: 'swapAndDeleteUnshared', threads: 4, n: 0 }]);
      expect(map.size).toBe(0);
    });

    test('ConcurrentSharedKeys', async () => {
      fill();
      expect(sumOf(await crew.run(map, [{ job: 'swapShared', threads: 4, n: 0 }]))).toBe(keys.length);
      expectValues((i) => i + 1);
    });
  });

  describe('LoadAndDelete', () => {
    test('All', () => {
      for (let j = 0; j < 3; j++) {
        fill();
        for (const key of keys) {
          expect(map.delete(key)).toBe(true);
          expect(map.has(key)).toBe(false);
          expect(map.delete(key)).toBe(false);
        }
        expectValues(() => undefined);
      }
    });

    test.each([
      ['One', [15]],
      ['Multiple', SOME],
    ])('%s', (_name, chosen) => {
      fill();
      for (const i of chosen) {
        expect(map.delete(keyAt(i))).toBe(true);
        expect(map.delete(keyAt(i))).toBe(false);
      }
      expectValues((i) => (chosen.includes(i) ? undefined : i));
    });

    test('Iterate', () => {
      fill();
      let seen = 0;
      for (const [key, value] of map) {
        expect(keyAt(value)).toBe(key);
        expect(map.delete(key)).toBe(true);
        seen++;
      }
      expect(seen).toBe(keys.length);
      expectValues(() => undefined);
    });

    test('ConcurrentUnsharedKeys', async () => {
      await crew.run(map, [{ job: 'deleteUnshared', threads: 4, n: 0 }]);
      expect(map.size).toBe(0);
    });

    test('ConcurrentSharedKeys', async () => {
      fill();
      expect(sumOf(await crew.run(map, [{ job: 'deleteShared', threads: 4, n: 0 }]))).toBe(keys.length);
      expectValues(() => undefined);
    });
  });

  describe('CompareAndDelete', () => {
    test('All', () => {
      for (let j = 0; j < 3; j++) {
        fill();
        for (const [i, key] of keys.entries()) {
          expect(map.compareAndDelete(key, NOT_THERE)).toBe(false);
          expect(map.compareAndDelete(key, i)).toBe(true);
          expect(map.compareAndDelete(key, i)).toBe(false);
          expect(map.has(key)).toBe(false);
        }
        expectValues(() => undefined);
      }
    });

    test.each([
      ['One', [15]],
      ['Multiple', SOME],
    ])('%s', (_name, chosen) => {
      fill();
      for (const i of chosen) {
        expect(map.compareAndDelete(keyAt(i), NOT_THERE)).toBe(false);
        expect(map.compareAndDelete(keyAt(i), i)).toBe(true);
        expect(map.compareAndDelete(keyAt(i), i)).toBe(false);
      }
      expectValues((i) => (chosen.includes(i) ? undefined : i));
    });

    test('Iterate', () => {
      fill();
      let seen = 0;
      for (const [key, value] of map) {
        expect(map.compareAndDelete(key, value)).toBe(true);
        seen++;
      }
      expect(seen).toBe(keys.length);
      expectValues(() => undefined);
    });

    test('ConcurrentUnsharedKeys', async () => {
      await crew.run(map, [{ job: 'compareAndDeleteUnshared', threads: 4, n: 0 }]);
      expect(map.size).toBe(0);
    });

    test('ConcurrentSharedKeys', async () => {
      fill();
      const results = await crew.run(map, [{ job: 'compareAndDeleteShared', threads: 4, n: 0 }]);
      expect(sumOf(results)).toBe(keys.length);
      expectValues(() => undefined);
    });
  });

  describe('Swap', () => {
    test('All', () => {
      for (const [i, key] of keys.entries()) expect(map.getAndSet(key, i)).toBe(undefined);
      for (let j = 0; j < 3; j++) {
        for (const [i, key] of keys.entries()) {
          expect(map.getAndSet(key, i + j + 1)).toBe(i + j);
          expect(map.get(key)).toBe(i + j + 1);
          expect(map.getAndSet(key, i + j + 1)).toBe(i + j + 1);
        }
      }
      expectValues((i) => i + 3);
    });

    test.each([
      ['One', [15]],
      ['Multiple', SOME],
    ])('%s', (_name, chosen) => {
      fill();
      for (const i of chosen) {
        expect(map.getAndSet(keyAt(i), i + 1)).toBe(i);
        expect(map.getAndSet(keyAt(i), i + 1)).toBe(i + 1);
      }
      expectValues((i) => (chosen.includes(i) ? i + 1 : i));
    });

    test('ConcurrentUnsharedKeys', async () => {
      await crew.run(map, [{ job: 'exchangeUnshared', threads: 4, n: 0 }]);
      expect(map.size).toBe(4 * keys.length);
      for (const key of keys) for (let id = 0; id < 4; id++) expect(map.get(`${key}-${id}`)).toBe(id + 1);
    });

    test('ConcurrentUnsharedKeysWithDelete', async () => {
      await crew.run(map, [{ job: 'exchangeAndDeleteUnshared', threads: 4, n: 0 }]);
      expect(map.size).toBe(0);
    });

    test('ConcurrentSharedKeys', async () => {
      fill();
      const given = (await crew.run(map, [{ job: 'exchangeShared', threads: 4, n: 0 }])) as number[][];
      // Whatever was there, somebody was given back, but for the last value.
      for (const [i, key] of keys.entries()) {
        const all = [...given.map((each) => each[i] as number), map.get(key) as number];
        expect(all.sort((a, b) => a - b)).toEqual([0, 1000, 2000, 3000, 4000].map((n) => n + i));
      }
      expect(map.size).toBe(keys.length);
    });
  });

  describe('Clear', () => {
    test('Simple', () => {
      for (let j = 0; j < 3; j++) {
        fill();
        map.clear();
        expectValues(() => undefined);
      }
    });

    test('Concurrent', async () => {
      for (let lap = 0; lap < 10; lap++) {
        fill();
        await crew.run(map, [
          { job: 'swapUnderClear', threads: 3, n: 20 },
          { job: 'clearOnce', threads: 1, n: 0 },
        ]);
        expectValues(() => undefined);
      }
    });
  });
});
