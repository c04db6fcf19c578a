// A thread of ended-threads.ts.

import { once } from 'node:events';
import { parentPort, Worker, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import type { EndedThreadData, MapReport } from './ended-threads-told.js';

type Handle = SharedMapHandle<string, number>;

const { role, handle } = workerData as EndedThreadData;

/** Waits for its end. */
const stay = (): void => void parentPort?.on('message', () => {});

function write(): void {
  SharedMap.attach(handle as Handle).add('attached');
}

switch (role) {
  case 'write and end':
    write();
    break;
  case 'write and stay':
    write();
    parentPort?.postMessage('written');
    stay();
    break;
  case 'start another': {
    write();
    const data: EndedThreadData = { role: 'write and stay', handle };
    const nested = new Worker(new URL(import.meta.url), { workerData: data });
    await once(nested, 'message');
    parentPort?.postMessage('written');
    stay();
    break;
  }
  case 'make the map': {
    const map = new SharedMap({ key: 'string', value: 'number' });
    parentPort?.postMessage(map.handle);
    parentPort?.once('message', () => {
      const report: MapReport = {
        attached: map.get('attached') ?? 0,
        counted: map.stats().threads,
        problems: map.check(),
      };
      parentPort?.postMessage(report);
    });
    break;
  }
}
