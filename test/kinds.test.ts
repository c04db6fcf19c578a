import fc from 'fast-check';
import { type FieldKind, SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';
import { snapshotFormat } from './internals.js';
import { type AnyMap, callBoth, expectContents, type Model } from './model-calls.js';
import { Random } from './random.js';

const small = { maxBytes: 4 * 2 ** 20 };
const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;
/** The magnitude from which a bigint is a record. */
const EDGE = 2n ** 63n - 2n ** 53n;
const edges = [
  0n,
  1n,
  -1n,
  2n ** 31n,
  -(2n ** 32n),
  2n ** 52n,
  2n ** 53n + 1n,
  2n ** 62n,
  EDGE - 1n,
  EDGE,
  EDGE + 1n,
];
const int64s = [...new Set([...edges, ...edges.map((edge) => -edge), LOWEST, LOWEST + 1n, HIGHEST])];
const int64 = fc.oneof(
  fc.bigInt({ min: LOWEST, max: HIGHEST }),
  fc.constantFrom(...int64s),
  fc.bigInt({ min: -9n, max: 9n }),
);

const UUID = '0123abcd-4567-89ef-0123-456789abcdef';

function mapOf(options: object): AnyMap {
  return new SharedMap({ ...small, ...options }) as unknown as AnyMap;
}

describe('int32 keys', () => {
  const good = [0, 1, -1, 2 ** 31 - 1, -(2 ** 31), 12345];

  test('the whole range', () => {
    const map = mapOf({ key: 'int32' });
    for (const key of good) map.set(key, `value ${key}`);
    for (const key of good) expect([map.has(key), map.get(key)]).toEqual([true, `value ${key}`]);
    expect([...map.keys()].sort()).toEqual([...good].sort());
    for (const key of good) expect(map.delete(key)).toBe(true);
    expect(map.check()).toEqual([]);
  });

  test('-0 is 0', () => {
    const map = mapOf({ key: 'int32', value: 'number' });
    map.set(-0, 5);
    expect([map.get(0), map.get(-0), Object.is([...map.keys()][0], 0)]).toEqual([5, 5, true]);
    expect(map.deleteIf(-0, (_value, key) => Object.is(key, 0))).toBe(true);
  });

  test.each([1.5, Number.NaN, Infinity, 2 ** 31, -(2 ** 31) - 1, '1', 1n, null, undefined, true, {}])(
    'not %s',
    (key) => {
      const map = mapOf({ key: 'int32', value: 'number' });
      for (const call of [
        () => map.get(key),
        () => map.set(key, 1),
        () => map.has(key),
        () => map.delete(key),
        () => map.add(key, 1),
        () => map.getAndSet(key, 1),
        () => map.getAndDelete(key),
        () => map.getOrInsert(key, 1),
      ]) {
        expect(codeOf(call)).toBe('KEY_TYPE');
      }
      expect(map.size).toBe(0);
    },
  );
});

describe('int32 values', () => {
  test('the whole range, and -0 is 0', () => {
    const map = mapOf({ value: 'int32' });
    for (const value of [0, -0, 1, 2 ** 31 - 1, -(2 ** 31)]) {
      expect(Object.is(map.set('k', value).get('k'), value | 0)).toBe(true);
      expect(Object.is(map.set(5, value).get(5), value | 0)).toBe(true);
      expect(Object.is(map.getAndSet(5, 7), value | 0)).toBe(true);
    }
    expect(map.compareAndSet('k', -(2 ** 31), -0)).toBe(true);
    expect(map.get('k')).toBe(0);
  });

  test.each([1.5, Number.NaN, 2 ** 31, -(2 ** 31) - 1, Infinity, 1n, '1', null, undefined, true])(
    'not %s',
    (value) => {
      const map = mapOf({ value: 'int32' });
      map.set('k', 1).set(5, 1);
      for (const key of ['k', 5]) {
        expect(codeOf(() => map.set(key, value))).toBe('VALUE_TYPE');
        expect(codeOf(() => map.insert(key, value))).toBe('VALUE_TYPE');
        expect(codeOf(() => map.getAndSet(key, value))).toBe('VALUE_TYPE');
        expect(codeOf(() => map.update(key, () => value ?? 1.5))).toBe('VALUE_TYPE');
        expect(map.get(key)).toBe(1);
      }
    },
  );
});

describe('bigints of 64 bits', () => {
  test('as keys: each once, whatever its word', () => {
    const map = mapOf({ key: 'bigint', value: 'any' });
    for (const key of int64s) expect(map.insert(key, String(key))).toBe(true);
    for (const key of int64s) expect([map.insert(key, 'again'), map.get(key)]).toEqual([false, String(key)]);
    expect(new Set(map.keys())).toEqual(new Set(int64s));
    expect(map.size).toBe(int64s.length);
    for (const key of int64s)
      expect([map.has(key), map.getAndDelete(key), map.has(key)]).toEqual([true, String(key), false]);
    expect(map.check()).toEqual([]);
  });

  test('as values: by every way out', () => {
    const map = mapOf({ value: 'bigint' });
    for (const value of int64s) {
      for (const key of [1, 'k', 'a key with a record', 'K'.repeat(9000)]) {
        expect(map.set(key, value).get(key)).toBe(value);
        expect(map.getOrDefault(key, 0n)).toBe(value);
        expect(map.getOrInsert(key, 5n)).toBe(value);
        expect(map.update(key, (there) => there)).toBe(value);
        expect(map.compareAndSet(key, value, value)).toBe(true);
        expect(map.compareAndDelete(key, value ^ 1n)).toBe(false);
        expect([...map.values()]).toEqual([value]);
        expect(map.getAndSet(key, value)).toBe(value);
        expect(map.getAndDelete(key)).toBe(value);
      }
    }
    expect(map.check()).toEqual([]);
  });

  test.each([2n ** 63n, LOWEST - 1n, 2n ** 200n, 1, '1', null, undefined, true])('not %s', (wrong) => {
    const map = mapOf({ key: 'bigint', value: 'bigint' });
    map.set(1n, 1n);
    expect(codeOf(() => map.get(wrong))).toBe('KEY_TYPE');
    expect(codeOf(() => map.set(wrong, 1n))).toBe('KEY_TYPE');
    expect(codeOf(() => map.set(1n, wrong))).toBe('VALUE_TYPE');
    expect(codeOf(() => map.compareAndSet(1n, wrong, 1n))).toBe('VALUE_TYPE');
    expect([...map]).toEqual([[1n, 1n]]);
  });

  test('any set of them', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(int64, int64)), (entries) => {
        const map = mapOf({ key: 'bigint', value: 'bigint' });
        const model: Model = new Map(entries);
        for (const [key, value] of entries) map.set(key, value);
        expectContents(map, model);
        for (const [key, value] of model) expect(map.get(key)).toBe(value);
        expect(map.check()).toEqual([]);
        map.detach();
      }),
      { numRuns: 300, seed: 64 },
    );
  });

  test('kind any keeps bigints of any size', () => {
    const map = mapOf({});
    for (const key of [...int64s, 2n ** 64n, -(2n ** 200n)]) expect(map.set(key, key).get(key)).toBe(key);
    expect(map.has(0)).toBe(false);
  });
});

