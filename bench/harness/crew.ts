// The threads of one cell: a piscina pool of exactly so many workers, from before the clock starts until the cell is done.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Created, Transferable } from '../subjects/subject.js';
import { Board } from './board.js';
import { harnessPackage } from './needs.js';
import type { CellPlan } from './plan.js';
import type { Answer, Task, WorkerData } from './worker.js';
import { WrongResult } from './workload.js';

/** The part of piscina that is used. */
interface Pool {
  run(task: unknown, options?: { transferList: readonly Transferable[] }): Promise<Answer>;
  destroy(): Promise<void>;
}
interface PiscinaModule {
  readonly Piscina: new (options: object) => Pool;
}

/** A phase that takes longer than it should by this much hangs, ms. */
const PATIENCE = 120_000;
/** Workers that were told to stop get so long before they are terminated, ms. */
const GRACE = 5_000;

type TaskWithoutPhase<T = Task> = T extends Task ? Omit<T, 'phase' | 'handle'> : never;

/** Runs while the workers do: looks at the board, and says when it is enough by returning. `over` is aborted when they have ended by themselves. `started`: process.hrtime when they were let go. */
export type Watch = (board: Board, over: AbortSignal, started: bigint) => Promise<void>;

export class Crew {
  readonly board: Board;
  readonly #pool: Pool;
  #phase = 0;
  #underway: Promise<unknown> = Promise.resolve();

  private constructor(board: Board, pool: Pool) {
    this.board = board;
    this.#pool = pool;
  }

  /** Starts the workers; they come to the barrier of the first phase when they are ready. */
  static async start(plan: CellPlan): Promise<Crew> {
    const { Piscina } = await harnessPackage<PiscinaModule>('piscina');
    const board = new Board(plan.threads);
    const pool = new Piscina({
      filename: new URL('./worker.js', import.meta.url).href,
      minThreads: plan.threads,
      maxThreads: plan.threads,
      // Its workers must not sleep between tasks with their event loops blocked: subjects may need them.
      atomics: 'disabled',
      workerData: { board: board.buffer, plan } satisfies WorkerData,
    });
    return new Crew(board, pool);
  }

  /**
   * One task for each worker, all beginning together; `watch` runs from the start on, and the workers are stopped when it
   * returns. Answers are in the order of the threads. Throws what a worker threw; WrongResult when a check failed.
   */
  async phase(task: TaskWithoutPhase, watch?: Watch, patience = PATIENCE): Promise<Answer[]> {
    return this.#phaseWith(undefined, task, watch, patience);
  }

  /** All threads attach to a map: each gets its handle with the task. */
  async attach(created: Created): Promise<void> {
    await this.#phaseWith(created, { do: 'attach' }, undefined, PATIENCE);
  }

  async #phaseWith(
    created: Created | undefined,
    task: TaskWithoutPhase,
    watch: Watch | undefined,
    patience: number,
  ): Promise<Answer[]> {
    const phase = ++this.#phase;
    this.board.reset();
    const tasks = Array.from({ length: this.board.threads }, (_, at) => {
      const { handle, transfer } = created?.perThread?.[at] ?? { handle: created?.handle, transfer: [] };
      return this.#pool.run({ ...task, phase, handle }, { transferList: transfer });
    });
    const all = Promise.all(tasks);
    this.#underway = Promise.allSettled(tasks);
    // The barrier opens for all that have come when one of them will never come.
    const failed = all.then(
      () => false,
      () => true,
    );
    const deadline = performance.now() + patience;
    while (!this.board.allReady) {
      if (await Promise.race([failed, sleep(1, false)])) break;
      if (performance.now() > deadline) throw this.#hanging(patience);
    }
    // Before the threads are let go: they may have done a good part when this thread gets its processor again.
    const started = process.hrtime.bigint();
    this.board.go(phase);
    if (watch !== undefined) {
      const over = new AbortController();
      const ended = this.#underway.then(() => over.abort());
      await Promise.race([watch(this.board, over.signal, started), ended]);
      this.board.stop();
    }
    const answers = await Promise.race([all, sleep(patience, undefined, { ref: false })]);
    if (answers === undefined) throw this.#hanging(patience);
    answers.sort((a, b) => a.thread - b.thread);
    const wrong = answers.find((answer) => answer.wrong !== undefined);
    if (wrong !== undefined) throw new WrongResult(wrong.wrong);
    return answers;
  }

  /** Stops what is under way and ends the workers: gently first, since some add-ons abort the process when a thread ends inside them. */
  async end(): Promise<void> {
    this.board.stop();
    this.board.go(Number.MAX_SAFE_INTEGER % 2 ** 31);
    await Promise.race([this.#underway, sleep(GRACE, undefined, { ref: false })]);
    await this.#pool.destroy();
  }

  #hanging(patience: number): Error {
    return new Error(`a thread gave no answer for ${Math.round(patience / 1000)} s`);
  }
}
