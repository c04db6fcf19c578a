import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { mapWithHash } from '../internals.js';
import { expectSound } from './crew.js';

// xsync's map_test.go, by behaviour: what the tests of one thread ask beside the model tests.

const MiB = 2 ** 20;

const numbers = (capacity = 0) =>
  new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 64 * MiB, capacity });
const strings = () => new SharedMap<string, number>({ key: 'string', value: 'number', maxBytes: 64 * MiB });

describe('serial', () => {
  test('MissingEntry, EmptyStringKey', () => {
    const map = strings();
    expect([map.get('foo'), map.delete('foo'), map.insert('foo', 1)]).toEqual([undefined, false, true]);
    map.set('', 42);
    expect([map.has(''), map.get('')]).toEqual([true, 42]);
    expectSound(map);
  });

  test('NilValue, NonNilValue: nothing is a value like others', () => {
    const map = new SharedMap<string, unknown>({ key: 'string', maxBytes: MiB });
    for (const value of [null, undefined]) {
      map.set('stored', value);
      expect([map.has('stored'), map.get('stored')]).toEqual([true, value]);
      expect(map.insert(`inserted ${value}`, value)).toBe(true);
      expect(map.insert(`inserted ${value}`, 1)).toBe(false);
      expect(map.get(`inserted ${value}`)).toBe(value);
    }
    for (const value of [null, undefined, {}]) {
      expect(map.getAndSet('swapped', value)).toEqual(
        value === null ? undefined : value === undefined ? null : undefined,
      );
      expect([map.has('swapped'), map.get('swapped')]).toEqual([true, value]);
    }
    expect(map.insert('struct', {})).toBe(true);
    expect(map.get('struct')).toEqual({});
    expectSound(map);
  });

  test('DeleteMatching, _NoDeletions, _AllDeleted, _EmptyMap: what matches goes, and is counted', () => {
    const map = strings();
    expect(map.retain(() => false)).toBe(0);
    for (let i = 0; i < 1000; i++) map.set(`${i}`, i);
    expect(map.retain(() => true)).toBe(0);
    expect([map.retain((value) => value % 2 === 1), map.size]).toEqual([500, 500]);
    for (let i = 0; i < 1000; i++) expect(map.has(`${i}`)).toBe(i % 2 === 1);
    expect([map.retain(() => false), map.isEmpty()]).toEqual([500, true]);
    expectSound(map);
  });

  test('DeleteMatching_Cancel: who throws ends it, and keeps the rest', () => {
    const map = strings();
    for (let i = 0; i < 100; i++) map.set(`${i}`, i);
    let deleted = 0;
    const cancel = new Error('enough');
    const until = () => {
      if (deleted === 10) throw cancel;
      deleted++;
      return false;
    };
    expect(() => map.retain(until)).toThrow(cancel);
    expect(map.size).toBe(90);
    expectSound(map);
  });

  test('LoadOrCompute, _FunctionCalledOnce, _ExistingKey: a value is made once, and only where there is none', () => {
    const map = strings();
    for (let lap = 0; lap < 2; lap++) {
      for (let i = 0; i < 1000; i++) {
        let calls = 0;
        const make = (key: string) => {
          calls++;
          return Number(key) * 2;
        };
        expect([map.getOrInsertComputed(`${i}`, make), calls]).toEqual([i * 2, lap === 0 ? 1 : 0]);
      }
    }
    expect(map.size).toBe(1000);
    expectSound(map);
  });

  test('Compute: stores, updates, deletes and leaves as it is', () => {
    const map = strings();
    const seen: unknown[] = [];
    const compute = (next: (value: number | undefined) => number | undefined) =>
      map.update('foobar', (value, present) => {
        seen.push(value, present);
        return next(value);
      });
    expect(compute(() => undefined)).toBe(undefined);
    expect([map.has('foobar'), compute(() => 42), map.get('foobar')]).toEqual([false, 42, 42]);
    expect([compute((value) => (value ?? 0) + 42), map.get('foobar')]).toEqual([84, 84]);
    expect([compute((value) => value), map.get('foobar')]).toEqual([84, 84]);
    expect([compute(() => undefined), map.has('foobar')]).toEqual([undefined, false]);
    expect(compute(() => undefined)).toBe(undefined);
    expect(seen).toEqual([
      undefined,
      false,
      undefined,
      false,
      42,
      true,
      84,
      true,
      84,
      true,
      undefined,
      false,
    ]);
    expectSound(map);
  });

  test('Compute_CancelOpOnOverflowBucket: an update that deletes nothing leaves every chain as it is', () => {
    const map = mapWithHash<number, number>('constant', {
      key: 'number',
      value: 'number',
      maxBytes: 16 * MiB,
    });
    for (let i = 0; i < 40; i++) map.set(i, i);
    const before = map.stats();
    for (let i = 40; i < 400; i++) expect(map.update(i, () => undefined)).toBe(undefined);
    for (let i = 0; i < 40; i++) expect(map.update(i, (value) => value)).toBe(i);
    expect(map.stats()).toMatchObject({
      count: 40,
      noverflow: before.noverflow,
      bytesUsed: before.bytesUsed,
    });
    expectSound(map);
  });

  test('All_Break, Range_FalseReturned: an iteration may end early', () => {
    const map = strings();
    for (let i = 0; i < 100; i++) map.set(`${i}`, i);
    let steps = 0;
    for (const [key, value] of map) {
      expect(key).toBe(`${value}`);
      if (++steps === 13) break;
    }
    expect(steps).toBe(13);
    expect([...map].length).toBe(100);
    expectSound(map);
  });

  test('All_NestedDelete, Range_NestedDelete: an iteration may delete what it shows', () => {
    const map = strings();
    for (let i = 0; i < 256; i++) map.set(`${i}`, i);
    for (const key of map.keys()) expect(map.delete(key)).toBe(true);
    for (let i = 0; i < 256; i++) expect(map.has(`${i}`)).toBe(false);
    expectSound(map);
  });

  test.each([
    ['strings', (i: number) => `${i}`],
    ['ints', (i: number) => i],
    ['64 bits', (i: number) => 2n ** 63n + BigInt(i)],
    ['negative', (i: number) => -(2n ** 63n) + BigInt(i)],
    ['structs as text', (i: number) => JSON.stringify({ x: i, y: -i })],
  ])('Store, then Load, LoadOrStore and LoadAndDelete: %s', (_name, keyOf) => {
    const map = new SharedMap({ maxBytes: 16 * MiB });
    for (let i = 0; i < 1000; i++) map.set(keyOf(i), i);
    for (let i = 0; i < 1000; i++) {
      expect(map.get(keyOf(i))).toBe(i);
      expect(map.insert(keyOf(i), -1)).toBe(false);
    }
    for (let i = 0; i < 1000; i++) {
      expect(map.delete(keyOf(i))).toBe(true);
      expect([map.has(keyOf(i)), map.delete(keyOf(i))]).toEqual([false, false]);
    }
    expect(map.size).toBe(0);
    expectSound(map);
  });

  test('Size, Clear: right after each call', () => {
    const map = strings();
    for (let lap = 0; lap < 2; lap++) {
      for (let i = 0; i < 1000; i++) expect(map.set(`${i}`, i).size).toBe(i + 1);
      expect([...map].length).toBe(1000);
      if (lap === 0) for (let i = 999; i >= 0; i--) expect([map.delete(`${i}`), map.size]).toEqual([true, i]);
      else map.clear();
      expect([map.size, [...map]]).toEqual([0, []]);
    }
    expectSound(map);
  });

  test('NewMapWithPresize, Stats: made for so many, it does not grow before, and tells what it is', () => {
    const map = numbers(1000);
    const { buckets } = map.stats();
    expect(map.stats()).toMatchObject({ count: 0, noverflow: 0, growths: 0, loadFactor: 0, growing: false });
    for (let i = 0; i < 1000; i++) map.set(i, i);
    expect(map.stats()).toMatchObject({ count: 1000, buckets, growths: 0, loadFactor: 1000 / buckets });
    for (let i = 1000; i < 3000; i++) map.set(i, i);
    expect(map.stats().buckets).toBeGreaterThan(buckets);
    expectSound(map);
  });

  test('NewMapWithPresize: what was asked for stays, whatever is deleted', () => {
    for (const capacity of [0, 50, 1000]) {
      const map = numbers(capacity);
      const { buckets } = map.stats();
      for (let lap = 0; lap < 3; lap++) {
        for (let i = 0; i < 10 * (capacity + 100); i++) map.set(i, i);
        for (let i = 0; i < 10 * (capacity + 100); i++) map.delete(i);
        while (map.stats().shrinking) map.delete(0);
        expect(map.stats().buckets).toBe(buckets);
      }
      map.clear();
      expect(map.stats().buckets).toBe(buckets);
      expectSound(map);
    }
  });

  test('Resize: the table is as small as at first when all have gone', () => {
    const map = strings();
    const { buckets } = map.stats();
    for (let i = 0; i < 100_000; i++) map.set(`${i}`, i);
    const grown = map.stats();
    for (let i = 0; i < 100_000; i++) map.delete(`${i}`);
    expect(map.stats()).toMatchObject({ buckets, shrinks: grown.growths, shrinking: false });
    expectSound(map);
  });

  test('Resize, ToPlainMap: a hundred thousand come and go', () => {
    const map = strings();
    for (let i = 0; i < 100_000; i++) map.set(`${i}`, i);
    expect(map.stats().growths).toBeGreaterThan(8);
    expect(new Map(map).size).toBe(100_000);
    for (let i = 0; i < 100_000; i++) if (!map.delete(`${i}`)) expect(`${i}`).toBe('there');
    expect(map.size).toBe(0);
    expectSound(map);
  });
});
