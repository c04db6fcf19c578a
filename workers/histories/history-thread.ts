// A thread of the histories: round after round it works on a few keys that others work on too, writes down every call
// and its answer with the time before and after, and lets the map grow and shrink by keys of its own in between.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import { Random } from '../random.js';
import { clockSince } from './clock.js';
import { historyKey } from './history-keys.js';
import { type Call, HistoryLog } from './history-log.js';
import { codeFor, type Mix, valueFor } from './history-values.js';
import { ABSENT, compares, type Verb, writesValue } from './key-model.js';
import { perform, resultOf } from './perform.js';
import { SpinBarrier } from './spin-barrier.js';

export interface HistoryThreadData {
  readonly index: number;
  readonly epoch: bigint;
  readonly log: SharedArrayBuffer;
}

export interface HistoryRound {
  /** The maps that are worked on one after the other, and where all threads begin together with each. */
  readonly handles: readonly SharedMapHandle<unknown, unknown>[];
  readonly starts: readonly SharedArrayBuffer[];
  readonly threads: number;
  readonly seed: number;
  /** On each map. */
  readonly operations: number;
  readonly keys: number;
  readonly mix: Mix;
  /** Of 100 steps, so many insert or delete a key of this thread's own, at most so many keys. */
  readonly ballastShare: number;
  readonly ballast: number;
}

/** What a thread answers: what it has seen that is wrong by itself. */
export interface HistoryAnswer {
  readonly problems: readonly string[];
}

type AnyMap = SharedMap<unknown, unknown>;

const WEIGHTS: readonly (readonly [Verb, number])[] = [
  ['get', 20],
  ['has', 6],
  ['set', 12],
  ['delete', 8],
  ['insert', 8],
  ['compareAndSet', 10],
  ['add', 6],
  ['getAndSet', 6],
  ['getAndDelete', 5],
  ['compareAndDelete', 4],
  ['replace', 3],
  ['getOrInsert', 3],
  ['update', 6],
  ['deleteIf', 3],
];
const DRAWN = WEIGHTS.flatMap(([verb, weight]) => new Array<Verb>(weight).fill(verb));

/** Keys that are this thread's alone: they are inserted and deleted in between and must be as it left them. */
class Ballast {
  readonly #map: AnyMap;
  readonly #thread: number;
  readonly #most: number;
  readonly #random: Random;
  readonly #kept: number[] = [];
  #next = 0;
  #grows = true;

  constructor(map: AnyMap, thread: number, most: number, random: Random) {
    this.#map = map;
    this.#thread = thread;
    this.#most = most;
    this.#random = random;
  }

  #key(i: number): unknown {
    return i % 3 === 0 ? `ballast ${this.#thread} ${i}` : this.#thread * 1e6 + 1e6 + i;
  }

  /** Tells what is wrong. */
  step(): string | undefined {
    const kept = this.#kept;
    if (kept.length >= this.#most) this.#grows = false;
    if (kept.length <= this.#most / 4) this.#grows = true;
    if (this.#random.below(4) === 0 ? !this.#grows : this.#grows) {
      const i = this.#next++;
      kept.push(i);
      if (i % 2 === 0) this.#map.set(this.#key(i), i);
      else if (!this.#map.insert(this.#key(i), i)) return `a key of its own was there: ${this.#key(i)}`;
      return undefined;
    }
    if (kept.length === 0) return undefined;
    const which = this.#random.below(kept.length);
    const i = kept[which] as number;
    kept[which] = kept[kept.length - 1] as number;
    kept.pop();
    const found = this.#map.get(this.#key(i));
    if (found !== i) return `a key of its own, ${this.#key(i)}, has value ${String(found)}, not ${i}`;
    if (!this.#map.delete(this.#key(i))) return `a key of its own was gone: ${this.#key(i)}`;
    return undefined;
  }
}

const naps = new Int32Array(new SharedArrayBuffer(4));

/** Mostly nothing; now and then some hundred nanoseconds or microseconds, or a short sleep. */
function pause(random: Random): void {
  const r = random.below(8192);
  if (r >= 512) return;
  if (r === 0) Atomics.wait(naps, 0, 0, random.below(200) / 100);
  else for (let n = random.below(r < 16 ? 20_000 : 400); n > 0; n--) Atomics.load(naps, 0);
}

/** Works on one map of the round. The log counts its keys after those of the maps before. Returns what is wrong. */
function playOn(
  map: AnyMap,
  which: number,
  round: HistoryRound,
  { index, epoch }: HistoryThreadData,
  log: HistoryLog,
): string[] {
  const clock = clockSince(epoch);
  const random = new Random(round.seed + index * 7919 + which * 104_729);
  const keys = Array.from({ length: round.keys }, (_, i) => historyKey(i, round.seed % 100));
  const last = keys.map(() => ABSENT);
  const ballast = new Ballast(map, index, round.ballast, random);
  const problems: string[] = [];
  const end = (which + 1) * round.operations;
  let written = log.count; // no code twice in a round
  new SpinBarrier(round.threads, round.starts[which] as SharedArrayBuffer).await();
  while (log.count < end && problems.length === 0) {
    if (random.below(100) < round.ballastShare) {
      const problem = ballast.step();
      if (problem !== undefined) problems.push(problem);
      continue;
    }
    const key = random.below(round.keys);
    const verb = random.of(DRAWN);
    const writes = writesValue(verb);
    const argument = writes
      ? codeFor(index, 2 * written++, round.mix)
      : verb === 'add'
        ? 1 + random.below(3)
        : 0;
    const known = last[key] as number;
    const unknown = () => codeFor(index, 2 * written++ + 1, round.mix);
    const expected = !compares(verb) ? 0 : known === ABSENT ? unknown() : known;
    const call: Call = { key: which * round.keys + key, verb, argument, expected };
    const value = writes ? valueFor(argument) : undefined;
    const wanted = expected === 0 ? undefined : valueFor(expected);
    const at = keys[key];
    log.begin(call, clock);
    const answer = perform(map, at, call, value, wanted);
    const time = clock();
    const result = resultOf(verb, answer);
    log.end(time, result);
    if (Number.isNaN(result))
      problems.push(`key ${key} has a value that nobody wrote: ${String(answer).slice(0, 60)}`);
    if (verb === 'get' || verb === 'getOrInsert') last[key] = Number.isNaN(result) ? ABSENT : result;
    else if (/^(set|getAndSet|update)$/.test(verb) || (writes && result === 1)) last[key] = argument;
    pause(random);
  }
  return problems;
}

function play(round: HistoryRound, data: HistoryThreadData): string[] {
  const log = new HistoryLog(data.log);
  const problems: string[] = [];
  for (const [which, handle] of round.handles.entries()) {
    const map: AnyMap = SharedMap.attach(handle);
    problems.push(...playOn(map, which, round, data, log));
    map.detach();
  }
  return problems;
}

if (parentPort !== null && (workerData as Partial<HistoryThreadData> | null)?.epoch !== undefined) {
  const port = parentPort;
  port.on('message', (round: HistoryRound) => {
    const answer: HistoryAnswer = { problems: play(round, workerData as HistoryThreadData) };
    port.postMessage(answer);
  });
}