describe('bytes as keys', () => {
  const lengths = [0, 1, 5, 6, 16, 100, 15_000, 15_345, 70_000];

  test('are compared by their bytes, and come back as copies', () => {
    const map = mapOf({ key: 'bytes' });
    for (const length of lengths) map.set(new Uint8Array(length).fill(length), length);
    for (const length of lengths) {
      expect(map.get(Buffer.alloc(length, length & 255))).toBe(length);
      expect(map.get(new Uint8Array(length + 1).fill(length).subarray(1))).toBe(length);
      if (length > 0) expect(map.has(new Uint8Array(length).fill(length + 1))).toBe(false);
    }
    const keys = [...map.keys()] as Uint8Array[];
    expect(keys.map(({ length }) => length).sort((a, b) => a - b)).toEqual(lengths);
    for (const key of keys) {
      expect(Object.getPrototypeOf(key)).toBe(Uint8Array.prototype);
      expect(key.every((byte) => byte === (key.length & 255))).toBe(true);
      expect(key.buffer).toBeInstanceOf(ArrayBuffer);
      expect(key.buffer.byteLength).toBe(key.length);
      expect(map.delete(key)).toBe(true);
    }
    expect([map.size, map.check()]).toEqual([0, []]);
  });

  test.each([
    'a',
    5,
    1n,
    null,
    undefined,
    [1],
    new Uint16Array(2),
    new ArrayBuffer(4),
    new DataView(new ArrayBuffer(4)),
  ])('not %s', (key) => {
    expect(codeOf(() => mapOf({ key: 'bytes' }).set(key, 1))).toBe('KEY_TYPE');
  });

  test('not those whose buffer was transferred', () => {
    const key = Uint8Array.of(1, 2, 3);
    structuredClone(key.buffer, { transfer: [key.buffer] });
    expect(mapOf({ key: 'bytes' }).has(new Uint8Array(0))).toBe(false);
    expect(['KEY_TYPE', undefined]).toContain(tryCode(() => mapOf({ key: 'bytes' }).set(key, 1)));
  });

  test('a value whose encoding changes the key, or lets it go, changes nothing', () => {
    const map = mapOf({ key: 'bytes', value: 'json' });
    const key = Uint8Array.of(1, 2, 3);
    map.set(key, { toJSON: () => key.fill(9).length });
    expect([...map]).toEqual([[Uint8Array.of(1, 2, 3), 3]]);
    map.set(key, { toJSON: () => structuredClone(1, { transfer: [key.buffer] }) });
    expect(map.get(Uint8Array.of(9, 9, 9))).toBe(1);
  });

  test('a subclass that lies is taken for what it is', () => {
    class Liar extends Uint8Array {
      override get length(): number {
        return 100_000;
      }
    }
    const map = mapOf({ key: 'bytes' });
    map.set(new Liar([1, 2]), 'two');
    expect(map.get(Uint8Array.of(1, 2))).toBe('two');
  });
});

