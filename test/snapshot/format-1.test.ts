import { readdirSync, readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type AnyKey, SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from '../error-of.js';

// Snapshots that threadmap 0.1.0 has written: fixtures/README.md.

const folder = new URL('fixtures/format-1/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('-any.snapshot'));
const bytesOf = (name: string) => readFileSync(new URL(name, folder));
const load = (name: string) => SharedMap.fromSnapshot<AnyKey, unknown>(bytesOf(name));

/** Of a RegExp: a literal with it needs a later target. */
const SETS = 'v';
const bytes = Uint8Array.from({ length: 24 }, (_each, i) => i + 1);
const sparse: unknown[] & { name?: string } = [1];
sparse[4] = 'four';
sparse.name = 'a field';
const hole: unknown[] = [1, 2, 3];
delete hole[1];
const far: unknown[] = [];
far[4_000_000_000] = 'far';

/** What the maps hold, but for what a test of its own looks at. */
const values: Readonly<Record<string, unknown>> = {
  primitives: [
    ...[0, -0, 1.5, -7, 2 ** 31, NaN, -Infinity, 'plain', 'ÿ', 'Ж€😀', '', '\ud800'],
    ...[true, false, null, undefined],
  ],
  bigints: [0n, 5n, -1n, 2n ** 63n, -(2n ** 200n)],
  object: {
    ...{ id: 1, 'a name': 'x', 7: 'seven', 4294967295: 'no index', nested: { deep: [] } },
    ['__proto__']: 'own',
  },
  empty: {},
  dense: [1, 'two', [3.5, [null]], undefined],
  doubles: [0.5, 1.5, 2.5],
  sparse,
  hole,
  map: new Map<unknown, unknown>([
    [1, { a: 1 }],
    ['k', new Set([1, 'x', null])],
  ]),
  dates: [new Date(5), new Date(NaN)],
  regexps: [/ab+c/dgimsuy, new RegExp('[\\p{L}--a]', SETS), /Ж\/\n/],
  boxed: [Object(5), Object(-0), Object('boxed Ж'), Object(true), Object(false), Object(-(2n ** 70n))],
  buffer: bytes.buffer,
  views: [
    bytes.slice(3, 8),
    new Int16Array(bytes.slice(2, 10).buffer),
    new DataView(bytes.slice(1, 8).buffer),
    bytes.buffer,
  ],
  numbers: [
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
  ].map((View) => new View(bytes.slice(0, 16).buffer)),
  resizable: new Uint8Array(4),
  instance: { x: 1, y: 2 },
  bytes: Uint8Array.of(1, 2, 3),
  Ж: 'Ж',
};

test('there is one of each runtime', () => {
  expect(names.map((name) => name.replace('-any.snapshot', ''))).toEqual([
    'deno-2',
    'node-20',
    'node-22',
    'node-24',
    'node-26',
  ]);
});

describe.each(names)('%s', (name) => {
  const map = load(name);

  test.each(Object.keys(values))('%s', (key) => {
    const value = map.get(key);
    if (!isDeepStrictEqual(value, values[key])) expect(value).toStrictEqual(values[key]);
  });

  test('keys and values that are no objects', () => {
    expect([map.get(1), map.get(2n ** 70n), map.get(null)]).toEqual(['one', -5n, true]);
    expect(map.check()).toEqual([]);
  });

  test('cycles and what is shared', () => {
    const cycle = map.get('cycle') as { self: unknown; list: unknown[] };
    expect(cycle.self).toBe(cycle);
    expect([cycle.list[0] === cycle.list, cycle.list[1] === cycle]).toEqual([true, true]);
    const [first, second] = map.get('shared') as [object, object];
    expect(first).toEqual({ n: 1 });
    expect(first).toBe(second);
  });

  test('errors, with a cause too, whichever engine wrote it', () => {
    const errors = map.get('errors') as Error[];
    expect(errors.map((error) => [error.constructor.name, error.message, error.stack])).toEqual([
      ['Error', 'plain', 'Error: plain\n    at here'],
      ['RangeError', 'Ж', 'RangeError: Ж'],
      ...['EvalError', 'ReferenceError', 'SyntaxError', 'TypeError', 'URIError'].map((each) => [
        each,
        each,
        each,
      ]),
    ]);
    const { reason } = map.get('cause') as { reason: Error & { cause: Error } };
    expect([reason.message, reason.stack]).toEqual(['request failed', 'Error: request failed\n    at fetch']);
    expect(reason.cause).toBeInstanceOf(TypeError);
    expect(reason.cause.stack).toBe('TypeError: ECONNRESET\n    at net');
  });

  test('an array that is nearly empty, and as long as arrays can be', () => {
    const value = map.get('far') as unknown[];
    expect([value.length, value[4_000_000_000], Object.keys(value)]).toEqual([
      ...[4_000_000_001, 'far', ['4000000000']],
    ]);
  });

  test('what is read is stored as this version stores it: an equal value is equal', () => {
    const copy = load(name);
    for (const [key, value] of Object.entries(values))
      expect([key, copy.compareAndSet(key, value, 'new')]).toEqual([key, true]);
  });

  test('what this version does not store goes along as it is', () => {
    const depth = (map: SharedMap<AnyKey, unknown>) => {
      let n = 0;
      for (let at = map.get('deep') as unknown[]; Array.isArray(at); n++) at = at[0] as unknown[];
      return n;
    };
    expect(depth(map)).toBe(1100);
    const copy = SharedMap.fromSnapshot<AnyKey, unknown>(map.snapshot());
    expect([copy.size, depth(copy)]).toEqual([map.size, 1100]);
  });

  // Deno has written none; half precision is there since Node 24.
  test.runIf(map.has('module'))('what was never in it is named, and touches nothing else', () => {
    const copy = SharedMap.fromSnapshot<AnyKey, unknown>(map.snapshot());
    for (const each of [map, copy]) {
      const error = errorOf(() => each.get('module'));
      expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
      expect(`${error.message} ${(error.cause as Error | undefined)?.message}`).toContain(
        'WebAssembly.Module',
      );
      expect([each.has('module'), [...each.keys()].length, each.check()]).toEqual([true, map.size, []]);
    }
    const left = map.size - copy.deleteMany(['module', 'half']);
    expect([...copy.entries()].length).toBe(left);
  });

  test.runIf(map.has('half'))('a class that not every engine has', () => {
    const { Float16Array } = globalThis as unknown as { Float16Array?: new (list: number[]) => object };
    if (Float16Array === undefined) expect(codeOf(() => map.get('half'))).toBe('DECODE');
    else expect(map.get('half')).toStrictEqual(new Float16Array([0.5, 2]));
  });
});

test('maps of other kinds', () => {
  const codec = {
    name: 'reversed',
    encode: (text: string) => Buffer.from(text).reverse(),
    decode: (text: Uint8Array) => Buffer.from(text).reverse().toString(),
  };
  const first = (kind: string, options?: object) => [
    ...SharedMap.fromSnapshot<AnyKey, unknown>(bytesOf(`node-20-${kind}.snapshot`), options).entries(),
  ];
  expect(first('json')).toEqual([['k', { list: [1, { deep: true }] }]]);
  expect(first('codec', { value: codec })).toEqual([['k', 'text']]);
  expect(first('single')).toEqual([['k', { x: 1.5 }]]);
  expect(first('record')).toEqual([['01234567-89ab-cdef-0123-456789abcdef', { x: 1.5, hits: 2 }]]);
  expect(first('bigint')).toEqual([[2n ** 62n, -(2n ** 63n)]]);
  expect(first('bytes')).toEqual([[Uint8Array.of(1, 2, 3, 4, 5, 6, 7), true]]);
  expect(first('int32')).toEqual([[-1, 2 ** 31 - 1]]);
});
