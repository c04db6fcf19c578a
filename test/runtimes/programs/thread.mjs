// What the threads of these programs do: `job` says which.
import './no-table.mjs';
import { getEnvironmentData, parentPort, Worker, workerData } from 'node:worker_threads';
import { SharedMap } from 'threadmap';

const { job, handle, name, from, count, acknowledged } = workerData;

/** Writes until the storm is over, if it lives that long: each write is acknowledged when it has returned. */
function write() {
  const map = SharedMap.attach(handle);
  const texts = SharedMap.attach(workerData.texts);
  const done = new Int32Array(acknowledged);
  for (let n = 1; Atomics.load(done, 1) === 0; n++) {
    map.set(`${name}${'x'.repeat(40)}:${n % 50}`, n);
    if (n % 3 === 0) texts.set(`${name}:${n % 7}`, `${name}:${n}:${'y'.repeat(300 + (n % 500))}`);
    if (n % 5 === 0) texts.delete(`${name}:${(n + 3) % 7}`);
    map.add('all', 1);
    Atomics.store(done, 0, n);
    if (workerData.ends === n) process.exit(0);
  }
}

const jobs = {
  write,
  fill() {
    const map = SharedMap.attach(handle);
    for (let i = from; i < from + count; i++) map.set(i, `value ${i}`).set(`a key of some length ${i}`, i);
    map.set(`done ${from}`, true);
  },
  wait() {
    const map = SharedMap.attach(handle);
    map.set(`answer ${name}`, `${map.waitForSync(`question ${name}`, { timeout: 20_000 })}!`);
  },
  environment() {
    SharedMap.attach(getEnvironmentData('handle')).set('environment', name);
  },
  nested() {
    new Worker(new URL(import.meta.url), { workerData: { job: 'reply', handle, name: 'nested' } });
  },
  reply() {
    SharedMap.attach(handle).set('reply', name);
  },
  message() {
    parentPort.once('message', (sent) => {
      SharedMap.attach(sent).set('message', 'came');
      parentPort.postMessage(SharedMap.from([['back', 'from the worker']], { maxBytes: 2 ** 20 }).handle);
    });
  },
};

jobs[job]();
