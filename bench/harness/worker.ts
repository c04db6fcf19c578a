// One thread of a cell: the task of the piscina pool. Each phase is one task for every worker; a barrier makes sure that each worker
// takes one, and that all begin together.

import { workerData } from 'node:worker_threads';
import type { AsyncBenchMap, BenchMap, Subject } from '../subjects/subject.js';
import { AsyncLoop } from './async-loop.js';
import { Board } from './board.js';
import { ExactLoop } from './exact-loop.js';
import { type Collected, collectGarbage, GcWatch } from './gc.js';
import {
  type Findings,
  openLastWrites,
  type PastPhase,
  partOf,
  tellAgain,
  verifyEntries,
  verifyOwn,
} from './judge.js';
import { makeKeys } from './keys.js';
import { type Loop, type LoopParts, MixLoop } from './mix-loop.js';
import { type CellPlan, isCounting, isExact, mapPlanOf } from './plan.js';
import type { GrowthWindow } from './results.js';
import { makeSequence } from './sequence.js';
import { StepLoop } from './step-loop.js';
import { emptyTally, type Tally } from './tally.js';
import { nowNanoseconds, runOpen, runTimed, Timing } from './timing.js';
import { makeValues } from './values.js';
import { WrongResult } from './workload.js';

export interface WorkerData {
  readonly board: SharedArrayBuffer;
  readonly plan: CellPlan;
}

/** What a phase is to do. `phase` counts up over all phases of a cell; `handle` is for `attach`. */
export type Task = { readonly phase: number; readonly handle: unknown } & (
  | { readonly do: 'prepare' | 'attach' | 'fill' | 'collect' }
  /** Until it is stopped, or so many operations of each thread. `openRate`: of all threads together, timed. */
  | {
      readonly do: 'run';
      readonly perThread: number | null;
      readonly timed: boolean;
      readonly openRate: number | null;
    }
  | { readonly do: 'tell'; readonly last: SharedArrayBuffer }
  | { readonly do: 'verify'; readonly last: SharedArrayBuffer }
);

/** What a worker answers. `wrong`: a check failed; the phase ended there for this thread. */
export interface Answer extends Partial<Collected> {
  readonly thread: number;
  readonly wrong?: string;
  readonly operations?: number;
  /** When the last operation was done, on the clock that all threads share. */
  readonly finished?: number;
  readonly histogram?: unknown;
  readonly windows?: GrowthWindow[];
  readonly tally?: Tally;
  readonly findings?: Findings;
}

/** Operations between two looks at the stop word: some microseconds of work for a fast map. */
const BATCH = 256;
/** Fewer where each is timed, and where answers come later. */
const SLOW_BATCH = 16;
/** A batch should take about so long, nanoseconds: where it takes longer it is halved, where it takes less doubled. */
const BATCH_TIME = 50_000;
/** Batches of a phase that are looked at for that. */
const TRIED = 64;

const { board: buffer, plan } = workerData as WorkerData;
const board = new Board(plan.threads, buffer);
const thread = board.takeNumber();
const watch = new GcWatch();
const past: PastPhase[] = [];
let map: BenchMap & AsyncBenchMap;
let parts: LoopParts;
let loop: Loop | AsyncLoop | StepLoop | undefined;

export default async function perform(task: Task): Promise<Answer> {
  board.arrive(task.phase);
  try {
    return { thread, ...(await work(task)) };
  } catch (error) {
    board.stop();
    if (error instanceof WrongResult) return { thread, wrong: error.message };
    throw error;
  }
}

async function work(task: Task): Promise<Partial<Answer>> {
  switch (task.do) {
    case 'prepare':
      prepare();
      return {};
    case 'attach':
      await attach(task.handle);
      return {};
    case 'fill':
      await fill();
      return {};
    case 'collect':
      collectGarbage();
      return {};
    case 'run':
      return run(task);
    case 'tell':
      if (loop !== undefined && !(loop instanceof StepLoop) && !isExact(plan))
        tellAgain(parts, past, lastWrites(task.last)[thread] as never);
      return {};
    case 'verify':
      return { findings: await verify(task.last), tally: loop?.tally ?? emptyTally() };
  }
}

/** Keys, before the map: what they take is not the map's memory. */
function prepare(): void {
  const keys = makeKeys(plan.keys, plan.space);
  parts = {
    plan,
    thread,
    keys,
    values: makeValues(plan.values, plan.space),
    sequence: makeSequence(plan, thread),
  };
}

async function attach(handle: unknown): Promise<void> {
  const { default: subject } = (await import(plan.subjectModule)) as { default: Subject };
  map = (await subject.attach(handle, mapPlanOf(plan))) as BenchMap & AsyncBenchMap;
}

