import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { RecordLayout } from '../src/settings/fields.js';
import { HASHES, layoutOf, mapWithHash } from './internals.js';
import { type AnyMap, type Call, callBoth, expectContents, type Model } from './model-calls.js';
import { Random } from './random.js';

const MiB = 2 ** 20;

const numbers = fc.oneof(
  { weight: 4, arbitrary: fc.integer({ min: -8, max: 8 }) },
  fc.constantFrom(0, -0, Number.NaN, 0.5, Infinity, -Infinity, 2 ** 53, Number.MIN_VALUE, -1e300),
);
const strings = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('', 'a', '1', 'null', '\0', '\0\0', 'ÿÿÿÿÿ', 'ÿÿÿÿÿÿ', 'Ā', 'ab', '\ud800'),
  },
  fc.integer({ min: 0, max: 9 }).map((i) => `a key that needs a record ${i}`),
  fc.integer({ min: 0, max: 4 }).map((i) => `${i}`.repeat(7670 + 3 * i)),
  fc.string({ unit: 'binary', maxLength: 12 }),
);
const int32s = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(2 ** 31 - 1, -(2 ** 31)));
const int64s = fc.constantFrom(0n, 1n, -1n, 5n, 2n ** 63n - 1n, -(2n ** 63n), -(2n ** 51n), 2n ** 62n + 1n);
const uuids = fc.nat(9).map((i) => `${i}0000000-0000-4000-8000-00000000000${i}`);
const record = layoutOf({ x: 'float64', on: 'boolean', n: 'bigint' }) as RecordLayout;
const records = fc.record(
  { x: fc.constantFrom(0, 0.5, -1e300), on: fc.boolean(), n: int64s },
  { noNullPrototype: true },
);
const bigints = fc.constantFrom(0n, 1n, -1n, 2n ** 32n, 2n ** 64n, -(2n ** 200n));
const specials = fc.constantFrom(true, false, null, undefined);
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.constantFrom(0, 5, 6, 300, 33_000, 70_000).map((length) => new Uint8Array(length).fill(length)),
);
const plain = fc.constantFrom({ a: 1 }, { a: 2 }, [], [1, 'x'], { deep: [{ er: 'ÿĀ' }] });
const structured = fc.oneof(plain, fc.constantFrom(new Date(5), new Map([[1, 2]]), new Set(['s'])));

/** Keys and values of each pair of kinds, as fast-check makes them. */
const kinds = [
  {
    key: 'any',
    value: 'any',
    keys: fc.oneof(numbers, strings, bigints, specials),
    values: fc.oneof(numbers, strings, bigints, specials, bytes, structured),
  },
  { key: 'number', value: 'number', keys: numbers, values: numbers },
  { key: 'string', value: 'string', keys: strings, values: strings },
  { key: 'string', value: 'number', keys: strings, values: numbers },
  { key: 'int32', value: 'int32', keys: int32s, values: int32s },
  { key: 'bigint', value: 'bigint', keys: int64s, values: int64s },
  { key: 'uuid', value: 'boolean', keys: uuids, values: fc.boolean() },
  { key: 'int32', value: 'record', record, keys: int32s, values: records },
  { key: 'any', value: 'bytes', keys: fc.oneof(numbers, strings, bigints, specials), values: bytes },
  { key: 'any', value: 'json', keys: fc.oneof(numbers, strings, specials), values: fc.oneof(plain, strings) },
] as const;

const ARITHMETIC = ['sum', 'min', 'max', 'and', 'or', 'xor'] as const;

function callsOf(keys: fc.Arbitrary<unknown>, values: fc.Arbitrary<unknown>, kind: string) {
  const key = keys;
  const value = values;
  const calls: fc.WeightedArbitrary<Call>[] = [
    { weight: 6, arbitrary: fc.record({ op: fc.constant('set' as const), key, value }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('insert' as const), key, value }) },
    {
      weight: 5,
      arbitrary: fc.record({
        op: fc.constantFrom('replace', 'getAndSet', 'getOrInsert', 'getOrInsertComputed', 'update', 'merge'),
        key,
        value,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ op: fc.constantFrom('getOrDefault', 'deleteCurrent'), key, value }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('compareAndDelete' as const), key, expected: values }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constantFrom('getAndDelete', 'deleteIf'), key }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constantFrom('retain', 'replaceAll'),
        share: fc.integer({ min: 2, max: 9 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ op: fc.constant('compareAndSet' as const), key, expected: values, value }),
    },
    { weight: 2, arbitrary: fc.record({ op: fc.constant('compareWithCurrent' as const), key, value }) },
    { weight: 6, arbitrary: fc.record({ op: fc.constantFrom('get', 'has', 'delete'), key }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constantFrom('clear', 'size', 'isEmpty', 'keys', 'values', 'entries', 'forEach'),
      }),
    },
  ];
  if (kind === 'any' || kind === 'number')
    calls.push({ weight: 2, arbitrary: fc.record({ op: fc.constant('add' as const), key, delta: numbers }) });
  if (kind === 'int32' || kind === 'bigint') {
    const operand = values as fc.Arbitrary<number | bigint>;
    calls.push({ weight: 6, arbitrary: fc.record({ op: fc.constantFrom(...ARITHMETIC), key, operand }) });
  }
  return fc.array(fc.oneof(...calls), { maxLength: 120, size: 'max' });
}

