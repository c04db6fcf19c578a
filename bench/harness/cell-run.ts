// One cell while it is being measured: the map, its threads, and what may be asked of them.

import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Created, Subject } from '../subjects/subject.js';
import type { Board } from './board.js';
import { Crew } from './crew.js';
import { collectGarbage } from './gc.js';
import { balance, lastWritesBytes } from './judge.js';
import { contextSwitches } from './machine.js';
import { type CellPlan, isExact, mapPlanOf } from './plan.js';
import type { Growth, Latency, Memory, Sample } from './results.js';
import { makeHistogram, mergeWindows, timingCost, WINDOW } from './timing.js';
import type { Answer } from './worker.js';
import { WrongResult } from './workload.js';

/** What the interleaving of a group needs of a cell, whether its subject is a module or a program. */
export interface Run {
  readonly memory: Memory | undefined;
  /** Null: that of the subject's package. */
  readonly version: string | null;
  /** Runs until the rate is stable, so many seconds at most. */
  warmUp(most: number): Promise<void>;
  sample(seconds: number): Promise<Measured>;
  /** Open loop: `rate` operations per second of all threads. Undefined where the subject cannot be timed one by one. */
  latency(rate: number, seconds: number): Promise<Latency | undefined>;
  /** Throws WrongResult when the map does not hold what was written. */
  judge(): Promise<void>;
  close(): Promise<void>;
}

/** A sample without its place in the run, and what a timed one saw beside it. */
export interface Measured {
  readonly sample: Omit<Sample, 'order'>;
  readonly latency?: Latency;
  readonly growth?: Growth;
}

/** A rate is stable when so many windows in a row differ by no more than this share. */
const WARM_WINDOWS = 3;
const WARM_SPREAD = 0.05;
/** Seconds. */
const WARM_WINDOW = 0.1;
/** Seconds in which the loop that times single operations is compiled. */
const TIMING_WARM_UP = 0.25;
/** Fewer entries than this do not show in the resident size. */
const LEAST_FOR_MEMORY = 100_000;
/** A phase of fixed operations may take so long, ms. */
const LONGEST_RUN = 1_800_000;

export const PERCENTS = [50, 75, 90, 99, 99.9, 99.99, 99.999];

export class CellRun implements Run {
  memory: Memory | undefined;
  readonly #plan: CellPlan;
  readonly #created: Created;
  readonly #crew: Crew;
  readonly #signal: AbortSignal;

