import fc from 'fast-check';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';
import type { AnyMap } from './model-calls.js';

const small = { maxBytes: 4 * 2 ** 20 };
const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;
const EDGE = 2n ** 63n - 2n ** 53n;
const VERBS = ['add', 'min', 'max', 'and', 'or', 'xor'] as const;
type Verb = (typeof VERBS)[number];

function mapOf(options: object): AnyMap {
  return new SharedMap({ ...small, ...options }) as unknown as AnyMap;
}

/** Any verb of a map of any kind. */
function call(map: AnyMap, verb: Verb, key: unknown, operand: unknown, field?: string): unknown {
  const method = map[verb] as (key: unknown, operand: unknown, field?: unknown) => unknown;
  return field === undefined ? method.call(map, key, operand) : method.call(map, key, operand, field);
}

const ofNumbers: Partial<Record<Verb, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  min: Math.min,
  max: Math.max,
};
const ofInt32: Record<Verb, (a: number, b: number) => number> = {
  add: (a, b) => (a + b) | 0,
  min: Math.min,
  max: Math.max,
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};
const ofInt64: Record<Verb, (a: bigint, b: bigint) => bigint> = {
  add: (a, b) => BigInt.asIntN(64, a + b),
  min: (a, b) => (a < b ? a : b),
  max: (a, b) => (a > b ? a : b),
  and: (a, b) => a & b,
  or: (a, b) => a | b,
  xor: (a, b) => a ^ b,
};

const keys = fc.constantFrom<unknown>(1, -5, 'k', 'a key that needs a record', 'K'.repeat(8000));
const verbs = fc.constantFrom(...VERBS);
const int32 = fc.oneof(
  fc.integer(),
  fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31)),
  fc.integer({ min: -3, max: 3 }),
);
const int64 = fc.oneof(
  fc.bigInt({ min: LOWEST, max: HIGHEST }),
  fc.bigInt({ min: -3n, max: 3n }),
  fc.constantFrom(LOWEST, HIGHEST, EDGE, -EDGE, EDGE - 1n, 1n - EDGE),
);

/** Random calls beside a model; an absent key gets the operand. */
function checkCalls<T>(
  value: string,
  some: fc.Arbitrary<Verb>,
  operands: fc.Arbitrary<T>,
  model: (verb: Verb) => (a: T, b: T) => T,
) {
  const calls = fc.array(fc.tuple(keys, some, operands, fc.nat(9)), { maxLength: 60, size: 'max' });
  fc.assert(
    fc.property(calls, (list) => {
      const map = mapOf({ value });
      const there = new Map<unknown, T>();
      for (const [key, verb, operand, die] of list) {
        if (die === 0) expect(map.delete(key)).toBe(there.delete(key));
        else {
          const old = there.get(key);
          const next = old === undefined ? operand : model(verb)(old, operand);
          expect(call(map, verb, key, operand)).toBe(next);
          there.set(key, next);
        }
        expect(map.get(key)).toBe(there.get(key));
      }
      expect(new Map(map)).toEqual(there);
      expect(map.check()).toEqual([]);
      map.detach();
    }),
    { numRuns: 150, seed: 7 },
  );
}

describe('random calls do what the model does', () => {
  test('int32', () => checkCalls('int32', verbs, int32, (verb) => ofInt32[verb]));
  test('bigint', () => checkCalls('bigint', verbs, int64, (verb) => ofInt64[verb]));
  const some = fc.constantFrom<Verb>('add', 'min', 'max');
  const numbers = fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Infinity, 0, 1)).map((x) => x + 0);
  const model = (verb: Verb) => ofNumbers[verb] as (a: number, b: number) => number;
  test('number', () => checkCalls('number', some, numbers, model));
  test('numbers among any', () => checkCalls('any', some, numbers, model));
});

describe('numbers', () => {
  test('-0 is less than 0', () => {
    const map = mapOf({ value: 'number' });
    expect(Object.is(call(map, 'min', 'k', 0), 0)).toBe(true);
    expect(Object.is(call(map, 'min', 'k', -0), -0)).toBe(true);
    expect(Object.is(map.get('k'), -0)).toBe(true);
    expect(Object.is(call(map, 'max', 'k', 0), 0)).toBe(true);
    expect(Object.is(map.get('k'), 0)).toBe(true);
  });

  test.each(['and', 'or', 'xor'] as const)('have no %s', (verb) => {
    for (const value of ['number', 'any'])
      expect(codeOf(() => call(mapOf({ value }), verb, 'k', 1))).toBe('VALUE_TYPE');
  });

  test('a value of another type stays', () => {
    const map = mapOf({});
    for (const there of ['text', 1n, true, null, undefined, { a: 1 }, 'x'.repeat(100)]) {
      map.set('k', there);
      for (const verb of ['add', 'min', 'max'] as const)
        expect(codeOf(() => call(map, verb, 'k', 1))).toBe('VALUE_TYPE');
      expect(map.get('k')).toEqual(there);
    }
  });
});

