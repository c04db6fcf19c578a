import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { errorOf } from './error-of.js';
import { mapWithHash } from './internals.js';
import { Crew, expectSound, sumOf } from './others/crew.js';
import { Random } from './random.js';

const MiB = 2 ** 20;

type Keys = 'numbers' | 'strings';

const made = (capacity = 0, maxBytes = 64 * MiB) => new SharedMap({ maxBytes, capacity });
const keyOf = (keys: Keys, n: number): number | string => (keys === 'numbers' ? n : `the key of number ${n}`);

/** Everything that a map answers, compared with a model. */
function expectSame(
  map: SharedMap<unknown, unknown>,
  model: ReadonlyMap<unknown, unknown>,
  from: number,
  to: number,
  keys: Keys,
): void {
  expect(map.size).toBe(model.size);
  expect(new Map(map)).toEqual(model);
  for (let n = from; n < to; n++) {
    const key = keyOf(keys, n);
    if (map.get(key) !== model.get(key)) expect(map.get(key), `${key}`).toBe(model.get(key));
    if (map.has(key) !== model.has(key)) expect(`${key}`).toBe(model.has(key) ? 'there' : 'absent');
  }
  expect(map.check()).toEqual([]);
}

describe.each<Keys>(['numbers', 'strings'])('a map of %s', (keys) => {
  test('halves its table by itself when deletes have emptied it, and is sound at every step', () => {
    const map = made();
    const model = new Map<unknown, unknown>();
    const n = 4000;
    for (let i = 0; i < n; i++) {
      map.set(keyOf(keys, i), `value ${i}`);
      model.set(keyOf(keys, i), `value ${i}`);
    }
    const full = map.stats();
    let shrinking = 0;
    for (let i = 0; i < n; i++) {
      expect(map.delete(keyOf(keys, i))).toBe(model.delete(keyOf(keys, i)));
      if (!map.stats().shrinking) continue;
      shrinking++;
      if (shrinking % 16 === 1) expectSame(map, model, i - 20, n, keys);
    }
    expect(shrinking).toBeGreaterThan(40);
    const { B, shrinks, shrinking: still, bytesUsed, bytesCommitted } = map.stats();
    expect([B, still, shrinks]).toEqual([4, false, full.B - 4]);
    expect(bytesUsed).toBe(new SharedMap({ maxBytes: 64 * MiB }).stats().bytesUsed);
    expect(bytesCommitted).toBe(full.bytesCommitted);
    expectSame(map, model, 0, n, keys);
  });

  test('goes up and down at random as a model does', () => {
    const random = new Random(keys === 'numbers' ? 11 : 12);
    const map = made(0, 8 * MiB);
    const model = new Map<unknown, unknown>();
    const most = { shrinks: 0, shrinking: 0 };
    for (let lap = 0; lap < 24; lap++) {
      const filling = lap % 2 === 0;
      const calls = 500 + random.below(4000);
      for (let i = 0; i < calls; i++) {
        const key = keyOf(keys, random.below(3000));
        if (random.below(16) < (filling ? 14 : 1)) {
          map.set(key, i);
          model.set(key, i);
        } else expect(map.delete(key)).toBe(model.delete(key));
        if (i % 50 !== 0 || !map.stats().shrinking) continue;
        most.shrinking++;
        expectSame(map, model, 0, 300, keys);
      }
      const choice = random.below(8);
      if (choice === 0) map.shrink();
      if (choice === 1) map.reserve(random.below(6000));
      if (choice === 2) {
        map.clear();
        model.clear();
      }
      most.shrinks = map.stats().shrinks;
      expectSame(map, model, 0, 3000, keys);
    }
    expect(most.shrinks).toBeGreaterThan(4);
    expect(most.shrinking).toBeGreaterThan(0);
  });

  test('half shrunk answers every question, and reads move nothing', () => {
    const map = made();
    const n = 60_000;
    for (let i = 0; i < n; i++) map.set(keyOf(keys, i), i);
    let left = n;
    while (!map.stats().shrinking) map.delete(keyOf(keys, --left));
    for (let i = 0; i < 50; i++) map.delete(keyOf(keys, --left));
    const { nevacuate, growing, misses } = map.stats();
    expect([growing, nevacuate > 100, nevacuate < 2 ** (map.stats().B - 1)]).toEqual([false, true, true]);
    for (let i = 0; i < left; i++) expect(map.get(keyOf(keys, i))).toBe(i);
    for (let i = left; i < n; i++) expect(map.has(keyOf(keys, i))).toBe(false);
    expect(new Set(map.keys()).size).toBe(left);
    expect(map.stats().misses).toBeGreaterThan(misses);
    expect(map.stats().nevacuate).toBe(nevacuate);
    for (let i = 0; map.stats().shrinking; i++) map.set(keyOf(keys, i % left), i);
    expect(map.size).toBe(left);
    expect(map.check()).toEqual([]);
  });
});

