import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { HASHES, mapWithHash } from '../internals.js';
import { Crew, expectSound, sumOf } from './crew.js';

// Bugs that other maps had after a release, one test each: the circumstances that showed it, here.

const MiB = 2 ** 20;

const crew = new Crew(8);
afterAll(() => crew.end());

const numbers = (maxBytes = 64 * MiB) =>
  new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes });

/** What all of the map's memory holds. */
const memoryOf = (map: SharedMap<never, never>) =>
  createHash('sha1').update(new Uint8Array(map.handle.memory.buffer).slice()).digest('hex');

describe('libcuckoo', () => {
  test('libcuckoo#157: an iteration finds as many keys as the size tells', async () => {
    for (let lap = 0; lap < 4; lap++) {
      const map = numbers();
      await crew.run(map, [{ job: 'insertFresh', threads: 8, n: 4000 }]);
      expect(map.size).toBe(32_000);
      expectSound(map); // lists them
      map.detach();
    }
  });

  test('libcuckoo#173: a reader that began before a growth misses nothing that was moved', async () => {
    const map = numbers();
    const n = 500;
    for (let i = 0; i < n; i++) map.set(i, i);
    const shared = new SharedArrayBuffer(8);
    new Int32Array(shared)[0] = n;
    const groups = [
      { job: 'readUntilStopped', threads: 3, n },
      { job: 'growThenStop', threads: 1, n: 150_000 },
    ] as const;
    const results = await crew.run(map, groups, { shared });
    for (const laps of results.slice(0, 3)) expect(laps).toBeGreaterThan(0);
    expect(map.size).toBe(n + 150_000);
    expect(map.stats().growths).toBeGreaterThan(8);
    expectSound(map);
  });
});

test('bookkeeper#1606: readers of small maps that begin to grow look where the keys are', async () => {
  for (let lap = 0; lap < 40; lap++) {
    const map = numbers(MiB);
    for (let i = 0; i < 60; i++) map.set(i, i);
    const shared = new SharedArrayBuffer(8);
    new Int32Array(shared)[0] = 60;
    const groups = [
      { job: 'readUntilStopped', threads: 3, n: 60 },
      { job: 'growThenStop', threads: 2, n: 1500 },
    ] as const;
    await crew.run(map, groups, { shared });
    expect(map.size).toBe(1560);
    expect(map.stats().growths).toBeGreaterThan(2);
    expectSound(map);
    map.detach();
  }
});

describe('ConcurrentHashMap', () => {
  test.each(HASHES)(
    'JDK-8062841: a function that makes a value may make others, of its own chain and its own key, %s hash',
    (hash) => {
      const map = mapWithHash<string, unknown>(hash, { key: 'string', maxBytes: 16 * MiB });
      for (const inner of ['BBBB', 'AaAa', 'another']) {
        map.clear();
        const within = () => map.getOrInsertComputed(inner, () => 42);
        expect(map.getOrInsertComputed('AaAa', () => [within()])).toEqual(inner === 'AaAa' ? 42 : [42]);
        expect(map.update('AaAa', (old) => [old, map.update(inner, () => 43)])).toEqual(
          inner === 'AaAa' ? [43, 43] : [[42], 43],
        );
        expect(map.size).toBe(inner === 'AaAa' ? 1 : 2);
        expectSound(map);
      }
    },
  );

  test.each(HASHES)(
    'JDK-8062841: a write from within the making of a value goes through, %s hash',
    (hash) => {
      // The value of a key is made while other keys of its chain, and itself, are written.
      const map = mapWithHash<string, unknown>(hash, { key: 'string', maxBytes: 16 * MiB });
      for (const inner of ['BBBB', 'AaAa', 'another']) {
        const making = {
          get made(): number {
            expect(map.insert(inner, 42) || map.get(inner) !== undefined).toBe(true);
            return map.size;
          },
        };
        expect(map.insert('AaAa', making)).toBe(inner === 'BBBB');
        expect(map.has('AaAa') && map.has(inner)).toBe(true);
        expectSound(map);
      }
      expect(map.get('AaAa')).toEqual({ made: 1 });
      // Of the two inserts of one absent key the inner one is first.
      const itself = {
        get made(): boolean {
          return map.insert('itself', 'from within');
        },
      };
      expect([map.insert('itself', itself), map.get('itself')]).toEqual([false, 'from within']);
      expect(map.delete('itself')).toBe(true);
      expect(map.set('itself', itself).get('itself')).toEqual({ made: true });
      expectSound(map);
    },
  );

  test('JDK-8161372: what changes nothing writes nothing, so that nobody waits for it', () => {
    const map = new SharedMap<number, unknown>({ key: 'number', maxBytes: MiB });
    for (let i = 0; i < 500; i++) map.set(i, i % 2 === 0 ? i : `the record of ${i}, long enough`);
    for (let i = 0; map.stats().growing; i++) map.set(i % 500, i % 2 === 0 ? i : `the record of ${i}`);
    const sizes = Array.from({ length: 500 }, (_, i) => map.get(i));
    map.set(-1, 1); // whatever a write has to do behind others is done
    const before = memoryOf(map as never);
    for (let i = 0; i < 500; i++) {
      expect(map.insert(i, -1)).toBe(false);
      expect(map.compareAndSet(i, -2, -1)).toBe(false);
      expect(map.delete(i + 1000)).toBe(false);
      expect([map.has(i), map.get(i)]).toEqual([true, sizes[i]]);
    }
    expect(memoryOf(map as never)).toBe(before);
    map.set(0, -1);
    expect(memoryOf(map as never)).not.toBe(before);
  });

  test('JDK-8211283: many threads that grow one map at once grow it once each time', async () => {
    for (let lap = 0; lap < 4; lap++) {
      const map = numbers();
      const shared = new SharedArrayBuffer(8);
      await crew.run(map, [{ job: 'growThenStop', threads: 8, n: 60_000 }], { shared });
      const { B, growths, promotions, loadFactor } = map.stats();
      expect(map.size).toBe(60_000);
      expect(B).toBe(4 + growths);
      expect([growths, growths - 1]).toContain(promotions);
      expect(loadFactor).toBeGreaterThan(6.5 / 2 - 0.01);
      expect(loadFactor).toBeLessThan(13);
      expectSound(map);
      map.detach();
    }
  });

  test('JDK-8392075: a growth whose helpers are gone is finished, and so is the next', async () => {
    for (let life = 0; life < 4; life++) {
      const map = new SharedMap({ maxBytes: 64 * MiB });
      for (let i = 0; i < 6.5 * 2 ** 11; i++) map.set(i, i);
      const mortals = new Crew(4);
      const shared = new SharedArrayBuffer(8);
      await mortals.start(map, [{ job: 'helpAndHang', threads: 4, n: 0 }], { shared });
      while (Atomics.load(new Int32Array(shared), 0) < 4) await sleep(1);
      await mortals.kill();
      await new Promise(setImmediate);
      const before = map.stats();
      expect(before).toMatchObject({ growing: true, threads: 1 });
      expect(before.promotions).toBe(before.growths - 1);
      expect(map.check()).toEqual([]);
      for (let i = 0; map.stats().growing; i++) expect(map.set(0, i).get(0)).toBe(i);
      expect(map.stats().promotions).toBe(before.growths);
      for (let i = 0; map.stats().promotions === before.growths; i++) map.set(`the next growth ${i}`, i);
      expect(map.size).toBeLessThan(6.5 * 2 ** 14);
      for (let i = 1; i < 6.5 * 2 ** 11; i++) if (map.get(i) !== i) expect(map.get(i)).toBe(i);
      expectSound(map);
      map.detach();
    }
  });

  test('eclipse-collections#430: a thread sees its own insert and delete in the size at once', async () => {
    const map = new SharedMap({ maxBytes: 16 * MiB });
    for (let i = 0; i < 100; i++) map.set(i, i);
    const shared = new SharedArrayBuffer(4);
    new Int32Array(shared)[0] = 100;
    const groups = [
      { job: 'seeOwnInSize', threads: 1, n: 20_000 },
      { job: 'setUntilStopped', threads: 3, n: 100 },
    ] as const;
    await crew.run(map, groups, { shared });
    expect(map.size).toBe(100);
    expectSound(map);
  });
});

