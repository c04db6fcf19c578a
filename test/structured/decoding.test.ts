import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { varint } from '../../workers/structured/mutations.js';
import { decoded } from '../../workers/structured/round-trip.js';
import { decode, encodedCopy, Undecodable } from '../internals.js';

// What the bytes of a value may be, exactly: what is one byte beyond is refused, and says why.

const encoding = { encodedCopy, decode };
const read = (bytes: readonly number[] | Uint8Array) => decoded(encoding, Uint8Array.from(bytes));
const latin1 = (text: string) => [...Buffer.from(text, 'latin1')];

/** What is wrong with bytes; undefined when a value comes of them. */
function problem(bytes: readonly number[] | Uint8Array): string | undefined {
  try {
    read(bytes);
    return undefined;
  } catch (error) {
    if (!(error instanceof Undecodable)) throw error;
    return error.message;
  }
}

test('references are read where the header tells of them, and name objects that have begun', () => {
  const cycle = read([0x11, 0xd1, 1, 0xcc, 0]) as unknown[];
  expect(cycle[0]).toBe(cycle);
  expect(problem([0x10, 0xd1, 1, 0xcc, 0])).toContain('a reference to object 0');
  expect(problem([0x11, 0xd1, 1, 0xcc, 1])).toContain('a reference to object 1');
  expect(problem([0x11, 0xd1, 2, 0xcc, 1, 0xd1, 0])).toContain('a reference to object 1');
  expect(problem([0x11, 0xd9, 0xcc, 0])).toContain('a reference to object 0');
});

test('objects in objects, as deep as they may be', () => {
  let deepest: unknown[] = [];
  for (let i = 1; i < 1000; i++) deepest = [deepest];
  const bytes = encodedCopy(deepest);
  expect(problem(bytes)).toBe(undefined);
  const kinds = [
    [0xd1, 1],
    [0xd4, 1],
    [0xd0, 3, 1, 0x81, 0x61],
    [0xd2, 1, 3, 1, 0x81, 0x30],
    [0xd3, 1, 0],
  ];
  for (const kind of [...kinds, [0xda, 0, 8]]) {
    const around = [0x10, ...kind, ...bytes.subarray(1)];
    expect(problem(around)).toContain('objects nested deeper than 1000');
    expect(problem([0x10, ...kind, ...bytes.subarray(3)])).toBe(undefined);
  }
});

test('a number of parts is compared with what is left before any is read', () => {
  expect(problem([0x10, 0xd1, 4, 1, 2, 3])).toContain('a count of 4 parts');
  expect(problem([0x10, 0xd4, 4, 1, 2, 3])).toContain('a count of 4 parts');
  expect(problem([0x10, 0xd3, 2, 1, 2, 3])).toContain('a count of 2 parts');
  expect(problem([0x10, 0xd0, 2, 2, 0x80])).toContain('a count of 2 names');
  expect(problem([0x10, 0xd1, 3, 1, 2, 3])).toBe(undefined);
  expect(problem([0x10, 0xd3, 2, 1, 2, 3, 4])).toBe(undefined);
});

test('lengths are numbers of 32 bits, of at most five bytes', () => {
  const most = [0xff, 0xff, 0xff, 0xff, 0x0f];
  expect((read([0x10, 0xd2, ...most, 1, 0]) as unknown[]).length).toBe(2 ** 32 - 1);
  expect(problem([0x10, 0xd2, ...varint(2 ** 32), 1, 0])).toContain('more than 32 bits');
  expect(problem([0x10, 0xd2, 0x80, 0x80, 0x80, 0x80, 0x80, 0, 1, 0])).toContain('more than 32 bits');
});

test('a bigint has hexadecimal digits in lower case, and nothing else', () => {
  const digits = (text: string) => [0x10, 0xd1, 1, 0xc9, text.length, ...latin1(text)];
  expect(read(digits('ffffffffffffffffffff'))).toEqual([2n ** 80n - 1n]);
  expect(read(digits('-10000000000000000000'))).toEqual([-(2n ** 76n)]);
  for (const text of ['FF', 'ff ', ' ff', '', '-', '--1', '0xff', 'f\n', '+1'])
    expect(problem(digits(text)), text).toContain('a bigint with other digits');
});

