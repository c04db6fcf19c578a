import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { Crew, expectSound, sumOf } from './crew.js';

// Go's runtime/map_test.go, by behaviour: iteration, and reads after growth.

const MiB = 2 ** 20;
const small = { maxBytes: 16 * MiB } as const;
const numbers = () => new SharedMap<number, number>({ key: 'number', value: 'number', ...small });

describe('in the middle of an iteration the map grows', () => {
  test('and NaN stays', () => {
    const map = numbers();
    map.set(Number.NaN, 3);
    let grown = false;
    let times = 0;
    for (let lap = 0; lap < 2; lap++) {
      for (const [key, value] of map) {
        if (!grown) for (let i = 0; i < 1000; i++) map.add(i, i);
        grown = true;
        if (Number.isNaN(key)) times += value;
      }
    }
    expect(times).toBe(6);
    expect(map.stats().growths).toBeGreaterThan(0);
    expectSound(map);
  });

  test('and -0 reaches the entries of 0', () => {
    const map = numbers();
    for (const key of [0, 1, 2, 3]) map.set(key, 2 ** key);
    let sum = 0;
    let steps = 0;
    for (const [key, value] of map) {
      if (key > 3) continue;
      if (steps++ === 0) {
        for (let i = 100; i < 1100; i++) map.set(i, 0);
        for (const each of [-0, 1, 2, 3]) map.add(each, 16);
        sum += value;
      } else {
        expect(value).toBeGreaterThan(16);
        sum += value - 16;
      }
    }
    expect([steps, sum]).toEqual([4, 15]);
    expectSound(map);
  });

  test('and deleted keys do not come', () => {
    const map = numbers();
    for (let i = 0; i < 100; i++) map.set(i, i);
    let steps = 0;
    for (const [key] of map) {
      if (steps++ === 0) {
        for (let i = 100; i < 1000; i++) map.set(i, i);
        for (let i = 1; i < 1000; i += 2) map.delete(i);
      } else expect(key % 2).toBe(0);
    }
    expect(steps).toBeGreaterThanOrEqual(50);
    expect(map.stats().growths).toBeGreaterThan(2);
    expectSound(map);
  });

  test('and keys that were there all come', () => {
    const map = numbers();
    for (let i = 0; i < 16; i++) map.set(i, i);
    const seen: number[] = [];
    for (const key of map.keys()) {
      if (key < 16) seen.push(key);
      if (map.size === 16) for (let i = 100; i < 1000; i++) map.set(i, i);
    }
    expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    expectSound(map);
  });

  test('and it goes on from the middle of a growth: every key once', () => {
    // Full to the point where the growth has begun. Half-way through the iteration it is finished.
    const map = numbers();
    let n = 0;
    while (!map.stats().growing) map.set(n + 0.5, n++);
    const found = new Set<number>();
    for (const value of map.values()) {
      expect(found.has(value)).toBe(false);
      found.add(value);
      if (found.size === n >> 1) for (let i = 0; i < 16; i++) map.set(0.5, 0);
    }
    expect(found.size).toBe(n);
    expect(map.stats().growing).toBe(false);
    expectSound(map);
  });
});

describe('sixteen threads read after each step of growth', () => {
  const crew = new Crew(17);
  afterAll(() => crew.end());

  test.each([1, 2])('and find everything, lap %i', async () => {
    const map = numbers();
    const n = 130;
    const read = await crew.run(map, [{ job: 'readAfterGrowth', threads: 17, n }]);
    expect(sumOf(read)).toBe((17 * n * (n + 1)) / 2);
    expect(map.stats().growths).toBeGreaterThan(0);
    expectSound(map);
  });
});

test.each([3, 7, 9, 15])('the order of %i keys changes from iteration to iteration', (n) => {
  const map = numbers();
  for (let i = 0; i < n; i++) map.set(i, i);
  const orders = new Set(Array.from({ length: 100 }, () => [...map.keys()].join()));
  expect(orders.size).toBeGreaterThan(1);
});

test('the order of twenty keys that a thousand others have left behind changes, too', () => {
  for (let lap = 0; lap < 10; lap++) {
    const map = numbers();
    for (let i = 0; i < 1000; i++) map.set(i, i);
    for (let i = 20; i < 1000; i++) map.delete(i);
    const orders = new Set(Array.from({ length: 50 }, () => [...map.keys()].join()));
    expect(orders.size).toBeGreaterThan(1);
    map.detach();
  }
});

test.each([0, 1, 7, 8, 9, 100, 1000, 9900])(
  'an iteration that deletes and replaces each of %i entries',
  (n) => {
    const map = new SharedMap<number, boolean>({ key: 'number', ...small });
    for (let i = 0; i < n; i++) map.set(i, false);
    for (const key of map.keys()) {
      expect(map.delete(key)).toBe(true);
      map.set(key, true);
    }
    expect([...map.values()].every(Boolean)).toBe(true);
    expect(map.size).toBe(n);
    expectSound(map);
  },
);
