import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { difference } from '../../workers/structured/difference.js';
import { decoded, smallest, wrongRoundTrip } from '../../workers/structured/round-trip.js';
import { buildValue, type Recipe, recipeOf } from '../../workers/structured/values.js';
import { decode, encodedCopy } from '../internals.js';

// Values that follow from seeds: `npm run test:values` does the same by the million.

const encoding = { encodedCopy, decode };
const seeds = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
const trip = (value: object) => decoded(encoding, encodedCopy(value));
const hex = (value: object) => Buffer.from(encodedCopy(value)).toString('hex');

/** A hole, and something behind it. */
function holed(item: unknown = 1): unknown[] {
  const array: unknown[] = [];
  array[1] = item;
  return array;
}

function problem(recipe: Recipe): string | undefined {
  try {
    return wrongRoundTrip(encoding, recipe);
  } catch (error) {
    return (error as Error).stack;
  }
}

describe('the comparison sees', () => {
  const pair = <T>(one: T, other: T) => [one, other] as const;
  const shared = { a: 1 };
  const named = (name: string) => Object.assign(new Error('m'), { name, stack: '' });
  test.each<[string, readonly [unknown, unknown]]>([
    ['-0', pair([-0], [0])],
    ['a hole', pair(holed(), [undefined, 1])],
    ['order', pair<object>({ a: 1, b: 2 }, { b: 2, a: 1 })],
    [
      'order in a Map',
      pair(
        new Map([
          [1, 1],
          [2, 2],
        ]),
        new Map([
          [2, 2],
          [1, 1],
        ]),
      ),
    ],
    ['what is shared', pair([shared, shared], [{ a: 1 }, { a: 1 }])],
    ['what is not shared', pair([{ a: 1 }, { a: 1 }], [shared, shared])],
    ['a cycle', pair<object>(Object.assign([0], { 0: shared }), [[shared]])],
    ['a length', pair(new Array(3), new Array(4))],
    ['a prototype', pair<object>({ a: 1 }, Object.assign(Object.create(null), { a: 1 }))],
    ['a getter', pair<object>({ a: 1 }, Object.defineProperty({}, 'a', { get: () => 1, enumerable: true }))],
    ['an undefined field', pair<object>({ a: undefined }, {})],
    ['a hidden field', pair<object>({}, Object.defineProperty({}, 'a', { value: 1 }))],
    ['a symbol', pair<object>({}, { [Symbol('s')]: 1 })],
    ['frozen', pair<object>({ a: 1 }, Object.freeze({ a: 1 }))],
    ['a time', pair(new Date(1), new Date(2))],
    ['an invalid time', pair(new Date(Number.NaN), new Date(0))],
    ['flags', pair(/a/g, /a/)],
    ['bytes', pair(Uint8Array.of(1), Uint8Array.of(2))],
    ['a kind of view', pair<object>(Uint8Array.of(1), Int8Array.of(1))],
    ['a larger buffer', pair(Uint8Array.of(1), new Uint8Array(Uint8Array.of(1, 2).buffer, 0, 1))],
    ['a boxed -0', pair<object>(Object(-0), Object(0))],
    ['what is boxed', pair<object>(Object('1'), Object(1))],
    ['a name', pair(named('A'), named('B'))],
    ['a class', pair<object>(Object.assign(new TypeError('m'), { stack: '' }), named('TypeError'))],
    ['a cause', pair(new Error('m', { cause: undefined }), named('Error'))],
    ['a field', pair(Object.assign(named('Error'), { code: 1 }), named('Error'))],
    ['a primitive', pair<unknown>([1], ['1'])],
    ['a bigint', pair<unknown>([1], [1n])],
    ['null', pair<unknown>([null], [undefined])],
  ])('%s', (_what, [one, other]) => {
    expect(difference(one, other)).toBeTypeOf('string');
  });
});

test('values come back as they went in, with the bytes of their equals', () => {
  const wrong: string[] = [];
  for (const seed of seeds(1, 4000)) {
    if (problem(recipeOf(seed)) === undefined) continue;
    const recipe = smallest(recipeOf(seed), (smaller) => problem(smaller) !== undefined);
    wrong.push(`seed ${seed}, ${recipe.nodes} nodes: ${problem(recipe)}`);
    if (wrong.length > 4) break;
  }
  expect(wrong).toEqual([]);
});

test('bytes say nothing of the thread, nor of what was encoded before', async () => {
  const file = new URL('../../dist/workers/structured/encoding-thread.js', import.meta.url);
  const some = seeds(10_000, 300);
  const before = some.map((seed) => hex(buildValue(recipeOf(seed))));
  // More shapes than any table of them holds.
  for (let i = 0; i < 20_000; i++) encodedCopy({ [`own${i}`]: 1, [`other${i % 7}`]: 2 });
  expect(some.map((seed) => hex(buildValue(recipeOf(seed))))).toEqual(before);
  const backwards = [...some].reverse();
  const worker = new Worker(file, { workerData: backwards });
  const [told] = await once(worker, 'message');
  expect(told.reverse()).toEqual(before);
});

