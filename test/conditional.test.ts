import { type Codec, SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';
import { HASHES, mapWithHash } from './internals.js';
import { type AnyMap, expectSame } from './model-calls.js';

// Writes that give back the old value or depend on it, one thread alone: every kind of key and value, memory that is full,
// codecs that fail. What many threads see of them is in schedule/ and threads/.

const MiB = 2 ** 20;

const KEYS: readonly unknown[] = [
  ...[
    5,
    -0.5,
    Number.NaN,
    'short',
    'the key of a record',
    'Ж'.repeat(9),
    12n,
    2n ** 90n,
    true,
    null,
    undefined,
  ],
  ...['K'.repeat(7_700), 'Ж'.repeat(9_000), 'k'.repeat(200_000)],
];
const VALUES: readonly unknown[] = [
  ...[1, -0, Number.NaN, '', 'short', 'a record of some length', 'ж'.repeat(40), 'v'.repeat(40_000)],
  ...[
    'w'.repeat(3_000_000),
    5n,
    -(2n ** 300n),
    true,
    null,
    new Uint8Array(3),
    new Uint8Array(70_000).fill(7),
  ],
  ...[{ a: [1, { b: 'x' }] }, { long: 'y'.repeat(100_000) }, new Map([[1, new Set(['s'])]])],
];

describe.each(HASHES)('every kind of key and value, %s hash', (hash) => {
  test('getAndSet and getAndDelete give back what was there', () => {
    const map = mapWithHash(hash, { maxBytes: 64 * MiB }) as AnyMap;
    for (const key of KEYS) {
      expect(map.getAndDelete(key)).toBe(undefined);
      let before: unknown;
      for (const value of VALUES) {
        expectSame(map.getAndSet(key, value), before, 'the value before');
        expectSame(map.get(key), value, 'the value');
        before = value;
      }
      expectSame(map.getAndDelete(key), before, 'the last value');
      expect(map.has(key)).toBe(false);
      expect(map.getAndDelete(key)).toBe(undefined);
    }
    expect(map.isEmpty()).toBe(true);
    expect(map.check()).toEqual([]);
  });

  test('compareAndDelete deletes what is equal, and nothing else', () => {
    const map = mapWithHash(hash, { maxBytes: 64 * MiB }) as AnyMap;
    for (const [i, key] of KEYS.entries()) {
      for (const [j, value] of VALUES.entries()) {
        const other = VALUES[(j + 1 + (i % 5)) % VALUES.length];
        expect(map.compareAndDelete(key, value)).toBe(false);
        map.set(key, value);
        expect(map.compareAndDelete(key, other)).toBe(false);
        expectSame(map.get(key), value, 'what stays');
        expect(map.compareAndDelete(key, value)).toBe(true);
        expect(map.has(key)).toBe(false);
      }
    }
    expect(map.check()).toEqual([]);
  });

  test('replace leaves an absent key absent', () => {
    const map = mapWithHash(hash, { maxBytes: 64 * MiB }) as AnyMap;
    for (const key of KEYS) {
      for (const value of VALUES) {
        expect(map.replace(key, value)).toBe(false);
        expect(map.size).toBe(0);
        map.set(key, 1);
        expect(map.replace(key, value)).toBe(true);
        expectSame(map.getAndDelete(key), value, 'the value');
      }
    }
    expect(map.check()).toEqual([]);
  });

  test('getOrInsert, getOrInsertComputed and getOrDefault give what is there', () => {
    const map = mapWithHash(hash, { maxBytes: 64 * MiB }) as AnyMap;
    const never = () => {
      throw new Error('called for a key that is present');
    };
    for (const key of KEYS) {
      for (const value of [...VALUES, undefined]) {
        expect(map.getOrDefault(key, 'other')).toBe('other');
        expect(map.has(key)).toBe(false);
        expect(map.getOrInsert(key, value)).toBe(value);
        expectSame(map.getOrInsert(key, 'other'), value, 'the first value');
        expectSame(map.getOrDefault(key, 'other'), value, 'the first value');
        expectSame(map.getOrInsertComputed(key, never), value, 'the first value');
        map.delete(key);
        expect(map.getOrInsertComputed(key, () => value)).toBe(value);
        expectSame(map.getAndDelete(key), value, 'the value');
      }
    }
    expect(map.check()).toEqual([]);
  });
});

test('the short paths give what the others give', () => {
  const map = new SharedMap({ maxBytes: MiB }) as AnyMap;
  for (const key of [1, 'k', 'a key that needs a record']) {
    expect([map.getAndSet(key, 5), map.getAndSet(key, Number.NaN), map.getAndSet(key, -0)]).toEqual([
      undefined,
      5,
      Number.NaN,
    ]);
    expect(Object.is(map.getAndDelete(key), -0)).toBe(true);
    map.set(key, 'a text of some length');
    expect(map.getAndSet(key, 6)).toBe('a text of some length');
    expect(map.getAndDelete(key)).toBe(6);
    expect(map.getAndDelete(key)).toBe(undefined);
  }
  expect(map.isEmpty()).toBe(true);
});

test('structured values are equal after a round trip', () => {
  const map = new SharedMap<string, object>({ maxBytes: MiB });
  const value = [1, { a: 'x' }, [2, [3]]];
  map.set('k', value);
  const copy = map.get('k') as object;
  expect(map.compareAndDelete('k', [1, { a: 'x' }, [2, [4]]])).toBe(false);
  expect(map.compareAndDelete('k', copy)).toBe(true);
  map.set('k', copy);
  expect(map.compareAndDelete('k', value)).toBe(true);
});

test('large values that are exchanged leave no memory behind', () => {
  const map = new SharedMap<string, string>({ maxBytes: 8 * MiB });
  const used = () => map.stats().bytesUsed;
  map.set('k', 'x'.repeat(300_000));
  const before = used();
  for (let i = 0; i < 200; i++) {
    expect(map.getAndSet('k', `${i}`.padEnd(300_000, '.'))?.length).toBe(300_000);
  }
  expect(used()).toBe(before);
  for (let i = 0; i < 200; i++) {
    expect(map.getAndDelete('k')?.length).toBe(300_000);
    expect(map.update('k', () => 'y'.repeat(300_000))?.length).toBe(300_000);
  }
  expect(used()).toBe(before);
  expect(map.check()).toEqual([]);
});

describe('a full map', () => {
  /** So full that no record of some length has room. */
  function fullMap(): AnyMap {
    const map = new SharedMap({ maxBytes: MiB }) as AnyMap;
    map.set('k', 'the value of old').set('large', 'l'.repeat(100_000));
    for (const size of [30_000, 3_000, 300, 30, 6]) {
      for (let i = 0; ; i++) {
        try {
          map.set(`${size} ${i}`, 'f'.repeat(size));
        } catch (error) {
          expect((error as { code: string }).code).toBe('ERR_SHARED_MAP_FULL');
          break;
        }
      }
    }
    return map;
  }

  test('keeps what it could not exchange, and loses no memory', () => {
    const map = fullMap();
    const entries = map.size;
    const { bytesUsed } = map.stats();
    const long = 'z'.repeat(200_000);
    for (let i = 0; i < 20; i++) {
      expect(codeOf(() => map.getAndSet('k', long))).toBe('FULL');
      expect(codeOf(() => map.getAndSet('k', 'z'.repeat(20_000)))).toBe('FULL');
      expect(codeOf(() => map.replace('k', long))).toBe('FULL');
      expect(codeOf(() => map.update('k', (old) => `${old}${long}`))).toBe('FULL');
      expect(codeOf(() => map.merge('k', long, (old, value) => `${old}${value}`))).toBe('FULL');
      expect(codeOf(() => map.getOrInsert('new', long))).toBe('FULL');
      expect(codeOf(() => map.getOrInsertComputed('new', () => long))).toBe('FULL');
      expect(codeOf(() => map.replaceAll((value, key) => (key === 'k' ? long : value)))).toBe('FULL');
    }
    expect(map.get('k')).toBe('the value of old');
    expect(map.has('new')).toBe(false);
    expect(map.size).toBe(entries);
    expect(map.stats().bytesUsed).toBe(bytesUsed);
    expect(map.check()).toEqual([]);
  });

  test('still gives back, and deletes on a condition', () => {
    const map = fullMap();
    expect(map.getAndSet('k', 1)).toBe('the value of old');
    expect(map.update('k', (old) => (old as number) + 1)).toBe(2);
    expect(map.compareAndDelete('large', 'other')).toBe(false);
    expect(map.getAndDelete('large')).toBe('l'.repeat(100_000));
    expect(map.deleteIf('k', (value) => value === 2)).toBe(true);
    expect(map.retain((_value, key) => String(key).startsWith('6'))).toBeGreaterThan(10);
    expect(map.check()).toEqual([]);
  });
});

describe('a codec that cannot decode', () => {
  let fails = false;
  const codec: Codec<string> = {
    name: 'sometimes',
    encode: (text) => Buffer.from(text, 'latin1'),
    decode(bytes) {
      if (fails) throw new RangeError('not now');
      return Buffer.from(bytes).toString('latin1');
    },
  };

  test.each(['short', 'v'.repeat(100_000)])('leaves the old value where it is', (value) => {
    const map = new SharedMap<string, string>({ value: codec, maxBytes: 4 * MiB });
    map.set('k', value);
    fails = true;
    for (const call of [
      () => map.getAndSet('k', 'new'),
      () => map.getAndDelete('k'),
      () => map.getOrInsert('k', 'new'),
      () => map.update('k', () => 'new'),
      () => map.deleteIf('k', () => true),
      () => map.retain(() => false),
    ]) {
      expect(codeOf(call)).toBe('DECODE');
    }
    fails = false;
    expect(map.get('k')).toBe(value);
    expect(map.getAndSet('k', 'new')).toBe(value);
    expect(map.getAndDelete('k')).toBe('new');
    expect([map.getAndDelete('k'), map.getAndSet('k', 'newer')]).toEqual([undefined, undefined]);
    expect(map.check()).toEqual([]);
  });
});

describe('getOrInsert', () => {
  test('looks at its value only when it is needed', () => {
    const map = new SharedMap<string, number>({ value: 'number', maxBytes: MiB });
    map.set('k', 5);
    expect(map.getOrInsert('k', 'no number' as never)).toBe(5);
    expect(codeOf(() => map.getOrInsert('new', 'no number' as never))).toBe('VALUE_TYPE');
    expect(map.has('new')).toBe(false);
  });
});

describe('getOrInsertComputed', () => {
  const map = new SharedMap({ maxBytes: MiB }) as AnyMap;

  test('refuses what is no function, whether or not the key is there', () => {
    map.set('there', 1);
    for (const key of ['there', 'absent']) {
      for (const callback of [undefined, null, 5, {}, 'x', []]) {
        const error = errorOf(() => map.getOrInsertComputed(key, callback as never));
        expect(error.code).toBe('ERR_SHARED_MAP_CALLBACK');
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toMatch(/^getOrInsertComputed takes a function, not /);
      }
    }
    expect(map.has('absent')).toBe(false);
  });

  test('calls its function once, with the key as the map has it', () => {
    const calls: unknown[][] = [];
    const make = (...given: unknown[]) => calls.push(given);
    expect(map.getOrInsertComputed(-0, make)).toBe(1);
    expect(map.getOrInsertComputed(0, make)).toBe(1);
    expect(calls).toHaveLength(1);
    expect(calls[0]).toHaveLength(1);
    expect(Object.is(calls[0]?.[0], 0)).toBe(true);
  });

  test('changes nothing when its function throws', () => {
    const thrown = new Error('from the callback');
    expect(() =>
      map.getOrInsertComputed('thrown', () => {
        throw thrown;
      }),
    ).toThrow(thrown);
    expect(map.has('thrown')).toBe(false);
  });

  test('gives what was stored first, be it by its own function', () => {
    const value = map.getOrInsertComputed('first', () => {
      map.set('first', 'a value that comes first');
      return 'a value that comes second';
    });
    expect(value).toBe('a value that comes first');
    expect(map.get('first')).toBe(value);
  });

  test('nests', () => {
    const fibonacci = (n: number): number =>
      n < 2 ? n : (map.getOrInsertComputed(`f${n}`, () => fibonacci(n - 1) + fibonacci(n - 2)) as number);
    expect(fibonacci(60)).toBe(1548008755920);
    expect(map.check()).toEqual([]);
  });

  test('stores undefined like any other value', () => {
    expect(map.getOrInsertComputed('undefined', () => undefined)).toBe(undefined);
    expect(map.has('undefined')).toBe(true);
    expect(map.getOrDefault('undefined', 5)).toBe(undefined);
  });
});

test('wrong keys and values are refused, and change nothing', () => {
  const map = new SharedMap({ key: 'string', value: 'number', maxBytes: MiB }) as SharedMap<unknown, unknown>;
  map.set('k', 1);
  for (const key of [1, {}, Symbol('s'), null]) {
    for (const call of [
      () => map.getAndSet(key, 1),
      () => map.getAndDelete(key),
      () => map.replace(key, 1),
      () => map.compareAndDelete(key, 1),
      () => map.getOrInsert(key, 1),
      () => map.getOrInsertComputed(key, () => 1),
      () => map.getOrDefault(key, 1),
    ]) {
      expect(codeOf(call)).toBe('KEY_TYPE');
    }
  }
  for (const call of [
    () => map.getAndSet('k', 'x'),
    () => map.replace('k', 'x'),
    () => map.compareAndDelete('k', 'x'),
    () => map.getOrInsert('new', 'x'),
  ]) {
    expect(codeOf(call)).toBe('VALUE_TYPE');
  }
  expect([...map]).toEqual([['k', 1]]);
});

test('isEmpty is what size === 0 is', () => {
  const map = new SharedMap<number, number>({ maxBytes: 4 * MiB });
  const agree = (isEmpty: boolean) => {
    expect(map.isEmpty()).toBe(isEmpty);
    expect(map.size === 0).toBe(isEmpty);
  };
  agree(true);
  for (let i = 0; i < 100; i++) {
    map.set(i, i);
    agree(false);
    map.delete(i);
    agree(true);
  }
  for (let lap = 0; lap < 5; lap++) {
    for (let i = 0; i < 3000; i++) map.set(i, i);
    agree(false);
    map.clear();
    agree(true);
  }
  map.detach();
  expect(codeOf(() => map.isEmpty())).toBe('HANDLE');
});
