import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import type { JobName } from '../../workers/other-suites/other-suites-jobs.js';
import { Crew, expectSound, sumOf } from './crew.js';

// The accounting of these suites, on a map with the bugs that it is there for (workers/other-suites/other-suites-careless.ts): it must notice.

const MiB = 2 ** 20;

const crew = new Crew(8);
afterAll(() => crew.end());

const numbers = () => new SharedMap<number, number>({ maxBytes: 16 * MiB } as never);

function told(...values: number[]): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(4 * values.length);
  new Int32Array(shared).set(values);
  return shared;
}

/** What each job's test demands of the end, as true or false. */
const accounts: Partial<Record<JobName, (map: SharedMap<number, number>, results: unknown[]) => boolean>> = {
  computeFew: (map) => [...map.values()].every((value) => value === 4 * 1000),
  addShuffled: (map) => [...map.values()].every((value) => value === 4 * 1000),
  updateShuffled: (map) => [...map.values()].every((value) => value === 4 * 1000),
  updateOrDeleteOdd: (map, results) => sumOf([...map.values()]) === sumOf(results),
  addGeometric: (map) => [...map.values()].reduce((sum, value) => sum + value, 0) === 4 * 1000,
  overwrite: (map, results) => {
    const seen = (results as number[][][]).flatMap(([values]) => values as number[]);
    return new Set([...seen, map.get(0)]).size === 4 * 1000;
  },
  deleteAll: (_map, results) => sumOf(results) === 1000,
  swapShared: (_map, results) => sumOf(results) === 128,
  walk: (map, results) => map.size === sumOf(results),
  churnLive: (map) => map.size === 0,
  churnFew: (map, results) => {
    const balances = results as number[][];
    const balance = (key: number) => balances.reduce((sum, each) => sum + (each[key] as number), 0);
    return Array.from({ length: 12 }, (_, key) => balance(key) === (map.has(key) ? 1 : 0)).every(Boolean);
  },
};

const prefill: Partial<Record<JobName, (map: SharedMap<never, never>) => void>> = {
  deleteAll: (map) => {
    for (let i = 0; i < 1000; i++) map.set(i as never, i as never);
  },
  swapShared: (map) => {
    for (let i = 0; i < 128; i++) map.set(i.toString(2) as never, i as never);
  },
};

const sharedFor: Partial<Record<JobName, () => SharedArrayBuffer>> = {
  addShuffled: () => told(4),
  updateShuffled: () => told(4),
  updateOrDeleteOdd: () => told(4),
  overwrite: () => told(0),
  walk: () => told(...Array.from({ length: 50 }, (_, i) => i)),
};

describe('a map whose compound operations take two steps is found out by', () => {
  test.each(Object.keys(accounts) as JobName[])('%s', async (job) => {
    for (const careless of [false, true]) {
      const map = numbers();
      prefill[job]?.(map as never);
      const extras = { careless, shared: sharedFor[job]?.() ?? told(0) };
      let balanced: boolean;
      try {
        const results = await crew.run(map, [{ job, threads: 4, n: 1000 }], extras);
        balanced = (accounts[job] as NonNullable<(typeof accounts)[JobName]>)(map, results);
      } catch (error) {
        expect((error as Error).message).toMatch(/^broken: /);
        balanced = false;
      }
      expect(balanced).toBe(!careless);
      map.detach();
    }
  });
});

describe('one whose keys come back, or come twice, is found out by', () => {
  test.each(['insertAndDeleteChunk', 'mixEntries', 'fillAndEmpty', 'deleteUnshared', 'retainAll'] as const)(
    '%s',
    async (job) => {
      for (const careless of [false, true]) {
        const map = numbers();
        if (job === 'retainAll') for (let i = 0; i < 500; i++) map.set(i, i);
        const threads = job === 'fillAndEmpty' ? 1 : 2;
        const run = crew.run(map, [{ job, threads, n: 50 }], { careless });
        if (careless) await expect(run).rejects.toThrow(/^broken: /);
        else await run;
        map.detach();
      }
    },
  );
});

test('a map with a stripe of its count off is not sound', () => {
  const map = numbers();
  for (let i = 0; i < 80; i++) map.set(i, i);
  expectSound(map);
  const view = new DataView(map.handle.memory.buffer);
  view.setBigInt64(512, view.getBigInt64(512, true) + 1n, true);
  expect(() => expectSound(map)).toThrow();
});

test('a thread that fails ends the round for all, with its own error, and all are ready for the next', async () => {
  const map = numbers();
  const groups = [
    { job: 'containsAll', threads: 1, n: 10 },
    { job: 'setUntilStopped', threads: 3, n: 0 },
    { job: 'readAfterGrowth', threads: 0, n: 0 },
  ] as const;
  await expect(crew.run(map, groups)).rejects.toThrow(/^broken: \d is there$/);
  // Those who wait for the others of their round do not wait for ever.
  const waiting = [
    { job: 'containsAll', threads: 1, n: 10 },
    { job: 'readAfterGrowth', threads: 3, n: 50 },
  ] as const;
  await expect(crew.run(map, waiting)).rejects.toThrow(/^broken: \d is there$/);
  map.clear();
  await crew.run(map, [{ job: 'setAll', threads: 8, n: 100 }]);
  expect(map.size).toBe(100);
  expectSound(map);
});
