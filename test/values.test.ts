import { type Codec, SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';

const MiB = 2 ** 20;
const small = { maxBytes: MiB } as const;

test('keys of every type are told apart', () => {
  const map = new SharedMap(small);
  const keys = [
    ...[1, '1', 1n, true, 'true', null, 'null', undefined, 'undefined', false, 'false', '', 0, '0', 0n],
    ...[Number.NaN, 'NaN', -1, '-1', -1n, Infinity, -Infinity, 'Infinity', 0.1, 2 ** 53, 2n ** 53n],
    ...['2', '\x01', '\x02', '0x1', 'ff', 255n, 255, Number.MIN_VALUE, -Number.MIN_VALUE, 2 ** -1022],
  ];
  for (const [i, key] of keys.entries()) map.set(key, i);
  expect(map.size).toBe(keys.length);
  for (const [i, key] of keys.entries()) expect(map.get(key)).toBe(i);
  expect(new Set(map.keys())).toEqual(new Set(keys));
  for (const key of keys) expect(map.delete(key)).toBe(true);
  expect(map.size).toBe(0);
  expect(map.check()).toEqual([]);
});

test('number keys follow SameValueZero, number values are kept as they are', () => {
  for (const map of [new SharedMap(small), new SharedMap({ key: 'number', value: 'number', ...small })]) {
    map.set(-0, -0);
    expect([...map.keys()].map((key) => Object.is(key, 0))).toEqual([true]);
    expect(Object.is(map.get(0), -0)).toBe(true);
    expect(map.compareAndSet(0, 0, Number.NaN)).toBe(true);
    expect(map.get(-0)).toBeNaN();
    expect(map.compareAndSet(0, Number.NaN, 1)).toBe(true);
    map.set(Number.NaN, Infinity);
    expect(map.get(0 / 0)).toBe(Infinity);
    expect(map.add(Number.NaN, -Infinity)).toBeNaN();
    expect(map.get(Number.NaN)).toBeNaN();
    expect(map.has(Number.NaN)).toBe(true);
    expect(map.size).toBe(2);
  }
});

test('a NaN of any bits is the one NaN', () => {
  const bits = new DataView(new ArrayBuffer(8));
  const nans = [0x7ff8000000000001n, 0xfff8000000000000n, 0x7ff0000000000001n, 0xfffdffffffffffffn].map(
    (n) => {
      bits.setBigUint64(0, n);
      return bits.getFloat64(0);
    },
  );
  const map = new SharedMap(small);
  for (const nan of nans) {
    map.set(nan, nan);
    map.set('value', nan);
    expect(map.get('value')).toBeNaN();
    expect(map.compareAndSet('value', Number.NaN, nan)).toBe(true);
  }
  expect(map.size).toBe(2);
  expect(map.get(Number.NaN)).toBeNaN();
});

test('add(absent, -0) is 0', () => {
  const any = new SharedMap(small);
  const typed = new SharedMap({ key: 'string', value: 'number', ...small });
  expect(any.add('absent', -0)).toBe(0);
  expect(any.get('absent')).toBe(0);
  expect(any.add(7, -0)).toBe(0);
  expect(any.add('k'.repeat(20_000), -0)).toBe(0);
  expect(typed.add('absent', -0)).toBe(0);
  expect(typed.get('absent')).toBe(0);
  typed.set('there', -0);
  expect(typed.add('there', -0)).toBe(0 + -0);
});

test('add counts from 0, by 1 if not told, and for keys of every kind', () => {
  const map = new SharedMap({ value: 'number', ...small });
  for (const key of [
    'short',
    'a longer key than a word holds',
    'k'.repeat(9000),
    5,
    5n,
    true,
    null,
    undefined,
  ]) {
    expect(map.add(key)).toBe(1);
    expect(map.add(key, -3.5)).toBe(-2.5);
    expect(map.get(key)).toBe(-2.5);
  }
});

test('bigints of every size and sign', () => {
  const map = new SharedMap({ maxBytes: 16 * MiB });
  const bigints: bigint[] = [];
  for (const bits of [
    0, 1, 15, 16, 19, 20, 31, 32, 53, 63, 64, 65, 127, 128, 256, 1000, 62_000, 124_000, 300_000,
  ]) {
    const power = 2n ** BigInt(bits);
    bigints.push(power, -power, power - 1n, power + 1n, -(power + 1n));
  }
  const distinct = [...new Set(bigints)];
  for (const big of distinct) {
    map.set('value', big);
    expect(map.get('value') === big).toBe(true);
    expect(map.compareAndSet('value', big + 1n, 0)).toBe(false);
    expect(map.compareAndSet('value', big, 0)).toBe(true);
    map.set(big, big);
  }
  expect(map.size).toBe(distinct.length + 1);
  for (const big of distinct) {
    expect(map.get(big) === big).toBe(true);
    expect(map.delete(big)).toBe(true);
  }
  expect(map.size).toBe(1);
  expect(map.check()).toEqual([]);
});

test('bytes of every length come back as a Uint8Array of their own', () => {
  for (const map of [
    new SharedMap({ maxBytes: 16 * MiB }),
    new SharedMap({ value: 'bytes', maxBytes: 16 * MiB }),
  ]) {
    for (const length of [
      0, 1, 5, 6, 7, 8, 100, 16_000, 32_735, 32_744, 32_752, 32_753, 65_536, 65_537, 500_000,
    ]) {
      const whole = new Uint8Array(length + 20).map((_, i) => i * 7);
      const view = whole.subarray(9, 9 + length); // begins in the middle of its buffer
      map.set('k', view);
      const got = map.get('k') as Uint8Array;
      expect(got.constructor).toBe(Uint8Array);
      expect(Buffer.compare(got, view)).toBe(0);
      expect(got.buffer.byteLength).toBe(length);
      whole.fill(1);
      got.fill(2);
      expect(
        Buffer.compare(
          map.get('k') as Uint8Array,
          Uint8Array.from({ length }, (_, i) => (i + 9) * 7),
        ),
      ).toBe(0);
    }
    map.set('k', Buffer.from('a Buffer'));
    expect(map.get('k')).toStrictEqual(new Uint8Array(Buffer.from('a Buffer')));
  }
});

describe('structured values', () => {
  class Point {
    x = 1;
  }
  const values: [string, unknown][] = [
    ['objects in objects', { a: { b: { c: [1, 'two', 3n, null, undefined, true] } } }],
    ['arrays with holes', Object.assign([1], { 2: 3 })],
    ['Date', new Date(86_400_000)],
    ['Map', new Map<unknown, unknown>([['k', new Map([[1, { deep: true }]])]])],
    ['Set', new Set(['a', 1, null])],
    ['RegExp', /a+b/giu],
    ['Error', new RangeError('an error')],
    ['boxed', [Object(1), Object('s'), Object(true)]],
    ['ArrayBuffer', new Uint8Array([1, 2, 3]).buffer],
    ['long strings inside', { text: 'ÿ'.repeat(70_000), wide: 'Ā'.repeat(70_000) }],
    ['many entries', Array.from({ length: 20_000 }, (_, i) => ({ i }))],
    ['-0 and NaN', [-0, Number.NaN, Infinity]],
  ];
  for (const type of [
    Int8Array,
    Uint16Array,
    Int16Array,
    Uint32Array,
    Int32Array,
    Float32Array,
    Float64Array,
    Uint8ClampedArray,
  ]) {
    values.push([type.name, type.from([1, 2, 250])]);
  }
  values.push(
    ['BigInt64Array', BigInt64Array.from([1n, -1n])],
    ['DataView', new DataView(new ArrayBuffer(9), 2, 5)],
  );

  test.each(values)('%s', (_name, value) => {
    const map = new SharedMap({ maxBytes: 16 * MiB });
    map.set('k', value);
    const got = map.get('k');
    expect(got).toStrictEqual(structuredClone(value));
    expect(got).not.toBe(value);
    expect(map.get('k')).not.toBe(got);
    expect(map.compareAndSet('k', { other: 1 }, 0)).toBe(false);
    expect(map.compareAndSet('k', structuredClone(value), value)).toBe(true);
    expect(map.compareAndSet('k', value, got)).toBe(true);
    expect(map.compareAndSet('k', map.get('k'), 'replaced')).toBe(true);
    expect(map.get('k')).toBe('replaced');
    expect(map.check()).toEqual([]);
  });

  test('a class instance becomes a plain object, as in every structured clone', () => {
    const map = new SharedMap(small);
    map.set('k', new Point());
    expect(map.get('k')).toStrictEqual({ x: 1 });
  });

  test('cycles and shared parts stay what they are', () => {
    const map = new SharedMap(small);
    const shared = { s: 1 };
    const value: Record<string, unknown> = { a: shared, b: shared };
    value.self = value;
    map.set('k', value);
    const got = map.get('k') as Record<string, unknown>;
    expect(got.self).toBe(got);
    expect(got.a).toBe(got.b);
    expect(got.a).toStrictEqual({ s: 1 });
  });

  test('views have their own bytes, and nothing of the buffer beside them', () => {
    const map = new SharedMap(small);
    const buffer = new ArrayBuffer(64);
    new Uint8Array(buffer).fill(7);
    const bytes = new Uint8Array(buffer, 8, 16);
    const doubles = new Float64Array(buffer, 16, 2);
    doubles[0] = 1.5;
    map.set('k', { bytes, doubles });
    const got = map.get('k') as { bytes: Uint8Array; doubles: Float64Array };
    expect([got.bytes.byteOffset, got.bytes.length, got.bytes.buffer.byteLength]).toEqual([0, 16, 16]);
    expect([got.doubles.byteOffset, got.doubles.buffer.byteLength]).toEqual([0, 16]);
    expect(got.doubles[0]).toBe(1.5);
    got.bytes.fill(0);
    expect(got.doubles[0]).toBe(1.5);
    expect((map.get('k') as { doubles: Float64Array }).doubles[0]).toBe(1.5);
  });

  test('values are copies', () => {
    const map = new SharedMap(small);
    const value = { list: [1] };
    map.set('k', value);
    value.list.push(2);
    (map.get('k') as { list: number[] }).list.push(3);
    expect(map.get('k')).toEqual({ list: [1] });
  });
});

describe('kind json', () => {
  test('is what JSON makes of a value', () => {
    const map = new SharedMap<string, unknown>({ key: 'string', value: 'json', maxBytes: 16 * MiB });
    const values = [null, true, 1.5, 'text', 'Ā\ud800', [], {}, { a: [{ b: null }] }, 'x'.repeat(40_000)];
    for (const value of values) {
      map.set('k', value);
      expect(map.get('k')).toStrictEqual(value);
      expect(map.compareAndSet('k', ['other'], 1)).toBe(false);
      expect(map.compareAndSet('k', value, 1)).toBe(true);
    }
    map.set('date', new Date(0));
    expect(map.get('date')).toBe('1970-01-01T00:00:00.000Z');
    map.set('skips', { a: undefined, b: () => 1, c: Number.NaN });
    expect(map.get('skips')).toStrictEqual({ c: null });
    map.set('ownWay', { toJSON: () => 'told' });
    expect(map.get('ownWay')).toBe('told');
  });

  test('refuses what JSON has no text for', () => {
    const map = new SharedMap({ value: 'json', ...small });
    map.set('k', 1);
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    for (const value of [undefined, () => 1, Symbol('s'), 1n, cyclic]) {
      expect(codeOf(() => map.set('k', value))).toBe('VALUE_TYPE');
    }
    expect(errorOf(() => map.set('k', cyclic)).cause).toBeInstanceOf(TypeError);
    expect(map.get('k')).toBe(1);
  });
});

describe('a codec', () => {
  const dates: Codec<Date> = {
    name: 'date',
    encode: (date) => new Uint8Array(Float64Array.of(date.getTime()).buffer),
    decode: (bytes) => new Date(new Float64Array(bytes.buffer, bytes.byteOffset, 1)[0] as number),
  };

  test('makes and reads the bytes', () => {
    const map = new SharedMap<string, Date>({ key: 'string', value: dates, ...small });
    map.set('k', new Date(5));
    expect(map.get('k')).toStrictEqual(new Date(5));
    expect(map.compareAndSet('k', new Date(6), new Date(7))).toBe(false);
    expect(map.compareAndSet('k', new Date(5), new Date(7))).toBe(true);
    expect([...map.values()]).toStrictEqual([new Date(7)]);
    expect(map.insert('k', new Date(8))).toBe(false);
    expect(map.handle.codec).toBe('date');
  });

  test('that reuses its output buffer may be compared and set', () => {
    const out = new Uint8Array(8);
    const reusing: Codec<number> = {
      name: 'reusing',
      encode(value) {
        new DataView(out.buffer).setFloat64(0, value);
        return out;
      },
      decode: (bytes) => new DataView(bytes.buffer, bytes.byteOffset).getFloat64(0),
    };
    const map = new SharedMap({ value: reusing, ...small });
    map.set('a', 1);
    expect(map.compareAndSet('a', 1, 2)).toBe(true);
    expect(map.get('a')).toBe(2);
    expect(map.compareAndSet('a', 1, 3)).toBe(false);
    expect(map.get('a')).toBe(2);
  });

  test('gets a private copy to decode', () => {
    const kept: Uint8Array[] = [];
    const keeping: Codec<string> = {
      name: 'keeping',
      encode: (value) => Buffer.from(value),
      decode(bytes) {
        kept.push(bytes);
        return Buffer.from(bytes).toString();
      },
    };
    for (const length of [4, 40_000, 140_000]) {
      const map = new SharedMap({ value: keeping, maxBytes: 4 * MiB });
      map.set('k', 'v'.repeat(length));
      map.get('k');
      const bytes = kept.at(-1) as Uint8Array;
      expect(bytes.buffer).toBeInstanceOf(ArrayBuffer);
      bytes.fill(0);
      expect(map.get('k')).toBe('v'.repeat(length));
    }
  });

  test('whose decode throws on a long key leaves the map sound', () => {
    const failing: Codec<number> = {
      name: 'failing',
      encode: () => new Uint8Array(3),
      decode: () => {
        throw new RangeError('will not');
      },
    };
    const map = new SharedMap({ value: failing, maxBytes: 4 * MiB });
    for (const key of ['k', 'k'.repeat(20_000), 'k'.repeat(200_000)]) {
      map.set(key, 1);
      const error = errorOf(() => map.get(key));
      expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
      expect(error.cause).toBeInstanceOf(RangeError);
      expect(map.check()).toEqual([]);
      expect(map.has(key)).toBe(true);
      expect(map.delete(key)).toBe(true);
    }
    expect(map.size).toBe(0);
  });
});

describe('user code that runs in the middle of an operation', () => {
  test('a codec may call any operation of the map', () => {
    const map: SharedMap<string, string> = new SharedMap<string, string>({
      key: 'string',
      value: {
        name: 'busy',
        encode(value) {
          if (value !== 'inner') {
            map.set('other key of some length', 'inner');
            map.set('long'.repeat(9000), 'inner');
            map.get('long'.repeat(9000));
            map.delete('other key of some length');
            for (const key of map.keys()) map.has(key);
          }
          return Buffer.from(value);
        },
        decode(bytes) {
          const text = Buffer.from(bytes).toString();
          if (text !== 'inner') {
            map.get('long'.repeat(9000));
            map.set('decoded', 'inner');
          }
          return text;
        },
      },
      maxBytes: 16 * MiB,
    });
    for (const key of [
      'a',
      'a key of some length',
      'k'.repeat(2000),
      'k'.repeat(20_000),
      'k'.repeat(100_000),
    ]) {
      for (const value of ['v', 'v'.repeat(30), 'v'.repeat(30_000), 'v'.repeat(90_000)]) {
        map.set(key, value);
        expect(map.get(key) === value).toBe(true);
        expect(map.compareAndSet(key, value, `${value}2`)).toBe(true);
        expect(map.get(key) === `${value}2`).toBe(true);
        expect(map.insert(key, value)).toBe(false);
      }
    }
    expect(map.get('decoded')).toBe('inner');
    expect(map.has('other key of some length')).toBe(false);
    expect(map.size).toBe(7);
    expect(map.check()).toEqual([]);
  });

  test('toJSON and getters may write to the map', () => {
    const json = new SharedMap({ value: 'json', maxBytes: 4 * MiB });
    json.set('k'.repeat(20_000), {
      toJSON: () => {
        json.set('inner', 1);
        json.clear();
        json.set('after', 2);
        return 'v';
      },
    });
    expect(new Map(json)).toEqual(
      new Map<unknown, unknown>([
        ['after', 2],
        ['k'.repeat(20_000), 'v'],
      ]),
    );
    const any = new SharedMap({ maxBytes: 4 * MiB });
    any.set('a key of some length', {
      get field() {
        any.set('another key of some length', 'x'.repeat(40_000));
        return 'read';
      },
    });
    expect(any.get('a key of some length')).toEqual({ field: 'read' });
    expect(any.size).toBe(2);
    expect(any.check()).toEqual([]);
  });

  test('and detaches the map: the operation throws and touches nothing', () => {
    const keep = new SharedMap({ value: 'json', maxBytes: 4 * MiB });
    const { handle } = keep;
    keep.set('a key of some length', 'first');
    const long = 'v'.repeat(100_000);
    const values = (map: { detach(): void }, result: string) => ({
      toJSON() {
        map.detach();
        return result;
      },
    });
    let map: SharedMap<unknown, unknown> = keep;
    const calls: ((value: unknown) => unknown)[] = [
      (value) => map.set('a key of some length', value),
      (value) => map.insert('another', value),
      (value) => map.compareAndSet('a key of some length', 'first', value),
      (value) => map.compareAndSet('a key of some length', value, 'second'),
      (value) => map.set('k'.repeat(40_000), value),
    ];
    for (const call of calls) {
      for (const result of ['short', long]) {
        expect(codeOf(() => call(values(map, result)))).toBe('HANDLE');
        map = SharedMap.attach(handle) as SharedMap<unknown, unknown>;
        expect(new Map(map)).toEqual(new Map([['a key of some length', 'first']]));
        expect(map.check()).toEqual([]);
        expect(map.stats().threads).toBe(1);
      }
    }
  });

  test('a decode that detaches still answers', () => {
    const map: SharedMap<unknown, number> = new SharedMap<string, number>({
      value: {
        name: 'leaving',
        encode: (value) => Uint8Array.of(value),
        decode(bytes) {
          map.detach();
          return bytes[0] as number;
        },
      },
      ...small,
    }) as SharedMap<unknown, number>;
    map.set('k', 5);
    expect(map.get('k')).toBe(5);
    expect(codeOf(() => map.get('k'))).toBe('HANDLE');
  });

  test('a callback of forEach and a loop body may do what they like', () => {
    const map = new SharedMap({ key: 'number', value: 'number', maxBytes: 16 * MiB });
    for (let i = 0; i < 1000; i++) map.set(i, i);
    const seen: number[] = [];
    map.forEach((value, key) => {
      seen.push(key);
      map.delete(key);
      map.set(key + 1_000_000, value);
      if (seen.length < 20) for (const other of map.keys()) map.has(other);
    });
    const first = seen.filter((key) => key < 1_000_000);
    expect(first.length).toBe(1000);
    expect(new Set(seen).size).toBe(seen.length);
    expect(map.size).toBe(1000 + seen.length - first.length - (seen.length - first.length));
    expect(map.check()).toEqual([]);
  });
});