/** Shared maps are filled by all threads, each its part; a private one by its thread. */
async function fill(): Promise<void> {
  const { keys, values } = parts;
  const step = plan.sharing === 'shared' ? plan.threads : 1;
  const counting = isCounting(plan);
  let answers: unknown[] = [];
  for (let index = step === 1 ? 0 : thread; index < plan.filled; index += step) {
    const answer: unknown = map.set(keys.at(index), counting ? 0 : values.make(index, 0));
    if (answer instanceof Promise && answers.push(answer) === BATCH) {
      await Promise.all(answers);
      answers = [];
    }
    if (board.stopped) break; // nobody waits for the rest
  }
  await Promise.all(answers);
  map.flush?.();
}

async function run({ phase, perThread, timed, openRate }: Task & { do: 'run' }): Promise<Partial<Answer>> {
  loop ??= await makeLoop();
  await watch.take();
  loop.begin(phase);
  const start = nowNanoseconds();
  const timing = timed ? new Timing(start) : undefined;
  let operations = 0;
  if (loop instanceof AsyncLoop) {
    operations = await runAsync(loop, perThread, timing, openRate);
  } else {
    const { run: runSome } = bound(loop);
    const most = timed ? SLOW_BATCH : BATCH;
    let batch = 1;
    let tried = 0;
    // Threads start one after the other, evenly over an interval.
    const interval = openRate === null ? 0 : (plan.threads * 1e9) / openRate;
    const open = { first: start + (interval * thread) / plan.threads, interval };
    do {
      const count = perThread === null ? batch : Math.min(batch, perThread - operations);
      const before = tried < TRIED ? nowNanoseconds() : 0;
      if (timing === undefined) runSome(count);
      else if (openRate === null) runTimed(timing, runSome, count);
      else runOpen(timing, runSome, open, operations, count);
      operations += count;
      board.count(thread, operations);
      map.refresh?.();
      if (tried++ < TRIED) {
        const taken = nowNanoseconds() - before;
        if (taken < BATCH_TIME) batch = Math.min(most, batch * 2);
        else if (taken > 4 * BATCH_TIME) batch = Math.max(1, batch >> 1);
      }
    } while (!board.stopped && (perThread === null || operations < perThread));
  }
  map.flush?.();
  const finished = Number(process.hrtime.bigint());
  past.push({ phase, operations });
  return {
    operations,
    finished,
    ...(await watch.take()),
    ...(timing === undefined ? {} : { histogram: timing.histogram, windows: timing.windows() }),
  };
}

function bound(loop: Loop | StepLoop): { run(count: number): void } {
  return { run: (count) => loop.run(count) };
}

async function makeLoop(): Promise<Loop | AsyncLoop | StepLoop> {
  if (plan.workloadModule !== undefined) return StepLoop.open(plan.workloadModule, plan.workload, map, parts);
  if (plan.pipeline > 0) return new AsyncLoop(map, parts);
  return isExact(plan) ? new ExactLoop(map, parts) : new MixLoop(map, parts);
}

async function runAsync(
  loop: AsyncLoop,
  perThread: number | null,
  timing: Timing | undefined,
  openRate: number | null,
): Promise<number> {
  const first = nowNanoseconds();
  const interval = openRate === null ? 0 : (plan.threads * 1e9) / openRate;
  let operations = 0;
  if (timing === undefined) {
    do {
      // A whole pipeline at the least, and long enough for its filling and emptying not to count.
      const batch = Math.max(SLOW_BATCH, plan.pipeline * 8);
      const count = perThread === null ? batch : Math.min(batch, perThread - operations);
      await loop.run(count);
      operations += count;
      board.count(thread, operations);
    } while (!board.stopped && (perThread === null || operations < perThread));
    return operations;
  }
  const under: Promise<void>[] = [];
  do {
    const intended = openRate === null ? nowNanoseconds() : first + operations * interval;
    while (nowNanoseconds() < intended) await new Promise(setImmediate);
    const done = loop.one().then(() => {
      const end = nowNanoseconds();
      timing.record(end, end - intended);
    });
    // Awaited below, some turns later: until then it is nobody's unhandled rejection.
    done.catch(() => {});
    operations++;
    if (openRate === null) await done;
    else if (under.push(done) >= BATCH) await Promise.all(under.splice(0));
    board.count(thread, operations);
  } while (!board.stopped && (perThread === null || operations < perThread));
  await Promise.all(under);
  return operations;
}

function lastWrites(last: SharedArrayBuffer) {
  return openLastWrites(last, plan.space, plan.threads);
}

async function verify(last: SharedArrayBuffer): Promise<Findings> {
  // What others wrote is seen by the next turn of the event loop at the latest, whatever the subject caches.
  await new Promise(setImmediate);
  map.refresh?.();
  if (loop instanceof StepLoop) {
    loop.check();
    return { present: 0, sum: 0 };
  }
  if (isExact(plan)) return verifyOwn(map, parts, loop?.tally ?? emptyTally());
  const writers = lastWrites(last);
  const [first, end] = partOf(parts);
  const own = plan.sharing === 'shared' ? writers : [writers[thread] as never];
  return verifyEntries(map, parts, own, first, end);
}
