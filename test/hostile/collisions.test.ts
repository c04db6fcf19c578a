import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { mapWithHash } from '../internals.js';
import { Random } from '../random.js';
import {
  bytesOf,
  collideInDjb2,
  collideInFnv,
  collideInMurmur32,
  collideInMurmur128,
  collideInSip,
  collideInWords,
  collideInXx32,
  collideInXx64,
  distinct,
  wordOf,
} from './colliding-keys.js';
import { djb2, fnv32, fnv64, type Hash, murmur32, murmur128, xx32, xx64 } from './known-hashes.js';
import { blockHasher, keysFrom, wordHash } from './own-hash.js';

type Key = string | number;
type StringOrNumberMap = SharedMap<Key, number>;

/** Keys of a set: 2,000 in 512 chains, so that no map grows and all are alike. */
const N = 2000;
const B = 9;
const CAPACITY = 3300;
const MiB = 2 ** 20;
/** Maps that each set is put into: each has a seed of its own, and another one after a clear. */
const MAPS = 4;
/** Entries by which the longest chain may exceed that of random keys. By chance some set in a million runs would. */
const FEW = 8;

const TABLE = 131072;
const BUCKET = 152;
const OVERFLOW = 8;
const SEED = 16;
const MIN_TOP_HASH = 6;

const newMap = (): StringOrNumberMap =>
  new SharedMap({ capacity: CAPACITY, maxBytes: 4 * MiB }) as unknown as StringOrNumberMap;

/** Entries of each chain, as they lie in the table. */
function chainsOf(map: StringOrNumberMap): number[] {
  expect(map.stats()).toMatchObject({ B, growing: false });
  const bytes = Buffer.from(map.handle.memory.buffer);
  return Array.from({ length: 2 ** B }, (_, chain) => {
    let entries = 0;
    for (let at = TABLE + chain * BUCKET; at !== 0; at = bytes.readUInt32LE(at + OVERFLOW)) {
      for (let cell = 0; cell < 8; cell++) if ((bytes[at + cell] as number) >= MIN_TOP_HASH) entries++;
    }
    return entries;
  });
}

function longestIn(map: StringOrNumberMap, keys: readonly Key[]): number {
  keys.forEach((key, i) => {
    map.set(key, i);
  });
  expect(map.size).toBe(keys.length);
  const chains = chainsOf(map);
  expect(chains.reduce((sum, entries) => sum + entries)).toBe(keys.length);
  return Math.max(...chains);
}

/** The longest chain that a set of keys makes in each of some maps, each also after a clear: under as many seeds. Sorted. */
function lengthsIn(keys: readonly Key[]): number[] {
  expect(new Set(keys).size).toBe(keys.length);
  const lengths: number[] = [];
  for (let i = 0; i < MAPS; i++) {
    const map = newMap();
    lengths.push(longestIn(map, keys));
    map.clear();
    lengths.push(longestIn(map, keys));
    map.detach();
  }
  return lengths.sort((a, b) => a - b);
}

/**
 * The middle one: what a set comes to under a seed that nobody has chosen. Universal hashing makes no promise for each
 * single seed (of numbers with a pattern a seed now and then makes a chain of 22), but no set may be bad for most of them.
 */
const longest = (keys: readonly Key[]): number => lengthsIn(keys)[MAPS] as number;

const random = new Random(Date.now());
const randomLongest = Math.max(
  ...lengthsIn(Array.from({ length: N }, () => random.below(2 ** 31) + random.below(2 ** 20) / 2 ** 20)),
);

const ascii = (text: string) => new TextEncoder().encode(text);