describe('the operand', () => {
  const wrong: [string, unknown[]][] = [
    ['any', ['1', 1n, null, true, {}]],
    ['number', ['1', 1n, null, true, {}]],
    ['int32', ['1', 1n, null, true, 1.5, 2 ** 31, Number.NaN]],
    ['bigint', ['1', 1, null, true, 2n ** 63n, LOWEST - 1n]],
  ];

  test.each(wrong)('of a map of kind %s', (value, operands) => {
    const map = mapOf({ value });
    for (const operand of operands) {
      for (const verb of VERBS) expect(codeOf(() => call(map, verb, 'k', operand))).toBe('VALUE_TYPE');
    }
    for (const verb of VERBS)
      if (verb !== 'add') expect(codeOf(() => call(map, verb, 'k', undefined))).toBe('VALUE_TYPE');
    expect(map.size).toBe(0);
  });

  test('of add is one where it is not given', () => {
    expect([mapOf({}).add('k'), mapOf({ value: 'int32' }).add(5)]).toEqual([1, 1]);
    expect(mapOf({ value: 'bigint' }).add('k')).toBe(1n);
    const records = mapOf({ value: { hits: 'int32', big: 'bigint' } });
    expect([
      call(records, 'add', 'k', undefined, 'hits'),
      call(records, 'add', 'k', undefined, 'big'),
    ]).toEqual([1, 1n]);
  });

  test.each(['string', 'bytes', 'json', 'boolean'])('there is none for values of kind %s', (value) => {
    for (const verb of VERBS) expect(codeOf(() => call(mapOf({ value }), verb, 'k', 1))).toBe('VALUE_TYPE');
  });

  test('-0 is 0 among int32', () => {
    const map = mapOf({ value: 'int32' });
    expect([Object.is(map.add('k', -0), 0), Object.is(map.get('k'), 0)]).toEqual([true, true]);
  });
});

describe('a full map', () => {
  test.each(['int32', 'bigint', 'number'])('still counts in values of kind %s', (value) => {
    const map = new SharedMap({ key: 'number', value, maxBytes: 2 ** 20 } as object) as unknown as AnyMap;
    const one = value === 'bigint' ? 1n : 1;
    let n = 0;
    try {
      for (;;) map.set(n++, one);
    } catch (error) {
      expect((error as { code: string }).code).toBe('ERR_SHARED_MAP_FULL');
    }
    for (let key = 0; key < 1000; key++) {
      expect(call(map, 'add', key, one)).toBe(value === 'bigint' ? 2n : 2);
      expect(call(map, 'max', key, one)).toBe(value === 'bigint' ? 2n : 2);
    }
    expect(codeOf(() => call(map, 'add', n - 1, one))).toBe('FULL');
    expect(map.check()).toEqual([]);
  });

  test('a bigint that would need a record is left as it was', () => {
    const map = mapOf({ value: 'bigint', maxBytes: 2 ** 20 });
    const counters = 6000; // more than a page has pieces for their records
    for (let key = 0; key < counters; key++) map.set(key, 5n);
    for (const length of [60_000, 15_000, 2000, 300, 40, 8]) fill(map, length);
    let key = 0;
    let code: string | undefined;
    for (; key < counters && code === undefined; key++)
      code = tryCode(() => call(map, 'add', key, HIGHEST - 5n));
    expect(code).toBe('ERR_SHARED_MAP_FULL');
    expect(map.get(key - 1)).toBe(5n);
    expect(call(map, 'add', key - 1, 1n)).toBe(6n);
    for (let i = 0; i < key - 1; i++) expect(map.get(i)).toBe(HIGHEST);
    expect(map.check()).toEqual([]);
  });
});

/** Fills a map with keys of this length until there is no room for one. */
function fill(map: AnyMap, length: number): void {
  let code: string | undefined;
  for (let i = 0; code === undefined; i++) code = tryCode(() => map.set(`${i} `.padEnd(length, '.'), 1n));
  expect(code).toBe('ERR_SHARED_MAP_FULL');
}

function tryCode(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
}

