import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext, Script } from 'node:vm';
import * as namespace from 'threadmap';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../error-of.js';
import { decode, encodedCopy, Undecodable } from '../internals.js';

// Values and bytes at the edges: what only one engine, prototype or place of the stack shows.

const { Table } = (globalThis as unknown as { WebAssembly: { Table: new (limits: object) => object } })
  .WebAssembly;

const small = { maxBytes: 2 ** 24 } as const;
const make = () => new SharedMap<string, unknown>(small);
const trip = (value: unknown) => make().set('k', value).get('k');
const refusal = (value: unknown) => errorOf(() => make().set('k', value)).message;
const bytesOf = (...bytes: (number | string)[]) =>
  Buffer.concat(bytes.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.of(part))));

test('where the stack ends, the error is that of the stack, and the process goes on', async () => {
  const program = fileURLToPath(new URL('programs/end-of-stack.mjs', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program]);
  const { through, refused, other } = JSON.parse(stdout);
  expect(other).toEqual([]);
  expect(through).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
}, 120_000);

describe('objects whose prototype says nothing of what they are', () => {
  const bare = <T extends object>(object: T): T => Object.setPrototypeOf(object, null);

  test('are stored as what they are', () => {
    expect(trip(bare(new Date(5)))).toEqual(new Date(5));
    expect(trip(Object.assign(bare(new Date(5)), { x: 1 }))).toEqual(new Date(5));
    expect(trip(bare(new Map([[1, 2]])))).toEqual(new Map([[1, 2]]));
    expect(trip(Object.setPrototypeOf(new Set([1]), Object.prototype))).toEqual(new Set([1]));
    expect(trip(Object.assign(bare(new TypeError('no')), { x: 1 }))).toBeInstanceOf(Error);
    expect(trip(Object.assign(bare({}), { x: 1 }))).toStrictEqual({ x: 1 });
  });

  test('are refused where no bytes hold that', () => {
    expect(refusal(Object.assign(bare(Promise.resolve()), { x: 1 }))).toContain('value is a Promise');
    expect(refusal({ namespace })).toContain('value.namespace is a module');
    expect(refusal(new Script('1'))).toContain('value is a Script');
    expect(refusal(Object.assign(new Table({ initial: 1, element: 'anyfunc' }), { x: 1 }))).toContain(
      'an object of the host',
    );
  });

  test('a class of the program is none of the host, whatever it extends', () => {
    class Point {
      x = 1;
    }
    expect(trip(new (class extends Point {})())).toStrictEqual({ x: 1 });
  });
});

describe('proxies', () => {
  test('that hide what they have are refused', () => {
    const hidden = [Math, { [Symbol('a')]: 1 }, Object.defineProperty({}, 'a', { value: 1 })];
    for (const object of hidden) {
      expect(refusal(object)).toContain('value is an object whose properties are all hidden');
      expect(refusal(new Proxy(object, {}))).toContain('value is a Proxy whose properties are all hidden');
    }
    expect(trip(new Proxy({}, {}))).toStrictEqual({});
  });

  test('of a long array take no memory for elements that are not there', () => {
    const array = trip(new Proxy(Object.assign([], { length: 2 ** 32 - 1 }), {})) as unknown[];
    expect(array).toHaveLength(2 ** 32 - 1);
    expect(Object.keys(array)).toEqual([]);
  });
});

test('a field that a getter deletes before its turn is undefined, whatever the prototype has', () => {
  const value = {
    a: 1,
    get b() {
      Object.setPrototypeOf(this, { c: 5 });
      Reflect.deleteProperty(this, 'c');
      Reflect.deleteProperty(this, 'toString');
      return 2;
    },
    c: 3,
    toString: 4,
  };
  expect(trip(value)).toStrictEqual({ a: 1, b: 2, c: undefined, toString: undefined });
});