describe('the hashes that are attacked are the published ones', () => {
  const fox = 'The quick brown fox jumps over the lazy dog';
  const spam = 'Nobody inspects the spammish repetition';
  const vectors: [string, Hash, string, bigint][] = [
    ['Murmur3 x86 32', murmur32(1n), '', 0x514e28b7n],
    ['Murmur3 x86 32', murmur32(0n), '\0\0\0\0', 0x2362f9den],
    ['Murmur3 x86 32', murmur32(0x9747b28cn), 'abc', 0xc84a62ddn],
    ['Murmur3 x86 32', murmur32(0x9747b28cn), fox, 0x2fa826cdn],
    ['Murmur3 x64 128', murmur128(0n), fox, 0xe34bbc7bbc071b6c7a433ca9c49a9347n],
    ['Murmur3 x64 128', murmur128(0n), 'hello', 0xcbd8a7b341bd9b025b1e906a48ae1d19n],
    ['FNV-1a 32', fnv32, 'foobar', 0xbf9cf968n],
    ['FNV-1a 64', fnv64, 'foobar', 0x85944171f73967e8n],
    ['djb2', djb2, 'hello', 0xf923099n],
    ['xxHash32', xx32(0n), '', 0x02cc5d05n],
    ['xxHash32', xx32(0n), 'abc', 0x32d153ffn],
    ['xxHash32', xx32(0n), spam, 0xe2293b2fn],
    ['xxHash64', xx64(0n), '', 0xef46db3751d8e999n],
    ['xxHash64', xx64(0n), 'abc', 0x44bc2cf5ad770999n],
    ['xxHash64', xx64(0n), spam, 0xfbcea83c8a378bf1n],
  ];

  test.each(vectors)('%s', (_name, hash, text, expected) => {
    expect(hash(ascii(text)).toString(16)).toBe(expected.toString(16));
  });
});

// hash0 of a map whose secret is out.
const K0 = 0x0123456789abcdefn;
const K1 = 0xfedcba9876543210n;
const known = keysFrom(K0, K1, 0n);

/** A map whose hash0 an attacker has chosen: in place before the first key is hashed. */
function knownMap(): StringOrNumberMap {
  const map = newMap();
  new BigUint64Array(map.handle.memory.buffer).set([K0, K1], SEED / 8);
  return map;
}

/** The chain and the tophash that one key has in a map. */
function placeOf(map: StringOrNumberMap, key: Key): [chain: number, top: number] {
  const empty = chainsOf(map);
  map.set(key, 1);
  const chain = chainsOf(map).findIndex((entries, i) => entries > (empty[i] as number));
  const top = new Uint8Array(map.handle.memory.buffer)[TABLE + chain * BUCKET] as number;
  map.delete(key);
  return [chain, top];
}

describe("the map's own hashes, once their secret is known", () => {
  const expected = (hash: number): [number, number] => {
    const top = hash >>> 24;
    return [hash & (2 ** B - 1), top < MIN_TOP_HASH ? top + MIN_TOP_HASH : top];
  };

  test('are what this test takes them for', () => {
    const map = knownMap();
    const bytes = blockHasher(known);
    for (let i = 0; i < 40; i++) {
      const number = random.below(2 ** 31) / 7;
      expect(placeOf(map, number)).toEqual(expected(Number(wordHash(known, wordOf(number)))));
      const [low, high] = [random.below(2 ** 32), random.below(2 ** 32)];
      const key = Buffer.from(new Uint32Array([low, high]).buffer).toString('latin1');
      expect(placeOf(map, key)).toEqual(expected(bytes(low, high)));
    }
  });
});

describe('keys that collide under another hash are spread like any others', () => {
  const sets: [string, string[], Hash, number][] = [
    ['Murmur3 x86 32', collideInMurmur32(N, 0n), murmur32(0n), 32],
    ['Murmur3 x86 32 with a seed', collideInMurmur32(N, 0x9747b28cn), murmur32(0x9747b28cn), 32],
    ['Murmur3 x64', collideInMurmur128(N, 0n), murmur128(0n), 128],
    ['FNV-1a 32', collideInFnv(N, fnv32), fnv32, 16],
    ['FNV-1a 64', collideInFnv(N, fnv64), fnv64, 16],
    ['djb2', collideInDjb2(N), djb2, 32],
    ['xxHash32', collideInXx32(N, 0n), xx32(0n), 32],
    ['xxHash64', collideInXx64(N, 0n), xx64(0n), 64],
  ];

  test.each(sets)('%s', (_name, keys, hash, bits) => {
    expect(distinct(keys, hash, bits)).toBe(1);
    expect(longest(keys)).toBeLessThanOrEqual(randomLongest + FEW);
  });

  const BITS = 12;
  const own: [string, Key[], (key: Key) => number][] = [
    [
      "the map's hash of words with another secret",
      collideInWords(N, known),
      (key) => Number(wordHash(known, wordOf(key as number))),
    ],
    [
      "the map's hash of bytes with another secret",
      collideInSip(N, known, BITS),
      (key) => {
        const { buffer } = bytesOf(key as string);
        const [low, high] = new Uint32Array(buffer) as unknown as [number, number];
        return blockHasher(known)(low, high) & (2 ** BITS - 1);
      },
    ],
  ];

  test.each(own)('%s', (_name, keys, hash) => {
    expect(new Set(keys.map(hash)).size).toBe(1);
    expect(longest(keys)).toBeLessThanOrEqual(randomLongest + FEW);
    // They do collide where the secret is that one, and a clear helps even there.
    const map = knownMap();
    expect(longestIn(map, keys)).toBe(N);
    map.clear();
    expect(longestIn(map, keys)).toBeLessThanOrEqual(randomLongest + FEW);
  });

  test('and one bad hash would be noticed', () => {
    for (const hash of ['few', 'constant'] as const) {
      const map = mapWithHash(hash, {
        capacity: CAPACITY,
        maxBytes: 4 * MiB,
      }) as unknown as StringOrNumberMap;
      expect(longestIn(map, collideInDjb2(N))).toBeGreaterThan(randomLongest + FEW);
    }
  });
});

