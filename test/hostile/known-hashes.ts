// Hashes that attackers know by heart, in their 32-bit or 64-bit form, so that keys can be built that collide in them.

export type Hash = (bytes: Uint8Array) => bigint;

const U32 = 0xffffffffn;
const U64 = 0xffffffffffffffffn;

export const mul32 = (a: bigint, b: bigint) => (a * b) & U32;
export const mul64 = (a: bigint, b: bigint) => (a * b) & U64;
export const rotl32 = (x: bigint, n: bigint) => ((x << n) | (x >> (32n - n))) & U32;
export const rotl64 = (x: bigint, n: bigint) => ((x << n) | (x >> (64n - n))) & U64;

/** Bytes from `at` on as a number, the lowest first. */
export function word(bytes: Uint8Array, at: number, size: number): bigint {
  let value = 0n;
  for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i] ?? 0);
  return value;
}

export const MURMUR32 = { c1: 0xcc9e2d51n, c2: 0x1b873593n, c3: 0xe6546b64n } as const;

/** MurmurHash3_x86_32. */
export const murmur32 =
  (seed: bigint): Hash =>
  (bytes) => {
    const { c1, c2, c3 } = MURMUR32;
    const mix = (k: bigint) => mul32(rotl32(mul32(k, c1), 15n), c2);
    let h = seed;
    let at = 0;
    for (; at + 4 <= bytes.length; at += 4)
      h = (mul32(rotl32(h ^ mix(word(bytes, at, 4)), 13n), 5n) + c3) & U32;
    if (at < bytes.length) h ^= mix(word(bytes, at, bytes.length - at));
    h ^= BigInt(bytes.length);
    h = mul32(h ^ (h >> 16n), 0x85ebca6bn);
    h = mul32(h ^ (h >> 13n), 0xc2b2ae35n);
    return h ^ (h >> 16n);
  };

export const MURMUR64 = {
  c1: 0x87c37b91114253d5n,
  c2: 0x4cf5ad432745937fn,
  d1: 0x52dce729n,
  d2: 0x38495ab5n,
} as const;

/** MurmurHash3_x64_128, both halves: the first is the upper one. */
export const murmur128 =
  (seed: bigint): Hash =>
  (bytes) => {
    const { c1, c2, d1, d2 } = MURMUR64;
    const mix1 = (k: bigint) => mul64(rotl64(mul64(k, c1), 31n), c2);
    const mix2 = (k: bigint) => mul64(rotl64(mul64(k, c2), 33n), c1);
    const final = (x: bigint) => {
      let k = mul64(x ^ (x >> 33n), 0xff51afd7ed558ccdn);
      k = mul64(k ^ (k >> 33n), 0xc4ceb9fe1a85ec53n);
      return k ^ (k >> 33n);
    };
    let h1 = seed;
    let h2 = seed;
    let at = 0;
    for (; at + 16 <= bytes.length; at += 16) {
      h1 = (mul64((rotl64(h1 ^ mix1(word(bytes, at, 8)), 27n) + h2) & U64, 5n) + d1) & U64;
      h2 = (mul64((rotl64(h2 ^ mix2(word(bytes, at + 8, 8)), 31n) + h1) & U64, 5n) + d2) & U64;
    }
    h2 ^= mix2(word(bytes, at + 8, Math.max(0, bytes.length - at - 8)));
    h1 ^= mix1(word(bytes, at, Math.min(8, bytes.length - at)));
    h1 ^= BigInt(bytes.length);
    h2 ^= BigInt(bytes.length);
    h1 = (h1 + h2) & U64;
    h2 = (h2 + h1) & U64;
    h1 = final(h1);
    h2 = final(h2);
    h1 = (h1 + h2) & U64;
    h2 = (h2 + h1) & U64;
    return (h1 << 64n) | h2;
  };

export const fnv32: Hash = (bytes) =>
  bytes.reduce((h, byte) => mul32(h ^ BigInt(byte), 0x01000193n), 0x811c9dc5n);

