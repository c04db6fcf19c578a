// Bigints of 64 bits, for maps whose keys or values are all of that kind. To the kernel they are numbers: one whose
// float64 has the sign of the bigint and, as its bits, the magnitude plus BIAS. So they lie in the table itself, are hashed
// and compared as words, and take the short paths of numbers.
//
// Those bits are never a NaN, so no tag of the kernel is met and JavaScript hands them on unchanged; never -0, so each
// bigint has one word; and never a denormal, which a thread with a fast-math library in it would flush to 0. What does not
// fit, the outermost 2^53 on each side, is a record of 8 bytes.

import { BYTES, NUMBER } from '../wasm/codes.js';
import { Argument, OwnArgument } from './argument.js';

/** The smallest normal float64, as bits. */
const BIAS = 2n ** 52n;
/** Magnitudes below have a number: with BIAS they stay below the bits of Infinity. */
const NUMBERS = 2n ** 63n - 2n ** 53n;
export const INT64_BYTES = 8;

const LOWEST = -(2n ** 63n);
const HIGHEST = 2n ** 63n - 1n;

const float = new Float64Array(1);
const bits = new BigInt64Array(float.buffer);

export function isInt64(value: unknown): value is bigint {
  return typeof value === 'bigint' && value >= LOWEST && value <= HIGHEST;
}

/** The number that stands for a bigint of 64 bits; NaN where none does. */
export function int64Number(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  if (magnitude >= NUMBERS) return Number.NaN;
  bits[0] = magnitude + BIAS;
  const number = float[0] as number;
  return value < 0n ? -number : number;
}

/** The bigint that a number stands for. */
export function numberInt64(number: number): bigint {
  float[0] = Math.abs(number);
  const magnitude = (bits[0] as bigint) - BIAS;
  return number < 0 ? -magnitude : magnitude;
}

/** A bigint of 64 bits as the kernel takes it. */
export function int64Argument(value: bigint): Argument {
  const number = int64Number(value);
  return Number.isNaN(number)
    ? new OwnArgument(BYTES, 0, 0, int64Bytes(value))
    : new Argument(NUMBER, 0, number);
}

/** The bytes of a bigint that no number stands for. */
function int64Bytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(INT64_BYTES);
  new DataView(bytes.buffer).setBigInt64(0, value, true);
  return bytes;
}

/** The bigint of the bytes at the begin of a buffer. */
export function bytesInt64(bytes: Buffer): bigint {
  return bytes.readBigInt64LE(0);
}
