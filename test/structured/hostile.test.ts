import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { hexadecimal, wrongDecoding } from '../../workers/structured/hostile-decoding.js';
import { varint } from '../../workers/structured/mutations.js';
import { decoded } from '../../workers/structured/round-trip.js';
import { buildValue, recipeOf } from '../../workers/structured/values.js';
import { decode, encodedCopy, Refused, Undecodable } from '../internals.js';

// Bytes that no encoder has written: a damaged snapshot, or one made for harm.

const encoding = { encodedCopy, decode, Refused, Undecodable };
const HEADERS = [0x10, 0x11];

function check(bytes: readonly number[] | Uint8Array): unknown {
  const whole = Uint8Array.from(bytes);
  const wrong = wrongDecoding(encoding, whole, { read: 0, undecodable: 0 });
  expect(wrong, hexadecimal(whole)).toBe(undefined);
  return undecodable(whole) ? undefined : decoded(encoding, whole);
}

function undecodable(bytes: Uint8Array): boolean {
  try {
    decoded(encoding, bytes);
    return false;
  } catch (error) {
    return error instanceof Undecodable;
  }
}

const CLAIMS = [
  2,
  127,
  128,
  1e4,
  1e6,
  3e7,
  33_554_431,
  2 ** 26,
  2 ** 28,
  2 ** 29,
  2 ** 30,
  2 ** 31 - 1,
].concat([2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1, 2 ** 32, 2 ** 35, 2 ** 53 - 1, 2 ** 53, 2 ** 60, 2 ** 63]);

describe('a few bytes that claim many', () => {
  test.each(Array.from({ length: 0x20 }, (_, i) => 0xc0 + i))('tag %s', (tag) => {
    for (const header of HEADERS) {
      for (const claim of CLAIMS) {
        const bytes = varint(claim);
        for (const rest of [[], [0], [0, 0, 0, 0], [1, 0x81, 0x61, 1], Array(60).fill(0xc0)]) {
          check([header, tag, ...bytes, ...rest]);
          // Of a view, an error: a byte, then a length. Of an object: bytes of names, then how many.
          for (const first of [0, 1, 7, 8, 11, 12, 32, 63, 255])
            check([header, tag, first, ...bytes, ...rest]);
          for (const kind of [0, 7]) check([header, tag, kind, 63, ...bytes, ...rest]);
        }
        check([header, 0xd1, 2, tag, ...bytes, 0]);
        check([header, 0xd9, tag, ...bytes, 0]);
      }
    }
  });

  test('arrays of holes are as long as they say, and cost nothing', () => {
    for (const length of [1, 1e4, 1e6, 3e7, 33_554_431, 2 ** 26, 2 ** 32 - 1]) {
      const holes = new Array(length);
      const bytes = encodedCopy(holes);
      expect(bytes.length).toBeLessThan(20);
      const got = check(bytes) as unknown[];
      expect(got.length).toBe(length);
      expect(Object.keys(got)).toEqual([]);
      const one: unknown[] = [];
      one[length - 1] = 'last';
      expect((check(encodedCopy(one)) as unknown[])[length - 1]).toBe('last');
      const first: unknown[] = ['first'];
      first[length] = 1;
      first.length = length;
      expect((check(encodedCopy(first)) as unknown[])[0]).toBe('first');
    }
  });

  test('many such arrays in one value', () => {
    const arrays: number[] = [];
    for (let i = 0; i < 100; i++) arrays.push(0xd2, ...varint(3e7), 1, 0);
    check([0x10, 0xd1, 100, ...arrays]);
    check([0x10, 0xd4, 100, ...arrays]);
  });
});

describe('every byte of some encodings', () => {
  const seeds = Array.from({ length: 40 }, (_, i) => 900 + i);
  const encodings = seeds.map((seed) =>
    encodedCopy(buildValue({ ...recipeOf(seed), nodes: 6 })).subarray(0, 400),
  );

  test('cut at every length', () => {
    for (const bytes of encodings)
      for (let length = 0; length < bytes.length; length++) check(bytes.subarray(0, length));
  });

  test('followed by others', () => {
    for (const bytes of encodings.filter((some) => some.length < 400)) {
      for (const more of [0, 0xc0, 0xff])
        expect(undecodable(Uint8Array.of(...bytes, more)), hexadecimal(bytes)).toBe(true);
    }
  });

  test('every bit flipped', () => {
    for (const bytes of encodings) {
      for (let bit = 0; bit < bytes.length * 8; bit++) {
        const changed = Uint8Array.from(bytes);
        changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
        check(changed);
      }
    }
  });

  test('every value of every byte of a small one', () => {
    const bytes = encodedCopy({ a: [1, 'é'], b: new Map([[1n, /a/g]]), c: Float64Array.of(1) });
    for (let at = 0; at < bytes.length; at++) {
      for (let value = 0; value < 256; value++) {
        const changed = Uint8Array.from(bytes);
        changed[at] = value;
        check(changed);
      }
    }
  });
});