function tryCode(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch {
    return codeOf(call);
  }
}

describe('UUIDs as keys', () => {
  test('any case goes in, lower case comes out', () => {
    const map = mapOf({ key: 'uuid' });
    map.set(UUID.toUpperCase(), 1);
    expect([map.get(UUID), map.has('0123ABCD-4567-89ef-0123-456789abcdef')]).toEqual([1, true]);
    expect([...map]).toEqual([[UUID, 1]]);
    expect(map.getOrInsertComputed(UUID.toUpperCase().replace('0', '1'), (key) => key)).toBe(
      UUID.replace('0', '1'),
    );
    expect(map.delete(UUID.toUpperCase())).toBe(true);
    expect(map.check()).toEqual([]);
  });

  test('every digit counts', () => {
    const map = mapOf({ key: 'uuid', value: 'int32' });
    const places = [...UUID].flatMap((unit, i) => (unit === '-' ? [] : [i]));
    const others = places.map((i) => `${UUID.slice(0, i)}${UUID[i] === 'f' ? '0' : 'f'}${UUID.slice(i + 1)}`);
    others.forEach((key, i) => void map.set(key, i));
    expect(map.size).toBe(32);
    others.forEach((key, i) => void expect(map.get(key)).toBe(i));
    expect(map.has(UUID)).toBe(false);
  });

  test.each([
    '',
    UUID.slice(1),
    `${UUID}0`,
    UUID.replaceAll('-', ''),
    `{${UUID}}`.slice(0, 36),
    UUID.replace('-', '0'),
    UUID.replace('a', 'g'),
    UUID.replace('a', '/'),
    UUID.replace('a', ':'),
    UUID.replace('a', '@'),
    UUID.replace('a', '`'),
    UUID.replace('a', 'Ａ'),
    UUID.replace('a', '\u0131'),
    UUID.replace('0', '\0'),
    new Uint8Array(16),
    5,
    null,
    undefined,
  ])('not %s', (key) => {
    expect(codeOf(() => mapOf({ key: 'uuid' }).get(key))).toBe('KEY_TYPE');
  });

  test('many, against a model', () => {
    const random = new Random(16);
    const map = mapOf({ key: 'uuid', value: 'number' });
    const model: Model = new Map();
    for (let i = 0; i < 5000; i++) {
      const key = uuidOf(random.below(800));
      if (random.below(3) > 0) callBoth(map, model, { op: 'set', key, value: i });
      else callBoth(map, model, { op: 'delete', key });
    }
    expectContents(map, model);
    expect(map.check()).toEqual([]);
  });
});

function uuidOf(n: number): string {
  const digits = Math.imul(n + 1, 0x9e3779b1) >>> 0;
  return `${digits.toString(16).padStart(8, '0')}-0000-4000-8000-${n.toString(16).padStart(12, '0')}`;
}

