// The threads of the histories, and their logs: kept from round to round, made anew after one was ended.

import { Worker } from 'node:worker_threads';
import { HistoryLog } from './history-log.js';
import type { HistoryAnswer, HistoryRound, HistoryThreadData } from './history-thread.js';

/** Operations that a log has room for. */
export const LOG_ROOM = 40_000;
/** A round that takes longer hangs, ms. */
const PATIENCE = 100_000;
/** Rounds after which a thread makes way for a new one: with its heap go the memories of the maps that it has seen. */
const LIFE = 60;

class PoolThread {
  readonly index: number;
  readonly log = new HistoryLog(LOG_ROOM);
  readonly #epoch: bigint;
  #worker: Worker | undefined;
  #rounds = 0;
  #answer: (problems: readonly string[]) => void = () => {};

  constructor(index: number, epoch: bigint) {
    this.index = index;
    this.#epoch = epoch;
  }

  /** What is wrong by itself; an ended thread has nothing to tell. */
  async play(round: HistoryRound): Promise<readonly string[]> {
    if (this.#rounds++ % LIFE === LIFE - 1) await this.end();
    this.log.empty();
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve([`thread ${this.index} hangs`]), PATIENCE);
      this.#answer = (problems) => {
        clearTimeout(giveUp);
        resolve(problems);
      };
      this.#started().postMessage(round);
    });
  }

  async end(): Promise<void> {
    const worker = this.#worker;
    this.#worker = undefined;
    await worker?.terminate();
  }

  #started(): Worker {
    if (this.#worker === undefined) {
      const data: HistoryThreadData = { index: this.index, epoch: this.#epoch, log: this.log.buffer };
      const worker = new Worker(new URL('./history-thread.js', import.meta.url), { workerData: data });
      worker.on('message', ({ problems }: HistoryAnswer) => this.#answer(problems));
      worker.on('error', (error) => this.#answer([`thread ${this.index} failed: ${error.stack}`]));
      worker.on('exit', () => this.#answer([]));
      this.#worker = worker;
    }
    return this.#worker;
  }
}

export class HistoryPool {
  readonly #threads: readonly PoolThread[];

  constructor(threads: number, epoch: bigint) {
    this.#threads = Array.from({ length: threads }, (_, index) => new PoolThread(index, epoch));
  }

  /** Plays a round. With `endAt`, the last of its threads is terminated in the middle of that operation, or near it. */
  async play(round: HistoryRound, endAt: number | undefined): Promise<string[]> {
    const threads = this.#threads.slice(0, round.threads);
    const answers = Promise.all(threads.map((thread) => thread.play(round)));
    if (endAt === undefined) return (await answers).flat();
    let over = false;
    const ended = answers.finally(() => {
      over = true;
    });
    const last = threads.at(-1) as PoolThread;
    // Once it has written anything down, all have started.
    while (!over && last.log.count <= endAt) await new Promise(setImmediate);
    await last.end();
    const problems = (await ended).flat();
    // Exit listeners of the library run in the same turn as ours, in either order.
    await new Promise(setImmediate);
    return problems;
  }

  /** What the threads of the round have written down. */
  logs(threads: number): HistoryLog[] {
    return this.#threads.slice(0, threads).map(({ log }) => log);
  }

  async end(): Promise<void> {
    await Promise.all(this.#threads.map((thread) => thread.end()));
  }
}
