// A thread, and a piscina task, that gets a handle in each of the ways there are.

import { getEnvironmentData, parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';

type Handle = SharedMapHandle<string, number>;

/** What a thread answers: what it read and the size it saw, and whether attaching twice gave the same instance. */
export interface Greeting {
  readonly by: string;
  readonly read: number | undefined;
  readonly same: boolean;
}

function greet(by: string, handle: Handle): Greeting {
  const map = SharedMap.attach(handle);
  map.set(by, 1);
  map.add('greetings');
  return { by, read: map.get('from main'), same: SharedMap.attach(handle) === map };
}

function dataOfPool(): Handle | undefined {
  return (workerData as { handle?: Handle } | null)?.handle;
}

/** A task of a pool: with the handle as its argument, or without one and with the pool's workerData. */
export default function task(argument: { handle?: Handle }): Greeting {
  const handle = argument.handle ?? dataOfPool();
  if (handle === undefined) throw new Error('no handle has come');
  return greet(argument.handle ? 'task' : 'workerData of the pool', handle);
}

// A Worker that was made by `new Worker` is told so by `way`.
switch ((workerData as { way?: string } | null)?.way) {
  case 'workerData':
    parentPort?.postMessage(greet('workerData', (workerData as { handle: Handle }).handle));
    break;
  case 'postMessage':
    parentPort?.once('message', (handle: Handle) => parentPort?.postMessage(greet('postMessage', handle)));
    break;
  case 'setEnvironmentData':
    parentPort?.postMessage(greet('setEnvironmentData', getEnvironmentData('map') as unknown as Handle));
    break;
}
