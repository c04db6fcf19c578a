import { SharedMap, SharedMapError } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { HASHES, mapWithHash } from './internals.js';
import { Random } from './random.js';

const MiB = 2 ** 20;
const small = { maxBytes: 4 * MiB } as const;

function numbers(): SharedMap<number, number> {
  return new SharedMap({ key: 'number', value: 'number', maxBytes: 64 * MiB });
}

/** The error of a call that must fail. */
function errorOf(call: () => unknown): SharedMapError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(SharedMapError);
    return error as SharedMapError;
  }
  throw new Error('it did not throw');
}

describe('getMany', () => {
  test.each([0, 1, 31, 32, 33, 4095, 4096, 4097, 10_000])('%d number keys, some absent', (n) => {
    const map = numbers();
    for (let i = 0; i < n; i += 2) map.set(i, i + 0.5);
    const keys = Float64Array.from({ length: n }, (_, i) => i);
    const found = new Uint8Array(n);
    const out = map.getMany(keys, undefined, found);
    expect(out).toBeInstanceOf(Float64Array);
    expect([...out]).toEqual([...keys].map((i) => (i % 2 === 0 ? i + 0.5 : Number.NaN)));
    expect([...found]).toEqual([...keys].map((i) => (i % 2 === 0 ? 1 : 0)));
    expect(map.getMany([...keys])).toEqual([...keys].map((i) => (i % 2 === 0 ? i + 0.5 : undefined)));
    expect(map.check()).toEqual([]);
  });

  test('keys of every kind of typed array are numbers', () => {
    const map = numbers();
    for (const key of [-128, -1, 0, 1, 127, 200, 60_000, 2 ** 31, 0.5]) map.set(key, key * 2);
    const arrays = [
      new Int8Array([-128, -1, 127]),
      new Uint8Array([0, 200]),
      new Uint8ClampedArray([300, 1]),
      new Int16Array([127, -1]),
      new Uint16Array([60_000]),
      new Int32Array([-128, 127]),
      new Uint32Array([2 ** 31]),
      new Float32Array([0.5]),
      new Float64Array([-0, 0.5]),
      Buffer.from([1, 2, 127]),
    ];
    for (const keys of arrays) {
      expect([...map.getMany(keys)]).toEqual(Array.from(keys, (key) => map.get(key) ?? Number.NaN));
      expect([...map.hasMany(keys)]).toEqual(Array.from(keys, (key) => (map.has(key) ? 1 : 0)));
    }
  });

  test('NaN is a key, -0 is 0, a value may be NaN', () => {
    const map = numbers();
    map.set(Number.NaN, 1).set(0, Number.NaN).set(7, -0);
    const found = new Uint8Array(5);
    const out = map.getMany(new Float64Array([Number.NaN, -0, 0, 7, 8]), undefined, found);
    expect([...out]).toEqual([1, Number.NaN, Number.NaN, -0, Number.NaN]);
    expect([...found]).toEqual([1, 1, 1, 1, 0]);
  });

  test('any NaN that a typed array holds is the one NaN, as key and as value', () => {
    const bits = new BigUint64Array([0xfffe_0000_0000_1234n, 0x7ff8_0000_0000_0001n, 0xffff_ffff_ffff_ffffn]);
    const nans = new Float64Array(bits.buffer);
    const map = numbers();
    map.setMany(nans, nans);
    expect(map.size).toBe(1);
    expect(map.get(Number.NaN)).toBeNaN();
    expect([...map.hasMany(nans)]).toEqual([1, 1, 1]);
    expect(map.deleteMany(nans)).toBe(1);
    expect(map.check()).toEqual([]);
  });

  test('general keys give values in an array', () => {
    const map = new SharedMap(small) as SharedMap<unknown, unknown>;
    const keys = ['a', 1, 10n, true, null, undefined, 'long '.repeat(8000), 'absent', 'none'];
    const values = [
      1,
      'one',
      { deep: [1, 2] },
      undefined,
      null,
      5n,
      new Uint8Array([1, 2]),
      'x'.repeat(50_000),
    ];
    for (const [i, value] of values.entries()) map.set(keys[i], value);
    const found = new Uint8Array(keys.length);
    expect(map.getMany(keys, undefined, found)).toEqual([...values, undefined]);
    expect([...found]).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 0]);
    expect(map.hasMany(keys)).toEqual([true, true, true, true, true, true, true, true, false]);
    expect(map.getMany(new Set(keys).values())).toEqual([...values, undefined]);
    expect(map.getMany([])).toEqual([]);
  });

  test('into arrays that are given, of which the rest stays', () => {
    const map = numbers();
    map.set(1, 10).set(2, 20);
    const out = new Float64Array([1, 2, 3, 4]);
    expect(map.getMany(new Int32Array([2, 5]), out)).toBe(out);
    expect([...out]).toEqual([20, Number.NaN, 3, 4]);
    const array: (number | undefined)[] = [7, 8, 9];
    expect(map.getMany([1, 3], array)).toBe(array);
    expect(array).toEqual([10, undefined, 9]);
    expect(map.getMany(new Int32Array([1, 3]), array)).toBe(array);
    const flags = new Uint8Array([9, 9, 9]);
    expect(map.hasMany([1, 3], flags)).toBe(flags);
    expect([...flags]).toEqual([1, 0, 9]);
    const views = new Float64Array(new ArrayBuffer(64), 16, 2);
    map.getMany([1, 2], views);
    expect([...new Float64Array(views.buffer)]).toEqual([0, 0, 10, 20, 0, 0, 0, 0]);
  });

  test('arrays in shared memory do as others', () => {
    const map = numbers();
    const keys = new Int32Array(new SharedArrayBuffer(12));
    keys.set([1, 2, 3]);
    map.setMany(keys, Float64Array.from([10, 20, 30]));
    const out = new Float64Array(new SharedArrayBuffer(24));
    const found = new Uint8Array(new SharedArrayBuffer(3));
    map.getMany(keys, out, found);
    expect([...out, ...found]).toEqual([10, 20, 30, 1, 1, 1]);
    expect(map.deleteMany(keys)).toBe(3);
  });

  test('values that are no numbers: in an array they come, in a typed one they are refused', () => {
    const map = new SharedMap(small) as SharedMap<unknown, unknown>;
    const keys = Float64Array.from({ length: 5000 }, (_, i) => i);
    for (const key of keys) map.set(key, key % 1000 === 999 ? { key } : key);
    map.delete(998);
    const found = new Uint8Array(5000);
    const values = map.getMany(keys, [], found) as unknown[];
    expect(values[998]).toBe(undefined);
    expect(values[999]).toEqual({ key: 999 });
    expect(values[4999]).toEqual({ key: 4999 });
    expect(values[5]).toBe(5);
    expect(found.indexOf(0)).toBe(998);
    const out = new Float64Array(5000).fill(-1);
    const error = errorOf(() => map.getMany(keys, out));
    expect([error.code, error.done]).toEqual(['ERR_SHARED_MAP_VALUE_TYPE', 999]);
    expect(out[997]).toBe(997);
    expect([...out.subarray(999)].every((value) => value === -1)).toBe(true);
    expect(errorOf(() => map.getMany(['a', 999] as never, out)).done).toBe(1);
  });
});

