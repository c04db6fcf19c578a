import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { ask, attached, source, untilTheEnd } from '../attached-worker.js';

// Who is alive: what a slot says of its owner, whom the system's table is believed about, and what that gives.

const dist = new URL('../../dist/src/', import.meta.url);
type IdentityModule = typeof import('../../src/threads/identity.js');
type EvidenceModule = typeof import('../../src/threads/evidence.js');
type TableModule = typeof import('../../src/threads/system-table.js');
type LivingModule = typeof import('../../src/threads/living.js');
const identity = (await import(new URL('threads/identity.js', dist).href)) as IdentityModule;
const { Evidence, ownIdentity } = (await import(new URL('threads/evidence.js', dist).href)) as EvidenceModule;
const table = (await import(new URL('threads/system-table.js', dist).href)) as TableModule;
const { livingTable } = (await import(new URL('threads/living.js', dist).href)) as LivingModule;

const linux = process.platform === 'linux';
const MiB = 2 ** 20;

describe('an owner word', () => {
  test.each([
    [1, 0],
    [4_194_303, 1],
    [12_345, 1023],
    [12_345, 1024],
    [77, 2 ** 40 - 1],
  ])('tells thread %i that started at %i, taking or not', (tid, start) => {
    const word = identity.systemIdentity({ tid, start });
    expect(word).toBeDefined();
    if (word === undefined) return;
    expect(identity.systemThread(word)).toEqual({ tid, start });
    expect(identity.toldThread(word)).toBeUndefined();
    const taking = { low: word.low, high: word.high + 0x4000_0000 };
    expect(identity.systemThread(taking)).toEqual({ tid, start });
    expect([identity.isTaking(word), identity.isTaking(taking)]).toEqual([false, true]);
    expect(identity.isSame(word, taking)).toBe(true);
  });

  test('does not tell what does not fit', () => {
    for (const [tid, start] of [
      [0, 5],
      [2 ** 22, 5],
      [5, -1],
      [5, 2 ** 40],
      [Number.NaN, 1],
    ] as const)
      expect(identity.systemIdentity({ tid, start })).toBeUndefined();
  });

  test('tells a thread that no table knows', () => {
    for (const [threadId, number] of [
      [0, 0],
      [5, 1],
      [2 ** 31 - 1, 2 ** 30 - 1],
    ] as const) {
      const word = identity.toldIdentity(threadId, number);
      expect(identity.toldThread(word)).toEqual({ threadId, table: number });
      expect(identity.systemThread(word)).toBeUndefined();
      const taking = { low: word.low, high: word.high + 0x4000_0000 };
      expect(identity.toldThread(taking)).toEqual({ threadId, table: number });
      expect(identity.isSame(word, taking)).toBe(true);
    }
    const told = identity.toldIdentity(76, 0);
    expect(identity.isSame(told, { low: 77, high: 0 })).toBe(false);
  });
});

describe.runIf(linux)("the system's table", () => {
  const made = table.processMark();
  const own = ownIdentity(made);

  test('tells each thread of this process that it runs, and one that is not there that it has ended', () => {
    const evidence = new Evidence(own, made);
    for (const tid of readdirSync('/proc/self/task').map(Number)) {
      const stat = readFileSync(`/proc/self/task/${tid}/stat`, 'latin1');
      const start = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
      const word = identity.systemIdentity({ tid, start }) as { low: number; high: number };
      expect(evidence.of(word)).toBe('running');
      // The same id, given to a thread that started at another time.
      const other = identity.systemIdentity({ tid, start: start + 1 }) as { low: number; high: number };
      expect(evidence.of(other)).toBe('ended');
    }
    expect(evidence.of({ low: 4_194_303, high: 0 })).toBe('ended');
  });

  test('is not believed where it does not show this thread as it attached, or another process', () => {
    const gone = { low: 4_194_303, high: 0 };
    expect(new Evidence(own, made).of(gone)).toBe('ended');
    expect(new Evidence({ low: own.low, high: own.high + 1 }, made).of(gone)).toBe('unknown');
    for (const part of [0, 1, 2]) {
      const other = made.map((value, i) => (i === part ? value + 1 : value)) as unknown as typeof made;
      expect(new Evidence(own, other).of(gone)).toBe('unknown');
    }
    expect(new Evidence(own, table.NO_MARK).of(gone)).toBe('unknown');
  });

  test('a map that was made where the table could not be read takes no identities from it', () => {
    expect(identity.systemThread(ownIdentity(table.NO_MARK))).toBeUndefined();
    expect(identity.systemThread(own)).toBeDefined();
  });
});

describe('the table of the living', () => {
  test('has the Workers of this thread until they end, whatever is done to their listeners', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const worker = await attached(map);
    const id = worker.threadId;
    expect(livingTable()?.has(id)).toBe(true);
    worker.emit('exit', 0);
    expect(livingTable()?.has(id)).toBe(true);
    worker.removeAllListeners();
    worker.removeAllListeners('exit');
    await turn();
    await worker.terminate();
    await turn();
    expect(livingTable()?.has(id)).toBe(false);
    expect(worker.listenerCount('removeListener')).toBe(0);
  });

  test('loses the Workers of a thread with it', () => {
    const living = livingTable() as NonNullable<ReturnType<typeof livingTable>>;
    living.enter(1_000_001, 0);
    living.enter(1_000_002, 1_000_001);
    living.enter(1_000_003, 1_000_002);
    living.enter(1_000_004, 0);
    living.end(1_000_001);
    expect([1, 2, 3, 4].map((n) => living.has(1_000_000 + n))).toEqual([false, false, false, true]);
    living.end(1_000_004);
  });

  test('judges those that it has had, and no others', () => {
    const living = livingTable() as NonNullable<ReturnType<typeof livingTable>>;
    const made = table.processMark();
    const evidence = new Evidence(ownIdentity(made), made);
    living.enter(1_000_001, 0);
    expect(evidence.of(identity.toldIdentity(1_000_001, living.number))).toBe('running');
    living.end(1_000_001);
    expect(evidence.of(identity.toldIdentity(1_000_001, living.number))).toBe('ended');
    expect(evidence.of(identity.toldIdentity(1_000_001, living.number + 1))).toBe('unknown');
    expect(evidence.of(identity.toldIdentity(1_000_001, 0))).toBe('unknown');
  });
});