test('what differs has other bytes', () => {
  const shared = {};
  const pairs: [object, object][] = [
    [[-0], [0]],
    [[1], ['1']],
    [[1], [1n]],
    [holed(), [undefined, 1]],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [
      [shared, shared],
      [{}, {}],
    ],
    [new Array(1), new Array(2)],
    [[], {}],
    [new Map(), new Set()],
    [{ a: undefined }, {}],
    [Object(1), [1]],
    [Uint8Array.of(1), Int8Array.of(1)],
    [new Error(''), new Error(undefined, { cause: undefined })],
    [
      ['a', 'bc'],
      ['ab', 'c'],
    ],
  ];
  for (const [one, other] of pairs) expect(hex(one)).not.toBe(hex(other));
});

describe('through a map', () => {
  const MiB = 2 ** 20;
  const chosen = seeds(50_000, 400);
  // In a map of its own, Uint8Arrays are bytes and not structured values.
  const values = chosen.map((seed) => [seed, recipeOf(seed)] as const);

  test.each([0, 1000])('with cacheValues %s', (cacheValues) => {
    const map = new SharedMap<number, object>({ key: 'number', maxBytes: 256 * MiB, cacheValues });
    const frozen = cacheValues > 0;
    for (const [seed, recipe] of values) {
      map.set(seed, buildValue(recipe));
      const value = buildValue(recipe, seed);
      expect(difference(value, map.get(seed), { frozen }), `seed ${seed}`).toBe(undefined);
      expect(map.compareAndSet(seed, value, [seed]), `seed ${seed}`).toBe(true);
      expect(map.compareAndSet(seed, value, value), `seed ${seed}`).toBe(false);
      expect(map.compareAndSet(seed, [seed], value)).toBe(true);
      expect(difference(value, map.get(seed), { frozen }), `seed ${seed}`).toBe(undefined);
    }
    for (const [seed, value] of map.entries())
      expect(difference(buildValue(recipeOf(seed)), value, { frozen })).toBe(undefined);
    const restored = SharedMap.fromSnapshot<number, object>(map.snapshot());
    for (const [seed, recipe] of values) {
      expect(difference(buildValue(recipe), restored.get(seed)), `seed ${seed}`).toBe(undefined);
      expect(restored.compareAndDelete(seed, map.get(seed) as object), `seed ${seed}`).toBe(true);
    }
    expect(restored.size).toBe(0);
    expect(map.check()).toEqual([]);
  });
});

