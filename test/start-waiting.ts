import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { AnyKey, SharedMap } from 'threadmap';
import type { WaitingData } from '../workers/waiting/waiting-thread.js';

const file = fileURLToPath(new URL('../dist/workers/waiting/waiting-thread.js', import.meta.url));

/** A thread with a job on the map: told when it waits, and what came of it. */
export function startWaiting(
  map: SharedMap<AnyKey, unknown>,
  job: WaitingData['job'],
  n = 0,
  index = 0,
  threads = 1,
) {
  const workerData: WaitingData = { job, handle: map.handle, n, index, threads };
  const worker = new Worker(file, { workerData });
  const failed = new Promise<never>((_, reject) => worker.once('error', reject));
  const ready = new Promise((resolve) => worker.once('message', resolve));
  const result = new Promise<unknown>((resolve) => {
    worker.on('message', (message) => {
      if (message !== 'ready') resolve(message.result);
    });
  });
  failed.catch(() => {});
  return {
    worker,
    ready: Promise.race([ready, failed]),
    result: Promise.race([result, failed]),
  };
}
