import { expect, test } from 'vitest';
import { longestKey, makeKeys } from '../../bench/harness/keys.js';
import { cycleOf } from '../../bench/harness/plan.js';
import { fractions } from '../../bench/harness/random.js';
import { makeSequence } from '../../bench/harness/sequence.js';
import { indexBits, makeValues } from '../../bench/harness/values.js';
import type { SequenceKind } from '../../bench/harness/workload.js';
import { fnvBelow, scrambledZipf, zeta, zipfRanks } from '../../bench/harness/zipf.js';
import { OPERATIONS } from '../../bench/subjects/subject.js';

const DRAWS = 400_000;

test.each([0.25, 0.5, 0.99, 1, 1.25, 2])('zipf %d: ranks come as often as the law says', (theta) => {
  const n = 1000;
  const draw = zipfRanks(n, theta, fractions(42));
  const counts = new Float64Array(n);
  for (let i = 0; i < DRAWS; i++) counts[draw()]++;
  const sum = zeta(n, theta);
  // Gray's formula is exact for the first two ranks and close for the sum of the others.
  for (const rank of [0, 1]) {
    const expected = (DRAWS * (rank + 1) ** -theta) / sum;
    expect(Math.abs(counts[rank] - expected), `rank ${rank}`).toBeLessThan(5 * Math.sqrt(expected));
  }
  for (const [from, to] of [
    [2, 10],
    [10, 100],
    [100, 1000],
  ]) {
    const expected = (DRAWS * (zeta(to, theta) - zeta(from, theta))) / sum;
    const found = counts.slice(from, to).reduce((total, count) => total + count, 0);
    expect(Math.abs(found / expected - 1), `ranks ${from} to ${to}`).toBeLessThan(0.12);
  }
});

test('the hash that scatters is FNV-1a of 64 bits', () => {
  const reference = (value: bigint, n: bigint) => {
    let hash = 0xcbf29ce484222325n;
    for (let octet = 0n; octet < 8n; octet++) {
      hash ^= (value >> (octet * 8n)) & 255n;
      hash = BigInt.asUintN(64, hash * 1099511628211n);
    }
    const signed = BigInt.asIntN(64, hash);
    return Number((signed < 0n ? -signed : signed) % n);
  };
  const random = fractions(7);
  for (let i = 0; i < 2000; i++) {
    const value = Math.floor(random() * 1e10);
    const n = 1 + Math.floor(random() * 1e7);
    expect(fnvBelow(value, n), `${value} below ${n}`).toBe(reference(BigInt(value), BigInt(n)));
  }
});

test('scrambled zipf 0.99: few keys have most draws, and they are not neighbours', () => {
  const n = 10_000;
  const draw = scrambledZipf(n, 0.99, fractions(1));
  const counts = new Map<number, number>();
  for (let i = 0; i < DRAWS; i++) {
    const index = draw();
    counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const hottest = [...counts].sort((a, b) => b[1] - a[1]);
  // YCSB: rank 0 of ten billion has 1 / 26.469 of all draws.
  expect(hottest[0][1] / DRAWS).toBeCloseTo(1 / 26.469, 2);
  expect(hottest[0][0]).toBe(fnvBelow(0, n));
  expect(hottest[1][0]).toBe(fnvBelow(1, n));
});

const sequences: SequenceKind[] = ['uniform', 'zipf', 'private', 'ascending', 'latest', 'window'];

test.each(sequences)('%s: within the space, and the same when it is told again', (sequence) => {
  const plan = { sequence, theta: 0.9, space: 1001, seed: 3, threads: 3 };
  const one = makeSequence(plan, 1);
  const other = makeSequence(plan, 1);
  one.restart(5);
  other.restart(4);
  const first = Array.from({ length: 5000 }, () => one.next());
  expect(Math.min(...first)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...first)).toBeLessThan(1001);
  for (let i = 0; i < 777; i++) other.next();
  other.restart(5);
  expect(Array.from({ length: 5000 }, () => other.next())).toEqual(first);
  one.restart(6);
  expect(Array.from({ length: 5000 }, () => one.next())).not.toEqual(first);
});

test('private: the parts of the threads do not meet, and are all there is', () => {
  const seen = [0, 1, 2].map((thread) => {
    const sequence = makeSequence({ sequence: 'private', theta: 0, space: 100, seed: 1, threads: 3 }, thread);
    sequence.restart(1);
    return new Set(Array.from({ length: 3000 }, () => sequence.next()));
  });
  expect(seen.reduce((sum, { size }) => sum + size, 0)).toBe(100);
  expect(new Set(seen.flatMap((set) => [...set])).size).toBe(100);
});

test('a cycle has its weights, shuffled, the same each time', () => {
  const cycle = cycleOf({ get: 98, insert: 1, delete: 1 }, 1);
  expect(cycle).toHaveLength(100);
  expect(cycle.filter((code) => OPERATIONS[code] === 'get')).toHaveLength(98);
  expect(cycle.filter((code) => OPERATIONS[code] === 'delete')).toHaveLength(1);
  expect(cycleOf({ get: 98, insert: 1, delete: 1 }, 1)).toEqual(cycle);
  expect(cycleOf({ get: 98, insert: 1, delete: 1 }, 2)).not.toEqual(cycle);
});

test.each(['int', 'string', 'fresh', 'long'] as const)('%s keys: all different, held or not', (kind) => {
  const count = 20_000;
  const keys = makeKeys(kind, count / 2);
  const made = Array.from({ length: count }, (_, index) => keys.at(index));
  expect(new Set(made).size).toBe(count);
  expect(Math.max(...made.map((key) => String(key).length))).toBeLessThanOrEqual(longestKey(kind, count));
  // Asked again, and by another thread, they are the same.
  const other = makeKeys(kind, count);
  for (const index of [0, 1, 9_999, 10_000, 19_999]) expect(other.at(index)).toBe(made[index]);
});

test('values tell their key, and the write', () => {
  for (const kind of ['number', 'object'] as const) {
    const values = makeValues(kind, 1000);
    const value = values.make(123, 9);
    expect(values.belongs(value, 123)).toBe(true);
    expect(values.belongs(value, 124)).toBe(false);
    expect(values.number(values.make(123, 10))).not.toBe(values.number(value));
    for (const foreign of [undefined, null, 'x', 0.5, {}, { id: 123 }]) {
      expect(values.belongs(foreign, 123), `${kind} ${JSON.stringify(foreign)}`).toBe(false);
    }
  }
  expect([1, 2, 3, 1024, 1025].map(indexBits)).toEqual([1, 1, 2, 10, 11]);
});
