// A process that has nothing to do but to wait: node dist/workers/waiting/waiting-alive.js. The thread that writes is
// no reason to go on; after the wait there is none.

import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import type { WaitingData } from './waiting-thread.js';

const map = new SharedMap({ maxBytes: 2 ** 24 });
const workerData: WaitingData = { job: 'fill', handle: map.handle, n: 1000, index: 0, threads: 1 };
new Worker(new URL('./waiting-thread.js', import.meta.url), { workerData }).unref();
map.waitFor(999).then((value) => console.log(`came: ${value}`));