describe.each(HASHES)('random calls with the %s hash', (hash) => {
  describe.each(kinds)('$key to $value', ({ key, value, keys, values, ...more }) => {
    test.each([1, 64])('do what a Map does, in %i MiB', (size) => {
      const calls = callsOf(keys, values, value);
      fc.assert(
        fc.property(calls, (list) => {
          const map = mapWithHash(hash, { key, value, ...more, maxBytes: size * MiB }) as AnyMap;
          const model: Model = new Map();
          for (const call of list) {
            const wasFull = callBoth(map, model, call);
            expect(wasFull && size > 1).toBe(false);
          }
          expectContents(map, model);
          expect(map.check()).toEqual([]);
          map.detach();
        }),
        { numRuns: 150, seed: 20 },
      );
    });
  });
});

/** A key of a wide range of kinds, the same for the same number. */
function keyOf(i: number): unknown {
  switch (i % 8) {
    case 0:
      return i;
    case 1:
      return `s${i}`;
    case 2:
      return `the long key of a record ${i}`;
    case 3:
      return BigInt(i) << 40n;
    case 4:
      return -i / 3;
    case 5:
      return `Ā${i}`;
    case 6:
      return i % 80 === 6 ? 'K'.repeat(7700 + i) : `\0${i}`;
    default:
      return i < 64 ? [true, false, null, undefined, '', Number.NaN, 'null', 'NaN'][i >> 3] : `ÿ${i}`;
  }
}

function randomValue(random: Random): unknown {
  switch (random.below(9)) {
    case 0:
    case 1:
      return random.below(100);
    case 2:
      return 'v'.repeat(random.below(60));
    case 3:
      return 'Ā'.repeat(random.below(40));
    case 4:
      return random.of([null, undefined, true, -0]);
    case 5:
      return BigInt(random.below(1e6)) ** BigInt(random.below(12));
    case 6:
      return new Uint8Array(random.below(300)).fill(random.below(256));
    case 7:
      return { a: random.below(10), b: ['x'.repeat(random.below(200))] };
    default:
      return random.below(200) === 0
        ? 'w'.repeat(30_000 + random.below(100_000))
        : 'w'.repeat(random.below(900));
  }
}

function callOf(random: Random, range: number, clears: number): Call {
  const key = keyOf(random.below(range));
  const roll = random.below(60);
  if (roll < 10) return { op: 'set', key, value: randomValue(random) };
  if (roll < 16) return { op: 'get', key };
  if (roll < 19) return { op: 'has', key };
  if (roll < 27) return { op: 'delete', key };
  if (roll < 31) return { op: 'insert', key, value: randomValue(random) };
  if (roll < 35) return { op: 'compareWithCurrent', key, value: randomValue(random) };
  if (roll < 36)
    return { op: 'compareAndSet', key, expected: randomValue(random), value: randomValue(random) };
  if (roll < 39) return { op: 'add', key, delta: random.below(9) - 4 };
  if (roll < 50) {
    const op = random.of([
      'getAndSet',
      'update',
      'merge',
      'getOrInsert',
      'getOrInsertComputed',
      'replace',
    ] as const);
    return { op, key, value: randomValue(random) };
  }
  if (roll < 55) return { op: random.of(['getAndDelete', 'deleteIf'] as const), key };
  if (roll < 57) return { op: 'deleteCurrent', key, value: randomValue(random) };
  if (roll < 58) return { op: 'compareAndDelete', key, expected: randomValue(random) };
  if (roll < 59) return { op: 'getOrDefault', key, value: randomValue(random) };
  if (random.below(clears) > 0) return { op: random.of(['size', 'isEmpty'] as const) };
  if (random.below(2) === 0) return { op: 'clear' };
  return { op: random.of(['retain', 'replaceAll'] as const), share: 5 + random.below(5) };
}

describe('a long run of seeded calls does what a Map does', () => {
  const runs = [
    { hash: 'real', size: 64, calls: 100_000, range: 20_000 },
    { hash: 'real', size: 1, calls: 60_000, range: 3_000 },
    { hash: 'few', size: 8, calls: 50_000, range: 1_200 },
    { hash: 'few', size: 1, calls: 50_000, range: 1_200 },
    { hash: 'constant', size: 8, calls: 50_000, range: 300 },
    { hash: 'constant', size: 1, calls: 50_000, range: 300 },
  ] as const;

  test.each(runs)('$hash hash, $size MiB', ({ hash, size, calls, range }) => {
    const random = new Random(range + size);
    const map = mapWithHash(hash, { maxBytes: size * MiB }) as AnyMap;
    const model: Model = new Map();
    let refused = 0;
    for (let i = 1; i <= calls; i++) {
      if (callBoth(map, model, callOf(random, range, calls / 100))) refused++;
      if (i % 5000 === 0) {
        expect(map.check()).toEqual([]);
        expectContents(map, model, random.of(['entries', 'keys', 'forEach']));
      }
    }
    if (size > 1) expect(refused).toBe(0);
    else if (hash === 'real') expect(refused).toBeGreaterThan(0);
    if (hash === 'real' && size > 1) expect(map.stats().growths).toBeGreaterThan(5);
  });
});
