// What the threads of test/waiting do: wait for keys, and write what others wait for.

import { parentPort, workerData } from 'node:worker_threads';
import { type AnyKey, SharedMap, type SharedMapHandle } from 'threadmap';

export interface WaitingData {
  readonly job: keyof typeof jobs;
  readonly handle: SharedMapHandle<AnyKey, unknown>;
  readonly n: number;
  readonly index: number;
  readonly threads: number;
}

type Job = Omit<WaitingData, 'job' | 'handle'> & { readonly map: SharedMap<AnyKey, unknown> };

const is = (wanted: unknown) => (value: unknown) => value === wanted;

/** Tells that the thread is about to wait. */
function ready(): void {
  parentPort?.postMessage('ready');
}

const jobs = {
  /** Answers each number under 'ping' by the same under 'pong'. */
  echoSync({ map, n }: Job): unknown {
    for (let i = 0; i < n; i++) map.set('pong', map.waitForSync('ping', { until: is(i) }));
    return 'done';
  },

  async echo({ map, n }: Job): Promise<unknown> {
    for (let i = 0; i < n; i++) map.set('pong', await map.waitFor('ping', { until: is(i) }));
    return 'done';
  },

  /** A token goes round: each thread passes on the numbers that are its own. Every other thread blocks meanwhile. */
  async ring({ map, n, index, threads }: Job): Promise<unknown> {
    for (let i = index; i < n * threads; i += threads) {
      if (index % 2 === 0) map.waitForSync('token', { until: is(i) });
      else await map.waitFor('token', { until: is(i) });
      map.set('token', i + 1);
    }
    return 'done';
  },

  /** Waits for one key. */
  async wait({ map, index }: Job): Promise<unknown> {
    ready();
    return index % 2 === 0 ? map.waitForSync('key') : await map.waitFor('key');
  },

  /** Waits for the end of one key. */
  async end({ map, index }: Job): Promise<unknown> {
    ready();
    if (index % 2 === 0) map.waitForSync('key', { absent: true });
    else await map.waitFor('key', { absent: true });
    return map.has('key') ? 'there' : 'gone';
  },

  /** Waits for number keys in their order; the sum of their values. */
  follow({ map, n }: Job): unknown {
    let sum = 0;
    for (let i = 0; i < n; i++) sum += map.waitForSync(i) as number;
    return sum;
  },

  /** Inserts number keys, each thread its share. */
  fill({ map, n, index, threads }: Job): unknown {
    for (let i = index; i < n; i += threads) map.insert(i, 2 * i);
    return 'done';
  },

  /** Clears the map again and again, and sets 'round' each time; goes on when 'seen' has answered. */
  clearOften({ map, n }: Job): unknown {
    for (let i = 0; i < n; i++) {
      map.clear();
      map.set('round', i);
      map.waitForSync('seen', { until: is(i) });
    }
    return 'done';
  },

  /** Waits for what never comes, in as many ways as there are, until it is terminated. */
  async waitForEver({ map, index }: Job): Promise<unknown> {
    const waits = Array.from({ length: 20 }, (_, i) => map.waitFor(`never ${i}`));
    ready();
    if (index % 2 === 0) map.waitForSync('hot', { until: () => false });
    await Promise.all([...waits, map.waitFor('hot', { until: () => false })]);
    return 'never';
  },

  /** Counts up under 'hot', waiting for each number to come back under 'echo', until it is terminated. */
  countUp({ map }: Job): unknown {
    ready();
    for (;;) {
      const count = map.add('hot', 1);
      map.waitForSync('echo', { until: (value) => (value as number) >= count });
    }
  },

  /** Sends each number under 'hot' back under 'echo'. */
  echoHot({ map }: Job): unknown {
    ready();
    for (let last: unknown; ; ) {
      last = map.waitForSync('hot', { until: (value) => value !== last });
      map.set('echo', last);
    }
  },
};

const { job, handle, ...rest } = workerData as WaitingData;
const result = await jobs[job]({ map: SharedMap.attach(handle), ...rest });
parentPort?.postMessage({ result });
