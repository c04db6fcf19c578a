import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import type { Judged, StoreBuffering } from '../../workers/litmus/store-buffering.js';
import { wasm } from '../schedule/kernel-module.js';
import { plainUnlock } from '../teeth/protections/litmus.js';
import { compileLitmus } from './compile-litmus.js';

const file = new URL('../../dist/workers/litmus/store-buffering.js', import.meta.url);

/** 32,768 rounds each (test/litmus/kernel). A plain unlock shows itself in the first. */
const BATCHES = 20;
/** Where something has to be seen: until it is. */
const MOST_BATCHES = 2000;
/** 64 KiB each: what the litmus kernel uses. */
const PAGES = 16;

/** Both threads to their end, and what thread 0 says. */
async function judged(module: object, control: boolean, untilSeen: boolean): Promise<Judged> {
  const shared = {
    ...{ module, control, untilSeen, batches: untilSeen ? MOST_BATCHES : BATCHES },
    memory: new wasm.Memory({ initial: PAGES, maximum: PAGES, shared: true }),
    words: new SharedArrayBuffer(4),
  };
  const workers = [0, 1].map((me) => new Worker(file, { workerData: { ...shared, me } as StoreBuffering }));
  try {
    const answers = workers.map(
      (worker) =>
        new Promise<Judged>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    );
    const [answer] = await Promise.all(answers);
    return answer as Judged;
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
}

const alone = availableParallelism() < 2;
const reason = alone ? ' (not run: one processor, on which no two threads overlap)' : '';
const words = [
  ['the control word', true],
  ['a cell', false],
] as const;

describe.skipIf(alone)(`store buffering${reason}`, async () => {
  const module = await compileLitmus();
  for (const [name, control] of words) {
    test(`after an unlock, one of two threads sees the other: ${name}`, async () => {
      const { rounds, both } = await judged(module, control, false);
      expect(rounds).toBeGreaterThan(600_000);
      expect(both).toBe(0);
    });
  }

  // What x64 and ARM64 allow. Without it, the tests above might never have looked closely enough.
  describe.skipIf(process.env.KERNELS !== undefined)('by a plain store', async () => {
    const plain = process.env.KERNELS === undefined ? await compileLitmus(plainUnlock) : module;
    for (const [name, control] of words) {
      test(`neither thread sees the other: ${name}`, async () => {
        const { both } = await judged(plain, control, true);
        expect(both).toBeGreaterThan(0);
      });
    }
  });
});