describe('the size of the table', () => {
  test('has its hysteresis: from a shrink to the next change entries halve, or come to four times as many', () => {
    const map = made();
    for (let i = 0; i < 20_000; i++) map.set(i, i);
    let left = 20_000;
    while (map.stats().shrinks === 0) map.delete(--left);
    const { B, growths } = map.stats();
    expect(left).toBeLessThan((6.5 * 2 ** (B + 1)) / 8);
    // To and fro, far about the load at which it has shrunk.
    for (let lap = 0; lap < 20; lap++) {
      const more = Math.floor(left * 1.8);
      for (let i = left; i < more; i++) map.set(i, i);
      for (let i = left; i < more; i++) map.delete(i);
    }
    expect(map.stats()).toMatchObject({ B, growths, shrinks: 1, shrinking: false });
    while (map.stats().shrinks === 1) map.delete(--left);
    expect(left).toBeLessThan((6.5 * 2 ** B) / 8);
    expectSound(map);
  });

  test('stays at what capacity or reserve has asked for, until shrink()', () => {
    for (const byReserve of [false, true]) {
      const map = made(byReserve ? 0 : 10_000);
      if (byReserve) {
        for (let i = 0; i < 50; i++) map.set(i, i);
        map.reserve(10_000);
        expect(map.stats().growing).toBe(false);
      }
      const { B, growths } = map.stats();
      expect([6.5 * 2 ** B >= 10_000, 6.5 * 2 ** (B - 1) < 10_000]).toEqual([true, true]);
      for (let i = 0; i < 10_000; i++) map.set(i, i);
      expect(map.stats().growths).toBe(growths);
      for (let i = 10; i < 10_000; i++) map.delete(i);
      expect(map.stats()).toMatchObject({ B, shrinks: 0, shrinking: false });
      map.shrink();
      expect(map.stats()).toMatchObject({ B: 4, shrinks: B - 4, shrinking: false, count: 10 });
      expect([...map.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expectSound(map);
    }
  });

  test('shrink() makes it the smallest that holds the entries, and packs the chains', () => {
    for (const n of [0, 1, 104, 105, 208, 209, 3000, 6656, 6657]) {
      const map = made(50_000);
      for (let i = 0; i < n; i++) map.set(`${i}`, i);
      map.shrink();
      const { B, noverflow } = map.stats();
      expect(6.5 * 2 ** B).toBeGreaterThanOrEqual(n);
      expect(B === 4 || 6.5 * 2 ** (B - 1) < n).toBe(true);
      expect(noverflow).toBeLessThan(0.5 * 2 ** B);
      for (let i = 0; i < n; i++) expect(map.get(`${i}`)).toBe(i);
      expectSound(map);
      map.detach();
    }
  });

  test('reserve(n) makes room at once, once and for all', () => {
    const map = made();
    map.reserve(1000);
    const { B, growths } = map.stats();
    map.reserve(10);
    map.reserve(0);
    map.reserve(1000);
    expect(map.stats()).toMatchObject({ B, growths, growing: false });
    for (let i = 0; i < 1000; i++) map.set(i, i);
    expect(map.stats()).toMatchObject({ B, growths });
    map.reserve(5000);
    expect(map.stats().B).toBe(B + 2);
    for (let i = 0; i < 1000; i++) expect(map.get(i)).toBe(i);
    expectSound(map);
  });

  test('a wrong number of entries is refused, one that does not fit too, and nothing has changed', () => {
    const map = made(0, 2 * MiB);
    map.set('a', 1);
    const before = map.stats();
    for (const wrong of [-1, 1.5, Number.NaN, Infinity, 2 ** 53, '7', undefined, null, 7n, {}]) {
      expect(errorOf(() => map.reserve(wrong as number)).code).toBe('ERR_SHARED_MAP_OPTION');
    }
    for (const many of [200_000, 6.5 * 2 ** 24 + 1, Number.MAX_SAFE_INTEGER]) {
      expect(errorOf(() => map.reserve(many)).code).toBe('ERR_SHARED_MAP_FULL');
    }
    expect(map.stats()).toEqual(before);
    map.detach();
    for (const call of [() => map.reserve(1), () => map.shrink()])
      expect(errorOf(call).code).toBe('ERR_SHARED_MAP_HANDLE');
  });

  test('a clear keeps it; the deletes after it do not', () => {
    const map = made();
    for (let i = 0; i < 2000; i++) map.set(i, i);
    const { B } = map.stats();
    map.clear();
    expect(map.stats()).toMatchObject({ B, shrinking: false });
    for (let i = 0; map.stats().B > 4; i++) {
      map.set(i % 50, i);
      map.delete(i % 50);
    }
    expectSound(map);
  });

  test.each(['few', 'constant'] as const)('follows the entries under %s hashes, too', (hash) => {
    const map = mapWithHash<number, number>(hash, { maxBytes: 8 * MiB });
    for (let i = 0; i < 700; i++) map.set(i, i);
    map.reserve(3000);
    for (let i = 20; i < 700; i++) map.delete(i);
    map.shrink();
    expect(map.stats()).toMatchObject({ B: 4, count: 20 });
    expect(map.stats().noverflow).toBeLessThanOrEqual(3);
    for (let i = 0; i < 700; i++) expect(map.get(i)).toBe(i < 20 ? i : undefined);
    expectSound(map);
  });

  test('a full map shrinks, and what deletes free is used again', () => {
    const map = made(0, MiB);
    let n = 0;
    expect(
      errorOf(() => {
        for (;;) map.set(`key ${n}`, `value ${n++}`);
      }).code,
    ).toBe('ERR_SHARED_MAP_FULL');
    const { B } = map.stats();
    n--;
    map.shrink();
    for (let i = 50; i < n; i++) expect(map.delete(`key ${i}`)).toBe(true);
    map.shrink();
    expect(map.stats().B).toBeLessThan(B);
    for (let i = 0; i < 50; i++) expect(map.get(`key ${i}`)).toBe(`value ${i}`);
    for (let i = 0; i < n; i++) map.set(`key ${i}`, `value ${i}`);
    expect(map.size).toBe(n);
    expectSound(map);
  });
});

const crew = new Crew(4);
afterAll(() => crew.end());

test('several threads fill and empty the map while others shrink it and reserve room: every entry is accounted for', async () => {
  const map = new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 64 * MiB });
  for (let i = 0; i < 3000; i++) map.set(-1 - i, i);
  const groups = [
    { job: 'swellAndEmpty', threads: 2, n: 30 },
    { job: 'resizeAndRead', threads: 2, n: 150 },
  ] as const;
  const [kept, , read] = (await crew.run(map, groups)) as number[];
  expect(kept).toBeGreaterThan(0);
  expect(read).toBeGreaterThan(0);
  expect(map.size).toBe(3000 + 2 * (kept as number));
  for (let i = 0; i < 3000; i++) if (map.get(-1 - i) !== i) expect(map.get(-1 - i), `${-1 - i}`).toBe(i);
  const { shrinks, growths } = map.stats();
  expect([shrinks > 10, growths > 10]).toEqual([true, true]);
  expectSound(map);
});

test('all delete at once: each key has one that did, and the table is small in the end', async () => {
  const map = new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 64 * MiB });
  for (let lap = 0; lap < 4; lap++) {
    for (let i = 0; i < 20_000; i++) map.set(i, i);
    expect(sumOf(await crew.run(map, [{ job: 'deleteAll', threads: 4, n: 20_000 }]))).toBe(20_000);
    map.shrink();
    expect(map.stats()).toMatchObject({ B: 4, count: 0, shrinking: false });
    expectSound(map);
  }
});