export const fnv64: Hash = (bytes) =>
  bytes.reduce((h, byte) => mul64(h ^ BigInt(byte), 0x100000001b3n), 0xcbf29ce484222325n);

export const djb2: Hash = (bytes) => bytes.reduce((h, byte) => (h * 33n + BigInt(byte)) & U32, 5381n);

export const XX32 = {
  p1: 0x9e3779b1n,
  p2: 0x85ebca77n,
  p3: 0xc2b2ae3dn,
  p4: 0x27d4eb2fn,
  p5: 0x165667b1n,
} as const;

/** xxHash32. */
export const xx32 =
  (seed: bigint): Hash =>
  (bytes) => {
    const { p1, p2, p3, p4, p5 } = XX32;
    let at = 0;
    let h = (seed + p5) & U32;
    if (bytes.length >= 16) {
      const lanes = [seed + p1 + p2, seed + p2, seed, seed - p1].map((lane) => lane & U32);
      for (; at + 16 <= bytes.length; at += 16) {
        for (let i = 0; i < 4; i++) {
          const sum = ((lanes[i] as bigint) + mul32(word(bytes, at + 4 * i, 4), p2)) & U32;
          lanes[i] = mul32(rotl32(sum, 13n), p1);
        }
      }
      h = lanes.reduce((sum, lane, i) => sum + rotl32(lane, [1n, 7n, 12n, 18n][i] as bigint), 0n) & U32;
    }
    h = (h + BigInt(bytes.length)) & U32;
    for (; at + 4 <= bytes.length; at += 4)
      h = mul32(rotl32((h + mul32(word(bytes, at, 4), p3)) & U32, 17n), p4);
    for (; at < bytes.length; at++) h = mul32(rotl32((h + mul32(word(bytes, at, 1), p5)) & U32, 11n), p1);
    h = mul32(h ^ (h >> 15n), p2);
    h = mul32(h ^ (h >> 13n), p3);
    return h ^ (h >> 16n);
  };

export const XX64 = {
  p1: 0x9e3779b185ebca87n,
  p2: 0xc2b2ae3d27d4eb4fn,
  p3: 0x165667b19e3779f9n,
  p4: 0x85ebca77c2b2ae63n,
  p5: 0x27d4eb2f165667c5n,
} as const;

/** xxHash64. */
export const xx64 =
  (seed: bigint): Hash =>
  (bytes) => {
    const { p1, p2, p3, p4, p5 } = XX64;
    const round = (sum: bigint, k: bigint) => mul64(rotl64((sum + mul64(k, p2)) & U64, 31n), p1);
    let at = 0;
    let h = (seed + p5) & U64;
    if (bytes.length >= 32) {
      const lanes = [seed + p1 + p2, seed + p2, seed, seed - p1].map((lane) => lane & U64);
      for (; at + 32 <= bytes.length; at += 32) {
        for (let i = 0; i < 4; i++) lanes[i] = round(lanes[i] as bigint, word(bytes, at + 8 * i, 8));
      }
      h = lanes.reduce((sum, lane, i) => sum + rotl64(lane, [1n, 7n, 12n, 18n][i] as bigint), 0n) & U64;
      for (const lane of lanes) h = (mul64(h ^ round(0n, lane), p1) + p4) & U64;
    }
    h = (h + BigInt(bytes.length)) & U64;
    for (; at + 8 <= bytes.length; at += 8)
      h = (mul64(rotl64(h ^ round(0n, word(bytes, at, 8)), 27n), p1) + p4) & U64;
    if (at + 4 <= bytes.length) {
      h = (mul64(rotl64(h ^ mul64(word(bytes, at, 4), p1), 23n), p2) + p3) & U64;
      at += 4;
    }
    for (; at < bytes.length; at++) h = mul64(rotl64(h ^ mul64(word(bytes, at, 1), p5), 11n), p1);
    h = mul64(h ^ (h >> 33n), p2);
    h = mul64(h ^ (h >> 29n), p3);
    return h ^ (h >> 32n);
  };