  private constructor(plan: CellPlan, created: Created, crew: Crew, signal: AbortSignal) {
    this.#plan = plan;
    this.#created = created;
    this.#crew = crew;
    this.#signal = signal;
    // Whatever phase is under way, filling as well.
    signal.addEventListener('abort', this.#stop, { once: true });
  }

  get version(): string | null {
    return this.#created.version ?? null;
  }

  readonly #stop = () => this.#crew.board.stop();

  /** Makes the map, starts the threads, lets them attach, fills it. Nothing is left behind when that fails. */
  static async open(plan: CellPlan, subject: Subject, signal: AbortSignal): Promise<CellRun> {
    const created = await subject.create(mapPlanOf(plan));
    let run: CellRun | undefined;
    try {
      run = new CellRun(plan, created, await Crew.start(plan), signal);
      await run.#prepare();
      return run;
    } catch (error) {
      await (run?.close() ?? created.close());
      throw error;
    }
  }

  async #prepare(): Promise<void> {
    await this.#crew.phase({ do: 'prepare' });
    const measurable = this.#plan.filled >= LEAST_FOR_MEMORY;
    const before = measurable ? await this.#residentSize() : 0;
    await this.#crew.attach(this.#created);
    await this.#crew.phase({ do: 'fill' }, undefined, LONGEST_RUN);
    if (!measurable) return;
    const bytesPerEntry = ((await this.#residentSize()) - before) / this.#plan.filled;
    if (bytesPerEntry > 0) this.memory = { bytesPerEntry, how: 'resident size' };
  }

  async #residentSize(): Promise<number> {
    await this.#crew.phase({ do: 'collect' });
    collectGarbage();
    return (await this.#created.outsideBytes?.()) ?? process.memoryUsage.rss();
  }

  async warmUp(most: number): Promise<void> {
    if (this.#plan.perThread !== null) return;
    await this.#crew.phase({ do: 'run', perThread: null, timed: this.#plan.timed, openRate: null }, (board) =>
      untilStable(board, most, this.#signal),
    );
  }

  async sample(seconds: number): Promise<Measured> {
    const { perThread, timed } = this.#plan;
    return this.#measure(seconds, perThread, timed, null);
  }

  async latency(rate: number, seconds: number): Promise<Latency | undefined> {
    // The timing loop has not run yet: what it takes to be compiled is nobody's latency.
    await this.#measure(Math.min(seconds, TIMING_WARM_UP), null, true, rate);
    const { latency } = await this.#measure(seconds, null, true, rate);
    return latency;
  }

  /** A timed cell with a rate of its own, such as insertions at a steady pace. */
  async paced(seconds: number, rate: number): Promise<Measured> {
    return this.#measure(seconds, this.#plan.perThread, true, rate);
  }

  async #measure(
    seconds: number,
    perThread: number | null,
    timed: boolean,
    openRate: number | null,
  ): Promise<Measured> {
    let started = 0;
    let taken = 0;
    let counts: number[] = [];
    const before = contextSwitches();
    const answers = await this.#crew.phase(
      { do: 'run', perThread, timed, openRate },
      async (board, over, begin) => {
        started = Number(begin);
        await pause(perThread === null ? seconds * 1000 : LONGEST_RUN, AbortSignal.any([this.#signal, over]));
        taken = (Number(process.hrtime.bigint()) - started) / 1e9;
        counts = board.counts();
      },
      LONGEST_RUN,
    );
    const after = contextSwitches();
    if (perThread !== null) {
      const finished = Math.max(...answers.map((answer) => answer.finished as number));
      taken = (finished - started) / 1e9;
      counts = answers.map((answer) => answer.operations as number);
    }
    this.#signal.throwIfAborted();
    const operations = sum(counts);
    return {
      sample: {
        operations,
        seconds: taken,
        perThread: counts,
        gcMilliseconds: sum(answers.map((answer) => answer.gcMilliseconds ?? 0)),
        gcCount: sum(answers.map((answer) => answer.gcCount ?? 0)),
        contextSwitches:
          before === null || after === null
            ? null
            : {
                voluntary: after.voluntary - before.voluntary,
                involuntary: after.involuntary - before.involuntary,
              },
      },
      ...(timed ? timedResults(answers, openRate, operations / taken) : {}),
    };
  }

  async judge(): Promise<void> {
    const { space, threads } = this.#plan;
    const needsWrites = !isExact(this.#plan) && this.#plan.workloadModule === undefined;
    const last = new SharedArrayBuffer(needsWrites ? lastWritesBytes(space, threads) : 0);
    await this.#crew.phase({ do: 'tell', last }, undefined, LONGEST_RUN);
    const answers = await this.#crew.phase({ do: 'verify', last }, undefined, LONGEST_RUN);
    const wrong = balance(
      this.#plan,
      answers.map((answer) => answer.tally as NonNullable<Answer['tally']>),
      answers.map((answer) => answer.findings as NonNullable<Answer['findings']>),
    );
    if (wrong !== undefined) throw new WrongResult(`at the end ${wrong}`);
  }

  async close(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#stop);
    await this.#crew.end();
    await this.#created.close();
  }
}

/** Sleeps; an abort wakes it. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}

async function untilStable(board: Board, most: number, signal: AbortSignal): Promise<void> {
  const rates: number[] = [];
  let before = 0;
  const end = performance.now() + most * 1000;
  while (performance.now() < end && !signal.aborted) {
    const start = performance.now();
    await pause(WARM_WINDOW * 1000, signal);
    const done = sum(board.counts());
    rates.push((done - before) / (performance.now() - start));
    before = done;
    const last = rates.slice(-WARM_WINDOWS);
    const isStable = Math.max(...last) - Math.min(...last) <= WARM_SPREAD * Math.max(...last);
    if (last.length === WARM_WINDOWS && last[0] !== 0 && isStable) return;
  }
}

function timedResults(
  answers: readonly Answer[],
  rate: number | null,
  achieved: number,
): { latency: Latency; growth: Growth } {
  const all = makeHistogram();
  for (const { histogram } of answers) all.add(histogram as typeof all);
  const windows = mergeWindows(answers.map((answer) => answer.windows ?? []));
  const percentiles = PERCENTS.map((percent) => ({ percent, nanoseconds: all.percentile(percent) }));
  return {
    latency: {
      kind: rate === null ? 'service' : 'response',
      rate,
      achieved,
      count: Number(all.count),
      mean: all.mean,
      max: all.max,
      percentiles,
      clock: timingCost(),
    },
    growth: { windowMilliseconds: WINDOW, windows, longestNanoseconds: all.max },
  };
}

function sum(list: readonly number[]): number {
  return list.reduce((total, number) => total + number, 0);
}