describe('reclaim', () => {
  test('is refused for a thread that runs, this one among them', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const worker = await attached(map);
    expect(map.reclaim(worker.threadId)).toBe(false);
    expect(map.reclaim(0)).toBe(false);
    expect(map.stats().threads).toBe(2);
    expect(await ask(worker, `map.set('again', 1).get('again')`)).toBe(1);
  });
});

describe.runIf(linux)('what an ended thread holds', () => {
  /** Nobody in this process hears of such a Worker: its events go to a thread that has not imported the library. */
  const unheard = `const { workerData, parentPort, Worker } = require('node:worker_threads');
    const worker = new Worker(workerData.source, { eval: true, workerData });
    worker.once('message', () => parentPort.postMessage(worker.threadId));
    parentPort.on('message', (code) => {
      worker.once('message', () => worker.terminate().then(() => parentPort.postMessage('ended')));
      worker.postMessage(code);
    });`;

  async function startUnheard(map: Pick<SharedMap<unknown, unknown>, 'handle'>): Promise<Worker> {
    const workerData = { url: import.meta.resolve('threadmap'), handle: map.handle, source };
    const starter = untilTheEnd(new Worker(unheard, { eval: true, workerData }));
    await once(starter, 'message');
    return starter;
  }

  /** Staged, as a large value is that is about to be set: then the thread ends. */
  const hold = (bytes: number) => `
    (async () => {
      const { Kernel } = await import('${new URL('wasm/kernel.js', dist).href}');
      const kernel = new Kernel(map.handle.module, map.handle.memory);
      kernel.stage(1, 4, new Uint8Array(${bytes}), true);
      return 'held';
    })().then((text) => parentPort.postMessage(text)), undefined`;

  test('is not kept from a write that needs it', async () => {
    const map = new SharedMap<string | number, unknown>({ maxBytes: 4 * MiB });
    const starter = await startUnheard(map);
    starter.postMessage(hold(3 * MiB));
    await once(starter, 'message');
    map.set('large', new Uint8Array(2 * MiB));
    expect(map.get('large')).toHaveLength(2 * MiB);
    expect(map.check()).toEqual([]);
  });

  test('is kept while it runs: then the map is full', async () => {
    const map = new SharedMap<string | number, unknown>({ maxBytes: 4 * MiB });
    const worker = await attached(map);
    worker.postMessage(hold(3 * MiB));
    await once(worker, 'message');
    await once(worker, 'message');
    expect(() => map.set('large', new Uint8Array(2 * MiB))).toThrow('full');
    await worker.terminate();
    map.set('large', new Uint8Array(2 * MiB));
    expect(map.stats().threads).toBe(1);
    expect(map.check()).toEqual([]);
  });

  test('goes to the next that attaches when there is no slot left', async () => {
    const map = new SharedMap({ maxBytes: 4 * MiB });
    const { Kernel } = (await import(new URL('wasm/kernel.js', dist).href)) as {
      Kernel: new (module: object, memory: object) => { detach(): void };
    };
    const starter = await startUnheard(map);
    starter.postMessage(hold(MiB));
    await once(starter, 'message');
    const { module, memory } = map.handle;
    const mine = Array.from({ length: 255 }, () => new Kernel(module, memory));
    expect(() => new Kernel(module, memory)).toThrow('256 threads');
    for (const kernel of mine) kernel.detach();
    expect(map.check()).toEqual([]);
  });
});

test('240 threads at once attach, write and read', async () => {
  const map = new SharedMap<number | string, unknown>({ maxBytes: 16 * MiB });
  const crowd = [];
  for (let i = 0; i < 240; i += 8) {
    crowd.push(...(await Promise.all(Array.from({ length: 8 }, () => attached(map)))));
  }
  expect(map.stats().threads).toBe(241);
  const ids = await Promise.all(crowd.map((worker) => ask(worker, `map.set(threadId, 'here'), threadId`)));
  expect(map.size).toBe(240);
  for (const id of ids) expect(map.get(id as number)).toBe('here');
  await Promise.all(crowd.map((worker) => worker.terminate()));
  expect(map.stats().threads).toBe(1);
  expect(map.check()).toEqual([]);
}, 240_000);

test('a new thread reads, deletes and clears in a full map', async () => {
  const map = new SharedMap<number | string, unknown>({ maxBytes: MiB });
  let n = 0;
  for (const size of [10_000, 100, 1]) {
    try {
      for (;;) map.set(`k${n++}`, new Uint8Array(size));
    } catch (error) {
      expect((error as { code: string }).code).toBe('ERR_SHARED_MAP_FULL');
    }
  }
  const worker = await attached(map);
  expect(await ask(worker, `map.get('k0').length`)).toBe(10_000);
  expect(await ask(worker, `map.delete('k0')`)).toBe(true);
  expect(await ask(worker, `map.set('new', 1).get('new')`)).toBe(1);
  expect(await ask(worker, `map.clear()`)).toBeUndefined();
  expect(map.size).toBe(0);
});
