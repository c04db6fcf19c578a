import { setEnvironmentData, Worker } from 'node:worker_threads';
import { Piscina } from 'piscina';
import { SharedMap } from 'threadmap';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Greeting } from '../../workers/hand-over.js';

const file = new URL('../../dist/workers/hand-over.js', import.meta.url);

/** The thread's answer, and that it has ended. */
async function answerOf(worker: Worker): Promise<Greeting> {
  const greeting = await new Promise<Greeting>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
  await worker.terminate();
  return greeting;
}

describe('a handle reaches another thread', () => {
  let map: SharedMap<string, number>;

  beforeEach(() => {
    map = new SharedMap({ key: 'string', value: 'number', maxBytes: 2 ** 24 });
    map.set('from main', 42);
  });

  async function expectGreeting(by: string, greeting: Greeting): Promise<void> {
    expect(greeting).toEqual({ by, read: 42, same: true });
    expect(map.get(by)).toBe(1);
    // A pool ends a thread that it has no work for without telling when.
    await expect.poll(() => map.stats().threads).toBe(1);
    expect(map.check()).toEqual([]);
  }

  test('by workerData', async () => {
    const worker = new Worker(file, { workerData: { way: 'workerData', handle: map.handle } });
    await expectGreeting('workerData', await answerOf(worker));
  });

  test('by postMessage', async () => {
    const worker = new Worker(file, { workerData: { way: 'postMessage' } });
    worker.postMessage(map.handle);
    await expectGreeting('postMessage', await answerOf(worker));
  });

  test('by setEnvironmentData', async () => {
    setEnvironmentData('map', map.handle as never);
    const worker = new Worker(file, { workerData: { way: 'setEnvironmentData' } });
    setEnvironmentData('map', undefined as never);
    await expectGreeting('setEnvironmentData', await answerOf(worker));
  });

  test("by a pool's workerData", async () => {
    const pool = new Piscina({ filename: file.href, maxThreads: 2, workerData: { handle: map.handle } });
    const greetings = (await Promise.all([pool.run({}), pool.run({}), pool.run({})])) as Greeting[];
    await pool.destroy();
    for (const greeting of greetings) await expectGreeting('workerData of the pool', greeting);
    expect(map.get('greetings')).toBe(3);
  });

  test("by a task's argument", async () => {
    const pool = new Piscina({ filename: file.href, maxThreads: 2 });
    const argument = { handle: map.handle };
    const greetings = (await Promise.all([pool.run(argument), pool.run(argument)])) as Greeting[];
    await pool.destroy();
    for (const greeting of greetings) await expectGreeting('task', greeting);
    expect(map.get('greetings')).toBe(2);
  });

  test('and every thread hands it on unchanged', () => {
    const clone = structuredClone({ ...map.handle, memory: undefined, module: undefined });
    expect(clone).toEqual({
      ...{ magic: 'threadmap', layout: 5, id: map.handle.id, key: 'string', value: 'number' },
      ...{ codec: null, fields: null },
      ...{ memory: undefined, module: undefined },
    });
    expect(map.handle.id).toMatch(/^[0-9a-f]{32}$/);
    expect(SharedMap.attach(map.handle)).toBe(map);
  });

  test('more threads than slots, one after the other: each gives its slot back by ending', async () => {
    for (let i = 0; i < 5; i++) {
      const workers = Array.from(
        { length: 4 },
        () => new Worker(file, { workerData: { way: 'workerData', handle: map.handle } }),
      );
      await Promise.all(workers.map(answerOf));
    }
    await new Promise(setImmediate);
    expect(map.stats().threads).toBe(1);
    expect(map.get('greetings')).toBe(20);
    expect(map.check()).toEqual([]);
  });
});