describe('depth', () => {
  const around: Record<string, number[]> = {
    array: [0xd1, 1],
    'sparse array': [0xd2, 1, 3, 1, 0x81, 0x30],
    object: [0xd0, 3, 1, 0x81, 0x61],
    Map: [0xd3, 1, 0],
    'Map key': [0xd3, 1],
    Set: [0xd4, 1],
    boxed: [0xd9],
    cause: [0xda, 0, 8],
    errors: [0xda, 7, 16],
    field: [0xda, 0, 32, 3, 1, 0x81, 0x61],
  };
  test.each(Object.entries(around))('of %s', (_name, bytes) => {
    for (const depth of [10, 999, 1000, 1001, 5000, 200_000]) {
      const whole = new Uint8Array(1 + bytes.length * depth + 40).fill(1);
      whole[0] = 0x10;
      for (let level = 0; level < depth; level++) whole.set(bytes, 1 + level * bytes.length);
      const cut = whole.subarray(0, 1 + bytes.length * depth);
      expect(undecodable(cut)).toBe(true);
      if (depth > 1000) expect(undecodable(whole)).toBe(true);
    }
    // The next one is read as if nothing had been.
    expect(check(encodedCopy([{ a: 1 }]))).toEqual([{ a: 1 }]);
  });
});

test('headers and tags that do not exist', () => {
  const body = [0xd1, 1, 5];
  for (let header = 0; header < 256; header++) {
    if (!HEADERS.includes(header))
      expect(undecodable(Uint8Array.of(header, ...body)), `${header}`).toBe(true);
  }
  for (const tag of [0xcd, 0xce, 0xcf, ...Array.from({ length: 0x24 }, (_, i) => 0xdc + i)])
    expect(undecodable(Uint8Array.of(0x10, 0xd1, 1, tag, 0, 0, 0, 0, 0)), `${tag}`).toBe(true);
  expect(undecodable(Uint8Array.of())).toBe(true);
  expect(undecodable(Uint8Array.of(0x10))).toBe(true);
});

test('references to what is not there, or not yet', () => {
  for (const header of HEADERS) {
    for (const number of [0, 1, 2, 3, 127, 128, 2 ** 31, 2 ** 32, 2 ** 53]) {
      check([header, 0xcc, ...varint(number)]);
      check([header, 0xd1, 2, 0xd1, 0, 0xcc, ...varint(number)]);
      check([header, 0xd3, 1, 0xcc, ...varint(number), 0xcc, ...varint(number)]);
      check([header, 0xd9, 0xcc, ...varint(number)]);
      check([header, 0xda, 0, 8, 0xcc, ...varint(number)]);
      check([header, 0xda, 7, 16, 0xcc, ...varint(number)]);
      check([
        header,
        0xda,
        0,
        63,
        ...Array(6)
          .fill([0xcc, ...varint(number)])
          .flat(),
      ]);
    }
  }
});

test('texts where others belong', () => {
  const text = (value: string) => [0x80 + value.length, ...Buffer.from(value, 'latin1')];
  for (const [source, flags] of [
    ['(', ''],
    ['a', 'gg'],
    ['a', 'q'],
    ['a', 'uv'],
    ['[', 'u'],
    ['*', ''],
    ['a{2,1}', ''],
    ['('.repeat(60), ''],
    ['\\', ''],
  ] as const)
    expect(undecodable(Uint8Array.of(0x10, 0xd6, ...text(source), ...text(flags))), source).toBe(true);
  const open = '(?:'.repeat(200_000);
  const wide = Buffer.from(open, 'latin1');
  check([0x10, 0xd6, 0xca, ...varint(wide.length), ...wide, 0x80]);
  for (const digits of [
    '',
    '-',
    '0x',
    'zz',
    '1e3',
    ' 1',
    '--1',
    '-0',
    '0',
    'ffffffffffffffffffffff ',
    'f'.repeat(30),
  ])
    check([0x10, 0xd1, 1, 0xc9, ...varint(digits.length), ...Buffer.from(digits)]);
});

test('50,000 damaged encodings in a thread of little memory', async () => {
  const program = fileURLToPath(new URL('../../dist/workers/structured/test-values.js', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [program, '--hostile', '50000']);
  const [, read, damaged, wrong] = /: (\d+) read, (\d+) undecodable, (\d+) wrong/.exec(stdout) ?? [];
  expect(Number(wrong)).toBe(0);
  expect(Number(read) + Number(damaged)).toBe(50_000);
  expect(Number(read)).toBeGreaterThan(1000);
  expect(Number(damaged)).toBeGreaterThan(1000);
});
