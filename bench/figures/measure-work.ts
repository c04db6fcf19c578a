// Runs one piece of work on threads that are started and warm before the clock starts.

import { Worker } from 'node:worker_threads';
import { ask } from './ask.js';
import type { Work } from './work.js';
import { fillInOrder, verify } from './work-account.js';
import { isFilling, MOST_ENTRIES, workLoops } from './work-loops.js';
import { makeMap, type WorkHandle } from './work-map.js';
import type { Told, WorkThreadData } from './work-thread.js';

/** Nanoseconds per operation of all threads together; null when the build lacks the method. */
export type WorkTime = number | null;

/** Takes the time in a process of its own. Rejects when an answer or an entry is wrong. */
export async function measureWork(work: Work, signal?: AbortSignal): Promise<WorkTime> {
  const module = new URL('./work-child.js', import.meta.url);
  const name = `${work.operation}, ${work.keys} keys, ${work.threads} threads`;
  return (await ask({ module, name, question: { ...work }, signal })) as WorkTime;
}

/** Takes the time in this process, which should have done nothing else. */
export async function runWork(work: Work): Promise<WorkTime> {
  const { subject, operation, entries, threads } = work;
  if (!isFilling(operation) && entries > MOST_ENTRIES)
    throw new Error(`${entries} entries are too many for ${operation}`);
  if (subject === 'Map') return await runThreads(work, undefined);
  const map = await makeMap(work);
  if (typeof map[workLoops[operation].method] !== 'function') return null;
  if (!isFilling(operation)) fillInOrder(map, work);
  const accounts: Float64Array[] = [];
  const time = await runThreads(work, map.handle, accounts);
  if (accounts.length !== threads) throw new Error(`${accounts.length} accounts of ${threads} threads`);
  verify(map, work, accounts);
  map.detach();
  return time;
}

async function runThreads(
  work: Work,
  handle: WorkHandle | undefined,
  accounts: Float64Array[] = [],
): Promise<number> {
  const { threads, operation, passes } = work;
  const go = new Int32Array(new SharedArrayBuffer(4));
  const workers = Array.from({ length: threads }, (_, thread) => {
    const workerData: WorkThreadData = { share: { ...work, thread }, handle, go };
    return new Worker(new URL('./work-thread.js', import.meta.url), { workerData });
  });
  const all = inTurn(workers);
  const isFill = isFilling(operation);
  const each = threads * work.operations;
  const total = isFill ? work.entries : each;
  const times: number[] = [];
  try {
    for (let pass = 0; pass < passes + (isFill ? 0 : 1); pass++) {
      await all('ready');
      Atomics.store(go, 0, pass + 1);
      Atomics.notify(go, 0);
      const told = await all('pass');
      const wrong = told.reduce((sum, one) => sum + one.wrong, 0);
      if (wrong > 0) throw new Error(`${wrong} wrong answers`);
      times.push(nanoseconds(told) / total);
    }
    for (const { account } of await all('account')) accounts.push(account);
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return Math.min(...(isFill ? times : times.slice(1)));
}

/** From the first thread's begin to the last one's end. */
function nanoseconds(told: readonly { start: bigint; end: bigint }[]): number {
  const start = told.reduce((least, one) => (one.start < least ? one.start : least), told[0].start);
  const end = told.reduce((most, one) => (one.end > most ? one.end : most), told[0].end);
  return Number(end - start);
}

type Kind = Told['kind'];

/** Waits until every thread has told the next thing, which must be of this kind. */
function inTurn(
  workers: readonly Worker[],
): <K extends Kind>(kind: K) => Promise<Extract<Told, { kind: K }>[]> {
  const queues = workers.map(() => [] as Told[]);
  const ended = workers.map(() => false);
  let wake = () => {};
  let failure: unknown;
  for (const [at, worker] of workers.entries()) {
    worker.on('message', (told: Told) => {
      queues[at].push(told);
      wake();
    });
    worker.on('error', (error) => {
      failure ??= error;
      wake();
    });
    worker.on('exit', () => {
      ended[at] = true;
      wake();
    });
  }
  return async (kind) => {
    while (queues.some((queue) => queue.length === 0)) {
      if (failure !== undefined) throw failure;
      // One that has ended may have told all before.
      const silent = queues.findIndex((queue, at) => queue.length === 0 && ended[at]);
      if (silent >= 0) throw new Error(`thread ${silent} has ended`);
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    return queues.map((queue) => {
      const told = queue.shift() as Told;
      if (told.kind !== kind) throw new Error(`${told.kind} instead of ${kind}`);
      return told as Extract<Told, { kind: typeof kind }>;
    });
  };
}
