import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { HASHES, mapWithHash } from '../internals.js';
import { Crew, expectSound } from './crew.js';

// Bugs of other maps that come from something held: guards and locks, by the living and by the dead. One test each.

const MiB = 2 ** 20;

const crew = new Crew(4);
afterAll(() => crew.end());

const numbers = () => new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 64 * MiB });

describe('DashMap', () => {
  test('mermin#317: a map that was large and is emptied becomes small by itself', () => {
    const map = numbers();
    const { bytesUsed, buckets } = map.stats();
    for (let lap = 0; lap < 3; lap++) {
      for (let i = 0; i < 50_000; i++) map.set(i, i);
      for (let i = 0; i < 50_000; i++) map.delete(i);
      expect(map.stats()).toMatchObject({ bytesUsed, buckets });
    }
    const { bytesCommitted } = map.stats();
    for (let i = 0; i < 50_000; i++) map.set(i, i);
    expect(map.stats().bytesCommitted).toBe(bytesCommitted); // what was freed was used again
    expectSound(map);
  });

  test('DashMap#74: a thread that holds what it has read may write anything', () => {
    const map = mapWithHash<number, object>('constant', { key: 'number', maxBytes: 16 * MiB });
    for (let i = 0; i < 100; i++) map.set(i, { i });
    const held = Array.from({ length: 100 }, (_, i) => map.get(i));
    for (const [key] of map) {
      for (let i = 0; i < 100; i += 9) map.set(i, { i, by: key });
      expect(map.delete(key) && map.insert(key, { again: key })).toBe(true);
    }
    expect(held).toEqual(Array.from({ length: 100 }, (_, i) => ({ i })));
    expect(map.size).toBe(100);
    expectSound(map);
  });

  test.each(HASHES)(
    'DashMap#369: two threads, each with one key in hand, write the key of the other, %s hash',
    async (hash) => {
      const map = mapWithHash<string, number>(hash, { key: 'string', value: 'number', maxBytes: 16 * MiB });
      for (const key of ['alpha', 'beta', 'gamma']) map.set(key, 1);
      await crew.run(map, [{ job: 'readThenWriteOther', threads: 4, n: 2000 }]);
      expect(map.get('alpha')).toBe(1999);
      expect(map.get('beta')).toBe(1999);
      expect(map.size).toBe(3);
      expectSound(map);
    },
  );

  test('DashMap#79, #151: an iteration that pauses holds up nobody, and goes on', async () => {
    const map = numbers();
    for (let i = 0; i < 1000; i++) map.set(i, i);
    const seen = new Set<number>();
    for (const key of map.keys()) {
      expect(seen.has(key)).toBe(false);
      seen.add(key);
      // Others come to their end while it waits in the middle.
      if (seen.size % 300 === 0) await crew.run(map, [{ job: 'setAll', threads: 4, n: 5000 }]);
    }
    for (let i = 0; i < 1000; i++) expect(seen.has(i)).toBe(true);
    expect(map.size).toBe(5000);
    expectSound(map);
  });

  test('DashMap#233: a map may be printed by whoever iterates over it, while others write', async () => {
    const map = numbers();
    for (let i = 0; i < 500; i++) map.set(i, i);
    const groups = [
      { job: 'setUntilStopped', threads: 2, n: 500 },
      { job: 'deleteUntilStopped', threads: 1, n: 500 },
    ] as const;
    await crew.during(map, groups, async () => {
      for (let lap = 0; lap < 20; lap++) {
        for (const [key] of map)
          if (key % 50 === 0) expect(inspect(map)).toMatch(/^SharedMap\(\d+\) \{.*\}$/s);
        await new Promise(setImmediate);
      }
    });
    expectSound(map);
  });

  test('RUSTSEC-2022-0002: what was read stays as it was when the map forgets it', () => {
    const map = new SharedMap<number, unknown>({ key: 'number', maxBytes: MiB });
    const make = (i: number) => ({ bytes: new Uint8Array(300).fill(i), text: `${i} `.repeat(100) });
    for (let i = 0; i < 200; i++) map.set(i, make(i));
    const held = Array.from({ length: 200 }, (_, i) => map.get(i));
    for (let i = 0; i < 200; i++) map.delete(i);
    for (let i = 200; i < 600; i++) map.set(i, make(255));
    map.clear();
    for (let i = 600; i < 1000; i++) map.set(i, make(254));
    expect(held).toEqual(Array.from({ length: 200 }, (_, i) => make(i)));
    expectSound(map);
  });
});

test('RECIPE#19: a thread killed in the middle of writes to one bucket leaves it open', async () => {
  for (let life = 0; life < 6; life++) {
    const map = mapWithHash<unknown, unknown>('constant', { maxBytes: 16 * MiB });
    const mortals = new Crew(2);
    await mortals.start(map, [{ job: 'hammerOneChain', threads: 2, n: 0 }]);
    while (!map.has('sum')) await sleep(1);
    await sleep(7 * life);
    await mortals.kill();
    await new Promise(setImmediate);
    const sum = map.get('sum') as number;
    expect(sum).toBeGreaterThan(0);
    for (let i = 0; i < 9; i++) map.set(i, 'written again');
    expect(map.add('sum', 1)).toBe(sum + 1);
    expect(map.size).toBe(10);
    expectSound(map);
    map.detach();
  }
});

test('libcuckoo#128: threads killed in the middle of writes leave no chain locked', async () => {
  const map = new SharedMap({ maxBytes: 64 * MiB });
  for (let life = 0; life < 4; life++) {
    const mortals = new Crew(3);
    await mortals.start(map, [{ job: 'growUntilStopped', threads: 3, n: 4000 }]);
    while (map.size < 3000) await sleep(1);
    await sleep(10);
    await mortals.kill();
  }
  await new Promise(setImmediate);
  const { size } = map;
  expect(size).toBeGreaterThan(0);
  for (const key of [...map.keys()]) map.set(key, 'written again');
  expect(map.size).toBe(size);
  expectSound(map);
  await crew.run(map, [{ job: 'insertFresh', threads: 4, n: 2000 }]);
  expect(map.size).toBe(size + 4 * 2000);
  expectSound(map);
});
