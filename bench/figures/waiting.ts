// How long it takes to wake another thread: a number goes there and back, again and again. By a map, and by bare Atomics,
// which is the least that it can take.

import { performance } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { type EchoData, PING, PONG } from '../../workers/bench/bench-echo.js';

export interface Waiting {
  /** There and back, in one round. */
  readonly trips: number;
  readonly rounds: number;
}

/** Microseconds from a write to the next step of the other thread: half a trip, in the best round. */
export interface WakeUps {
  atomics: number;
  waitForSync: number;
  /** There to a thread that blocks, back to one that does not. */
  waitFor: number;
}

function startEcho(data: EchoData): Worker {
  return new Worker(new URL('../../workers/bench/bench-echo.js', import.meta.url), { workerData: data });
}

export async function measureWaiting({ trips, rounds }: Waiting): Promise<WakeUps> {
  const map = new SharedMap({ key: 'number', value: 'number', maxBytes: 2 ** 24 });
  const words = new Int32Array(new SharedArrayBuffer(8));
  const echoes = [startEcho({ words }), startEcho({ words, handle: map.handle })];
  let n = 0;
  const until = (value: number) => value === n;
  const ways = {
    atomics() {
      Atomics.store(words, PING, ++n);
      Atomics.notify(words, PING);
      for (let seen = Atomics.load(words, PONG); seen !== n; seen = Atomics.load(words, PONG))
        Atomics.wait(words, PONG, seen);
    },
    waitForSync() {
      map.set(PING, ++n);
      map.waitForSync(PONG, { until });
    },
    async waitFor() {
      map.set(PING, ++n);
      await map.waitFor(PONG, { until });
    },
  };
  const best: WakeUps = { atomics: Infinity, waitForSync: Infinity, waitFor: Infinity };
  for (let round = -1; round < rounds; round++) {
    for (const way of ['atomics', 'waitForSync', 'waitFor'] as const) {
      const start = performance.now();
      for (let i = 0; i < trips; i++) await ways[way]();
      const taken = ((performance.now() - start) / trips / 2) * 1000;
      // The first round is for the threads to start in.
      if (round >= 0) best[way] = Math.min(best[way], taken);
    }
  }
  await Promise.all(echoes.map((worker) => worker.terminate()));
  return best;
}