describe('against a Map, number keys, chains of all lengths', () => {
  test.each(HASHES)('%s hash', (hash) => {
    const map = mapWithHash<number, number>(hash);
    const model = new Map<number, number>();
    const random = new Random(7);
    const range = hash === 'real' ? 40_000 : 600;
    const some = () =>
      Array.from({ length: random.below(hash === 'real' ? 6000 : 200) }, () => random.below(range));
    for (let round = 0; round < 60; round++) {
      const keys = some();
      const typed = Int32Array.from(keys);
      switch (random.below(5)) {
        case 0:
        case 1: {
          const values = keys.map(() => random.below(1000));
          if (round % 2 === 0) map.setMany(typed, Float64Array.from(values));
          else map.setMany(keys, values);
          for (const [i, key] of keys.entries()) model.set(key, values[i] as number);
          break;
        }
        case 2: {
          const gone = keys.slice(0, 500).filter((key) => model.delete(key)).length;
          expect(map.deleteMany(Int32Array.from(keys.slice(0, 500)))).toBe(gone);
          break;
        }
        case 3:
          expect([...map.getMany(typed)]).toEqual(keys.map((key) => model.get(key) ?? Number.NaN));
          expect(map.getMany(keys)).toEqual(keys.map((key) => model.get(key)));
          break;
        default:
          expect([...map.hasMany(typed)]).toEqual(keys.map((key) => (model.has(key) ? 1 : 0)));
          expect(map.hasMany(keys)).toEqual(keys.map((key) => model.has(key)));
      }
      expect(map.size).toBe(model.size);
    }
    expect(new Map(map)).toEqual(model);
    expect(map.check()).toEqual([]);
  });
});

