// The map's own hashes (src/kernel/hash.ts, thread.ts) when their key is known: what an attacker would need.

import { mul64 } from './known-hashes.js';

const U32 = 0xffffffffn;
const U64 = 0xffffffffffffffffn;

export interface HashKeys {
  readonly seed0: bigint;
  readonly seed1: bigint;
  readonly mul0: bigint;
  readonly mul1: bigint;
}

function mix(value: bigint): bigint {
  let x = mul64(value ^ (value >> 30n), 0xbf58476d1ce4e5b9n);
  x = mul64(x ^ (x >> 27n), 0x94d049bb133111ebn);
  return x ^ (x >> 31n);
}

/** The keys that a clear generation derives from hash0. */
export function keysFrom(k0: bigint, k1: bigint, gen: bigint): HashKeys {
  const seed0 = mix((k0 + mul64(gen, 0x9e3779b97f4a7c15n)) & U64);
  const seed1 = mix(k1 ^ mix((seed0 + gen) & U64));
  return { seed0, seed1, mul0: mix(seed0 ^ k1) | 1n, mul1: mix((seed1 + k0) & U64) | 1n };
}

/** The hash of a word: a number, or a short string. */
export function wordHash({ seed0, mul0, mul1 }: HashKeys, w: bigint): bigint {
  const x = mul64(w ^ seed0, mul0);
  return mul64((x ^ (x >> 32n)) & U32, mul1) >> 32n;
}

/** The inverse of an odd number modulo 2^64, by Newton's iteration. */
export function inverse64(odd: bigint): bigint {
  let x = odd;
  for (let i = 0; i < 6; i++) x = mul64(x, (2n - mul64(odd, x)) & U64);
  return x;
}

/** The word that has this upper half after the multiplication, and these 32 bits once it is folded. */
export function wordWith({ seed0, mul0 }: HashKeys, upper: bigint, folded: bigint): bigint {
  return mul64((upper << 32n) | (upper ^ folded), inverse64(mul0)) ^ seed0;
}

type Half = [low: number, high: number];
const half = (x: bigint): Half => [Number(x & U32) | 0, Number(x >> 32n) | 0];

/**
 * The low 32 bits of the hash of a key of one block of 8 Latin-1 bytes, SipHash-1-3 with the length in its first state. In
 * halves of 64 bits: millions of keys are tried.
 */
export function blockHasher({ seed0, seed1 }: HashKeys): (low: number, high: number) => number {
  const kind = 1n;
  const start = [
    half(seed0 ^ 0x736f6d6570736575n),
    half(seed1 ^ 0x646f72616e646f6dn ^ 8n),
    half(seed0 ^ 0x6c7967656e657261n),
    half(seed1 ^ 0x7465646279746573n ^ kind),
  ] as const;
  const v = new Int32Array(8); // v0 low, v0 high, v1 low, ...
  const add = (a: number, b: number): void => {
    const low = (v[a] as number) + (v[b] as number);
    const carry = (v[a] as number) >>> 0 > 0xffffffff - ((v[b] as number) >>> 0) ? 1 : 0;
    v[a] = low;
    v[a + 1] = (v[a + 1] as number) + (v[b + 1] as number) + carry;
  };
  const rotateXor = (b: number, n: number, a: number): void => {
    const [low, high] = [v[b] as number, v[b + 1] as number];
    v[b] = ((low << n) | (high >>> (32 - n))) ^ (v[a] as number);
    v[b + 1] = ((high << n) | (low >>> (32 - n))) ^ (v[a + 1] as number);
  };
  const swap = (a: number): void => {
    const low = v[a] as number;
    v[a] = v[a + 1] as number;
    v[a + 1] = low;
  };
  const round = (): void => {
    add(0, 2);
    rotateXor(2, 13, 0);
    swap(0);
    add(4, 6);
    rotateXor(6, 16, 4);
    add(0, 6);
    rotateXor(6, 21, 0);
    add(4, 2);
    rotateXor(2, 17, 4);
    swap(4);
  };
  return (low, high) => {
    start.forEach(([l, h], i) => {
      v[2 * i] = l;
      v[2 * i + 1] = h;
    });
    v[6] = (v[6] as number) ^ low;
    v[7] = (v[7] as number) ^ high;
    round();
    v[0] = (v[0] as number) ^ low;
    v[1] = (v[1] as number) ^ high;
    v[4] = (v[4] as number) ^ 0xff;
    round();
    round();
    round();
    return ((v[0] as number) ^ (v[2] as number) ^ (v[4] as number) ^ (v[6] as number)) >>> 0;
  };
}
