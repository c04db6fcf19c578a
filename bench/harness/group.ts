// Subjects side by side: cells that differ in nothing but the subject. All are made, filled and warmed up first; then they take
// turns, a repetition each, so that a machine that slows down slows them all. While one works the others' threads sleep.

import type { BenchSubject } from '../subjects/subject.js';
import { CellRun, type Measured, type Run } from './cell-run.js';
import type { CellPlan } from './plan.js';
import { ProgramRun } from './program-run.js';
import type { Cell, Latency, Sample } from './results.js';
import { ratesOf } from './statistics.js';
import { WrongResult } from './workload.js';

/** One subject's part in a group. */
export interface Member {
  readonly plan: CellPlan;
  readonly subject: BenchSubject;
  /** For a timed workload in an open loop. */
  readonly rate: number | undefined;
}

export interface GroupSettings {
  readonly seconds: number;
  readonly repetitions: number;
  /** Warm-up at most, seconds. */
  readonly warmUp: number;
  readonly latency: boolean;
  readonly rate: number | null;
}

/** What came of one member, before any statistics. */
export interface Outcome {
  readonly member: Member;
  outcome: Cell['outcome'];
  reason: string | null;
  readonly samples: Sample[];
  readonly latency: Latency[];
  growth?: Measured['growth'];
  memory?: Run['memory'];
  version?: string | null;
}

/** Share of the slowest rate at which latencies are taken where no rate was asked for. */
const EASY = 0.25;
/** Operations per second of a thread: two readings of the clock and an entry in the histogram take some 200 ns. */
const MOST_RATE = 500_000;
const NOT_CHECKED = 'the run was ended before its entries were checked';

export interface Told {
  /** A step was done; `doing` is the next one in words. */
  step(doing: string): void;
}

export class Group {
  readonly #settings: GroupSettings;
  readonly #signal: AbortSignal;
  readonly #told: Told;
  readonly #outcomes: Outcome[];
  readonly #runs = new Map<Outcome, Run>();
  readonly #nextOrder: () => number;

  constructor(
    members: readonly Member[],
    settings: GroupSettings,
    { signal, told, nextOrder }: { signal: AbortSignal; told: Told; nextOrder: () => number },
  ) {
    this.#settings = settings;
    this.#signal = signal;
    this.#told = told;
    this.#nextOrder = nextOrder;
    this.#outcomes = members.map((member) => ({
      ...{ member, outcome: 'measured', reason: null, samples: [], latency: [] },
    }));
  }

  /** How many steps it tells of. */
  static steps(members: readonly Member[], { repetitions, latency }: GroupSettings): number {
    return members.length * (repetitions + 2 + (latency ? 1 : 0));
  }

  /** Never throws: what goes wrong is the outcome of its member. */
  async measure(): Promise<Outcome[]> {
    try {
      if (this.#outcomes.every(({ member }) => member.plan.perThread !== null)) await this.#measureAnew();
      else await this.#measureTogether();
    } finally {
      for (const run of this.#runs.values()) await run.close().catch(() => {});
    }
    return this.#outcomes;
  }

  async #measureTogether(): Promise<void> {
    const { repetitions, warmUp, seconds, latency } = this.#settings;
    await this.#each('filling', (outcome) => this.#open(outcome));
    await this.#each('warming up', async (_, run) => run?.warmUp(warmUp));
    for (let repetition = 0; repetition < repetitions; repetition++) {
      await this.#each(`${repetition + 1} of ${repetitions}`, (outcome, run) =>
        this.#take(outcome, run as Run),
      );
      // Nobody always comes after the same one.
      this.#outcomes.push(this.#outcomes.shift() as Outcome);
    }
    if (latency)
      await this.#each('latency', async (outcome, run) => {
        const taken = await run?.latency(this.#rateFor(outcome), seconds);
        if (taken !== undefined) outcome.latency.push(taken);
      });
    await this.#each('checking', async (_, run) => run?.judge(), true);
  }

  /** A map that is filled by what is measured begins anew each time, in new threads. */
  async #measureAnew(): Promise<void> {
    const { repetitions } = this.#settings;
    for (let repetition = 0; repetition < repetitions; repetition++) {
      await this.#each(
        `${repetition + 1} of ${repetitions}`,
        async (outcome) => {
          const run = await this.#open(outcome);
          // What programs need for their just-in-time compilers they do by themselves.
          await this.#take(outcome, run);
          await run.judge();
          await run.close();
          this.#runs.delete(outcome);
        },
        repetition === repetitions - 1,
      );
      this.#outcomes.push(this.#outcomes.shift() as Outcome);
    }
  }

  async #open(outcome: Outcome): Promise<Run> {
    const { plan, subject } = outcome.member;
    const run =
      subject.kind === 'program'
        ? await ProgramRun.open(plan, subject, this.#signal)
        : await CellRun.open(plan, subject, this.#signal);
    this.#runs.set(outcome, run);
    if (run.memory !== undefined) outcome.memory = run.memory;
    outcome.version = run.version;
    return run;
  }

  async #take(outcome: Outcome, run: Run): Promise<void> {
    const { rate } = outcome.member;
    const { seconds } = this.#settings;
    const measured =
      rate !== undefined && run instanceof CellRun
        ? await run.paced(seconds, rate)
        : await run.sample(seconds);
    outcome.samples.push({ order: this.#nextOrder(), ...measured.sample });
    // The last repetition's, as a whole: percentiles of several runs do not add up to those of one.
    if (measured.latency !== undefined) outcome.latency.splice(0, 1, measured.latency);
    if (measured.growth !== undefined) outcome.growth = measured.growth;
  }

  #rateFor({ samples, member: { plan } }: Outcome): number {
    const slowest = Math.min(...ratesOf(samples));
    return this.#settings.rate ?? Math.max(1, Math.min(EASY * slowest, plan.threads * MOST_RATE));
  }

  /** Does something for each member that is still in the running. `isLast`: what has come through this is measured. */
  async #each(
    doing: string,
    act: (outcome: Outcome, run: Run | undefined) => Promise<unknown>,
    isLast = false,
  ): Promise<void> {
    for (const outcome of [...this.#outcomes]) {
      if (outcome.outcome !== 'measured') continue;
      const { subject, workload } = outcome.member.plan;
      this.#told.step(`${workload}, ${subject}: ${doing}`);
      if (!this.#signal.aborted) {
        try {
          await act(outcome, this.#runs.get(outcome));
          if (isLast && !this.#signal.aborted) continue;
        } catch (error) {
          if (!this.#signal.aborted) await this.#drop(outcome, error);
        }
      }
      if (this.#signal.aborted) {
        outcome.outcome = 'failed';
        outcome.reason = NOT_CHECKED;
      }
    }
  }

  async #drop(outcome: Outcome, error: unknown): Promise<void> {
    outcome.outcome = error instanceof WrongResult ? 'wrong' : 'failed';
    outcome.reason = error instanceof Error ? error.message : String(error);
    const run = this.#runs.get(outcome);
    this.#runs.delete(outcome);
    await run?.close().catch(() => {});
  }
}
