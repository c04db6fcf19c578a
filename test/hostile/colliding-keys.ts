// Keys that collide in a known hash: what comes first is free, and the last block is solved for, so that the state is the
// same after it. Each key is a string of as many Latin-1 characters as the hash has bytes.

import {
  type fnv32,
  type fnv64,
  type Hash,
  MURMUR32,
  MURMUR64,
  mul32,
  mul64,
  rotl32,
  rotl64,
  XX32,
  XX64,
} from './known-hashes.js';
import { blockHasher, type HashKeys, inverse64, wordWith } from './own-hash.js';

const U32 = 0xffffffffn;
const U64 = 0xffffffffffffffffn;

export const bytesOf = (key: string) => Uint8Array.from(key, (unit) => unit.charCodeAt(0));

function textOf(...words: [value: bigint, size: number][]): string {
  return words
    .map(([value, size]) =>
      Array.from({ length: size }, (_, i) =>
        String.fromCharCode(Number((value >> BigInt(8 * i)) & 0xffn)),
      ).join(''),
    )
    .join('');
}

const inverse32 = (odd: bigint) => inverse64(odd) & U32;
/** Free words that are all different, and look like nothing in particular. */
const free64 = (i: number) => mul64(BigInt(i + 1), 0xd1342543de82ef95n);
const free32 = (i: number) => mul32(BigInt(i + 1), 0x9e3779b1n);

const each = (n: number, make: (i: number) => string) => Array.from({ length: n }, (_, i) => make(i));

export function collideInMurmur32(n: number, seed: bigint): string[] {
  const { c1, c2, c3 } = MURMUR32;
  const mix = (k: bigint) => mul32(rotl32(mul32(k, c1), 15n), c2);
  const unmix = (m: bigint) => mul32(rotl32(mul32(m, inverse32(c2)), 17n), inverse32(c1));
  const wanted = 0x12345678n;
  const before = rotl32(mul32((wanted - c3) & U32, inverse32(5n)), 19n);
  return each(n, (i) => {
    const h = (mul32(rotl32(seed ^ mix(free32(i)), 13n), 5n) + c3) & U32;
    return textOf([free32(i), 4], [unmix(before ^ h), 4]);
  });
}

export function collideInMurmur128(n: number, seed: bigint): string[] {
  const { c1, c2, d1, d2 } = MURMUR64;
  const mix1 = (k: bigint) => mul64(rotl64(mul64(k, c1), 31n), c2);
  const mix2 = (k: bigint) => mul64(rotl64(mul64(k, c2), 33n), c1);
  const unmix1 = (m: bigint) => mul64(rotl64(mul64(m, inverse64(c2)), 33n), inverse64(c1));
  const unmix2 = (m: bigint) => mul64(rotl64(mul64(m, inverse64(c1)), 31n), inverse64(c2));
  const unstep = (h: bigint, d: bigint) => mul64((h - d) & U64, inverse64(5n));
  const [wanted1, wanted2] = [0x0123456789abcdefn, 0xfedcba9876543210n];
  return each(n, (i) => {
    const [a, b] = [free64(i), free64(i + n)];
    const h1 = (mul64((rotl64(seed ^ mix1(a), 27n) + seed) & U64, 5n) + d1) & U64;
    const h2 = (mul64((rotl64(seed ^ mix2(b), 31n) + h1) & U64, 5n) + d2) & U64;
    const k1 = unmix1(rotl64((unstep(wanted1, d1) - h2) & U64, 37n) ^ h1);
    const k2 = unmix2(rotl64((unstep(wanted2, d2) - wanted1) & U64, 33n) ^ h2);
    return textOf([a, 8], [b, 8], [k1, 8], [k2, 8]);
  });
}

export function collideInXx32(n: number, seed: bigint): string[] {
  const { p3, p4, p5 } = XX32;
  const before = rotl32(mul32(0x12345678n, inverse32(p4)), 15n);
  return each(n, (i) => {
    const h = mul32(rotl32((seed + p5 + 8n + mul32(free32(i), p3)) & U32, 17n), p4);
    return textOf([free32(i), 4], [mul32((before - h) & U32, inverse32(p3)), 4]);
  });
}

export function collideInXx64(n: number, seed: bigint): string[] {
  const { p1, p2, p4, p5 } = XX64;
  const round = (k: bigint) => mul64(rotl64(mul64(k, p2), 31n), p1);
  const unround = (r: bigint) => mul64(rotl64(mul64(r, inverse64(p1)), 33n), inverse64(p2));
  const before = rotl64(mul64((0x123456789abcdefn - p4) & U64, inverse64(p1)), 37n);
  return each(n, (i) => {
    const h = (mul64(rotl64(((seed + p5 + 16n) & U64) ^ round(free64(i)), 27n), p1) + p4) & U64;
    return textOf([free64(i), 8], [unround(before ^ h), 8]);
  });
}

/** Strings of pairs of which each has the same sum: 33 * 'A' + 'b' = 33 * 'B' + 'A'. */
export function collideInDjb2(n: number): string[] {
  return each(n, (i) => Array.from({ length: 12 }, (_, bit) => (i & (1 << bit) ? 'BA' : 'Ab')).join(''));
}

/**
 * The low bits of FNV's state decide about its low bits alone: two texts that lead from one state to one state can stand
 * for each other. Twelve such pairs in a row make thousands of keys.
 */
export function collideInFnv(n: number, hash: typeof fnv32 | typeof fnv64): string[] {
  const mask = 0xffffn;
  const pairs: [string, string][] = [];
  let stem = '';
  while (pairs.length < 12) {
    const seen = new Map<bigint, string>();
    for (let i = 0; ; i++) {
      const text = i.toString(36).padStart(4, '.');
      const state = hash(bytesOf(stem + text)) & mask;
      const other = seen.get(state);
      if (other !== undefined) {
        pairs.push([other, text]);
        stem += other;
        break;
      }
      seen.set(state, text);
    }
  }
  return each(n, (i) => pairs.map((pair, bit) => pair[(i >> bit) & 1]).join(''));
}

/** Numbers that collide in all 32 bits of the map's hash of words under keys that are known. */
export function collideInWords(n: number, keys: HashKeys): number[] {
  const bits = new DataView(new ArrayBuffer(8));
  const numbers: number[] = [];
  for (let i = 0; numbers.length < n; i++) {
    const w = wordWith(keys, free32(i), 0x5eed5eedn);
    bits.setBigUint64(0, w);
    const number = bits.getFloat64(0);
    if (!Number.isNaN(number)) numbers.push(number);
  }
  return numbers;
}

/** The word of a number, as the map has it. */
export function wordOf(number: number): bigint {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, number + 0);
  return bits.getBigUint64(0);
}

/** Strings of 8 characters whose SipHash ends in the same `bits` bits under keys that are known: found by trying. */
export function collideInSip(n: number, keys: HashKeys, bits: number): string[] {
  const hash = blockHasher(keys);
  const mask = 2 ** bits - 1;
  const found: string[] = [];
  for (let i = 0; found.length < n; i++) {
    const high = Math.imul(i, 0x9e3779b1) | 0;
    if ((hash(i, high) & mask) === 0) found.push(textOf([BigInt(i >>> 0), 4], [BigInt(high >>> 0), 4]));
  }
  return found;
}

export function distinct(keys: readonly string[], hash: Hash, bits: number): number {
  return new Set(keys.map((key) => hash(bytesOf(key)) & ((1n << BigInt(bits)) - 1n))).size;
}
