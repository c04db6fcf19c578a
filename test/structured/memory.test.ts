import { describe, expect, test } from 'vitest';
import { decoded } from '../../workers/structured/round-trip.js';
import { decode, encode, encodedCopy } from '../internals.js';

// The memory that a thread encodes in: it grows in the middle of a value, is lent, and is given away
// once it has become large.

const encoding = { encodedCopy, decode };
const MiB = 2 ** 20;
/** What a thread begins with. */
const FIRST_BYTES = 8192;

/** The next value begins in new memory. */
function begin(): void {
  encodedCopy(['x'.repeat(MiB + 1)]);
}

/** References to each of these objects by their numbers: the array itself is 0. */
function referring(n: number): unknown[] {
  const objects = Array.from({ length: n }, (_, i) => ({ i }));
  return [...objects, ...[...objects].reverse()];
}

const items: [string, unknown][] = [
  ['small numbers', 1],
  ['numbers of 8 bits', -2],
  ['numbers of 16 bits', 300],
  ['numbers of 32 bits', 70_000],
  ['fractions', 0.5],
  ['bigints', 5n],
  ['long bigints', 2n ** 80n],
  ['truth', true],
  ['null', null],
  ['undefined', undefined],
  ['short texts', 'short'],
  ['texts', 't'.repeat(70)],
  ['texts of 40 units', 't'.repeat(40)],
  ['short texts of two bytes', 'Ж'],
  ['texts of two bytes', 'Ж'.repeat(70)],
  ['dates', new Date(5)],
  ['expressions', /ab+c/gi],
  ['boxed ones', Object(1.5)],
  ['a few bytes', Uint8Array.of(1, 2, 3)],
  ['bytes', new Uint8Array(100).fill(7)],
  ['a buffer', new Uint8Array(50).fill(7).buffer],
  ['a Map', new Map([[1, 2.5]])],
  ['a Set', new Set([1.5])],
  ['a sparse array', Object.assign(new Array(3), { 1: 1.5 })],
  ['an object with long names', { ['n'.repeat(150)]: 1 }],
  ['an object', { a: 1.5, b: 'b', c: [null] }],
];

describe('memory that ends in the middle of', () => {
  test.each(items)('%s', (_name, value) => {
    const one = encodedCopy([value]).length;
    for (let before = FIRST_BYTES - one - 24; before < FIRST_BYTES; before++) {
      begin();
      const given = ['x'.repeat(before), value, 'behind'];
      expect(decoded(encoding, encodedCopy(given))).toEqual(given);
    }
  });

  test('names that were not met before', () => {
    for (const last of ['n', 'Ж']) {
      for (let before = FIRST_BYTES - 230; before < FIRST_BYTES; before++) {
        begin();
        const given = ['x'.repeat(before), { a: 1, [last.repeat(80) + before]: 2 }, 'behind'];
        expect(decoded(encoding, encodedCopy(given))).toEqual(given);
      }
    }
  });

  test('references', () => {
    for (let before = FIRST_BYTES - 300; before < FIRST_BYTES; before += 3) {
      begin();
      const given = ['x'.repeat(before), ...referring(70)];
      const got = decoded(encoding, encodedCopy(given)) as object[];
      expect(got).toEqual(given);
      for (let i = 1; i <= 70; i++) expect(got[i]).toBe(got[given.length - i]);
    }
  });
});

test('a large memory is given away with its bytes, and the next value begins in a small one', () => {
  const text = 'y'.repeat(MiB + 1);
  const large = encode([text]);
  const { bytes } = large;
  expect(large.words.buffer).toBe(bytes.buffer);
  const small = encode(['small']);
  expect(small.bytes.length).toBe(FIRST_BYTES);
  expect(small.words.buffer).toBe(small.bytes.buffer);
  expect(decode(bytes, large.length)).toEqual([text]);
  expect(decode(small.bytes, small.length)).toEqual(['small']);
  // One of up to a MiB is kept: values of that size are not rare.
  const { bytes: kept } = encode(['z'.repeat(MiB / 2 - 20)]);
  expect(kept.length).toBeGreaterThan(MiB / 2 - 1);
  expect(encode(['small']).bytes).toBe(kept);
});

test.each([1, 2, 62, 63, 64, 65, 66, 127, 128, 129, 300, 5000])(
  '%d objects are referred to by their numbers',
  (n) => {
    // Twice: the objects of the first value are not among those of the second.
    for (let again = 0; again < 2; again++) {
      const given = referring(n);
      given.push(given);
      const got = decoded(encoding, encodedCopy(given)) as object[];
      expect(got.length).toBe(2 * n + 1);
      expect(got.at(-1)).toBe(got);
      for (let i = 0; i < n; i++) {
        expect(got[i]).toEqual({ i });
        expect(got[i]).toBe(got[2 * n - 1 - i]);
      }
      expect(new Set(got).size).toBe(n + 1);
    }
  },
);
