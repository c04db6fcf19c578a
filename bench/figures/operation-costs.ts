// What one operation costs beside a `get`, on a map of its own in a process of its own.

import { SharedMap } from 'threadmap';
import { summarize, type Timing, time } from './clock.js';
import { type Bench, type Keys, type Operation, operations, type Step } from './operation-steps.js';
import { indexBelow, keyAt, next, TEXT_KEY, textKeys } from './sequence.js';

export interface OperationCosts {
  readonly call: string;
  readonly keys: Keys;
  readonly entries: number;
  /** Operations of a round, of `get` and of the one that is measured. */
  readonly count: number;
  readonly rounds: number;
}

export interface Costs {
  readonly get: Timing;
  readonly operation: Timing;
}

function full<K>(map: SharedMap<K, number>, keys: readonly K[]): Bench<K> {
  for (const [index, key] of keys.entries()) map.set(key, index);
  return { map, keys };
}

function benchOf(keys: Keys, n: number): Bench<never> {
  const indexes = Array.from({ length: n }, (_, index) => index);
  if (keys === 'string') {
    const bytes = textKeys(n);
    const names = indexes.map((index) => bytes.toString('latin1', index * TEXT_KEY, (index + 1) * TEXT_KEY));
    return full(new SharedMap({ key: 'string', value: 'number' }), names) as unknown as Bench<never>;
  }
  const value = keys === 'int32' ? 'int32' : 'number';
  const map = new SharedMap({ key: 'number', value }) as SharedMap<number, number>;
  return full(map, indexes.map(keyAt)) as unknown as Bench<never>;
}

/** A loop over random keys; a text of its own for each step would be fairer still, V8 inlines two of them here. */
function loopOf(step: Step, n: number, each: number): (count: number, seed: number) => number {
  return (count, seed) => {
    let x = seed;
    let sum = 0;
    for (let q = 0; q < count; q += each) {
      x = next(x);
      sum += step(indexBelow(x, n));
    }
    return sum;
  };
}

/** Nanoseconds per operation, the loop included, of `get` and of the operation in turns. */
export function measureOperation({ call, keys, entries, count, rounds }: OperationCosts): Costs {
  const bench = benchOf(keys, entries);
  const find = (name: string) => operations.find((one) => one.call === name) as Operation;
  const operation = find(call);
  const runs = [
    loopOf(find('get').step(bench), entries, 1),
    loopOf(operation.step(bench), entries, operation.each ?? 1),
  ];
  for (const run of runs) for (let lap = 0; lap < 5; lap++) run(count / 5, lap);
  const samples: number[][] = [[], []];
  for (let seed = 1; seed <= rounds; seed++) {
    for (const [at, run] of runs.entries()) samples[at].push(time(run, count, seed).ns);
  }
  return { get: summarize(samples[0]), operation: summarize(samples[1]) };
}
