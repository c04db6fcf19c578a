import { describe, expect, test } from 'vitest';
import { decoded } from '../../workers/structured/round-trip.js';
import { decode, encodedCopy, hashOf, readShapes, Undecodable, writtenShapes } from '../internals.js';

// Names that objects have again and again are kept, a bounded number of them: encoded on one side, as
// the objects to begin with on the other. What is kept changes neither bytes nor values.

const encoding = { encodedCopy, decode };
const named = (names: readonly string[]) => Object.fromEntries(names.map((name, i) => [name, i]));
const numbered = (n: number, mark: string) => Array.from({ length: n }, (_each, i) => `${mark}${i}`);

/** The names of an object as bytes: what stands behind their length. */
function namesOf(names: readonly string[]): Uint8Array {
  const bytes = encodedCopy(named(names));
  let at = 2;
  while ((bytes[at++] as number) > 127);
  let end = at;
  for (let i = 2, unit = 1; i < at; i++, unit *= 128) end += ((bytes[i] as number) & 127) * unit;
  return bytes.slice(at, end);
}

const isWritten = (names: readonly string[]) => writtenShapes.findShape(names) !== undefined;

function isRead(names: readonly string[]): boolean {
  const bytes = namesOf(names);
  return readShapes.findShape(bytes, 0, bytes.length) !== undefined;
}

/** Encodes and decodes an object of these names so many times. */
function trips(names: readonly string[], times: number): void {
  for (let i = 0; i < times; i++) {
    const value = named(names);
    const bytes = Buffer.from(encodedCopy(value));
    const got = decode(bytes, bytes.length) as object;
    expect(Object.entries(got)).toEqual(Object.entries(value));
    bytes.fill(0);
  }
}

describe.each<[string, (names: readonly string[]) => boolean]>([
  ['encoded', isWritten],
  ['decoded', isRead],
])('names that were %s', (which, isKept) => {
  test('once are not kept, those that were twice are', () => {
    const names = [`once ${which}`, 'x', 'y'];
    trips(names, 1);
    expect(isKept(names)).toBe(false);
    trips(names, 1);
    expect([isKept(names), isKept(names), isKept(names.slice(0, 2))]).toEqual([true, true, false]);
    trips(names, 3);
    const others = [`once ${which}`, 'z'];
    trips(others, 3);
    for (let i = 0; i < 3; i++) expect([isKept(names), isKept(others)]).toEqual([true, true]);
  });

  test('are kept up to 256 of them, and up to 4096 bytes', () => {
    const most = numbered(256, `m${which[0]}`);
    trips(most, 4);
    expect(isKept(most)).toBe(true);
    const more = numbered(257, `n${which[0]}`);
    trips(more, 4);
    expect(isKept(more)).toBe(false);
    // Nor is any part of them.
    expect(writtenShapes.emptyShape().next(more[0] as string)).toBe(undefined);
    const long = numbered(2, `${which[0]}${'l'.repeat(1990)}`);
    trips(long, 4);
    expect(isKept(long)).toBe(true);
    const longer = numbered(2, `${which[0]}${'l'.repeat(2100)}`);
    trips(longer, 4);
    expect(isKept(longer)).toBe(false);
  });
});

test('so many names are kept for encoding, then they begin anew', () => {
  const first = ['the first', 'second'];
  trips(first, 2);
  expect(isWritten(first)).toBe(true);
  for (let i = 0; i < 8192; i++) for (let again = 0; again < 2; again++) encodedCopy({ [`many${i}`]: 1 });
  expect(isWritten(first)).toBe(false);
  const after = [
    ['after', 'a'],
    ['after', 'b'],
    ['before', 'a'],
  ];
  for (const names of after) trips(names, 2);
  expect(after.map(isWritten)).toEqual([true, true, true]);
});

test('objects that were made of kept names share nothing', () => {
  const names = ['own', 'fields'];
  const bytes = Buffer.from(encodedCopy(named(names)));
  const all = Array.from({ length: 6 }, () => decode(bytes, bytes.length) as Record<string, unknown>);
  for (const [i, object] of all.entries()) {
    object.own = i;
    object[`more${i}`] = 1;
  }
  expect(all.map((object) => [object.own, Object.keys(object).length])).toEqual(
    all.map((_each, i) => [i, 3]),
  );
  expect(decode(bytes, bytes.length)).toEqual(named(names));
});

describe('names whose bytes have one hash', () => {
  const FACTOR = 0x5bd1e995;
  /** FACTOR times it is 1, in 32 bits. */
  let inverse = FACTOR;
  for (let i = 0; i < 5; i++) inverse = Math.imul(inverse, 2 - Math.imul(FACTOR, inverse));
  const step = (hash: number, word: number) => {
    const product = Math.imul(hash ^ word, FACTOR);
    return product ^ (product >>> 15);
  };
  /** The word that leads from one hash to the other. */
  const between = (from: number, to: number) =>
    from ^ Math.imul((to ^ (to >>> 15) ^ (to >>> 30)) | 0, inverse);
  const word = (bytes: readonly number[]) => Buffer.from(bytes).readInt32LE();
  const asBytes = (n: number) => [n & 255, (n >>> 8) & 255, (n >>> 16) & 255, n >>> 24];

  /** One name of six units, of which the last four make the hash what it is to be. */
  const bytesOf = (head: readonly number[], hash: number) => [
    ...head,
    ...asBytes(between(step(8, word(head)), hash)),
  ];
  const object = (names: readonly number[]) => Uint8Array.from([0x10, 0xd0, names.length, ...names, 5]);
  const read = (names: readonly number[]) => decoded(encoding, object(names)) as object;
  const nameOf = (names: readonly number[]) => Buffer.from(names.slice(2)).toString('latin1');
  const hashOfAll = (names: readonly number[]) => hashOf(Uint8Array.from(names), 0, names.length);

  test('are told apart', () => {
    const one = bytesOf([1, 0x86, 0x61, 0x62], 12345);
    const other = bytesOf([1, 0x86, 0x63, 0x64], 12345);
    expect([hashOfAll(one), nameOf(one) === nameOf(other)]).toEqual([hashOfAll(other), false]);
    for (let i = 0; i < 4; i++) {
      expect(Object.entries(read(one))).toEqual([[nameOf(one), 5]]);
      expect(Object.entries(read(other))).toEqual([[nameOf(other), 5]]);
    }
  });

  test('and those that are the first bytes of others', () => {
    const head = [1, 0x86, 0x65, 0x66];
    const whole = bytesOf(head, step(4, word(head)));
    expect(hashOfAll(whole)).toBe(hashOfAll(head));
    for (let i = 0; i < 4; i++) expect(Object.entries(read(whole))).toEqual([[nameOf(whole), 5]]);
    expect(() => read(head)).toThrow(Undecodable);
  });
});