describe('setMany and deleteMany', () => {
  test('keys and values, or entries, of any kind', () => {
    const map = new SharedMap(small) as SharedMap<unknown, unknown>;
    expect(map.setMany(['a', 2], new Set([1, 'two']))).toBe(map);
    map.setMany([3, 4], [undefined, null]);
    map.setMany(new Map<unknown, unknown>([['m', { n: 1 }]]));
    const other = new SharedMap({ key: 'string', value: 'number', ...small });
    other.set('from another', 9);
    map.setMany(other);
    map.setMany([
      [1, 1],
      [1, 2],
    ]);
    expect(new Map(map)).toEqual(
      new Map<unknown, unknown>([
        ['a', 1],
        [2, 'two'],
        [3, undefined],
        [4, null],
        ['m', { n: 1 }],
        ['from another', 9],
        [1, 2],
      ]),
    );
    expect(map.deleteMany(['a', 'b', 2, 'a'])).toBe(2);
    expect(map.deleteMany([])).toBe(0);
    expect(map.size).toBe(5);
  });

  test('a growth comes and goes within one call', () => {
    const map = numbers();
    const n = 300_000;
    const keys = Int32Array.from({ length: n }, (_, i) => i * 3);
    map.setMany(keys, keys);
    expect(map.size).toBe(n);
    expect(map.stats().growths).toBeGreaterThan(8);
    expect([...map.getMany(keys)]).toEqual([...keys]);
    expect(map.deleteMany(keys)).toBe(n);
    expect(map.check()).toEqual([]);
  });

  test('a full map: the error says how far the call came, what was done stays, what failed did nothing', () => {
    const map = new SharedMap({ key: 'number', value: 'number', maxBytes: MiB });
    const keys = Float64Array.from({ length: 100_000 }, (_, i) => i + 0.5);
    const error = errorOf(() => map.setMany(keys, keys));
    expect(error.code).toBe('ERR_SHARED_MAP_FULL');
    expect(error.done).toBe(map.size);
    const here = map.hasMany(keys);
    expect(here.indexOf(0)).toBe(error.done);
    expect(here.lastIndexOf(1)).toBe((error.done as number) - 1);
    expect(map.check()).toEqual([]);
    const strings = new SharedMap({ key: 'string', value: 'number', maxBytes: MiB });
    const again = errorOf(() =>
      strings.setMany(Array.from(keys, (key) => [`a key of some length ${key}`, key])),
    );
    expect([again.code, again.done]).toEqual(['ERR_SHARED_MAP_FULL', strings.size]);
    expect(strings.check()).toEqual([]);
  });
});

