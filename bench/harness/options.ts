// What bench() and the command take, checked, with what is not said filled in.

import { availableParallelism } from 'node:os';
import { subjects as knownSubjects } from '../subjects/index.js';
import type { BenchSubject, KeyKind } from '../subjects/subject.js';
import { workloads as knownWorkloads, QUICK } from '../workloads/index.js';
import { mixProblem, type Wanted } from './grid-of.js';
import { BenchError } from './needs.js';
import type { Results } from './results.js';
import type { Workload } from './workload.js';

export interface BenchOptions {
  /** Names of workloads of the project, or workloads. Default: all, or with `quick` one of each sort. */
  readonly workloads?: readonly (string | Workload)[] | undefined;
  /** Names of subjects of the project, or subjects. Default: all. */
  readonly subjects?: readonly (string | BenchSubject)[] | undefined;
  /** Numbers of threads. Default: 1 and as many as there are cores. */
  readonly threads?: readonly number[] | undefined;
  /** Numbers of entries. Default: each workload's own. */
  readonly entries?: readonly number[] | undefined;
  /** Kinds of keys, of those that a workload has. Default: all of them. */
  readonly keys?: readonly KeyKind[] | undefined;
  /** Seconds of a repetition. Default 2. */
  readonly seconds?: number | undefined;
  /** Repetitions. Default 7. */
  readonly repeat?: number | undefined;
  /** Operations per second in the open loop in which latencies are taken. Default: a quarter of the slowest repetition's, at most 500,000 per thread. */
  readonly rate?: number | undefined;
  /** Take latencies? Default true; with `quick` false. */
  readonly latency?: boolean | undefined;
  /** Measure the limit? Default true. */
  readonly limits?: boolean | undefined;
  /** Subjects whose rates others are divided by. Default: map and threadmap. */
  readonly baselines?: readonly string[] | undefined;
  /** Few cells, short repetitions: a look, not a measurement. */
  readonly quick?: boolean | undefined;
  /** Random numbers follow from it. Default 1. */
  readonly seed?: number | undefined;
  /** Ends the run early; what is finished is kept. */
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** After each group, with all that has been measured so far. */
  readonly onPartial?: ((results: Results) => void) | undefined;
}

export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly doing: string;
}

export interface Asked extends Wanted {
  readonly seconds: number;
  readonly repetitions: number;
  readonly warmUp: number;
  readonly rate: number | null;
  readonly latency: boolean;
  readonly limits: boolean;
  readonly baselines: readonly string[];
}

const SECONDS = 2;
const REPETITIONS = 7;
/** Seconds of warm-up at most. */
const WARM_UP = 3;
const QUICK_SECONDS = 0.2;
const QUICK_REPETITIONS = 3;
const QUICK_WARM_UP = 0.2;
const QUICK_SUBJECTS = [
  'threadmap',
  'threadmap-cached',
  'map',
  'private-map',
  'message-map-pipelined',
  'lmdb',
];
/** Threads that a threadmap can have. */
const MOST_THREADS = 128;
const KEYS: readonly KeyKind[] = ['int', 'string', 'fresh', 'long'];

/** Throws BenchError for what cannot be done. */
export function readBenchOptions(options: BenchOptions): Asked {
  const quick = options.quick ?? false;
  const cores = availableParallelism();
  const asked: Asked = {
    workloads: pick('workload', options.workloads ?? (quick ? QUICK : knownWorkloads), knownWorkloads),
    subjects: pick('subject', options.subjects ?? (quick ? QUICK_SUBJECTS : knownSubjects), knownSubjects),
    threads: [...new Set(options.threads ?? (quick ? [cores] : [1, cores]))],
    entries: options.entries,
    keys: options.keys,
    quick,
    seed: options.seed ?? 1,
    seconds: options.seconds ?? (quick ? QUICK_SECONDS : SECONDS),
    repetitions: options.repeat ?? (quick ? QUICK_REPETITIONS : REPETITIONS),
    warmUp: quick ? QUICK_WARM_UP : WARM_UP,
    rate: options.rate ?? null,
    latency: options.latency ?? !quick,
    limits: options.limits ?? true,
    baselines: options.baselines ?? ['map', 'threadmap'],
  };
  check(asked);
  return asked;
}

function check({ workloads, threads, entries, keys, seconds, repetitions, rate, seed }: Asked): void {
  for (const workload of workloads) {
    const problem = mixProblem(workload);
    if (problem !== undefined) throw new BenchError(problem);
  }
  wholes('threads', threads, MOST_THREADS);
  if (entries !== undefined) wholes('entries', entries, 2 ** 27);
  wholes('repeat', [repetitions], 1000);
  for (const kind of keys ?? [])
    if (!KEYS.includes(kind)) throw new BenchError(`There are no keys '${kind}': use ${KEYS.join(', ')}`);
  if (!(seconds > 0 && seconds <= 3600))
    throw new BenchError(`seconds must be above 0, at most 3600, not ${seconds}`);
  if (rate !== null && !(rate > 0)) throw new BenchError(`rate must be operations per second, not ${rate}`);
  if (!Number.isInteger(seed)) throw new BenchError(`seed must be a whole number, not ${seed}`);
  const without = workloads.filter((workload) => keys && !workload.keys.some((kind) => keys.includes(kind)));
  if (without.length === workloads.length && workloads.length > 0)
    throw new BenchError(
      `None of these workloads has keys of the kind ${keys?.join(', ')}: ${without[0]?.name} has ${without[0]?.keys.join(', ')}`,
    );
}

function wholes(what: string, given: readonly number[], most: number): void {
  const wrong = given.find((count) => !Number.isInteger(count) || count < 1 || count > most);
  if (wrong !== undefined || given.length === 0)
    throw new BenchError(
      `${what} must be whole numbers from 1 to ${most.toLocaleString('en-US')}, not ${wrong ?? 'none'}`,
    );
}

/** A name may end in `*`: all that begin so. */
function pick<T extends { readonly name: string }>(
  what: string,
  given: readonly (string | T)[],
  known: readonly T[],
): readonly T[] {
  const picked = given.flatMap((one) => {
    if (typeof one !== 'string') return [one];
    const found = known.filter(({ name }) =>
      one.endsWith('*') ? name.startsWith(one.slice(0, -1)) : name === one,
    );
    if (found.length === 0)
      throw new BenchError(
        `There is no ${what} '${one}': ${nearest(one, known)}. \`threadmap bench --list\` tells all.`,
      );
    return found;
  });
  if (picked.length === 0) throw new BenchError(`Name at least one ${what}`);
  return [...new Set(picked)];
}

function nearest(wrong: string, known: readonly { readonly name: string }[]): string {
  const names = known.map(({ name }) => name);
  const near = names.filter((name) => name.includes(wrong) || wrong.includes(name) || name[0] === wrong[0]);
  return `did you mean ${(near.length > 0 ? near : names).slice(0, 6).join(', ')}`;
}
