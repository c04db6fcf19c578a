import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { SharedMap } from 'threadmap';
import { expect } from 'vitest';
import type { Answer, JobName } from '../../workers/other-suites/other-suites-jobs.js';
import { FAILED, OTHER, STOP, type Task, TURN } from '../../workers/other-suites/other-suites-round.js';

export type AnyMap = SharedMap<unknown, unknown>;

/** How many threads do which job; `n` says how much of it. */
export interface Group {
  readonly job: JobName;
  readonly threads: number;
  readonly n: number;
}

export interface Extras {
  /** Bytes that all threads of the round share, for the job itself. */
  readonly shared?: SharedArrayBuffer;
  readonly careless?: boolean;
}

/** A round that is under way; `results` rejects when all threads are through and one of them has failed. */
export interface Running {
  readonly results: Promise<unknown[]>;
  /** Until all threads are through. */
  readonly busy: boolean;
  stop(): void;
}

const file = new URL('../../dist/workers/other-suites/other-suites-jobs.js', import.meta.url);
const nothing = new SharedArrayBuffer(4);

/** Threads that wait for rounds: starting one takes longer than most rounds do. */
export class Crew {
  readonly #workers: Worker[];
  #rounds = 0;

  constructor(threads: number) {
    this.#workers = Array.from({ length: threads }, () => new Worker(file));
  }

  /** Begins a round of several jobs and comes back when all threads of it are at work. */
  async start(
    map: object | readonly object[],
    groups: readonly Group[],
    extras: Extras = {},
  ): Promise<Running> {
    const maps = (Array.isArray(map) ? map : [map]) as AnyMap[];
    const buffer = new SharedArrayBuffer(16);
    const words = new Int32Array(buffer);
    const all = groups.reduce((sum, { threads }) => sum + threads, 0);
    const answers: Promise<unknown>[] = [];
    const round = this.#rounds++;
    for (const { job, threads, n } of groups) {
      for (let index = 0; index < threads; index++) {
        const worker = this.#workers[answers.length] as Worker;
        expect(worker, `a thread for ${job}`).toBeDefined();
        const task: Task = {
          ...{ job, index, threads, all, n, words: buffer, shared: extras.shared ?? nothing },
          ...{ handles: maps.map(({ handle }) => handle), seed: round * 1009 + answers.length },
          careless: extras.careless ?? false,
        };
        answers.push(answerOf(worker, words));
        worker.postMessage(task);
      }
    }
    let busy = true;
    const results = settled(answers).finally(() => {
      busy = false;
    });
    results.catch(() => {}); // it is told to who awaits it
    while (Atomics.load(words, TURN) === 0 && Atomics.load(words, FAILED) === 0) await sleep(0);
    return {
      results,
      get busy() {
        return busy;
      },
      stop: () => void Atomics.store(words, STOP, 1),
    };
  }

  /** A round, and `work` of this thread beside it; jobs that go on until they are told are told when that is done. */
  async during(
    map: object | readonly object[],
    groups: readonly Group[],
    work: (running: Running) => void | Promise<void>,
    extras?: Extras,
  ): Promise<unknown[]> {
    const running = await this.start(map, groups, extras);
    try {
      await work(running);
    } finally {
      running.stop();
      await Promise.allSettled([running.results]); // the threads are free again, whatever happened
    }
    return running.results;
  }

  /** A whole round; what each thread answered. */
  async run(map: object | readonly object[], groups: readonly Group[], extras?: Extras): Promise<unknown[]> {
    return (await this.start(map, groups, extras)).results;
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  /** Terminates all threads, wherever they are. */
  kill(): Promise<unknown> {
    return this.end();
  }
}

/** All answers, or the error that came first: what fails because another thread has failed tells nothing. */
async function settled(answers: readonly Promise<unknown>[]): Promise<unknown[]> {
  const ends = await Promise.allSettled(answers);
  const errors = ends.filter((end) => end.status === 'rejected').map(({ reason }) => reason as Error);
  if (errors.length > 0) throw errors.find(({ message }) => !message.includes(OTHER)) ?? errors[0];
  return ends.map((end) => (end as PromiseFulfilledResult<unknown>).value);
}

async function answerOf(worker: Worker, words: Int32Array): Promise<unknown> {
  const answer = await new Promise<Answer | undefined>((resolve, reject) => {
    const exit = () => resolve(undefined);
    const fail = (error: Error) => {
      Atomics.store(words, FAILED, 1);
      reject(error);
    };
    worker.once('exit', exit);
    worker.once('error', fail);
    worker.once('message', (message: Answer) => {
      worker.off('exit', exit).off('error', fail);
      resolve(message);
    });
  });
  if (answer === undefined) return undefined; // terminated
  if ('error' in answer) throw answer.error;
  return answer.result;
}

/** The sum of what the threads answered. */
export function sumOf(results: readonly unknown[]): number {
  return (results as number[]).reduce((sum, each) => sum + each, 0);
}

/** Nothing broken, nothing left behind, as many keys as it says, each once. */
export function expectSound(map: object): void {
  const any = map as AnyMap;
  const keys = [...any.keys()];
  expect(keys.length).toBe(any.size);
  expect(new Set(keys).size).toBe(any.size);
  expect(any.stats().threads).toBe(1);
  expect(any.check()).toEqual([]);
}
