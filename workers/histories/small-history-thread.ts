// A thread of the small histories: in each round two to four of them do a few operations at once, on at most four keys
// and on the map as a whole.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import { Random } from '../random.js';
import { clockSince } from './clock.js';
import { historyKey } from './history-keys.js';
import { codeFor, codeOf, valueFor } from './history-values.js';
import { ABSENT, compares, type Verb, writesValue } from './key-model.js';
import type { MapOperation, MapState, Survey } from './map-model.js';
import { perform, resultOf } from './perform.js';
import { SpinBarrier } from './spin-barrier.js';

export interface SmallThreadData {
  readonly index: number;
  readonly epochOfSmall: bigint;
}

export interface SmallJob {
  readonly handle: SharedMapHandle<unknown, unknown>;
  readonly barrier: SharedArrayBuffer;
  readonly threads: number;
  readonly seed: number;
  readonly keys: number;
  /** How many other keys there are in each round. */
  readonly others: readonly number[];
}

export interface SmallRound {
  /** From thread 0 alone: what the round began with. */
  readonly initial: MapState;
  readonly operations: MapOperation[];
}

type AnyMap = SharedMap<unknown, unknown>;
type Whole = 'clear' | 'size' | 'iterate';

const DRAWN: readonly (Verb | Whole)[] = [
  ...(['get', 'has', 'set', 'set', 'delete', 'delete', 'insert', 'insert', 'compareAndSet', 'add'] as const),
  ...([
    'getAndSet',
    'getAndDelete',
    'compareAndDelete',
    'replace',
    'getOrInsert',
    'update',
    'deleteIf',
  ] as const),
  ...(['clear', 'size', 'size', 'iterate', 'iterate'] as const),
];

const otherKey = (i: number) => (i % 2 === 0 ? `other ${i}` : -1 - i);

/** One thread's place in a job. */
class Player {
  readonly #map: AnyMap;
  readonly #job: SmallJob;
  readonly #index: number;
  readonly #clock: () => number;
  readonly #random: Random;
  readonly #keys: readonly unknown[];
  readonly #numbers: ReadonlyMap<unknown, number>;
  #written = 0;
  #expected = ABSENT;

  constructor(job: SmallJob, { index, epochOfSmall }: SmallThreadData) {
    this.#map = SharedMap.attach(job.handle);
    this.#job = job;
    this.#index = index;
    this.#clock = clockSince(epochOfSmall);
    this.#random = new Random(job.seed + index * 7919);
    this.#keys = Array.from({ length: job.keys }, (_, i) => historyKey(i, job.seed % 100));
    this.#numbers = new Map(this.#keys.map((key, i) => [key, i]));
  }

  /** Thread 0, alone: a map with the others of this round and some of the keys. */
  prepare(round: number): MapState {
    const others = this.#job.others[round] as number;
    for (const key of this.#keys) this.#map.delete(key);
    // After a clear all of them are missing.
    for (let i = this.#map.size; i < others; i++) this.#map.set(otherKey(i), i);
    for (let i = this.#map.size; i > others; i--) this.#map.delete(otherKey(i - 1));
    const codes = this.#keys.map((key) => {
      if (this.#random.below(2) === 0) return ABSENT;
      const code = codeFor(this.#index, this.#written++, 'all');
      this.#map.set(key, valueFor(code));
      return code;
    });
    return [...codes, others];
  }

  step(verb: Verb | Whole, key: number): MapOperation {
    return verb === 'clear' || verb === 'size' || verb === 'iterate'
      ? this.#whole(verb)
      : this.#single(verb, key);
  }

  play(): MapOperation[] {
    const steps = 2 + this.#random.below(4);
    return Array.from({ length: steps }, () =>
      this.step(this.#random.of(DRAWN), this.#random.below(this.#job.keys)),
    );
  }

  detach(): void {
    this.#map.detach();
  }

  #single(verb: Verb, key: number): MapOperation {
    const fresh = codeFor(this.#index, this.#written++, 'all');
    const argument = writesValue(verb) ? fresh : verb === 'add' ? 1 : 0;
    const expected = this.#expected === ABSENT ? fresh : this.#expected;
    const value = writesValue(verb) ? valueFor(argument) : undefined;
    const wanted = compares(verb) ? valueFor(expected) : undefined;
    const invoked = this.#clock();
    const answer = perform(this.#map, this.#keys[key], { verb, argument }, value, wanted);
    const responded = this.#clock();
    const result = resultOf(verb, answer);
    if (verb === 'get' && !Number.isNaN(result)) this.#expected = result;
    return { thread: this.#index, invoked, responded, verb, key, argument, expected, result };
  }

  #whole(verb: Whole): MapOperation {
    const map = this.#map;
    const seen: [unknown, unknown][] = [];
    let result = 0;
    const invoked = this.#clock();
    if (verb === 'clear') map.clear();
    else if (verb === 'size') result = map.size;
    else for (const entry of map) seen.push(entry);
    const responded = this.#clock();
    const operation = { thread: this.#index, invoked, responded, verb, result };
    return verb === 'iterate' ? { ...operation, survey: this.#survey(seen) } : operation;
  }

  #survey(seen: readonly (readonly [unknown, unknown])[]): Survey {
    const entries: [number, number][] = [];
    const others = new Set<unknown>();
    let isTwice = false;
    for (const [key, value] of seen) {
      const number = this.#numbers.get(key);
      if (number !== undefined) entries.push([number, codeOf(value)]);
      else if (others.has(key)) isTwice = true;
      else others.add(key);
    }
    return { entries, others: others.size, isTwice };
  }
}

function run(job: SmallJob, data: SmallThreadData): SmallRound[] {
  const player = new Player(job, data);
  const barrier = new SpinBarrier(job.threads, job.barrier);
  const rounds: SmallRound[] = [];
  for (let round = 0; round < job.others.length; round++) {
    const initial = data.index === 0 ? player.prepare(round) : [];
    barrier.await();
    const operations = player.play();
    barrier.await();
    // What has become of it, when the others are done.
    if (data.index === 0) {
      for (let key = 0; key < job.keys; key++) operations.push(player.step('get', key));
      operations.push(player.step('size', 0), player.step('iterate', 0));
    }
    rounds.push({ initial, operations });
  }
  player.detach();
  return rounds;
}

if (parentPort !== null && (workerData as Partial<SmallThreadData> | null)?.epochOfSmall !== undefined) {
  const port = parentPort;
  port.on('message', (job: SmallJob) => port.postMessage(run(job, workerData as SmallThreadData)));
}