describe('fields', () => {
  const fields = {
    f64: 'float64',
    f32: 'float32',
    i32: 'int32',
    u32: 'uint32',
    i16: 'int16',
    u16: 'uint16',
    i8: 'int8',
    u8: 'uint8',
    big: 'bigint',
    on: 'boolean',
  } as const;
  const zeros = { f64: 0, f32: 0, i32: 0, u32: 0, i16: 0, u16: 0, i8: 0, u8: 0, big: 0n, on: false };
  const views = {
    f32: new Float32Array(1),
    f64: new Float64Array(1),
    i32: new Int32Array(1),
    u32: new Uint32Array(1),
    i16: new Int16Array(1),
    u16: new Uint16Array(1),
    i8: new Int8Array(1),
    u8: new Uint8Array(1),
  };

  test.each(Object.keys(views) as (keyof typeof views)[])('%s: as a typed array holds it', (field) => {
    const view = views[field];
    const isFloat = field.startsWith('f');
    const stored = (x: number): number => {
      view[0] = x;
      return view[0] as number;
    };
    const operand = isFloat ? fc.double({ noNaN: true }) : fc.integer().map(stored);
    const some = isFloat ? fc.constantFrom<Verb>('add', 'min', 'max') : verbs;
    fc.assert(
      fc.property(fc.array(fc.tuple(some, operand), { minLength: 1, maxLength: 20 }), (list) => {
        const map = mapOf({ key: 'int32', value: fields });
        let value: number | undefined;
        for (const [verb, x] of list) {
          const model = (isFloat ? ofNumbers[verb] : verb === 'add' ? ofNumbers.add : ofInt32[verb]) as (
            a: number,
            b: number,
          ) => number;
          // Of unsigned fields min and max compare what they hold.
          const next = verb === 'add' ? model(value ?? 0, x) : value === undefined ? x : model(value, x);
          value = stored(next);
          expect(call(map, verb, 1, x, field)).toBe(value);
        }
        expect(map.get(1)).toStrictEqual({ ...zeros, [field]: value });
        map.detach();
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test('big: wraps around', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(verbs, int64), { minLength: 1, maxLength: 20 }), (list) => {
        const map = mapOf({ key: 'int32', value: fields });
        let value: bigint | undefined;
        for (const [verb, x] of list) {
          value = value === undefined ? x : ofInt64[verb](value, x);
          expect(call(map, verb, 1, x, 'big')).toBe(value);
        }
        expect(map.get(1)).toStrictEqual({ ...zeros, big: value });
        map.detach();
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  test('the others stay', () => {
    const map = mapOf({ value: fields });
    const before = {
      f64: Math.PI,
      f32: 0.5,
      i32: -1,
      u32: 7,
      i16: -2,
      u16: 8,
      i8: -3,
      u8: 9,
      big: LOWEST,
      on: true,
    };
    map.set('k', before);
    expect(call(map, 'add', 'k', 5, 'u16')).toBe(13);
    expect(map.get('k')).toStrictEqual({ ...before, u16: 13 });
    expect(map.update('k', (value) => ({ ...(value as typeof before), on: false }))).toStrictEqual({
      ...before,
      u16: 13,
      on: false,
    });
  });

  const wrong: [string, Verb, unknown, string | undefined][] = [
    ['no field', 'add', 1, undefined],
    ['an unknown field', 'add', 1, 'nope'],
    ['an inherited name', 'add', 1, 'toString'],
    ['a boolean', 'add', 1, 'on'],
    ['bits of a boolean', 'or', 1, 'on'],
    ['bits of a float', 'and', 1, 'f64'],
    ['bits of a float32', 'xor', 1, 'f32'],
    ['a bigint for a number', 'add', 1n, 'i32'],
    ['a number for a bigint', 'add', 1, 'big'],
    ['half of an integer', 'add', 0.5, 'u8'],
    ['too large a difference', 'add', 2 ** 32, 'u8'],
    ['too large a bigint', 'add', 2n ** 63n, 'big'],
    ['more than the field holds', 'max', 256, 'u8'],
    ['less than the field holds', 'min', -1, 'u32'],
    ['NaN', 'add', Number.NaN, 'i32'],
    ['nothing', 'min', undefined, 'i32'],
  ];

  test.each(wrong)('refuse %s', (_name, verb, operand, field) => {
    const map = mapOf({ value: fields });
    map.set('k', zeros);
    for (const key of ['k', 'absent']) {
      const error = errorOf(() => call(map, verb, key, operand, field));
      expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
    }
    expect([...map]).toEqual([['k', zeros]]);
  });

  test('of maps without records there are none', () => {
    for (const value of ['any', 'number', 'int32', 'json'])
      expect(codeOf(() => call(mapOf({ value }), 'add', 'k', 1, 'x'))).toBe('VALUE_TYPE');
  });
});

test('counters: what the docs show', () => {
  const hits = new SharedMap({ key: 'string', value: 'int32', ...small });
  expect([hits.add('/index.html'), hits.add('/index.html', 10), hits.add('/index.html', -1)]).toEqual([
    1, 11, 10,
  ]);
  expect([hits.get('/index.html'), hits.max('slowest', 250), hits.max('slowest', 20)]).toEqual([
    10, 250, 250,
  ]);
});

test('the methods look like those of a class', () => {
  for (const verb of VERBS) {
    const { value, enumerable } = Object.getOwnPropertyDescriptor(
      SharedMap.prototype,
      verb,
    ) as PropertyDescriptor;
    expect([value.name, enumerable]).toEqual([verb, false]);
    expect(() => new value()).toThrow(TypeError);
    expect(() => value.call({}, 'k', 1)).toThrow(TypeError);
  }
});

test('after detach they throw', () => {
  for (const value of ['number', 'int32', 'bigint', { x: 'int8' }]) {
    const map = mapOf({ value });
    map.detach();
    const one = value === 'bigint' ? 1n : 1;
    const field = typeof value === 'object' ? 'x' : undefined;
    for (const verb of ['add', 'min', 'max'] as const)
      expect(codeOf(() => call(map, verb, 'k', one, field))).toBe('HANDLE');
  }
});
