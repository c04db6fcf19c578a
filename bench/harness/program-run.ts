// A subject that is a program of its own: told over stdin what to do, a line of JSON each, and answering on stdout.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  OPERATIONS,
  type Operation,
  type ProgramCell,
  type ProgramSample,
  type ProgramSubject,
} from '../subjects/subject.js';
import type { Measured, Run } from './cell-run.js';
import { writeDraws } from './draws.js';
import type { CellPlan } from './plan.js';
import type { Memory } from './results.js';
import { WrongResult } from './workload.js';

/** To make and fill a large map, or to compile itself. ms */
const PATIENCE = 600_000;
/** After the end of its input a program gets so long to end, ms. */
const GRACE = 5_000;
/** Of what it wrote to stderr, characters that a message quotes. */
const QUOTED = 2000;

export class ProgramRun implements Run {
  memory: Memory | undefined;
  version: string | null = null;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly #name: string;
  readonly #signal: AbortSignal;
  #errors = '';
  #phase = 0;

  private constructor(child: ChildProcessWithoutNullStreams, name: string, signal: AbortSignal) {
    this.#child = child;
    this.#name = name;
    this.#signal = signal;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#errors = (this.#errors + text).slice(-QUOTED);
    });
    // A program that has ended takes no more input: its missing answer tells.
    child.stdin.on('error', () => {});
    child.on('error', (error) => {
      this.#errors += error.message;
    });
  }

  static async open(plan: CellPlan, subject: ProgramSubject, signal: AbortSignal): Promise<ProgramRun> {
    const { file, args } = await subject.command();
    const draws = writeDraws(plan);
    const run = new ProgramRun(spawn(file, args, { stdio: 'pipe' }), subject.name, signal);
    try {
      const ready = await run.#ask<{ version?: string; bytesPerEntry?: number }>({
        do: 'prepare',
        cell: programCell(plan, draws?.file ?? null),
      });
      run.version = ready.version ?? null;
      if (ready.bytesPerEntry !== undefined)
        run.memory = { bytesPerEntry: ready.bytesPerEntry, how: 'told by the subject' };
      return run;
    } catch (error) {
      await run.close();
      throw error;
    } finally {
      draws?.remove();
    }
  }

  async warmUp(most: number): Promise<void> {
    await this.#run(most, true);
  }

  async sample(seconds: number): Promise<Measured> {
    const { seconds: taken, perThread, gcMilliseconds, gcCount } = await this.#run(seconds, false);
    const operations = perThread.reduce((total, count) => total + count, 0);
    return {
      sample: { operations, seconds: taken, perThread, gcMilliseconds, gcCount, contextSwitches: null },
    };
  }

  async latency(): Promise<undefined> {
    return undefined;
  }

  async judge(): Promise<void> {
    const { wrong } = await this.#ask<{ wrong: string | null }>({ do: 'check' });
    if (wrong !== null) throw new WrongResult(wrong);
  }

  async close(): Promise<void> {
    const child = this.#child;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const exit = once(child, 'exit');
    child.stdin.end();
    const late = setTimeout(() => child.kill('SIGKILL'), this.#signal.aborted ? 0 : GRACE);
    await exit;
    clearTimeout(late);
  }

  async #run(seconds: number, warmUp: boolean): Promise<ProgramSample> {
    const answer = await this.#ask<ProgramSample>(
      {
        do: 'run',
        phase: ++this.#phase,
        seconds,
        warmUp,
      },
      seconds,
    );
    if (answer.wrong !== null) throw new WrongResult(answer.wrong);
    return answer;
  }

  /** `seconds`: so long it was asked to work. */
  async #ask<T>(question: object, seconds = 0): Promise<T> {
    const patience = PATIENCE + seconds * 1000;
    this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    const answered = new AbortController();
    const aborted = new Promise<never>((_, reject) => {
      const listen = { once: true, signal: answered.signal };
      this.#signal.addEventListener('abort', () => reject(this.#signal.reason), listen);
    });
    const late = sleep(patience, 'late' as const, { signal: answered.signal });
    // Once there is an answer nobody waits any more.
    late.catch(() => {});
    const answer = await Promise.race([this.#lines.next(), late, aborted]).finally(() => answered.abort());
    if (answer === 'late') throw new Error(`${this.#name} gave no answer for ${patience / 1000} s`);
    if (answer.done) throw new Error(`${this.#name} ended without an answer. ${this.#errors.trim()}`);
    try {
      return JSON.parse(answer.value) as T;
    } catch {
      throw new Error(`${this.#name} answered ${answer.value.slice(0, QUOTED)}, which is no JSON`);
    }
  }
}

/** What a program is told of a cell; `draws` is the file of a sequence that is drawn beforehand. */
export function programCell(plan: CellPlan, draws: string | null): ProgramCell {
  const { workload, threads, entries, space, filled, presized, keys, values, sequence, seed } = plan;
  return {
    ...{ workload, threads, entries, space, filled, presized, keys, values, sequence, seed },
    cycle: plan.cycle.map((code) => OPERATIONS[code] as Operation),
    theta: draws === null ? null : plan.theta,
    draws,
    operationsPerThread: plan.perThread,
  };
}