describe('setters that prototypes have for elements', () => {
  const values: [string, unknown][] = [
    ['an array', [1, 2, 3]],
    ['a long array', Array.from({ length: 100 }, (_each, i) => i)],
    ['a longer array', Array.from({ length: 9000 }, (_each, i) => i)],
    ['a Map', new Map([['k', 'v']])],
    ['a long Set', new Set(Array.from({ length: 100 }, (_each, i) => i))],
    ['shared objects', Array(4).fill({ a: 1 })],
    ['many objects', Array.from({ length: 100 }, (_each, i) => ({ i }))],
    ['names', { ax1: 1, ax2: 2, ax3: 3 }],
  ];

  test.each(values)('are never called for %s', (_name, value) => {
    const map = make();
    const expected = structuredClone(value);
    const calls: unknown[] = [];
    const traps = [Array.prototype, Object.prototype].flatMap((prototype) =>
      [0, 1, 2, 70].map((index) => ({ prototype, index })),
    );
    let got: unknown;
    let bytes: Uint8Array;
    for (const { prototype, index } of traps) {
      Object.defineProperty(prototype, index, {
        configurable: true,
        get: () => 'of the prototype',
        set: (given) => {
          calls[calls.length] = given;
        },
      });
      try {
        bytes = encodedCopy(value);
        map.set('k', value);
        got = map.get('k');
      } finally {
        Reflect.deleteProperty(prototype, index);
      }
      expect(calls).toEqual([]);
      expect(got).toStrictEqual(expected);
      expect(bytes).toEqual(encodedCopy(value));
    }
  });
});

describe('bytes that ask for much', () => {
  /** `{ 1023: 5 }`: an engine would make room for 1,023 elements below it. */
  const far = bytesOf(0xd0, 6, 1, 0x84, '1023', 5);

  test('far elements of many objects take no memory for those below them', () => {
    const count = 20_000;
    const head = bytesOf(0x10, 0xd1, 0x80 | (count & 0x7f), 0x80 | ((count >> 7) & 0x7f), count >> 14);
    const bytes = Buffer.concat([head, ...Array.from({ length: count }, () => far)]);
    const before = process.memoryUsage().heapUsed;
    const value = decode(bytes, bytes.length) as unknown[];
    const taken = process.memoryUsage().heapUsed - before;
    expect(value[count - 1]).toEqual({ 1023: 5 });
    // 10 KB each, 200 MB in all, if room were made.
    expect(taken).toBeLessThan(60 * 2 ** 20);
  });

  test('a source of a regular expression has a greatest length, on both sides', () => {
    const most = 'a'.repeat(65_536);
    expect(trip(new RegExp(most))).toEqual(new RegExp(most));
    expect(refusal([new RegExp(`${most}a`)])).toContain(
      'value[0] is a regular expression of more than 65536',
    );
    const bytes = bytesOf(0x10, 0xd6, 0xca, 0x81, 0x80, 4, `${most}a`, 0x80);
    expect(() => decode(bytes, bytes.length)).toThrow(Undecodable);
  });

  test('bigints that an engine tells apart slowly are counted with their length', () => {
    const keys = (n: number, bits: bigint) =>
      new Set(Array.from({ length: n }, (_each, i) => (BigInt(i + 1) << bits) + 1n));
    expect((trip(keys(2000, 64n)) as Set<bigint>).size).toBe(2000);
    expect(refusal(keys(4000, 64n))).toContain('value is a Map or Set with more bigints');
    expect(refusal(keys(500, 10_000n))).toContain('value is a Map or Set with more bigints');
    expect(refusal(new Map([...keys(4000, 64n)].map((key) => [key, 1])))).toContain('more bigints');
    expect((trip(new Set([1n << 400_000n])) as Set<bigint>).size).toBe(1);
  });
});

test('a value that is refused, or that fails, keeps no memory', async () => {
  const map = make();
  const held = () => process.memoryUsage().arrayBuffers;
  const text = 'x'.repeat(50_000_000);
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  map.set('warm', { a: 1 });
  gc();
  const before = held();
  expect(() => map.set('k', { text, fail() {} })).toThrow('value.fail is a function');
  const failing = {
    text,
    get fail() {
      throw new Error('mine');
    },
  };
  expect(errorOf(() => map.set('k', failing)).cause).toEqual(new Error('mine'));
  // The engine frees it some time after the collection that found it.
  for (let tries = 0; tries < 50 && held() - before >= 2 ** 24; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    gc();
  }
  expect(held() - before).toBeLessThan(2 ** 24);
});
