import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { type AnyKey, type Codec, SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from '../error-of.js';
import { HASHES, mapWithHash } from '../internals.js';

const MiB = 2 ** 20;
const small = { maxBytes: 4 * MiB } as const;

type AnyMap = SharedMap<unknown, unknown>;

/** A map that has been through a snapshot: sound, and equal. */
function again(map: AnyMap, options?: object): AnyMap {
  const copy = SharedMap.fromSnapshot(map.snapshot(), options) as AnyMap;
  expect(copy.check()).toEqual([]);
  expect(copy.size).toBe(map.size);
  // vitest's own comparison takes seconds for long values.
  for (const [key, value] of map) {
    if (!isDeepStrictEqual(copy.get(key), value)) expect(copy.get(key)).toStrictEqual(value);
  }
  return copy;
}

test('an empty map', () => {
  const copy = again(new SharedMap(small) as AnyMap);
  expect(copy.size).toBe(0);
  expect(copy.set(1, 1).get(1)).toBe(1);
});

test('keys and values of every type', () => {
  const map = new SharedMap({ maxBytes: 16 * MiB }) as AnyMap;
  const keys = [
    ...[0, 1.5, -1, Number.NaN, Infinity, -Infinity, Number.MIN_VALUE, 2 ** 53],
    ...['', 'a', 'ÿÿÿÿÿ', 'ÿÿÿÿÿÿ', 'Ā', '\0', '\ud800', 'a key that is a record', '\ud83d\ude00'],
    ...[0n, 1n, -1n, 0xfffffn, -0xffffn, 2n ** 64n, -(2n ** 200n), true, false, null, undefined],
    ...['k'.repeat(1024), 'k'.repeat(7660), 'k'.repeat(20_000), 'Ж'.repeat(40_000), 'k'.repeat(70_000)],
  ];
  const values = [
    ...keys,
    -0,
    ...[0, 1, 5, 6, 300, 32_752, 32_753, 65_536, 200_000].map((n) => new Uint8Array(n).fill(n)),
    ...[{ a: 1 }, [1, 'x'], new Date(5), new Map([[1, new Set(['s'])]]), new Float64Array([1, 2]), /x/g],
    { text: 'y'.repeat(100_000) },
  ];
  for (let shift = 0; shift < values.length; shift += 3) {
    map.clear();
    for (const [i, key] of keys.entries()) map.set(key, values[(i + shift) % values.length]);
    const copy = again(map);
    for (const [i, key] of keys.entries()) {
      const equal = isDeepStrictEqual(copy.get(key), values[(i + shift) % values.length]);
      expect([String(key).slice(0, 40), equal]).toEqual([String(key).slice(0, 40), true]);
    }
    copy.detach();
  }
});

/** Behind maxBytes: 64 KiB for each of 256 threads. */
const SCRATCH_AREA = 16 * MiB;

test('kinds, codec and sizes are those of the map', () => {
  const map = new SharedMap({ key: 'number', value: 'string', maxBytes: 3 * MiB }).set(1, 'one');
  const copy = SharedMap.fromSnapshot<number, string>(map.snapshot());
  expect([copy.handle.key, copy.handle.value, copy.handle.codec]).toEqual(['number', 'string', null]);
  expect(copy.handle.memory.buffer.byteLength).toBe(3 * MiB + SCRATCH_AREA);
  expect(copy.handle.id).not.toBe(map.handle.id);
  expect(codeOf(() => copy.set('1' as never, 'x'))).toBe('KEY_TYPE');
  expect(SharedMap.attach(copy.handle)).toBe(copy);
  const larger = SharedMap.fromSnapshot(map.snapshot(), { maxBytes: 8 * MiB, capacity: 10_000 });
  expect(larger.handle.memory.buffer.byteLength).toBe(8 * MiB + SCRATCH_AREA);
  expect(larger.stats().buckets).toBe(2048);
});

describe('a codec', () => {
  const calls: string[] = [];
  const codec: Codec<Date> = {
    name: 'date',
    encode(date) {
      calls.push('encode');
      return Buffer.from(date.toISOString());
    },
    decode(bytes) {
      calls.push('decode');
      return new Date(Buffer.from(bytes).toString());
    },
  };
  const map = new SharedMap({ value: codec, ...small });
  map.set('k', new Date(5)).set('long', new Date(6));

  test('of the same name is needed, and not called', () => {
    calls.length = 0;
    const snapshot = map.snapshot();
    const copy = SharedMap.fromSnapshot<AnyKey, Date>(snapshot, { value: codec });
    expect(calls).toEqual([]);
    expect(copy.get('k')).toEqual(new Date(5));
    expect(copy.handle.codec).toBe('date');
  });

  test('that is missing, or another one, is refused', () => {
    const snapshot = map.snapshot();
    expect(codeOf(() => SharedMap.fromSnapshot(snapshot))).toBe('CODEC');
    expect(codeOf(() => SharedMap.fromSnapshot(snapshot, { value: { ...codec, name: 'other' } }))).toBe(
      'CODEC',
    );
    const plain = new SharedMap(small).snapshot();
    expect(codeOf(() => SharedMap.fromSnapshot(plain, { value: codec }))).toBe('CODEC');
  });
});

test('a codec that is registered is found by its name', () => {
  const codec = {
    name: 'of a snapshot',
    encode: (text: string) => Buffer.from(text),
    decode: (bytes: Uint8Array) => Buffer.from(bytes).toString(),
  };
  const snapshot = new SharedMap({ value: codec, ...small }).set('k', 'v').snapshot();
  expect(codeOf(() => SharedMap.fromSnapshot(snapshot))).toBe('CODEC');
  SharedMap.registerCodec(codec);
  expect(SharedMap.fromSnapshot(snapshot).get('k')).toBe('v');
});

test('options are checked', () => {
  const snapshot = new SharedMap(small).snapshot();
  for (const options of [
    null,
    5,
    { maxbytes: 1 },
    { value: 'any' },
    { value: {} },
    { maxBytes: 1 },
    { capacity: -1 },
    { signal: undefined },
    Object.defineProperty({}, 'value', {
      enumerable: true,
      get() {
        throw new Error('from the caller');
      },
    }),
  ]) {
    expect(codeOf(() => SharedMap.fromSnapshot(snapshot, options as never))).toBe('OPTION');
  }
  for (const name of ['maxBytes', 'capacity']) {
    const error = errorOf(() => SharedMap.fromSnapshot(snapshot, { [name]: 'much' }));
    expect(error.message).toContain(`option ${name} must be`);
  }
});

test('a map too small for the entries is refused, and says so', () => {
  const map = new SharedMap({ maxBytes: 16 * MiB });
  for (let i = 0; i < 50_000; i++) map.set(`key number ${i}`, i);
  const snapshot = map.snapshot();
  const error = errorOf(() => SharedMap.fromSnapshot(snapshot, { maxBytes: MiB }));
  expect(error.code).toBe('ERR_SHARED_MAP_FULL');
  expect(error.message).toContain('maxBytes 1048576');
  const long = new SharedMap({ maxBytes: 8 * MiB }).set('k', new Uint8Array(3 * MiB)).snapshot();
  expect(codeOf(() => SharedMap.fromSnapshot(long, { maxBytes: MiB }))).toBe('FULL');
});

test('a map that could not grow fits into as much memory again', () => {
  const map = new SharedMap({ maxBytes: 2 * MiB });
  let i = 0;
  expect(
    codeOf(() => {
      for (; ; i++) map.set(`a key of some length ${i}`, `a value of some length ${i}`);
    }),
  ).toBe('FULL');
  map.delete(`a key of some length 7`);
  const copy = again(map as AnyMap);
  expect(copy.size).toBe(i - 1);
});

test('100,000 entries of several kinds', () => {
  const map = new SharedMap({ maxBytes: 64 * MiB }) as AnyMap;
  for (let i = 0; i < 100_000; i++) {
    map.set(i % 3 === 0 ? i : `key ${i}`, i % 5 === 0 ? `value ${i}` : i % 7 === 0 ? { i } : i);
  }
  const copy = again(map);
  expect(copy.stats().B).toBe(map.stats().B);
  expect(copy.stats().growths).toBe(0); // room was made at once
});

test('records of megabytes, each in a part of its own', () => {
  const map = new SharedMap({ value: 'bytes', maxBytes: 64 * MiB });
  for (let i = 0; i < 5; i++) map.set(`k${i}`, new Uint8Array(3 * MiB + i).fill(i + 1));
  map.set('s'.repeat(2 * MiB), Uint8Array.of(9));
  const copy = SharedMap.fromSnapshot<string, Uint8Array>(map.snapshot());
  for (let i = 0; i < 5; i++) {
    expect(Buffer.compare(copy.get(`k${i}`) as Uint8Array, new Uint8Array(3 * MiB + i).fill(i + 1))).toBe(0);
  }
  expect(copy.get('s'.repeat(2 * MiB))).toEqual(Uint8Array.of(9));
});

test.each(HASHES)('chains longer than one call dumps, %s hash', (hash) => {
  const map = mapWithHash<AnyKey, unknown>(hash);
  for (let i = 0; i < 3000; i++) map.set(i % 2 === 0 ? i : `the key ${i}`, i % 3 === 0 ? `value ${i}` : i);
  again(map as AnyMap);
});

test('a map in the middle of a growth, and one that was just cleared', () => {
  const map = new SharedMap({ key: 'number', value: 'number', ...small });
  for (let i = 0; i < 2000; i++) {
    map.set(i, -i);
    if (map.stats().growing && i % 7 === 0) again(map as AnyMap).detach();
  }
  map.clear();
  again(map as AnyMap);
  map.set(1, 2);
  expect([...again(map as AnyMap)]).toEqual([[1, 2]]);
});

test('bytes in shared memory, in the middle of other bytes, and of a subclass that lies', () => {
  const map = new SharedMap(small).set('a', 1);
  const snapshot = map.snapshot();
  const shared = new Uint8Array(new SharedArrayBuffer(snapshot.length + 20), 10, snapshot.length);
  shared.set(snapshot);
  expect(SharedMap.fromSnapshot(shared).get('a')).toBe(1);
  expect(SharedMap.fromSnapshot(Buffer.concat([Buffer.from('x'), snapshot]).subarray(1)).get('a')).toBe(1);
  class Lying extends Uint8Array {
    override get length() {
      return 2 ** 30;
    }
  }
  expect(SharedMap.fromSnapshot(new Lying(snapshot)).get('a')).toBe(1);
  expect(Object.getPrototypeOf(snapshot)).toBe(Uint8Array.prototype);
  structuredClone(snapshot.buffer, { transfer: [snapshot.buffer as ArrayBuffer] });
  expect(codeOf(() => SharedMap.fromSnapshot(snapshot))).toBe('SNAPSHOT');
});

test('a detached map has no snapshot', () => {
  const map = new SharedMap(small);
  map.detach();
  expect(codeOf(() => map.snapshot())).toBe('HANDLE');
});

describe('whatever a map holds', () => {
  const numbers = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(-0, Number.NaN));
  const strings = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.string({ maxLength: 300 }),
    fc.constantFrom('', 'x'.repeat(8000), 'Ж'.repeat(9000)),
  );
  const others = fc.oneof(fc.bigInt(), fc.boolean(), fc.constantFrom(null, undefined));
  const bytes = fc.oneof(fc.uint8Array({ maxLength: 50 }), fc.constant(new Uint8Array(33_000)));
  const keys = fc.oneof(numbers, strings, others);

  const edges = [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n - 2n ** 53n, 2n ** 63n - 2n ** 53n - 1n];
  const int32 = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
  const int64 = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.constantFrom(...edges));
  const fields = { x: 'float64', wide: 'bigint', n: 'int16', on: 'boolean' } as const;
  const records = fc.record({
    x: fc.double(),
    wide: int64,
    n: fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 }),
    on: fc.boolean(),
  });

  test.each([
    ['int32', 'int32', int32, int32],
    ['bigint', 'bigint', int64, int64],
    ['bigint', 'number', int64, numbers],
    ['number', 'bigint', numbers, int64],
    ['bytes', 'boolean', bytes, fc.boolean()],
    ['uuid', fields, fc.uuid(), records],
    ['int32', 'any', int32, fc.oneof(keys, bytes)],
    ['any', 'any', keys, fc.oneof(keys, bytes, fc.object())],
    ['number', 'number', numbers, numbers],
    ['string', 'string', strings, strings],
    ['string', 'number', strings, numbers],
    ['number', 'bytes', numbers, bytes],
    ['any', 'json', keys, fc.jsonValue()],
  ] as const)('keys of kind %s, values of kind %s', (key, value, someKeys, someValues) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(someKeys as fc.Arbitrary<AnyKey>, someValues as fc.Arbitrary<unknown>), {
          maxLength: 60,
        }),
        (entries) => {
          const map = new SharedMap<AnyKey, unknown>({ key, value, maxBytes: 8 * MiB } as object);
          for (const [k, v] of entries) map.set(k, v);
          const copy = again(map as AnyMap);
          copy.detach();
          map.detach();
        },
      ),
      { numRuns: 60 },
    );
  });
});