describe('whatever was done to the prototypes', () => {
  /** What `call` returns while a property of a prototype is another. */
  function polluted<T>(
    prototype: object,
    name: PropertyKey,
    attributes: PropertyDescriptor,
    call: () => T,
  ): T {
    const old = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, { configurable: true, ...attributes });
    try {
      return call();
    } finally {
      if (old) Object.defineProperty(prototype, name, old);
      else delete (prototype as Record<PropertyKey, unknown>)[name];
    }
  }

  const value = () => ({
    a: 1,
    list: holed({ b: [] }),
    map: new Map([['a', new Set([1])]]),
    error: Object.assign(new Error('m', { cause: { a: 1 } }), { stack: 's', a: 2, code: 3 }),
    views: [Float32Array.of(1), new DataView(new ArrayBuffer(3))],
    last: Object.assign(['x'], { a: 4 }),
  });
  /** Encodes and decodes; says what is wrong. */
  const problemOf = (prototype: object, name: PropertyKey, attributes: PropertyDescriptor) => {
    const given = { ...value(), when: new Date(1), like: /a/g };
    const before = hex(given);
    const after = polluted(prototype, name, attributes, () => {
      const bytes = encodedCopy(given);
      return { bytes, got: decoded(encoding, bytes) };
    });
    if (Buffer.from(after.bytes).toString('hex') !== before) return 'the bytes are others';
    return difference(given, after.got);
  };

  const names = ['a', 'b', 'list', 'cause', 'code', 'value', 'get', 'enumerable', 'writable'];
  test.each(names)('a setter and a getter of %s on Object.prototype', (name) => {
    let calls = 0;
    const get = () => {
      calls++;
    };
    for (const enumerable of [false, true])
      expect(problemOf(Object.prototype, name, { get, set: get, enumerable })).toBe(undefined);
    expect(calls).toBe(0);
  });

  test.each(names)('a read-only %s on Object.prototype', (name) => {
    for (const enumerable of [false, true])
      expect(problemOf(Object.prototype, name, { value: 1, enumerable })).toBe(undefined);
  });

  test.each<[string, PropertyKey]>([
    ['Map', 'set'],
    ['Map', 'forEach'],
    ['Map', Symbol.iterator],
    ['Set', 'add'],
    ['Set', 'forEach'],
    ['Set', Symbol.iterator],
    ['Array', 'toJSON'],
    ['Object', 'toJSON'],
    ['Object', '__proto__'],
    ['RegExp', 'source'],
    ['RegExp', 'flags'],
    ['RegExp', 'exec'],
    ['Date', 'getTime'],
    ['Date', 'valueOf'],
    ['Error', 'toString'],
  ])('%s.prototype and another %s', (of, name) => {
    const { prototype } = (globalThis as unknown as Record<string, { prototype: object }>)[of] as {
      prototype: object;
    };
    expect(problemOf(prototype, name, { value: () => 'other', writable: true })).toBe(undefined);
  });

  test('an element on Array.prototype, and one that takes what is stored', () => {
    const given = [1, ['b', [3]], new Map([[['key'], [4]]])];
    const bytes = encodedCopy(given);
    let met = 0;
    for (const attributes of [{ value: 1 }, { set: () => met++, get: () => 'theirs' }]) {
      const got = polluted(Array.prototype, 0, attributes, () => {
        const read = decoded(encoding, bytes) as unknown[];
        return [Object.hasOwn(read, 0), read];
      });
      expect(got).toEqual([true, given]);
    }
    expect(met).toBe(0);
  });

  test('Error.prepareStackTrace of the program is not asked', () => {
    let calls = 0;
    const prepare = () => {
      calls++;
      return 'prepared';
    };
    const wrong = problemOf(Error, 'prepareStackTrace', { value: prepare, writable: true });
    expect([wrong, calls]).toEqual([undefined, 0]);
    const errors = [new DOMException('m', 'AbortError'), new AggregateError([], 'm'), new Error()];
    const bytes = encodedCopy(errors);
    const all = { value: prepare, writable: true };
    polluted(Error, 'prepareStackTrace', all, () => decoded(encoding, bytes));
    expect(calls).toBe(0);
    // Where stacks are recorded nevertheless. A DOMException may make the text of its own at once.
    const others = encodedCopy(errors.slice(1));
    const fixed = { value: 7, writable: false };
    polluted(Error, 'prepareStackTrace', all, () =>
      polluted(Error, 'stackTraceLimit', fixed, () => decoded(encoding, others)),
    );
    expect(calls).toBe(0);
  });

  test('Error.stackTraceLimit is what it was, and may be fixed', () => {
    for (const writable of [false, true]) {
      const told = polluted(Error, 'stackTraceLimit', { value: 7, writable }, () => {
        const given = { ...value(), aborted: new DOMException('m', 'AbortError') };
        const wrong = difference(given, decoded(encoding, encodedCopy(given)));
        return [wrong, Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit')];
      });
      const { enumerable } = Object.getOwnPropertyDescriptor(Error, 'stackTraceLimit') ?? {};
      expect(told).toEqual([undefined, { value: 7, writable, enumerable, configurable: true }]);
    }
  });

  test('names that a class has an accessor for become fields of their own', () => {
    const given = JSON.parse('{ "__proto__": { "polluted": 1 }, "constructor": 2, "toString": 3 }');
    const got = trip(given) as object;
    expect(difference(given, got)).toBe(undefined);
    expect((got as Record<string, unknown>).polluted).toBe(undefined);
    expect(Object.getPrototypeOf(got)).toBe(Object.prototype);
  });
});

test('a frozen Object.prototype, in a thread of its own', async () => {
  const worker = new Worker(
    `const { workerData, parentPort } = require('node:worker_threads');
     Object.freeze(Object.prototype); Object.freeze(Array.prototype); Object.freeze(Error.prototype);
     import(workerData).then(({ SharedMap }) => {
       const map = new SharedMap({ maxBytes: 2 ** 20 });
       const error = Object.assign(new RangeError('m', { cause: 1 }), { code: 2 });
       const value = { toString: 1, valueOf: [2], ['__proto__']: 3, error, list: Object.defineProperty([, 1], 'concat', { value: 4, enumerable: true }) };
       Object.defineProperty(value, 'constructor', { value: 5, enumerable: true });
       map.set('k', value);
       const got = map.get('k');
       parentPort.postMessage([Object.entries(got).join(), got.error.code, got.error.cause, got.error.name, got.list.concat]);
     });`,
    { eval: true, workerData: new URL('../../dist/src/index.js', import.meta.url).href },
  );
  const [told] = await once(worker, 'message');
  expect(told).toEqual([
    'toString,1,valueOf,2,__proto__,3,error,RangeError: m,list,,1,constructor,5',
    2,
    1,
    'RangeError',
    4,
  ]);
});
