// Keyed hashes. HASH selects the hash at build time: 0 the real one, 1 few distinct values, 2 one value (tests).
import { mul0, mul1, seed0, seed1 } from './thread';

// A hash has 32 bits: the low 24 choose the chain, the high 8 are the tophash.

// @ts-ignore: decorator
@inline function variant(h: u64): u64 {
  if (HASH == 1) return h & 0x80000007;
  if (HASH == 2) return 0;
  return h;
}

/**
 * A word's hash: multiplied by a secret odd number, folded to 32 bits, and those multiplied by a secret 64-bit number,
 * of which the upper half is taken. The second step is universal whatever the 32 bits are (Dietzfelbinger's
 * multiply-shift), and words that agree in either half never meet in the first, so no set of keys collides for every
 * seed. The xor keeps 0 from being a fixed point.
 */
// @ts-ignore: decorator
@inline export function hashWord(w: u64): u64 {
  const x = (w ^ seed0) * mul0;
  return variant((((x ^ (x >> 32)) & 0xffffffff) * mul1) >> 32);
}

// SipHash-1-3 (Aumasson, Bernstein): one round per block, three at the end; for keys that a stranger may choose. The length
// goes into the first state, which spares strings of whole blocks a round.
let v0: u64 = 0;
let v1: u64 = 0;
let v2: u64 = 0;
let v3: u64 = 0;

// @ts-ignore: decorator
@inline function round(): void {
  v0 += v1; v1 = rotl<u64>(v1, 13) ^ v0; v0 = rotl<u64>(v0, 32);
  v2 += v3; v3 = rotl<u64>(v3, 16) ^ v2;
  v0 += v3; v3 = rotl<u64>(v3, 21) ^ v0;
  v2 += v1; v1 = rotl<u64>(v1, 17) ^ v2; v2 = rotl<u64>(v2, 32);
}

export function sipStart(kind: u32, total: usize): void {
  v0 = seed0 ^ 0x736f6d6570736575;
  v1 = seed1 ^ 0x646f72616e646f6d ^ <u64>total;
  v2 = seed0 ^ 0x6c7967656e657261;
  v3 = seed1 ^ 0x7465646279746573 ^ kind;
}

/** Whole blocks of 8 bytes. */
export function sipBlocks(p: usize, size: usize): void {
  for (let end = p + size; p < end; p += 8) {
    const m = load<u64>(p);
    v3 ^= m;
    round();
    v0 ^= m;
  }
}

/** The last 0 to 7 bytes. Reads 8: those behind the end do not count. */
export function sipEnd(p: usize, rest: usize): u64 {
  if (rest) {
    const m = load<u64>(p) & ((<u64>1 << (<u64>rest << 3)) - 1);
    v3 ^= m;
    round();
    v0 ^= m;
  }
  v2 ^= 0xff;
  round();
  round();
  round();
  return variant((v0 ^ v1 ^ v2 ^ v3) & 0xffffffff);
}

/** Eight bytes by halves: JavaScript writes four at a time, and a load across two fresh stores would stall. */
// @ts-ignore: decorator
@inline function loadHalves(p: usize): u64 { return <u64>load<u32>(p) | (<u64>load<u32>(p, 4) << 32); }

/** The hash of `size` bytes in this thread's own scratch. The rounds are written out: their state stays in registers. */
export function hashBytes(p: usize, size: usize, kind: u32): u64 {
  let a = seed0 ^ 0x736f6d6570736575;
  let b = seed1 ^ 0x646f72616e646f6d ^ <u64>size;
  let c = seed0 ^ 0x6c7967656e657261;
  let d = seed1 ^ 0x7465646279746573 ^ kind;
  let rest = size;
  for (; rest >= 8; rest -= 8, p += 8) {
    const m = loadHalves(p);
    d ^= m;
    a += b; b = rotl<u64>(b, 13) ^ a; a = rotl<u64>(a, 32); c += d; d = rotl<u64>(d, 16) ^ c;
    a += d; d = rotl<u64>(d, 21) ^ a; c += b; b = rotl<u64>(b, 17) ^ c; c = rotl<u64>(c, 32);
    a ^= m;
  }
  if (rest) {
    const m = loadHalves(p) & ((<u64>1 << (<u64>rest << 3)) - 1);
    d ^= m;
    a += b; b = rotl<u64>(b, 13) ^ a; a = rotl<u64>(a, 32); c += d; d = rotl<u64>(d, 16) ^ c;
    a += d; d = rotl<u64>(d, 21) ^ a; c += b; b = rotl<u64>(b, 17) ^ c; c = rotl<u64>(c, 32);
    a ^= m;
  }
  c ^= 0xff;
  a += b; b = rotl<u64>(b, 13) ^ a; a = rotl<u64>(a, 32); c += d; d = rotl<u64>(d, 16) ^ c;
  a += d; d = rotl<u64>(d, 21) ^ a; c += b; b = rotl<u64>(b, 17) ^ c; c = rotl<u64>(c, 32);
  a += b; b = rotl<u64>(b, 13) ^ a; a = rotl<u64>(a, 32); c += d; d = rotl<u64>(d, 16) ^ c;
  a += d; d = rotl<u64>(d, 21) ^ a; c += b; b = rotl<u64>(b, 17) ^ c; c = rotl<u64>(c, 32);
  a += b; b = rotl<u64>(b, 13) ^ a; a = rotl<u64>(a, 32); c += d; d = rotl<u64>(d, 16) ^ c;
  a += d; d = rotl<u64>(d, 21) ^ a; c += b; b = rotl<u64>(b, 17) ^ c; c = rotl<u64>(c, 32);
  return variant((a ^ b ^ c ^ d) & 0xffffffff);
}

/** The low 24 bits in reversed order: the place of a hash in the order of iteration. */
// @ts-ignore: decorator
@inline export function reverse32(x: u32): u32 {
  x = ((x >> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  return bswap<u32>(x);
}
