import { SharedMap, SharedSet } from 'threadmap';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';

// Functions that return a promise, or something like one, where their answer is needed at once.

const small = { maxBytes: 2 ** 22 } as const;

type Json = SharedMap<string, unknown>;
const jsonMap = (): Json =>
  new SharedMap({ key: 'string', value: 'json', ...small }).set('a', 1).set('b', { n: 2 }) as Json;

/** What async functions, broken ones and foreign libraries return. */
const answers: [string, () => never][] = [
  ['a promise of a value', async () => 5],
  ['a promise of true', async () => true],
  ['a promise of nothing', async () => undefined],
  [
    'a promise that is rejected',
    async () => {
      throw new Error('nobody awaits this');
    },
  ],
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  ['a thenable', () => ({ then() {} })],
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  ['a function that is thenable', () => Object.assign(() => 1, { then: () => {} })],
] as unknown as [string, () => never][];

const calls: [string, (map: Json, fn: () => never) => unknown][] = [
  ['update', (map, fn) => map.update('a', fn)],
  ['update', (map, fn) => map.update('new', fn)],
  ['merge', (map, fn) => map.merge('a', 1, fn)],
  ['deleteIf', (map, fn) => map.deleteIf('a', fn)],
  ['retain', (map, fn) => map.retain(fn)],
  ['replaceAll', (map, fn) => map.replaceAll(fn)],
  ['getOrInsertComputed', (map, fn) => map.getOrInsertComputed('new', fn)],
  ['until', (map, fn) => map.waitForSync('a', { until: fn, timeout: 5 })],
];

const unhandled: unknown[] = [];
const note = (reason: unknown) => void unhandled.push(reason);
beforeAll(() => void process.on('unhandledRejection', note));
afterAll(() => void process.off('unhandledRejection', note));

describe.each(answers)('%s', (_answer, fn) => {
  test.each(calls)('is refused by %s before anything is stored or deleted', async (method, call) => {
    const map = jsonMap();
    const before = new Map(map);
    const error = errorOf(() => call(map, fn));
    expect(error.code).toBe('ERR_SHARED_MAP_CALLBACK');
    expect(error).toBeInstanceOf(TypeError);
    expect(error.message).toContain(method);
    expect(error.message).toContain('await');
    expect(new Map(map)).toEqual(before);
    expect(map.check()).toEqual([]);
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });

  test('is refused by waitFor, at the first look and later', async () => {
    const map = jsonMap();
    const refused = { code: 'ERR_SHARED_MAP_CALLBACK' };
    await expect(map.waitFor('a', { until: fn })).rejects.toMatchObject(refused);
    const waiting = map.waitFor('new', { until: fn });
    map.set('new', 1);
    await expect(waiting).rejects.toMatchObject(refused);
    expect(unhandled).toEqual([]);
  });

  test('is refused by groupBy, and as has and keys of a set-like', () => {
    expect(codeOf(() => SharedMap.groupBy([1], fn, small))).toBe('CALLBACK');
    const set = new SharedSet([1, 2], small);
    const like = { size: 9, has: () => true, keys: () => [1].values() };
    expect(codeOf(() => set.intersection({ ...like, has: fn }))).toBe('CALLBACK');
    expect(codeOf(() => set.isSubsetOf({ ...like, has: fn }))).toBe('CALLBACK');
    expect(codeOf(() => set.union({ ...like, keys: fn }))).toBe('CALLBACK');
    expect([...set].sort()).toEqual([1, 2]);
  });

  test('is refused from a codec, and as a value', () => {
    let broken = false;
    const codec = {
      name: 'sometimes async',
      encode: (value: unknown) => (broken ? fn() : Buffer.from(JSON.stringify(value))),
      decode: (bytes: Uint8Array): unknown => (broken ? fn() : JSON.parse(Buffer.from(bytes).toString())),
    };
    const map = new SharedMap({ value: codec, ...small });
    map.set('k', 1);
    broken = true;
    for (const call of [
      () => map.set('k', 2),
      () => map.get('k'),
      () => map.getAndSet('k', 3),
      () => map.getAndDelete('k'),
      () => [...map],
    ])
      expect(codeOf(call)).toBe('CODEC');
    broken = false;
    expect([...map]).toEqual([['k', 1]]);
    const json = jsonMap();
    const before = new Map(json);
    const value: unknown = fn();
    for (const call of [
      () => json.set('a', value),
      () => json.insert('new', value),
      () => json.getOrInsert('new', value),
      () => json.merge('new', value, () => 1),
      () => json.compareAndSet('a', 1, value),
    ])
      expect(codeOf(call)).toBe('VALUE_TYPE');
    expect(new Map(json)).toEqual(before);
  });
});

test('an async iterator is none of keys: the operation ends', () => {
  const set = new SharedSet([1, 2], small);
  const endless = { size: 1, has: () => true, keys: async function* () {} };
  for (const method of ['union', 'isSupersetOf', 'symmetricDifference'] as const)
    expect(codeOf(() => set[method](endless as never))).toBe('CALLBACK');
});

