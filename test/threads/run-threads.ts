import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { SharedMap } from 'threadmap';
import type { JobData } from '../../workers/thread-jobs.js';

// The words that the threads share, as workers/thread-jobs.ts has them.
const READY = 0;
const GO = 1;
const STOP = 2;
const WORDS = 64;

export interface Part {
  readonly job: JobData['job'];
  readonly threads: number;
  readonly n: number;
}

/** Threads at work on one map; `results` rejects as soon as one of them fails. */
export interface Running {
  readonly results: Promise<unknown[]>;
  stop(): void;
  readonly stopped: boolean;
}

/** Starts threads, lets them begin together. */
export async function start(map: object, parts: Part[]): Promise<Running> {
  const { handle } = map as SharedMap<unknown, unknown>;
  const buffer = new SharedArrayBuffer(WORDS * 4);
  const words = new Int32Array(buffer);
  const runs: Promise<unknown>[] = [];
  for (const { job, threads, n } of parts) {
    for (let index = 0; index < threads; index++) {
      const workerData: JobData = { job, handle, words: buffer, index, threads, n };
      const worker = new Worker(new URL('../../dist/workers/thread-jobs.js', import.meta.url), {
        workerData,
      });
      runs.push(
        new Promise((resolve, reject) => {
          let result: unknown;
          worker.once('message', (message) => {
            result = message;
          });
          worker.once('error', reject);
          worker.once('exit', () => resolve(result));
        }),
      );
    }
  }
  const results = Promise.all(runs);
  results.catch(() => Atomics.store(words, STOP, 1));
  while (Atomics.load(words, READY) < runs.length && Atomics.load(words, STOP) === 0) await sleep(5);
  Atomics.store(words, GO, 1);
  Atomics.notify(words, GO);
  return {
    results,
    stop: () => void Atomics.store(words, STOP, 1),
    get stopped() {
      return Atomics.load(words, STOP) !== 0;
    },
  };
}

/** Runs threads to their end and returns what each of them answered. */
export async function run(map: object, job: JobData['job'], threads: number, n: number): Promise<unknown[]> {
  const { results } = await start(map, [{ job, threads, n }]);
  return results;
}
