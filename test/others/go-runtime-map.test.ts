import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { expectSound } from './crew.js';

// Go's runtime/map_test.go, by behaviour, but for iteration (go-runtime-iteration.test.ts). Where Go and Map differ, Map is right: -0 and 0 are one key, and so are all NaN.

const MiB = 2 ** 20;
const small = { maxBytes: 16 * MiB } as const;
const numbers = () => new SharedMap<number, number>({ key: 'number', value: 'number', ...small });

test('-0 and 0 are one key, and it is 0', () => {
  for (const pair of [
    [0, -0],
    [-0, 0],
  ]) {
    const map = numbers();
    for (const [i, key] of pair.entries()) map.set(key, i);
    expect(map.size).toBe(1);
    expect(Object.is([...map.keys()][0], 0)).toBe(true);
    expect([map.get(0), map.get(-0)]).toEqual([1, 1]);
    expectSound(map);
  }
});

test('NaN is one key: assigned', () => {
  const map = numbers();
  for (const value of [1, 2, 4]) map.set(Number.NaN, value);
  expect([...map]).toEqual([[Number.NaN, 4]]);
  expectSound(map);
});

test('NaN is one key: added to', () => {
  const map = numbers();
  for (const value of [1, 2, 4]) map.add(Number.NaN, value);
  expect([...map]).toEqual([[Number.NaN, 7]]);
  expectSound(map);
});

test('a value may depend on the one before', () => {
  const map = numbers();
  map.set(0, 12345);
  map.add(0, 67890);
  const at = () => map.get(0) as number;
  expect(map.compareAndSet(0, at(), Math.trunc(at() / 123))).toBe(true);
  expect(map.compareAndSet(0, at(), at() % 456)).toBe(true);
  expect(at()).toBe(Math.trunc((12345 + 67890) / 123) % 456);
});

test('a list grows by compareAndSet', () => {
  const map = new SharedMap(small);
  map.set(0, []);
  for (const more of [[12345], [67890], [123, 456], [7, 8, 9, 0]]) {
    const list = map.get(0) as number[];
    expect(map.compareAndSet(0, list, [...list, ...more])).toBe(true);
  }
  expect(map.get(0)).toEqual([12345, 67890, 123, 456, 7, 8, 9, 0]);
  expectSound(map);
});

test('another name for a map is the same map', () => {
  const map = numbers();
  map.set(0, 5);
  const other = SharedMap.attach(map.handle);
  other.set(0, 6);
  expect(map.get(0)).toBe(6);
  expect(other).toBe(map);
});

test('large keys with large values', () => {
  const map = new SharedMap<string, string[]>({ key: 'string', ...small });
  const key = (i: number) => `${'foo'.repeat(37)}string${i}${'foo'.repeat(218)}`;
  const value = (i: number) => Array.from({ length: 256 }, (_, at) => (at === 37 ? `string${i}` : 'foo'));
  for (let i = 0; i < 100; i++) map.set(key(i), value(i));
  const seen = new Map(map);
  expect(seen.size).toBe(100);
  for (let i = 0; i < 100; i++) expect(seen.get(key(i))?.[37]).toBe(`string${i}`);
  expectSound(map);
});

test('what is absent is undefined, however large values are', () => {
  const map = new SharedMap({ value: 'bytes', ...small });
  expect([map.get(0), map.has(0)]).toEqual([undefined, false]);
  map.set(1, new Uint8Array(4000));
  expect([map.get(0), map.has(0), map.get(1)?.length]).toEqual([undefined, false, 4000]);
});

test('empty keys and empty values', () => {
  const map = new SharedMap(small);
  map.set(0, undefined);
  map.set('', 0);
  map.set('', 1);
  map.set(undefined, '');
  expect([map.size, map.has(0), map.get(0), map.get(''), map.get(undefined)]).toEqual([
    3,
    true,
    undefined,
    1,
    '',
  ]);
  expectSound(map);
});

describe('a single bucket of string keys', () => {
  test.each([
    ['some of the same length', ['x', 'xx', 'foo', 'bar', 'xxxx', 'x'.repeat(128), 'y'.repeat(128)]],
    ['all of different lengths', ['x', 'xx', 'foo', 'xxxx', 'xxxxx', 'xxxxxx', 'x'.repeat(128)]],
  ])('%s', (_name, keys) => {
    const map = new SharedMap<string, string>({ key: 'string', value: 'string', ...small });
    for (const key of keys) map.set(key, `value of ${key}`);
    for (const key of keys) expect(map.get(key)).toBe(`value of ${key}`);
    for (const key of keys) expect(map.get(`${key}!`)).toBe(undefined);
    expect(map.stats()).toMatchObject({ count: 7, growths: 0, noverflow: 0 });
    expectSound(map);
  });
});

test('a string made from bytes is the key that was written as text', () => {
  const map = new SharedMap<string, number>({ key: 'string', value: 'number', ...small });
  for (const digit of [1, 2]) map.set(`${digit}${'0'.repeat(48)}`, digit);
  const bytes = Buffer.from(`1${'0'.repeat(48)}`);
  expect(map.get(bytes.toString())).toBe(1);
  bytes[0] = 0x32;
  expect(map.get(bytes.toString('latin1'))).toBe(2);
});

