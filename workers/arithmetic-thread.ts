// A thread of test/threads/arithmetic.test.ts and test/kill/arithmetic.test.ts: does arithmetic on keys that all threads share, and tells what it has done.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import { Random } from './random.js';

export interface Work {
  readonly handle: SharedMapHandle<number, never>;
  readonly job: keyof typeof jobs;
  readonly index: number;
  readonly threads: number;
  readonly n: number;
  /** Of records. */
  readonly field?: string;
  /** Bigints are worked with. */
  readonly wide: boolean;
  /** The most that one add adds or takes. */
  readonly most: number | bigint;
  /** Of who may be ended: how many additions it has begun and done, for each key. */
  readonly ledger?: SharedArrayBuffer;
}

/** All threads' keys. */
export const KEYS = 5;

type Amount = number | bigint;
type Method = (key: number, operand: Amount, field?: string) => Amount;
type AnyMap = Record<'add' | 'min' | 'max' | 'and' | 'or' | 'xor', Method> & {
  getAndDelete(key: number): unknown;
  get(key: number): unknown;
};

interface Job extends Work {
  readonly map: AnyMap;
  readonly random: Random;
  readonly operand: (n: number) => Amount;
  readonly rest: [string] | [];
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(`broken: ${what}`);
}

/** A number of either sign, up to `most`. */
function delta({ random, most }: Job): Amount {
  const part = random.below(2 ** 20) - 2 ** 19;
  return typeof most === 'bigint' ? (most * BigInt(part)) >> 19n : Math.trunc((most / 2 ** 19) * part);
}

const jobs = {
  /** Returns the sum of what it has added to each key. */
  add(job: Job): bigint[] {
    const { map, n, random, rest } = job;
    const sums = Array<bigint>(KEYS).fill(0n);
    for (let i = 0; i < n; i++) {
      const key = random.below(KEYS);
      const amount = delta(job);
      map.add(key, amount, ...rest);
      sums[key] = (sums[key] as bigint) + BigInt(amount);
    }
    return sums;
  },

  /** The same, and takes out what is there now and then: what it took counts as taken away. */
  addAndTake(job: Job): bigint[] {
    const { map, n, random } = job;
    const sums = Array<bigint>(KEYS).fill(0n);
    for (let i = 0; i < n; i++) {
      const key = random.below(KEYS);
      if (random.below(8) === 0) {
        const taken = map.getAndDelete(key) as Amount | undefined;
        if (taken !== undefined) sums[key] = (sums[key] as bigint) - BigInt(taken);
        continue;
      }
      const amount = delta(job);
      map.add(key, amount);
      sums[key] = (sums[key] as bigint) + BigInt(amount);
    }
    return sums;
  },

  /** Returns the most that it has offered for each key; what it is told only rises. */
  max(job: Job): bigint[] {
    const { map, n, random, rest } = job;
    const offered = Array<bigint>(KEYS).fill(-(2n ** 70n));
    const seen = [...offered];
    for (let i = 0; i < n; i++) {
      const key = random.below(KEYS);
      const value = delta(job);
      const told = BigInt(map.max(key, value, ...rest));
      expectThat(told >= BigInt(value) && told >= (seen[key] as bigint), 'a maximum only rises');
      seen[key] = told;
      if (BigInt(value) > (offered[key] as bigint)) offered[key] = BigInt(value);
    }
    return offered;
  },

  /** The same of the least. */
  min(job: Job): bigint[] {
    const { map, n, random, rest } = job;
    const offered = Array<bigint>(KEYS).fill(2n ** 70n);
    const seen = [...offered];
    for (let i = 0; i < n; i++) {
      const key = random.below(KEYS);
      const value = delta(job);
      const told = BigInt(map.min(key, value, ...rest));
      expectThat(told <= BigInt(value) && told <= (seen[key] as bigint), 'a minimum only falls');
      seen[key] = told;
      if (BigInt(value) < (offered[key] as bigint)) offered[key] = BigInt(value);
    }
    return offered;
  },

  /** Adds `most` again and again, until it is ended, and writes down what it has begun and what it has done. */
  addForEver({ map, random, most, ledger, index, rest }: Job): bigint[] {
    const words = new Int32Array(ledger as SharedArrayBuffer);
    for (;;) {
      const key = random.below(KEYS);
      const at = (index * KEYS + key) * 2;
      Atomics.add(words, at, 1);
      map.add(key, most, ...rest);
      Atomics.add(words, at + 1, 1);
    }
  },

  /** Sets its own bit of each key and takes it away again, n times; nobody else touches it. Ends with it set. */
  bits({ map, n, index, operand, wide, rest }: Job): bigint[] {
    const bit = 1 << index;
    const has = (value: Amount) => (Number(BigInt.asUintN(31, BigInt(value))) & bit) !== 0;
    for (let i = 0; i < n; i++) {
      const key = i % KEYS;
      expectThat(has(map.or(key, operand(bit), ...rest)), 'or sets a bit');
      expectThat(!has(map.and(key, wide ? ~BigInt(bit) : ~bit, ...rest)), 'and takes it');
      expectThat(has(map.xor(key, operand(bit), ...rest)), 'xor turns it');
      expectThat(!has(map.xor(key, operand(bit), ...rest)), 'and back');
    }
    for (let key = 0; key < KEYS; key++) map.or(key, operand(bit), ...rest);
    return [];
  },
};

const work = workerData as Work;
const { index, wide, field } = work;
const job: Job = {
  ...work,
  map: SharedMap.attach(work.handle) as unknown as AnyMap,
  random: new Random(index + 1),
  operand: (n) => (wide ? BigInt(n) : n),
  rest: field === undefined ? [] : [field],
};
parentPort?.postMessage(jobs[work.job](job));
