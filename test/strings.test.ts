import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { HASHES, mapWithHash, textBytes, writeText } from './internals.js';

const MiB = 2 ** 20;

/** Repeats a unit to a length, with another at the end: a string that is cut or shifted is another one. */
function text(unit: string, length: number): string {
  return length === 0 ? '' : unit.repeat(length - 1) + (unit === '\0' ? '\0' : '~');
}

const units = {
  ASCII: 'a',
  NUL: '\0',
  'the last of Latin-1': 'ÿ',
  'the first beyond Latin-1': 'Ā',
  'high surrogates alone': '\ud83d',
  'low surrogates alone': '\ude00',
  'the last of all': '\uffff',
};

// Where the way of a string changes: inline words, packing by hand, the short path, size classes, what fits a region
// as key or as value in either form, what fits a record, pages.
const around = (length: number) => [length - 1, length, length + 1];
const lengths = [
  ...[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 23, 24, 25],
  ...[...around(40), ...around(48), ...around(64), ...around(72), ...around(1024)],
  ...[7670, 7671, 7672, 7673, 7674, 7675, 7676, 7677, 7678, 7679, 7680, 7681],
  ...[...around(8184), 15000, ...around(15328), ...around(15344), ...around(15352), ...around(15360)],
  ...[...around(16368), ...around(16376), ...around(16384), 20_000],
  ...[...around(32735), ...around(32744), ...around(32752), ...around(32760), ...around(32768)],
  ...[...around(65536), ...around(131_072), 200_000],
];

/** What the map says of a string as a value under a key and as a key, and whether anything stays behind. */
function expectExact(map: SharedMap, string: string): void {
  map.set('k', string);
  expect(map.get('k') === string).toBe(true);
  expect(map.compareAndSet('k', `${string}x`, 1)).toBe(false);
  expect(map.compareAndSet('k', string.slice(0, -1) || 'x', 1)).toBe(false);
  expect(map.compareAndSet('k', string, string)).toBe(true);
  expect([...map.values()][0] === string).toBe(true);
  expect(map.compareAndSet('k', string, 1)).toBe(true);
  expect(map.get('k')).toBe(1);
  expect(map.delete('k')).toBe(true);

  expect(map.has(string)).toBe(false);
  expect(map.get(string)).toBe(undefined);
  expect(map.delete(string)).toBe(false);
  map.set(string, string.length);
  expect(map.has(string)).toBe(true);
  expect(map.get(string)).toBe(string.length);
  expect(map.has(`${string}x`)).toBe(false);
  expect(map.insert(string, 1)).toBe(false);
  expect(map.add(string, 1)).toBe(string.length + 1);
  expect(map.compareAndSet(string, string.length + 1, string)).toBe(true);
  expect(map.get(string) === string).toBe(true);
  expect([...map.keys()].map((key) => key === string)).toEqual([true]);
  map.set(string, 'replaced');
  expect(map.get(string)).toBe('replaced');
  expect(map.size).toBe(1);
  expect(map.delete(string)).toBe(true);
  expect(map.has(string)).toBe(false);
  expect(map.size).toBe(0);
}

describe.each(Object.entries(units))('%s', (_name, unit) => {
  test('at every boundary, as key and as value', () => {
    const map = new SharedMap({ maxBytes: 64 * MiB });
    const empty = map.stats().bytesUsed;
    for (const length of lengths) {
      expectExact(map, text(unit, length));
      // Nothing is left of it: the other strings of this test would hide what one of them leaks.
      expect(map.stats().bytesUsed, `after length ${length}`).toBe(empty);
    }
    expect(map.check()).toEqual([]);
  });

  test('of every length to 1100 at once', () => {
    const map = new SharedMap({ key: 'string', value: 'string', maxBytes: 64 * MiB });
    for (let length = 0; length <= 1100; length++) map.set(text(unit, length), text(unit, 1100 - length));
    expect(map.size).toBe(1101);
    for (let length = 0; length <= 1100; length++) {
      expect(map.get(text(unit, length)) === text(unit, 1100 - length)).toBe(true);
    }
    expect(new Set(map.keys()).size).toBe(1101);
    expect(map.check()).toEqual([]);
  });
});

test('keys between 15,000 and 32,752 bytes', () => {
  for (const hash of HASHES) {
    const map = mapWithHash<string, number>(hash, { maxBytes: 32 * MiB });
    const keys = new Map<string, number>();
    for (let bytes = 14_990; bytes <= 32_760; bytes += 370) {
      keys.set(text('k', bytes), bytes);
      keys.set(text('Ж', bytes >> 1), -bytes);
    }
    for (const [key, value] of keys) map.set(key, value);
    for (const [key, value] of keys) {
      expect(map.get(key)).toBe(value);
      expect(map.has(key)).toBe(true);
      expect(map.add(key, 0.5)).toBe(value + 0.5);
    }
    expect(new Set(map.keys())).toEqual(new Set(keys.keys()));
    for (const key of keys.keys()) expect(map.delete(key)).toBe(true);
    expect(map.size).toBe(0);
    expect(map.check()).toEqual([]);
    map.detach();
  }
});

test('strings of the same bytes in both forms are different keys', () => {
  const map = new SharedMap({ maxBytes: MiB });
  for (const units of [1, 2, 3, 20, 9000]) {
    const wide = '\u6161'.repeat(units);
    const narrow = 'aa'.repeat(units);
    map.set(wide, 'wide');
    map.set(narrow, 'narrow');
    expect(map.get(wide)).toBe('wide');
    expect(map.get(narrow)).toBe('narrow');
  }
  expect(map.size).toBe(10);
});