describe('booleans as values', () => {
  test('true and false and nothing else', () => {
    const map = mapOf({ value: 'boolean' });
    expect(map.set(1, true).set('k', false).get(1)).toBe(true);
    expect([map.get('k'), map.get('absent')]).toEqual([false, undefined]);
    expect(map.compareAndSet(1, true, false)).toBe(true);
    for (const wrong of [0, 1, 'true', null, undefined, new Boolean(true)])
      expect(codeOf(() => map.set(1, wrong))).toBe('VALUE_TYPE');
    expect([...map.values()]).toEqual([false, false]);
  });
});

describe('fixed records', () => {
  const fields = {
    on: 'boolean',
    tiny: 'int8',
    x: 'float64',
    hits: 'int32',
    port: 'uint16',
    small: 'int16',
    flags: 'uint8',
    ratio: 'float32',
    id: 'bigint',
    count: 'uint32',
  } as const;
  const some = {
    on: true,
    tiny: -128,
    x: Math.PI,
    hits: -(2 ** 31),
    port: 65_535,
    small: -32_768,
    flags: 255,
    ratio: 0.5,
    id: LOWEST,
    count: 2 ** 32 - 1,
  };
  const record = fc.record(
    {
      on: fc.boolean(),
      tiny: fc.integer({ min: -128, max: 127 }),
      x: fc.double(),
      hits: fc.integer(),
      port: fc.integer({ min: 0, max: 65_535 }),
      small: fc.integer({ min: -32_768, max: 32_767 }),
      flags: fc.integer({ min: 0, max: 255 }),
      ratio: fc.float(),
      id: int64,
      count: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
    },
    { noNullPrototype: true },
  );

  test('come back as plain objects, in the order of their declaration', () => {
    const map = mapOf({ value: fields });
    map.set('k', { ...some });
    expect(map.get('k')).toStrictEqual(some);
    expect(Object.keys(map.get('k') as object)).toEqual(Object.keys(fields));
    expect(map.get('k')).not.toBe(map.get('k'));
    map.set('k', Object.assign(Object.create(null), Object.fromEntries(Object.entries(some).reverse())));
    expect(map.get('k')).toStrictEqual(some);
    expect(map.check()).toEqual([]);
  });

  test('any of them, on both sides of a handle', () => {
    fc.assert(
      fc.property(record, record, (a, b) => {
        const map = mapOf({ key: 'int32', value: fields });
        map.set(1, a);
        expect(map.get(1)).toStrictEqual(a);
        expect(map.compareAndSet(1, map.get(1), b)).toBe(true);
        const { handle } = map;
        map.detach();
        const again = SharedMap.attach(structuredClone(handle)) as unknown as AnyMap;
        expect(again.get(1)).toStrictEqual(b);
        expect(again.getAndSet(1, a)).toStrictEqual(b);
        expect(again.getAndDelete(1)).toStrictEqual(a);
        again.detach();
      }),
      { numRuns: 60, seed: 5 },
    );
  });

  test('a float32 is rounded, a NaN is the one NaN', () => {
    const map = mapOf({ value: { a: 'float32', b: 'float64' } });
    map.set(1, { a: 0.1, b: 0.1 });
    expect(map.get(1)).toStrictEqual({ a: Math.fround(0.1), b: 0.1 });
    const odd = new Float64Array(new BigUint64Array([0xfff8000000000abcn]).buffer)[0];
    map.set(1, { a: odd, b: odd });
    expect(map.compareAndSet(1, { a: Number.NaN, b: Number.NaN }, { a: -0, b: -0 })).toBe(true);
    expect(map.get(1)).toStrictEqual({ a: -0, b: -0 });
  });

  const wrong: [string, unknown][] = [
    ['no object', 5],
    ['null', null],
    ['undefined', undefined],
    ['a function', () => some],
    ['an empty object', {}],
    ['an array', []],
    ['a field too few', { ...some, x: undefined }],
    ['a field that is missing', Object.fromEntries(Object.entries(some).slice(1))],
    ['a field too many', { ...some, y: 1 }],
    ['inherited fields', Object.create(some)],
    ['a boolean that is a number', { ...some, on: 1 }],
    ['an int8 that is too large', { ...some, tiny: 128 }],
    ['an int8 that is too small', { ...some, tiny: -129 }],
    ['a broken int16', { ...some, small: 0.5 }],
    ['a negative uint8', { ...some, flags: -1 }],
    ['a uint16 that is too large', { ...some, port: 65_536 }],
    ['an int32 that is too large', { ...some, hits: 2 ** 31 }],
    ['an int32 that is NaN', { ...some, hits: Number.NaN }],
    ['a uint32 that is too large', { ...some, count: 2 ** 32 }],
    ['a bigint that is too large', { ...some, id: 2n ** 63n }],
    ['a bigint that is a number', { ...some, id: 1 }],
    ['a float that is a string', { ...some, x: '1' }],
    ['a float that is a bigint', { ...some, x: 1n }],
  ];

  test.each(wrong)('not %s', (_name, value) => {
    const map = mapOf({ value: fields });
    map.set('k', some);
    const error = errorOf(() => map.set('k', value));
    expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
    expect(map.get('k')).toStrictEqual(some);
  });

  test('a getter that throws: its error is the cause, and nothing has changed', () => {
    const map = mapOf({ value: { a: 'int8', b: 'int8' } });
    const thrown = new Error('from the getter');
    const error = errorOf(() =>
      map.set('k', {
        a: 1,
        get b() {
          throw thrown;
        },
      }),
    );
    expect([error.code, error.cause, map.size]).toEqual(['ERR_SHARED_MAP_VALUE_TYPE', thrown, 0]);
  });

  test('a getter that calls the map', () => {
    const map = mapOf({ key: 'uuid', value: { a: 'int8', b: 'int8' } });
    map.set(UUID, {
      a: 1,
      get b() {
        map.set(UUID.replace('0', '1'), { a: 5, b: 5 });
        return 2;
      },
    });
    expect(map.get(UUID)).toEqual({ a: 1, b: 2 });
    expect(map.get(UUID.replace('0', '1'))).toEqual({ a: 5, b: 5 });
  });

  test('fields whose names mean something elsewhere', () => {
    const names = ['constructor', 'toString', 'hasOwnProperty', 'name', 'length', '0', '', 'a b', 'ÿĀ\ud800'];
    const map = mapOf({ value: Object.fromEntries(names.map((name) => [name, 'int8'])) });
    const value = Object.fromEntries(names.map((name, i) => [name, i]));
    expect(map.set('k', value).get('k')).toStrictEqual(value);
    expect(map.add('k', 10, 'constructor' as never)).toBe(10);
  });

  test('the most fields', () => {
    const names = Array.from({ length: 1024 }, (_, i) => `f${i}`);
    const map = mapOf({ value: Object.fromEntries(names.map((name) => [name, 'bigint'])) });
    const value = Object.fromEntries(names.map((name, i) => [name, BigInt(i)]));
    expect(map.set('k', value).get('k')).toStrictEqual(value);
  });
});