describe('numbers with a pattern are spread like any others', () => {
  const numbers = (make: (i: number) => number) => Array.from({ length: N }, (_, i) => make(i));
  const bits = new DataView(new ArrayBuffer(8));
  const fromWord = (w: bigint): number => {
    bits.setBigUint64(0, w);
    return bits.getFloat64(0);
  };
  const sets: [string, number[]][] = [
    ['a sequence', numbers((i) => i)],
    ['a sequence from far off', numbers((i) => Number.MAX_SAFE_INTEGER - i)],
    ['a negative sequence', numbers((i) => -1 - i)],
    ['both signs', numbers((i) => (i % 2 === 0 ? i + 1 : -i))],
    ['halves', numbers((i) => i + 0.5)],
    ['tenths', numbers((i) => i / 10)],
    ['squares', numbers((i) => i * i)],
    ...[1, 4, 8, 9, 12, 16, 20, 24, 32, 40, 52, 64, 200, 900].map((k): [string, number[]] => [
      `multiples of 2^${k}`,
      numbers((i) => (i + 1) * 2 ** k),
    ]),
    ['one mantissa, every exponent', numbers((i) => 1.7 * 2 ** (i - 1000))],
    ['powers of two', numbers((i) => 2 ** (i - 1000))],
    [
      'one exponent, the lowest bits of the mantissa',
      numbers((i) => fromWord(0x3ff0000000000000n + BigInt(i))),
    ],
    ['one exponent, the highest bits of the mantissa', numbers((i) => 1 + i / 2048)],
    [
      'words that differ in their upper half alone',
      numbers((i) => fromWord((BigInt(i) << 32n) | 0x12345678n)),
    ],
    ['words that differ in their highest bits alone', numbers((i) => fromWord(BigInt(i) << 52n))],
    ['words of two equal halves', numbers((i) => fromWord((BigInt(i) << 32n) | BigInt(i)))],
    ['subnormal numbers', numbers((i) => (i + 1) * Number.MIN_VALUE)],
    ['negative subnormal numbers', numbers((i) => -(i + 1) * Number.MIN_VALUE)],
    ['subnormal numbers, their high bits', numbers((i) => fromWord(BigInt(i + 1) << 40n))],
  ];

  test.each(sets)('%s', (_name, keys) => {
    expect(longest(keys)).toBeLessThanOrEqual(randomLongest + FEW);
  });

  test('short strings, which are words too', () => {
    for (const make of [
      (i: number) => i.toString(36).padStart(3, '0'),
      (i: number) => `${i}`,
      (i: number) => String.fromCharCode(i & 15, 0, (i >> 4) & 15, 0, i >> 8),
    ]) {
      expect(longest(Array.from({ length: N }, (_, i) => make(i)))).toBeLessThanOrEqual(randomLongest + FEW);
    }
  });

  test('strings that differ in one place, in their length, or in their kind', () => {
    for (const make of [
      (i: number) => `${'x'.repeat(100)}${i}`,
      (i: number) => `${i}${'x'.repeat(100)}`,
      (i: number) => 'x'.repeat(i + 1),
      (i: number) => `${'\0'.repeat(i + 6)}`,
      (i: number) => `Ж${'x'.repeat(20)}${i}`,
      (i: number) => String.fromCharCode(0x1000 + i, 0x400, 0x400, 0x400),
    ]) {
      expect(longest(Array.from({ length: N }, (_, i) => make(i)))).toBeLessThanOrEqual(randomLongest + FEW);
    }
  });
});
