import { SharedMap } from 'threadmap';
import { expect, test } from 'vitest';
import { keyOf, valueAt } from '../../workers/thread-jobs.js';
import { mapWithHash } from '../internals.js';
import { start } from './run-threads.js';

const MiB = 2 ** 20;

test('while others write and the map grows: what stays comes exactly once, the rest at most once', async () => {
  const n = 4000;
  for (let round = 0; round < 3; round++) {
    const map = new SharedMap({ maxBytes: 512 * MiB }) as SharedMap<unknown, unknown>;
    for (let i = 0; i < n; i++) map.set(keyOf(i), valueAt(i, 0));
    const running = await start(map, [{ job: 'churn', threads: 3, n }]);
    const began = map.stats().growths;
    let most = 0;
    for (let lap = 0; lap < 12; lap++) {
      const times = new Map<unknown, number>();
      for (const key of map.keys()) times.set(key, (times.get(key) ?? 0) + 1);
      for (let i = 0; i < n; i++) if (times.get(keyOf(i)) !== 1) expect(times.get(keyOf(i)), `${i}`).toBe(1);
      for (const [key, count] of times) if (count !== 1) expect(count, String(key).slice(0, 40)).toBe(1);
      most = Math.max(most, times.size);
      for (const [key, value] of map) {
        if (typeof key === 'number' && key % 5 === 0 && key < n) expect(value).toStrictEqual(valueAt(key, 0));
      }
    }
    running.stop();
    await running.results;
    expect(most).toBeGreaterThan(n);
    expect(map.stats().growths).toBeGreaterThan(began);
    expect(new Set(map.keys()).size).toBe(map.size);
    expect(map.check()).toEqual([]);
    map.detach();
  }
});

test.each(['constant', 'few'] as const)(
  'of chains of thousands that another thread changes, %s hash',
  async (hash) => {
    const n = 5000;
    const map = mapWithHash<number, number>(hash, { maxBytes: 64 * MiB });
    for (let i = 0; i < n; i++) map.set(i, i);
    for (let i = 0; i < 300; i += 3) map.delete(i); // free cells at the begin of the chain
    const running = await start(map, [{ job: 'slowChurn', threads: 2, n }]);
    for (let lap = 0; lap < 60; lap++) {
      const times = new Map<number, number>();
      for (const key of map.keys()) times.set(key, (times.get(key) ?? 0) + 1);
      for (let i = 300; i < n; i++) if (times.get(i) !== 1) expect(times.get(i), `${i}`).toBe(1);
      for (const [key, count] of times) if (count !== 1) expect(count, `${key}`).toBe(1);
      await new Promise(setImmediate);
    }
    running.stop();
    for (const steps of (await running.results) as number[]) expect(steps).toBeGreaterThan(10);
    expect(map.check()).toEqual([]);
  },
);

test('reads of keys that others change are whole values that somebody wrote', async () => {
  const n = 600;
  const map = new SharedMap({ maxBytes: 512 * MiB }) as SharedMap<unknown, unknown>;
  for (let i = 0; i < n; i++) map.set(keyOf(i), valueAt(i, 0));
  const running = await start(map, [
    { job: 'readStable', threads: 2, n },
    { job: 'changeStable', threads: 2, n },
  ]);
  await new Promise((resolve) => setTimeout(resolve, 4000));
  running.stop();
  for (const steps of (await running.results) as number[]) expect(steps).toBeGreaterThan(100);
  expect(map.stats().growths).toBeGreaterThan(3);
  expect(map.check()).toEqual([]);
});