describe('Go', () => {
  test('go#40999: a deleted key is not kept', async () => {
    const map = new SharedMap<string, number>({ key: 'string', value: 'number', maxBytes: 16 * MiB });
    map.set('stays', 0);
    const { bytesUsed } = map.stats();
    await crew.run(map, [{ job: 'churnLive', threads: 4, n: 5000 }]);
    expect([...map]).toEqual([['stays', 0]]);
    expect(map.stats().bytesUsed - bytesUsed).toBeLessThanOrEqual(map.stats().noverflow * 152);
    expectSound(map);
  });

  test.each([
    ['go#69534', 'few'],
    ['go#73427', 'constant'],
  ] as const)(
    '%s: keys whose hashes are equal to the last bit are told apart, %s hash',
    async (_name, hash) => {
      const map = mapWithHash<string | number, number>(hash, { value: 'number', maxBytes: 16 * MiB });
      await crew.run(map, [{ job: 'insertFresh', threads: 4, n: 400 }]);
      expect(map.size).toBe(1600);
      for (const [key, value] of map) expect(value).toBe(key);
      for (const key of [...map.keys()]) expect(map.delete(key)).toBe(true);
      expect(map.size).toBe(0);
      expectSound(map);
    },
  );
});

test('h2o-3 PR412: many keys that come and go, few at a time, do not make the map grow', async () => {
  const map = new SharedMap<string, number>({ key: 'string', value: 'number', maxBytes: 16 * MiB });
  await crew.run(map, [{ job: 'churnLive', threads: 4, n: 1000 }]);
  const { B, bytesCommitted } = map.stats();
  await crew.run(map, [{ job: 'churnLive', threads: 4, n: 40_000 }]);
  expect(map.stats()).toMatchObject({ B, growths: 0, count: 0 });
  // A page of keys and one of overflow buckets for each thread.
  expect(map.stats().bytesCommitted).toBeLessThanOrEqual(bytesCommitted + 8 * 65_536);
  expectSound(map);
});

test('otter#140: the size is never below nothing, whoever inserts, deletes and clears', async () => {
  const map = numbers();
  const shared = new SharedArrayBuffer(4);
  const groups = [
    { job: 'watchSize', threads: 2, n: 40 + 4 },
    { job: 'insertDeleteAndClear', threads: 4, n: 800 },
  ] as const;
  const results = await crew.run(map, groups, { shared });
  expect(sumOf(results.slice(0, 2))).toBeGreaterThan(0);
  expectSound(map);
});