describe('a thousand large ones', () => {
  const textOf = (i: number) => Array.from({ length: 64 }, (_, j) => i + j).join();

  test('keys', () => {
    const map = new SharedMap<string, number>({ key: 'string', value: 'number', ...small });
    for (let i = 0; i < 1000; i++) map.set(textOf(i), i);
    for (let i = 0; i < 1000; i++) expect(map.get(textOf(i))).toBe(i);
    expectSound(map);
  });

  test('values', () => {
    const map = new SharedMap<number, string>({ key: 'number', value: 'string', ...small });
    for (let i = 0; i < 1000; i++) map.set(i, textOf(i));
    for (let i = 0; i < 1000; i++) expect(map.get(i)).toBe(textOf(i));
    expectSound(map);
  });
});

test('a capacity beyond reason is refused or met by an error, never by a crash', () => {
  for (const capacity of [-1, 2 ** 62, Number.NaN, 1.5]) {
    expect(() => new SharedMap({ capacity, ...small })).toThrow(/capacity/);
  }
});

test.each([
  [0, 16],
  [1, 16],
  [104, 16],
  [105, 32],
  [208, 32],
  [209, 64],
])('%i keys take %i buckets, and a growth that comes by itself no more than these', (n, buckets) => {
  for (const capacity of [0, n]) {
    const map = new SharedMap<number, number>({ key: 'number', value: 'number', capacity, ...small });
    for (let i = 0; i < n; i++) map.set(i, i);
    if (capacity > 0) expect(map.stats()).toMatchObject({ buckets, growths: 0 });
    else expect([buckets, buckets / 2]).toContain(map.stats().buckets);
    expectSound(map);
    map.detach();
  }
});

test('deletes that were put off take place', () => {
  const map = new SharedMap(small);
  const later: (() => boolean)[] = [];
  for (const key of [0, 1n, '2', null]) {
    map.set(key, 1);
    later.push(() => map.delete(key));
  }
  expect(map.size).toBe(4);
  expect(later.reverse().map((each) => each())).toEqual([true, true, true, true]);
  expect(map.size).toBe(0);
  expectSound(map);
});

describe('an absent key counts as 0 though a value was deleted in its place', () => {
  // In Go the freed cell kept its value. Twelve and thirteen, '' and 'x', by each way to take a key away.
  const keys = { numbers: [12, 13], strings: ['', 'x'] } as const;
  const ways = {
    delete: (map: SharedMap, key: number | string) => void map.delete(key),
    clear: (map: SharedMap) => map.clear(),
    'a loop of deletes': (map: SharedMap) => {
      for (const key of map.keys()) map.delete(key);
    },
  };

  test.each(Object.keys(ways) as (keyof typeof ways)[])('by %s', (way) => {
    for (const [first, second] of Object.values(keys)) {
      const map = new SharedMap(small);
      map.set(first, 99);
      ways[way](map, first);
      expect(map.add(second)).toBe(1);
      expect(map.add(first)).toBe(1);
      map.delete(first);
      map.set(first, '99');
      ways[way](map, first);
      expect(map.insert(first, '1')).toBe(true);
      expect(map.get(first)).toBe('1');
      expectSound(map);
    }
  });
});

test('tombstones: fill, delete half, fill the holes, delete everything', () => {
  const map = numbers();
  const n = 10_000;
  for (let i = 0; i < n; i++) map.set(i, i);
  expectSound(map);
  for (let i = 0; i < n; i += 2) map.delete(i);
  expectSound(map);
  for (let i = n; i < (3 * n) / 2; i++) map.set(i, i);
  expectSound(map);
  for (let i = 0; i < n; i += 2) expect(map.has(i)).toBe(false);
  for (let i = 0; i < (3 * n) / 2; i++) map.delete(i);
  expect(map.size).toBe(0);
  expectSound(map);
});

test('keys of every kind among a thousand numbers', () => {
  const map = new SharedMap(small);
  for (let i = 0; i < 1000; i++) map.set(i, true);
  const kinds = [1.5, 1n, 'foo', '', '1', true, null, undefined, 2n ** 200n, 'ÿ', 'Ā', Number.NaN, Infinity];
  for (const key of kinds) expect(map.insert(key, `${String(key)}`), String(key)).toBe(true);
  for (const key of kinds) expect(map.get(key)).toBe(`${String(key)}`);
  expect(map.size).toBe(1000 + kinds.length);
  expectSound(map);
});

test('an empty map refuses keys that are no keys, as a full one does', () => {
  for (const entries of [0, 100]) {
    const map = new SharedMap(small);
    for (let i = 0; i < entries; i++) map.set(i, i);
    for (const key of [{}, [], () => 0, Symbol('s'), new Map()]) {
      expect(() => map.get(key as never)).toThrow(TypeError);
      expect(() => map.delete(key as never)).toThrow(TypeError);
    }
    for (const key of [false, 0, '', 0n, null, undefined]) expect(() => map.get(key)).not.toThrow();
    expect(map.size).toBe(entries);
  }
});

test('keys and values of long strings, listed', () => {
  const map = new SharedMap<string, string>({ key: 'string', value: 'string', ...small });
  for (const letter of ['a', 'b']) map.set(letter + ' '.repeat(128), letter + ' '.repeat(128));
  expect([...map.keys()].map((key) => key.trim()).sort()).toEqual(['a', 'b']);
  expect([...map.values()].map((value) => value.trim()).sort()).toEqual(['a', 'b']);
});

test('the seed of each map is another one', () => {
  // The same keys lie in other cells.
  const shapes = new Set<string>();
  for (let i = 0; i < 8; i++) {
    const map = numbers();
    for (let key = 0; key < 90; key++) map.set(key, key);
    shapes.add(Buffer.from(new Uint8Array(map.handle.memory.buffer, 131_072, 16 * 152)).toString('latin1'));
    map.detach();
  }
  expect(shapes.size).toBe(8);
});
