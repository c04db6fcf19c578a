// Terminates threads that wait, and threads that wake others:
// node dist/workers/waiting/waiting-kills.js [kills]
// Afterwards nobody may be asleep whose key is there, nothing may be locked or lost, and the process must be alive.

import { setTimeout } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { Random } from '../random.js';
import type { WaitingData } from './waiting-thread.js';

/** Of either kind. */
const kills = Number(process.argv[2] ?? 100);
/** Far above what a wake-up takes, ms. */
const PATIENCE = 30_000;
const random = new Random(Number(process.env.SEED ?? 1));
const map = new SharedMap({ maxBytes: 2 ** 24 });

/** A thread that is waiting by now, or about to. */
async function started(job: WaitingData['job'], index: number): Promise<Worker> {
  const workerData: WaitingData = { job, handle: map.handle, n: 0, index, threads: 1 };
  const worker = new Worker(new URL('./waiting-thread.js', import.meta.url), { workerData });
  await new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  return worker;
}

/** Long enough to wake others some hundred times, never the same. */
async function someTime(): Promise<void> {
  await setTimeout(random.next() * 10);
}

/** Ends a thread while keys of its chains are being written. */
async function killWaiter(index: number): Promise<void> {
  const worker = await started('waitForEver', index);
  await someTime();
  const ended = worker.terminate();
  for (let i = 0, alive = true; alive; i++) {
    map.set(`never ${i % 20}`, i);
    map.delete(`never ${i % 20}`);
    map.set('hot', -1);
    if (i % 8 === 0) map.clear();
    alive = (await Promise.race([ended.then(() => 'ended'), new Promise(setImmediate)])) !== 'ended';
  }
}

/** Ends a thread that changes a key for which another waits: whatever it has set must arrive. */
async function killWriter(index: number): Promise<void> {
  const worker = await started('countUp', index);
  await someTime();
  await worker.terminate();
  const last = map.get('hot');
  await map.waitFor('echo', { until: (value) => value === last, timeout: PATIENCE });
}

for (let i = 0; i < kills; i++) await killWaiter(i);
map.set('hot', 0);
const echo = await started('echoHot', 0);
for (let i = 0; i < kills; i++) await killWriter(i);
await echo.terminate();
const problems = map.check();
for (const problem of problems) console.error(problem);
console.log(
  `${2 * kills} threads terminated, ${map.get('hot')} values waited for, ${problems.length} problems`,
);
if (problems.length > 0) process.exitCode = 1;
