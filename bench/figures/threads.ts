// Throughput of several threads on one SharedMap, and on a private Map each. The threads are started before, wait
// together at a barrier, and work for a fixed time; meanwhile this thread sleeps.

import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { Barrier, type Phase } from '../../workers/bench/bench-barrier.js';
import type { BenchThreadData } from '../../workers/bench/bench-thread.js';
import { keyAt } from './sequence.js';

export interface Threads {
  readonly work: BenchThreadData['work'];
  readonly entries: number;
  /** Threads to start. */
  readonly threads: number;
  /** Does each thread work on a part of the entries of its own, or all of them on all? */
  readonly disjoint: boolean;
  /** What is measured, in turn: all of it in each round. The first must be a plain loop, whose cost is subtracted. */
  readonly phases: readonly Phase[];
  readonly rounds: number;
  /** Of one phase in one round. */
  readonly milliseconds: number;
}

/** Rounds that only warm up. */
const WARM_ROUNDS = 2;
/** A thread that has not come to the start by then never will, ms. */
const PATIENCE = 60_000;

/** Millions of operations per second of each phase, the best round of each; of the first phase, with its loop's cost in it. */
export async function measureThreads(options: Threads): Promise<number[]> {
  const shared = new SharedMap({ key: 'number', value: 'number' });
  for (let index = 0; index < options.entries; index++) shared.set(keyAt(index), index);
  const barrier = new Barrier(options.threads);
  const workers = Array.from({ length: options.threads }, (_, index) =>
    startThread(options, barrier, shared, index),
  );
  const failure = new Promise<never>((_, reject) => {
    for (const worker of workers) worker.once('error', reject);
  });
  try {
    return await Promise.race([failure, runRounds(options, barrier)]);
  } finally {
    barrier.end();
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

function startThread(
  { work, entries, threads, disjoint }: Threads,
  barrier: Barrier,
  { handle }: SharedMap<number, number>,
  index: number,
): Worker {
  const n = disjoint ? Math.floor(entries / threads) : entries;
  const workerData: BenchThreadData = {
    index,
    barrier: barrier.buffer,
    handle,
    work,
    range: { first: disjoint ? index * n : 0, n },
  };
  return new Worker(new URL('../../workers/bench/bench-thread.js', import.meta.url), { workerData });
}

async function runRounds({ phases, rounds, milliseconds }: Threads, barrier: Barrier): Promise<number[]> {
  const nanoseconds = phases.map(() => Number.POSITIVE_INFINITY);
  for (let round = -WARM_ROUNDS; round < rounds; round++) {
    for (const [at, phase] of phases.entries()) {
      const taken = await runPhase(phase, milliseconds, barrier);
      if (round >= 0) nanoseconds[at] = Math.min(nanoseconds[at], taken);
    }
  }
  const [loop] = nanoseconds;
  return nanoseconds.map((ns, at) => (processors(phases[at]) * 1000) / (at === 0 ? ns : ns - loop));
}

/** Nanoseconds of one processor per operation. */
async function runPhase(phase: Phase, milliseconds: number, barrier: Barrier): Promise<number> {
  barrier.call(phase);
  await reached(() => barrier.ready === phase.threads);
  const start = performance.now();
  barrier.go();
  await setTimeout(milliseconds);
  barrier.stop();
  const taken = performance.now() - start;
  await reached(() => barrier.done === phase.threads);
  return (processors(phase) * taken * 1e6) / barrier.operations(phase);
}

/** Processors that a phase can keep busy. */
function processors({ threads }: Phase): number {
  return Math.min(threads, availableParallelism());
}

async function reached(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('A thread does not answer');
    await setTimeout(1);
  }
}