describe('a record of a single field', () => {
  const kinds = {
    float64: [0, -0, NaN, Infinity, Math.PI, 2 ** 60],
    float32: [0, -0, NaN, -Infinity, 0.5],
    int32: [-(2 ** 31), 0, 2 ** 31 - 1],
    uint32: [0, 2 ** 32 - 1],
    int16: [-32_768, 32_767],
    uint16: [0, 65_535],
    int8: [-128, 127],
    uint8: [0, 255],
    boolean: [true, false],
    bigint: [LOWEST, 0n, 5n],
  } as const satisfies Record<FieldKind, readonly (number | boolean | bigint)[]>;

  test.each(Object.entries(kinds))('of kind %s comes back, by every way', (kind, parts) => {
    const map = mapOf({ value: { x: kind } }) as unknown as SharedMap<string, { x: unknown }>;
    for (const x of parts) {
      const value = { x };
      expect(map.set('k', value).get('k')).toStrictEqual(value);
      expect(map.getAndSet('k', value)).toStrictEqual(value);
      expect(map.getMany(['k'])).toStrictEqual([value]);
      expect([...map]).toStrictEqual([['k', value]]);
      expect(map.update('k', (old) => old)).toStrictEqual(value);
      expect(map.compareAndSet('k', value, value)).toBe(true);
      expect(SharedMap.fromSnapshot<string, unknown>(map.snapshot()).get('k')).toStrictEqual(value);
      expect(map.getAndDelete('k')).toStrictEqual(value);
      expect(map.getOrInsert('k', value)).toStrictEqual(value);
      map.clear();
    }
    const many = parts.map((x, i) => [i, { x }] as const);
    const numbers = mapOf({ key: 'number', value: { x: kind } }) as unknown as SharedMap<number, unknown>;
    numbers.setMany(many);
    expect(numbers.getMany(parts.map((_x, i) => i))).toStrictEqual(many.map(([, value]) => value));
    expect(numbers.check()).toEqual([]);
  });

  test('that is a number lies in the table', () => {
    const map = mapOf({ key: 'number', value: { x: 'float64' } });
    const other = mapOf({ key: 'number', value: { x: 'float64', y: 'float64' } });
    const before = map.stats().bytesUsed;
    for (let i = 0; i < 4; i++) {
      map.set(i, { x: i });
      other.set(i, { x: i, y: i });
    }
    expect(map.stats().bytesUsed).toBe(before);
    expect(other.stats().bytesUsed).toBeGreaterThan(before);
  });

  test.each([
    ['int8', 128],
    ['int8', -0],
    ['uint8', 0.5],
    ['float32', 0.1],
    ['boolean', 2],
    ['boolean', -0],
  ] as const)('of kind %s is not %d in a snapshot', (kind, number) => {
    const bytes = mapOf({ key: 'number', value: 'number' }).set(1, number).snapshot();
    expect(codeOf(() => SharedMap.fromSnapshot(asRecords(bytes, { x: kind })))).toBe('SNAPSHOT');
    const right = mapOf({ key: 'number', value: 'number' }).set(1, 1).snapshot();
    expect(SharedMap.fromSnapshot(asRecords(right, { x: kind })).size).toBe(1);
  });
});