describe('what is in an object', () => {
  test('names are texts of exactly the bytes that they say', () => {
    expect(read([0x10, 0xd0, 3, 1, 0x81, 0x61, 5])).toEqual({ a: 5 });
    expect(problem([0x10, 0xd0, 2, 1, 5, 5])).toContain('a name that is no text');
    expect(problem([0x10, 0xd0, 4, 1, 0x81, 0x61, 0x81, 5])).toContain('names of another length');
    expect(problem([0x10, 0xd0, 2, 1, 0x81, 0x61, 5])).toContain('names of another length');
  });

  test('an array has one length, and no element beyond it', () => {
    const sparse = (length: number, name: string) => [
      ...[0x10, 0xd2, length, name.length + 2, 1, 0x80 + name.length],
      ...[...latin1(name), 5],
    ];
    expect(Object.entries(read(sparse(3, '1')) as object)).toEqual([['1', 5]]);
    expect(problem(sparse(3, '3'))).toContain('an element beyond its length');
    expect(problem(sparse(3, 'length'))).toContain('a second length');
  });

  test('a box has a primitive', () => {
    expect((read([0x10, 0xd9, 5]) as number).valueOf()).toBe(5);
    for (const inside of [[0xc0], [0xc1], [0xd1, 0]])
      expect(problem([0x10, 0xd9, ...inside])).toContain('a box of no primitive');
  });

  test('an expression has texts', () => {
    expect(problem([0x10, 0xd6, 5, 0x80])).toContain('a regular expression without text');
    expect(problem([0x10, 0xd6, 0x81, 0x61, 0xc0])).toContain('a regular expression without text');
    expect(problem([0x10, 0xd6, 0x81, 0x28, 0x80])).toContain('that this engine does not take');
  });

  test('a view is of a known kind, and of whole elements', () => {
    expect(problem([0x10, 0xd8, 3, 3, 1, 2, 3])).toContain('a Int16Array of 3 bytes');
    expect(problem([0x10, 0xd8, 13, 0])).toContain('a view of kind 13');
    expect(problem([0x10, 0xd8, 11, 3, 1, 2, 3])).toBe(undefined);
  });

  test('a DOMException has texts, and an error a class', () => {
    expect(problem([0x10, 0xda, 8, 1, 5])).toContain('whose name or message is no text');
    expect(problem([0x10, 0xda, 8, 2, 0xc0])).toContain('whose name or message is no text');
    expect(problem([0x10, 0xda, 10, 0])).toContain('an error of class 10');
  });
});

test('a DOMException is told as undecodable where the engine has none', () => {
  const property = Object.getOwnPropertyDescriptor(globalThis, 'DOMException') as PropertyDescriptor;
  const bytes = encodedCopy([new DOMException('m', 'AbortError')]);
  Object.defineProperty(globalThis, 'DOMException', { value: undefined, configurable: true });
  let told: string | undefined;
  try {
    told = problem(bytes);
  } finally {
    Object.defineProperty(globalThis, 'DOMException', property);
  }
  expect(told).toContain('a DOMException, which this engine does not have');
  expect(problem(bytes)).toBe(undefined);
});

test('bytes of V8 are a value by themselves, and no part of one', () => {
  const bytes = [0xff, 15, ...latin1('T')];
  expect(read([0x10, 0xdb, 3, ...bytes])).toBe(true);
  expect(problem([0x10, 0xd1, 1, 0xdb, 3, ...bytes])).toContain('an item of type 0xdb');
});

test('as many bigints beyond 64 bits as keys as may be written', () => {
  const some = (n: number) => Array.from({ length: n }, (_each, i) => (BigInt(i + 1) << 64n) + 1n);
  const listed = (n: number, more: readonly number[]) => {
    const bytes = [...encodedCopy(some(n))];
    return more.length === 0
      ? [0x10, 0xd4, ...bytes.slice(2)]
      : [0x10, 0xd3, ...varint(n), ...some(n).flatMap((key) => [...encodedCopy([key]).subarray(3), ...more])];
  };
  for (const more of [[], [1]]) {
    expect(problem(listed(2896, more))).toBe(undefined);
    expect(problem(listed(2897, more))).toContain('more bigints beyond 64 bits as keys');
  }
});

test('user code that reads another value while one is decoded', () => {
  const map = new SharedMap<string, unknown>({ maxBytes: 2 ** 21 });
  const numbers = Array.from({ length: 20 }, (_each, i) => i + 0.5);
  const exception = new DOMException('m', 'AbortError');
  const value = { numbers, exception, behind: ['text', ...numbers, 'x'.repeat(100)], last: exception };
  map.set('other', { other: 'o'.repeat(2000), numbers: new Array(200).fill(0.25) });
  map.set('k', value);
  const Real = DOMException;
  const limits: unknown[] = [];
  const property = Object.getOwnPropertyDescriptor(globalThis, 'DOMException') as PropertyDescriptor;
  Object.defineProperty(globalThis, 'DOMException', {
    configurable: true,
    value: class extends Real {
      constructor(message: string, name: string) {
        super(message, name);
        limits.push(Error.stackTraceLimit);
        map.get('other');
      }
    },
  });
  let got: unknown;
  try {
    got = map.get('k');
  } finally {
    Object.defineProperty(globalThis, 'DOMException', property);
  }
  const { numbers: before, behind } = got as typeof value;
  expect([before, behind]).toEqual([numbers, value.behind]);
  // No stack is recorded, which takes kilobytes.
  expect(limits).toEqual([undefined]);
});