describe('what callers may do wrong', () => {
  const map = new SharedMap({ key: 'number', value: 'number', ...small });

  test.each<[string, () => unknown]>([
    ['no keys', () => (map.getMany as () => unknown)()],
    ['a number for keys', () => map.getMany(5 as never)],
    ['an object for keys', () => map.deleteMany({} as never)],
    ['no values', () => map.setMany([1], undefined as never)],
    ['fewer values', () => map.setMany([1, 2], [1])],
    ['more values', () => map.setMany(new Int8Array(1), new Int8Array(2))],
    ['a short out', () => map.getMany([1, 2], new Float64Array(1))],
    ['a short found', () => map.getMany([1, 2], undefined, new Uint8Array(1))],
    ['an out of another kind', () => map.getMany([1], new Float32Array(4) as never)],
    ['an object for out', () => map.getMany([1], {} as never)],
    ['a found of another kind', () => map.getMany([1], undefined, [] as never)],
    ['an out for has of another kind', () => map.hasMany([1], [] as never)],
    ['a DataView for keys', () => map.getMany(new DataView(new ArrayBuffer(8)) as never)],
  ])('%s', (_name, call) => {
    expect(errorOf(call).code).toBe('ERR_SHARED_MAP_OPTION');
  });

  test('entries that are none, after some that are', () => {
    const error = errorOf(() => map.setMany([[1, 1], [2, 2], 3] as never));
    expect([error.code, error.done]).toEqual(['ERR_SHARED_MAP_OPTION', 2]);
    expect(map.deleteMany([1, 2])).toBe(2);
  });

  test('keys and values of another kind, after some that are right', () => {
    map.setMany([1, 2], [1, 2]);
    const cases: (() => unknown)[] = [
      () => map.getMany([1, 2, 'x'] as never),
      () => map.hasMany([1, 2, 'x'] as never),
      () => map.deleteMany([1, 2, 'x'] as never),
      () => map.setMany([1, 2, 'x'] as never, [1, 2, 3]),
    ];
    for (const call of cases) {
      const error = errorOf(call);
      expect([error.code, error.done]).toEqual(['ERR_SHARED_MAP_KEY_TYPE', 2]);
      expect(error).toBeInstanceOf(TypeError);
    }
    const error = errorOf(() => map.setMany([1, 2, 3], [1, 2, 'x'] as never));
    expect([error.code, error.done]).toEqual(['ERR_SHARED_MAP_VALUE_TYPE', 2]);
    const strings = new SharedMap({ key: 'string', ...small });
    expect(errorOf(() => strings.getMany(new Float64Array(2) as never)).code).toBe('ERR_SHARED_MAP_KEY_TYPE');
    expect(errorOf(() => strings.setMany(new Float64Array(2) as never, new Float64Array(2))).done).toBe(0);
  });

  test('buffers that are gone', () => {
    const gone = <T extends ArrayBufferView<ArrayBuffer>>(view: T): T => {
      structuredClone(view.buffer, { transfer: [view.buffer] });
      return view;
    };
    const calls = [
      () => map.getMany(gone(new Float64Array(2))),
      () => map.getMany([1, 2], gone(new Float64Array(2))),
      () => map.getMany([1, 2], undefined, gone(new Uint8Array(2))),
      () => map.hasMany([1, 2], gone(new Uint8Array(2))),
      () => map.setMany([1, 2], gone(new Float64Array(2))),
      () => map.deleteMany(gone(new Int16Array(2))),
    ];
    for (const call of calls) expect(errorOf(call).code).toBe('ERR_SHARED_MAP_OPTION');
  });

  test('typed arrays that lie about their length are believed in nothing', () => {
    class Liar extends Float64Array {
      override get length(): number {
        return 1_000_000;
      }
      override subarray(): never {
        throw new Error('nobody asked');
      }
    }
    const keys = new Liar([1, 2]);
    expect(map.setMany(keys, new Liar([5, 6])).get(2)).toBe(6);
    expect([...map.getMany(keys, new Float64Array(2))]).toEqual([5, 6]);
    expect(errorOf(() => map.getMany([1, 2, 3], new Liar(2))).code).toBe('ERR_SHARED_MAP_OPTION');
    expect(map.deleteMany(keys)).toBe(2);
  });

  test('iterables that throw say what they say; what was done before stays', () => {
    const mine = new RangeError('mine');
    function* some(): Generator<[number, number]> {
      yield [1, 1];
      yield [2, 2];
      throw mine;
    }
    expect(() => map.setMany(some())).toThrow(mine);
    expect([...map.hasMany([1, 2])]).toEqual([true, true]);
    const keys = (function* (): Generator<number> {
      yield 1;
      throw mine;
    })();
    expect(() => map.deleteMany(keys)).toThrow(mine);
    expect(map.has(1)).toBe(true);
    let closed = false;
    const entries = {
      *[Symbol.iterator](): Generator<[number, number]> {
        try {
          for (;;) yield [1, 'not a number' as never];
        } finally {
          closed = true;
        }
      },
    };
    expect(errorOf(() => map.setMany(entries)).code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
    expect(closed).toBe(true);
    map.clear();
  });

  test('code of the caller that calls the map, or detaches it, in the middle', () => {
    const any = new SharedMap({
      ...small,
      value: {
        name: 'c',
        encode: (x: string) => Buffer.from(x),
        decode: (b) => {
          any.set('seen', 'x');
          return Buffer.from(b).toString();
        },
      },
    });
    any.setMany(['a', 'b', 'c'], ['1', '2', '3']);
    const { handle } = any;
    expect(any.getMany(['a', 'b', 'c'])).toEqual(['1', '2', '3']);
    function* leaving(): Generator<[string, string]> {
      yield ['d', '4'];
      any.detach();
      yield ['e', '5'];
    }
    const error = errorOf(() => any.setMany(leaving()));
    expect([error.code, error.done]).toEqual(['ERR_SHARED_MAP_HANDLE', 1]);
    const again = SharedMap.attach(handle, {
      value: { name: 'c', encode: (x: string) => Buffer.from(x), decode: (b) => Buffer.from(b).toString() },
    });
    expect([again.has('d'), again.has('e')]).toEqual([true, false]);
    const keys = {
      *[Symbol.iterator](): Generator<string> {
        yield 'a';
        again.detach();
        yield 'b';
      },
    };
    expect(errorOf(() => again.getMany(keys)).code).toBe('ERR_SHARED_MAP_HANDLE');
  });

  test('an array for results that is a proxy may call the map', () => {
    const seen: unknown[] = [];
    const keys = Float64Array.from({ length: 100 }, (_, i) => i);
    map.setMany(keys, keys);
    const out = new Proxy([] as (number | undefined)[], {
      set(target, name, value) {
        seen.push(map.getMany([1, 2]), map.get(3));
        return Reflect.set(target, name, value);
      },
    });
    expect(Array.from(map.getMany(keys, out))).toEqual([...keys]);
    expect(seen.length).toBe(200);
    map.clear();
  });

  test('after a detach', () => {
    const gone = numbers();
    gone.detach();
    const calls = [
      () => gone.getMany(new Float64Array(1)),
      () => gone.hasMany([1]),
      () => gone.setMany([1], [1]),
      () => gone.setMany([[1, 1]]),
      () => gone.deleteMany([1]),
    ];
    for (const call of calls) expect(errorOf(call).code).toBe('ERR_SHARED_MAP_HANDLE');
  });
});