test('a promise is no value, and no JSON', () => {
  const codec = { name: 'JSON', encode: (v: unknown) => Buffer.from(JSON.stringify(v)), decode: () => 1 };
  for (const map of [new SharedMap(small), new SharedMap({ value: codec, ...small }), jsonMap()] as Json[]) {
    const error = errorOf(() => map.set('k', Promise.resolve(1)));
    expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
    expect(map.has('k')).toBe(false);
  }
  expect(codeOf(() => jsonMap().set('k', { toJSON: async () => 5 }))).toBe('VALUE_TYPE');
  const date = new Date(5);
  expect(
    jsonMap()
      .set('k', { toJSON: () => ({ date }) })
      .get('k'),
  ).toEqual({ date: date.toJSON() });
});

test.each<[string, () => unknown]>([
  ['of a toJSON further down', () => ({ inner: { toJSON: async () => 5 } })],
  ['of a toJSON in an array', () => [1, { toJSON: async () => 5 }]],
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  ['that is only like one, of a toJSON', () => ({ toJSON: () => ({ then() {} }) })],
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  ['that has fields, of a toJSON', () => ({ toJSON: () => ({ then() {}, n: 1 }) })],
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  ['that is only like one, further down', () => ({ inner: { toJSON: () => ({ then() {} }) } })],
  ['of a function with a toJSON', () => Object.assign(() => 1, { toJSON: async () => 5 })],
  ['in a field', () => ({ list: [Promise.resolve(1)] })],
  ['that is rejected, in a field', () => [Promise.reject(new Error('nobody awaits this'))]],
])('a promise %s is no JSON', async (_name, make) => {
  const map = jsonMap();
  const before = new Map(map);
  for (const call of [
    () => map.set('a', make()),
    () => map.insert('new', make()),
    () => map.update('a', make),
    () => map.setMany([['new', make()]]),
  ]) {
    const error = errorOf(call);
    expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
    expect(error.message).toContain('await it first');
  }
  expect(new Map(map)).toEqual(before);
  await new Promise(setImmediate);
  expect(unhandled).toEqual([]);
});

test('an empty object is JSON, and a text that looks like one', () => {
  const value = { empty: {}, text: '{}', list: [{}], when: new Date(5) };
  expect(jsonMap().set('k', value).get('k')).toEqual({ ...value, when: new Date(5).toJSON() });
});

test('a field called then that is no function, and one that throws, are as any other', () => {
  const map = jsonMap();
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  expect(map.update('a', () => ({ then: 5 }))).toEqual({ then: 5 });
  // biome-ignore lint/suspicious/noThenProperty: it is what is tested
  expect(map.get('a')).toEqual({ then: 5 });
  const throwing = {
    // biome-ignore lint/suspicious/noThenProperty: it is what is tested
    get then(): never {
      throw new Error('from a getter');
    },
  };
  expect(codeOf(() => map.update('a', () => throwing))).toBe('VALUE_TYPE');
  expect(map.deleteIf('a', () => throwing as never)).toBe(true);
});

test('what forEach is given may be async: nobody looks at its answer', () => {
  let calls = 0;
  jsonMap().forEach(async () => void calls++);
  expect(calls).toBe(2);
});

describe('an iterable whose steps are promises', () => {
  const failing = (): never => {
    throw new Error('nobody awaits this');
  };
  const sources: [string, () => Iterable<never>][] = [
    ['an async generator', () => ({ [Symbol.iterator]: async function* () {} })],
    [
      'one that fails',
      () => ({
        [Symbol.iterator]: async function* () {
          yield failing();
        },
      }),
    ],
    // biome-ignore lint/suspicious/noThenProperty: it is what is tested
    ['one of thenables', () => ({ [Symbol.iterator]: () => ({ next: () => ({ then() {} }) }) })],
    ['an array', () => Object.assign([], { [Symbol.iterator]: async function* () {} })],
  ] as unknown as [string, () => Iterable<never>][];

  test.each(sources)('%s is refused, and the operation ends', async (_name, make) => {
    const map = new SharedMap(small).set('k', 1);
    const set = new SharedSet([1], small);
    for (const call of [
      () => new SharedMap(make(), small),
      () => SharedMap.from(make(), small),
      () => SharedMap.groupBy(make(), () => 1, small),
      () => new SharedSet(make(), small),
      () => SharedSet.from(make(), small),
      () => map.setMany(make()),
      () => map.setMany(['a'], make()),
      () => map.setMany(make(), [1]),
      () => map.getMany(make()),
      () => map.hasMany(make()),
      () => map.deleteMany(make()),
    ])
      expect(codeOf(call)).toBe('ITERABLE');
    expect([...map]).toEqual([['k', 1]]);
    expect([...set]).toEqual([1]);
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });

  test('entries that are promises are refused too', async () => {
    const map = new SharedMap(small);
    const entries = () => [Promise.reject(new Error('nobody awaits this'))] as never[];
    expect(codeOf(() => new SharedMap(entries(), small))).toBe('ITERABLE');
    expect(codeOf(() => map.setMany(entries()))).toBe('OPTION');
    expect(map.size).toBe(0);
    await new Promise(setImmediate);
    expect(unhandled).toEqual([]);
  });

  test('one that is left early is closed, and gives what it gives', () => {
    let closed = 0;
    const steps = [['k', 1], 5][Symbol.iterator]();
    const source = {
      [Symbol.iterator]: () => ({
        next: () => steps.next(),
        return: () => {
          closed++;
          return {};
        },
      }),
    };
    expect(codeOf(() => new SharedMap(source as never, small))).toBe('ITERABLE');
    expect(closed).toBe(1);
    expect([...new SharedMap(new Map([['k', 1]]), small)]).toEqual([['k', 1]]);
  });
});
