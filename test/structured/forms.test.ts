import { describe, expect, test } from 'vitest';
import { decoded } from '../../workers/structured/round-trip.js';
import { decode, encodedCopy } from '../internals.js';

// Each number, bigint and text has one form, the first of format.ts that can hold it: equal values
// have equal bytes, which other threads, other engines and later versions read.

/** The bytes of an item: what it has in an array of its own. */
function item(value: unknown): string {
  const bytes = Buffer.from(encodedCopy([value]));
  expect(bytes.subarray(0, 3).toString('hex')).toBe('10d101');
  expect(decoded({ encodedCopy, decode }, bytes)).toEqual([value]);
  return bytes.subarray(3).toString('hex');
}

test.each<[number, string]>([
  [0, '00'],
  [127, '7f'],
  [128, 'c58000'],
  [-1, 'c4ff'],
  [-128, 'c480'],
  [-129, 'c57fff'],
  [2 ** 15 - 1, 'c5ff7f'],
  [-(2 ** 15), 'c50080'],
  [2 ** 15, 'c600800000'],
  [-(2 ** 15) - 1, 'c6ff7fffff'],
  [2 ** 31 - 1, 'c6ffffff7f'],
  [-(2 ** 31), 'c600000080'],
  [2 ** 31, 'c7000000000000e041'],
  [-(2 ** 31) - 1, 'c7000020000000e0c1'],
  [-0, 'c70000000000000080'],
  [0.5, 'c7000000000000e03f'],
  [Number.NaN, 'c7000000000000f87f'],
  [Number.NEGATIVE_INFINITY, 'c7000000000000f0ff'],
])('the number %s', (value, bytes) => {
  expect(item(value)).toBe(bytes);
});

test('a NaN with other bits, as a number and as a time, has the bytes of NaN', () => {
  const [other] = new Float64Array(Uint8Array.of(1, 2, 3, 4, 5, 6, 0xff, 0xff).buffer);
  expect(item(other)).toBe(item(Number.NaN));
  expect(item(new Date(other as number))).toBe(item(new Date(Number.NaN)));
  expect(item(Object(other))).toBe(item(Object(Number.NaN)));
});

test.each<[bigint, string]>([
  [0n, 'c80000000000000000'],
  [-1n, 'c8ffffffffffffffff'],
  [2n ** 62n, 'c80000000000000040'],
  [2n ** 63n - 1n, 'c8ffffffffffffff7f'],
  [-(2n ** 63n), 'c80000000000000080'],
  [2n ** 63n, `c910${Buffer.from('8000000000000000').toString('hex')}`],
  [-(2n ** 63n) - 1n, `c911${Buffer.from('-8000000000000001').toString('hex')}`],
  [2n ** 64n - 1n, `c910${Buffer.from('f'.repeat(16)).toString('hex')}`],
])('the bigint %s', (value, bytes) => {
  expect(item(value)).toBe(bytes);
});

/** A length as a varint. */
function varint(n: number): string {
  const bytes: number[] = [];
  let rest = n;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]).toString('hex');
}

function form(text: string): string {
  const { length } = text;
  let most = 0;
  for (let i = 0; i < length; i++) most = Math.max(most, text.charCodeAt(i));
  if (most > 255) return `cb${varint(length)}${Buffer.from(text, 'utf16le').toString('hex')}`;
  const units = Buffer.from(text, 'latin1').toString('hex');
  return length < 64 ? (0x80 + length).toString(16) + units : `ca${varint(length)}${units}`;
}

describe.each([0, 1, 2, 39, 40, 41, 42, 62, 63, 64, 65, 127, 128, 129, 16_383, 16_384, 20_000])(
  'a text of %d units',
  (length) => {
    test.each(['a', '\x7f', '\x80', '\xff', 'Ā', '\u{2603}', '\ud800'])('with %o among others', (unit) => {
      for (const others of ['a', '\xff', 'Ж']) {
        for (const at of new Set([0, length >> 1, length - 1])) {
          if (at < 0 || at >= length) continue;
          const text = others.repeat(at) + unit + others.repeat(length - at - 1);
          expect(item(text)).toBe(form(text));
        }
      }
      expect(item('b'.repeat(length))).toBe(form('b'.repeat(length)));
    });
  },
);
