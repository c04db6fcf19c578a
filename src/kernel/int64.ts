// Bigints of 64 bits as words, for maps that hold nothing else: a number whose float64 has the bigint's sign and, as its
// bits, its magnitude plus BIAS. So it is no NaN, which a tag might be, no -0, which would be a second word of 0, and no
// denormal, which a thread that flushes those would lose. (src/codec/int64.ts is the same in JavaScript.)
import { NO_WORD } from './word';

/** The smallest normal float64. */
const BIAS: u64 = 1 << 52;
/** Magnitudes below have a word; what has none is a record of 8 bytes. With BIAS they stay below Infinity. */
const MAX_MAGNITUDE: u64 = (1 << 63) - (1 << 53);
const SIGN: u64 = 1 << 63;

// @ts-ignore: decorator
@inline export function int64OfWord(word: u64): i64 {
  const magnitude = <i64>((word & ~SIGN) - BIAS);
  return (word & SIGN) != 0 ? -magnitude : magnitude;
}

/** NO_WORD: it needs a record. */
// @ts-ignore: decorator
@inline export function wordOfInt64(x: i64): u64 {
  const magnitude = x < 0 ? <u64>-x : <u64>x;
  if (magnitude >= MAX_MAGNITUDE) return NO_WORD;
  return (magnitude + BIAS) | (<u64>x & SIGN);
}
