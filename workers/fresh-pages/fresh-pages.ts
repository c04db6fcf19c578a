// Counts the page faults of a map that grows from empty:
// node dist/workers/fresh-pages/fresh-pages.js <number | string> <threads>
// A process of its own, since the system counts by process. Tells its parent what it has found.

import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { mapWithHash } from '../histories/hashed-map.js';
import { DONE, type FillData, type FreshPages, GO, type KeyKind, READY } from './fresh-pages-told.js';

const [kind, threads] = [process.argv[2] as KeyKind, Number(process.argv[3])];
const KEYS = 1_000_000;
const MAX_BYTES = 2 ** 28;

const map = mapWithHash('real', MAX_BYTES);
const words = new Int32Array(new SharedArrayBuffer(12));
const workers = Array.from({ length: threads }, (_, index) => {
  const workerData: FillData = { handle: map.handle, kind, keys: KEYS, index, threads, words };
  return new Worker(new URL('./fresh-pages-thread.js', import.meta.url), { workerData });
});
while (Atomics.load(words, READY) < threads) await sleep(5);

const before = map.stats().bytesCommitted;
const began = process.resourceUsage().minorPageFault;
Atomics.store(words, GO, 1);
Atomics.notify(words, GO);
while (Atomics.load(words, DONE) < threads) await sleep(5);
const faults = process.resourceUsage().minorPageFault - began;

const report: FreshPages = {
  faults,
  bytes: map.stats().bytesCommitted - before,
  size: map.size,
  problems: map.check(),
};
for (const worker of workers) await worker.terminate();
process.send?.(report);
process.disconnect?.();
