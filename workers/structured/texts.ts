import type { Random } from '../random.js';

// Texts around the lengths at which an encoding may change its way, of each width, in each of the
// forms in which V8 holds them.

const SHORT = [0, 1, 2, 3, 5, 6, 7, 8, 12, 13, 14, 23, 24, 25, 47, 48, 49, 62, 63, 64, 65];
const MIDDLE = [100, 126, 127, 128, 129, 254, 255, 256, 257, 300];
const LONG = [2047, 2048, 2049, 16_382, 16_383, 16_384, 16_385];

const LATIN = 'abcdefghijklmnopqrstuvwxyz 0123456789';
const ALPHABETS = [
  LATIN,
  LATIN,
  'éÿ\x80\xff\xa0',
  '\x00\x01\x7f\n"\\',
  'ЖĀ日本\u0100\uffff',
  '\u{1f600}\u{10000}',
  '\ud800\udc00\udfff\udbff',
];

function units(random: Random, length: number): string {
  const alphabet = random.of(ALPHABETS);
  let pattern = '';
  const most = Math.min(length, 1 + random.below(20));
  while (pattern.length < most) pattern += alphabet[random.below(alphabet.length)];
  return pattern === '' ? '' : pattern.repeat(Math.ceil(length / pattern.length)).slice(0, length);
}

/** A text of a length that matters; `mayBeLong` allows tens of kilobytes. */
export function someText(random: Random, mayBeLong: boolean): string {
  const roll = random.below(100);
  const lengths = roll < 80 ? SHORT : roll < 97 || !mayBeLong ? MIDDLE : LONG;
  const length = random.of(lengths);
  const text = units(random, length);
  if (length === 0 || random.below(6) > 0) return text;
  // One wide unit among the others: at the begin, at the end or between.
  const at = random.of([0, length - 1, random.below(length)]);
  return `${text.slice(0, at)}\u0416${text.slice(at + 1)}`;
}

/** Property names that mean something elsewhere, or look like indices, or are long. */
const ODD_NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'valueOf',
  'hasOwnProperty',
  '__defineGetter__',
  'toJSON',
  'then',
  'length',
  'name',
  'message',
  'stack',
  'cause',
  'errors',
  '',
  ' ',
  '0',
  '1',
  '7',
  '42',
  '01',
  '-1',
  '-0',
  '1.5',
  '1e3',
  'NaN',
  'Infinity',
  '4294967294',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '\0',
  'a.b',
  'a"b',
  'é',
  'ÿ',
  'Ā',
  '日本',
  '\ud800',
  '\udc00x',
  '\u{1f600}',
  'n'.repeat(63),
  'n'.repeat(64),
  'n'.repeat(127),
  'n'.repeat(128),
  'n'.repeat(3000),
  'Ж'.repeat(40),
  `${'n'.repeat(70)}Ж`,
];
const PLAIN_NAMES = ['id', 'a', 'b', 'x', 'y', 'value', 'user', 'list', 'createdAt', 'emailAddress', 'key'];

export function someName(random: Random): string {
  const roll = random.below(10);
  if (roll < 5) return random.of(PLAIN_NAMES);
  return roll < 8 ? `field${random.below(200)}` : random.of(ODD_NAMES);
}

/** The same text as V8 holds it after other work: joined, a part of a wider one, or read from bytes. */
export function reformed(random: Random, text: string): string {
  switch (random.below(6)) {
    case 0: {
      const at = random.below(text.length + 1);
      return text.slice(0, at) + text.slice(at);
    }
    case 1:
      return `\u0416${text}`.slice(1);
    case 2:
      return `${'-'.repeat(20)}${text}\u0416`.slice(20, -1);
    case 3:
      return Buffer.from(text, 'utf16le').toString('utf16le');
    case 4:
      return Object.keys({ [text]: 1 })[0] as string;
    default:
      return text;
  }
}
