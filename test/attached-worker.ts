import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { SharedMap } from 'threadmap';
import { afterEach } from 'vitest';

// Workers that attach to a map, as `map` of their own, and then evaluate what they are sent.

/** The program of such a Worker; its workerData are the library's address and the handle. */
export const source = `const { workerData, parentPort, threadId } = require('node:worker_threads');
  import(workerData.url).then(({ SharedMap }) => {
    globalThis.map = SharedMap.attach(workerData.handle);
    parentPort.postMessage('attached');
    parentPort.on('message', (code) => parentPort.postMessage(eval(code)));
  });`;

const workers: Worker[] = [];
afterEach(async () => {
  await Promise.all(workers.splice(0).map((worker) => worker.terminate()));
});

/** It ends with the test, at the latest. */
export function untilTheEnd(worker: Worker): Worker {
  workers.push(worker);
  return worker;
}

export async function attached(map: Pick<SharedMap<unknown, unknown>, 'handle'>): Promise<Worker> {
  const workerData = { url: import.meta.resolve('threadmap'), handle: map.handle };
  const worker = untilTheEnd(new Worker(source, { eval: true, workerData }));
  await once(worker, 'message');
  return worker;
}

export async function ask(worker: Worker, code: string): Promise<unknown> {
  worker.postMessage(code);
  return (await once(worker, 'message'))[0];
}
