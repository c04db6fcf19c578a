// Values that tell which write they come from. A code names each: a positive number is itself; a negative one -n is the
// text that n makes, inline, a record of 6 to 3,000 characters, or now and then one of many pages.

import { ABSENT } from './key-model.js';

/** How many numbers may be added up before the next number that is written. */
const STEP = 2 ** 24;
const THREADS = 16;

export const MIXES = ['numbers', 'texts', 'records', 'all'] as const;
export type Mix = (typeof MIXES)[number];

/** The n-th code of a thread; no other write of a history has the same. */
export function codeFor(thread: number, n: number, mix: Mix): number {
  const unique = n * THREADS + thread + 1;
  const isNumber = mix === 'numbers' || (mix === 'all' && n % 2 === 0);
  if (isNumber) return unique * STEP;
  // In a mix of records only, those numbers are left out that make inline texts.
  return -(mix === 'records' ? unique + 36 ** 5 : unique);
}

/** Longest text that a word holds. */
const INLINE = 5;

function textOf(n: number): string {
  const name = n.toString(36);
  const h = Math.imul(n, 0x9e3779b1) >>> 0;
  if (name.length <= INLINE && h % 3 === 0) return name;
  const pad = h % 2 === 0 ? 'v' : 'ж';
  const scale = (h >>> 8) % 2000;
  if (scale === 0) return `${name}:${pad.repeat(50_000 + ((h >>> 4) % 150_000))}`;
  return `${name}:${pad.repeat(INLINE + ((h >>> 10) % (scale < 100 ? 2980 : 90)))}`;
}

/** The value of a code that is not ABSENT. */
export function valueFor(code: number): number | string {
  return code > 0 ? code : textOf(-code);
}

/** The code of a value that came back; NaN when nobody can have written it, or only a part of it. */
export function codeOf(value: unknown): number {
  if (value === undefined) return ABSENT;
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  const n = Number.parseInt(value, 36);
  return n > 0 && textOf(n) === value ? -n : Number.NaN;
}
