// A process in which one thread waits for a chain that another holds, to be stopped as a whole in
// the middle of that: node dist/workers/locked/stopped-process.js, by fork. It tells what it does,
// and unlocks when it is told to.

import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { Kernel } from '../../src/wasm/kernel.js';

/** Turns: 1.5 s of them, so that nobody is late by the load of a machine alone. */
const PATIENCE = 150;
const CHAINS = 16;
const controlOf = (chain: number) => (131_072 + chain * 152 + 16) >> 2;
const LOCKED = 1;

const tell = (message: string) => void process.send?.(message);

if (isMainThread) {
  const map = new SharedMap({ key: 'string', value: 'number', maxBytes: 2 ** 20 });
  map.set('key', 1);
  const words = new Int32Array(map.handle.memory.buffer);
  for (let chain = 0; chain < CHAINS; chain++) Atomics.or(words, controlOf(chain), LOCKED);
  const worker = new Worker(new URL(import.meta.url), { workerData: map.handle });
  await once(worker, 'message');
  const said = once(worker, 'message');
  // Asleep when its mark is seen: the second bit of the control word.
  const isAsleep = () =>
    Array.from({ length: CHAINS }, (_, chain) => words[controlOf(chain)] as number).some((word) => word & 2);
  while (!isAsleep()) await new Promise(setImmediate);
  tell('waiting');
  await once(process, 'message');
  for (let chain = 0; chain < CHAINS; chain++) {
    const word = words[controlOf(chain)] as number;
    Atomics.store(words, controlOf(chain), word & ~(LOCKED | 2));
    Atomics.notify(words, controlOf(chain));
  }
  tell((await said)[0]);
  tell(`check ${JSON.stringify(map.check())}`);
  process.disconnect();
} else {
  Kernel.patience = PATIENCE;
  const map = SharedMap.attach(workerData);
  parentPort?.postMessage('begins');
  try {
    map.set('key', 2);
    parentPort?.postMessage('set');
  } catch (error) {
    parentPort?.postMessage(String(error));
  }
}