test('strings that V8 keeps with two bytes a unit, though one would do, are the same keys', () => {
  const map = new SharedMap({ maxBytes: MiB });
  for (const length of [3, 30, 300, 3000, 30_000]) {
    const wide = `${'Ā'}${'q'.repeat(length)}`.slice(1);
    map.set(wide, length);
    expect(map.get('q'.repeat(length))).toBe(length);
    expect(map.compareAndSet('q'.repeat(length), length, wide)).toBe(true);
    expect(map.compareAndSet(wide, 'q'.repeat(length), length)).toBe(true);
  }
  expect(map.size).toBe(5);
});

test('keys that share a long beginning or end', () => {
  const map = new SharedMap({ maxBytes: 64 * MiB });
  const body = 'b'.repeat(40_000);
  for (let i = 0; i < 40; i++) {
    map.set(body + i, i);
    map.set(i + body, -i);
  }
  expect(map.size).toBe(80);
  for (let i = 0; i < 40; i++) {
    expect(map.get(body + i)).toBe(i);
    expect(map.get(i + body)).toBe(-i);
  }
  expect(map.check()).toEqual([]);
});

test('strings of megabytes', () => {
  const map = new SharedMap({ maxBytes: 256 * MiB });
  const empty = map.stats().bytesUsed;
  for (const string of ['m'.repeat(3 * MiB), 'Ж'.repeat(2 * MiB + 1), 'n'.repeat(MiB)]) {
    expectExact(map, string);
  }
  expect(map.stats().bytesUsed).toBe(empty);
  expect(map.check()).toEqual([]);
});

test('a string of 100 MB', () => {
  const map = new SharedMap({ maxBytes: 512 * MiB });
  const empty = map.stats().bytesUsed;
  const long = `${'x'.repeat(100_000_000)}!`;
  map.set('k', long);
  expect(map.get('k') === long).toBe(true);
  expect(map.compareAndSet('k', long, 'short')).toBe(true);
  map.set(long, 1);
  expect(map.has(long)).toBe(true);
  expect(map.has(`${long}!`)).toBe(false);
  expect(map.delete(long)).toBe(true);
  expect(map.get('k')).toBe('short');
  expect(map.delete('k')).toBe(true);
  expect(map.stats().bytesUsed).toBe(empty);
  expect(map.check()).toEqual([]);
});

describe('the one form of a string, however the engine holds it', () => {
  const LATIN1 = 1;
  const UTF16 = 2;
  const room = Buffer.alloc(8192);
  const region = { bytes: room, words: new Uint32Array(room.buffer), room: room.length - 16 } as never;
  const lengths = [1, 3, 39, 40, 41, 48, 100, 1000, 4000];

  /** Equal strings: of one byte, of two bytes, a part of one, and one that is not joined yet. */
  function heldAs(text: string): string[] {
    const half = text.length >> 1;
    const behind = `Ж${text}`;
    const joined = `${behind.slice(1, 1 + half)}${behind.slice(1 + half)}`;
    return [text, behind.slice(1), `${text}tail`.slice(0, text.length), joined];
  }

  function expectForm(text: string, form: number): void {
    for (const held of heldAs(text)) {
      expect(held === text).toBe(true);
      expect([writeText(held, region), textBytes(held).form]).toEqual([form, form]);
      const encoding = form === LATIN1 ? 'latin1' : 'utf16le';
      expect(textBytes(held).bytes).toEqual(Buffer.from(text, encoding));
      expect(room.toString(encoding, 0, text.length * form)).toBe(text);
    }
  }

  test.each(['a', 'ÿ', '\x80', 'aß'])('units below 256: %s', (unit) => {
    for (const length of lengths) expectForm(unit.repeat(length).slice(0, length), LATIN1);
  });

  test.each(['Ā', '\u0141', '\uff41', '\ud83d', '😀'])('one other unit, wherever it is: %s', (other) => {
    for (const length of lengths) {
      expectForm(other.repeat(length).slice(0, length), UTF16);
      for (const unit of ['\0', 'a', 'ÿ']) {
        for (const place of [0, length >> 1, length])
          expectForm(unit.repeat(place) + other + unit.repeat(length - place), UTF16);
      }
    }
  });

  test('what a regular expression has matched stays, and is not asked', () => {
    const { exec, test: check } = RegExp.prototype;
    const map = new SharedMap({ maxBytes: 4 * MiB });
    expect(/m(a)tch/.test('a match')).toBe(true);
    try {
      RegExp.prototype.exec = () => ['a'] as unknown as RegExpExecArray;
      RegExp.prototype.test = () => true;
      for (const text of ['a'.repeat(99), `${'a'.repeat(99)}ÿ`, `${'a'.repeat(99)}Ж`, 'Ж'.repeat(99)])
        map.set('k', text).set(text, map.get('k') === text);
    } finally {
      RegExp.prototype.exec = exec;
      RegExp.prototype.test = check;
    }
    const { lastMatch, $1 } = RegExp as unknown as { lastMatch: string; $1: string };
    expect([lastMatch, $1]).toEqual(['match', 'a']);
    map.delete('k');
    expect([...map.values()]).toEqual([true, true, true, true]);
  });
});