/** The snapshot of a map of numbers as one of records of a single field. */
function asRecords(bytes: Uint8Array, fields: Record<string, FieldKind>): Uint8Array {
  const json = Buffer.from(bytes).subarray(
    snapshotFormat.HEADER_BYTES,
    snapshotFormat.HEADER_BYTES + Buffer.from(bytes).readUInt32LE(12),
  );
  const at = snapshotFormat.HEADER_BYTES + json.length;
  const { bytes: head, crc } = snapshotFormat.frameHeader(
    JSON.stringify({ ...JSON.parse(json.toString()), value: 'record', fields }),
  );
  const length = Buffer.from(bytes).readUInt32LE(at);
  const chunk = Buffer.from(bytes).subarray(at, at + snapshotFormat.FRAME_BYTES + length);
  const after = snapshotFormat.frameChunk(chunk, 1, crc);
  return Buffer.concat([head, chunk, snapshotFormat.frameEnd(1, head.length + chunk.length, after)]);
}

describe('a map of each pair of kinds', () => {
  const keys: Record<string, (n: number) => unknown> = {
    int32: (n) => Math.imul(n, 0x9e3779b1),
    bigint: (n) => (n % 4 === 0 ? HIGHEST - BigInt(n) : BigInt(n) << 40n),
    bytes: (n) => new Uint8Array((n * 7) % 40).fill(n),
    uuid: uuidOf,
  };
  const values: Record<string, readonly [kind: unknown, make: (n: number) => unknown]> = {
    int32: ['int32', (n) => n - 500],
    bigint: ['bigint', (n) => (n % 5 === 0 ? LOWEST + BigInt(n) : -BigInt(n))],
    boolean: ['boolean', (n) => n % 2 === 0],
    record: [{ n: 'uint16', big: 'bigint' }, (n) => ({ n, big: BigInt(n) ** 6n })],
  };

  for (const key of Object.keys(keys)) {
    for (const value of Object.keys(values)) {
      test(`${key} to ${value}, through growth`, () => {
        const keyOf = keys[key] as (n: number) => unknown;
        const [kind, make] = values[value] as (typeof values)[string];
        const map = mapOf({ key, value: kind });
        const text = (k: unknown) => (k instanceof Uint8Array ? k.toString() : k);
        const model = new Map<unknown, unknown>();
        for (let n = 0; n < 1000; n++) {
          const k = keyOf(n);
          map.set(k, make(n));
          model.set(text(k), make(n));
        }
        for (let n = 0; n < 1000; n += 3) expect(map.delete(keyOf(n))).toBe(model.delete(text(keyOf(n))));
        expect(map.size).toBe(model.size);
        expect(new Map([...map].map(([k, v]) => [text(k), v]))).toEqual(model);
        for (let n = 0; n < 1000; n++) expect(map.get(keyOf(n))).toEqual(model.get(text(keyOf(n))));
        expect(map.check()).toEqual([]);
        map.clear();
        expect([...map]).toEqual([]);
      });
    }
  }
});
