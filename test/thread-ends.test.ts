import { AsyncLocalStorage } from 'node:async_hooks';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { attached, source } from './attached-worker.js';
import { codeOf } from './error-of.js';

// Hearing of threads that end: onThreadEnd.

const MiB = 2 ** 20;

/** The next end that is told. */
function nextEnd(map: Pick<SharedMap<unknown, unknown>, 'onThreadEnd'>): Promise<number> {
  return new Promise((resolve) => {
    const stop = map.onThreadEnd((threadId) => {
      stop();
      resolve(threadId);
    });
  });
}

describe('onThreadEnd', () => {
  test('tells of a thread that was terminated', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const worker = await attached(map);
    const id = worker.threadId;
    const told = nextEnd(map);
    await worker.terminate();
    expect(await told).toBe(id);
    expect(map.stats().threads).toBe(1);
  });

  test('tells other threads of it, not only the one that has started it', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const [listener, victim] = [await attached(map), await attached(map)];
    listener.postMessage('void map.onThreadEnd((threadId) => parentPort.postMessage({ threadId }))');
    await once(listener, 'message');
    const id = victim.threadId;
    const told = once(listener, 'message');
    await victim.terminate();
    expect(await told).toEqual([{ threadId: id }]);
  });

  test('tells each listener once, also of a thread that another has buried before', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const told: [string, number][] = [];
    map.onThreadEnd((threadId) => told.push(['a', threadId]));
    map.onThreadEnd((threadId) => told.push(['b', threadId]));
    const victims = [await attached(map), await attached(map)];
    const ids = victims.map((victim) => victim.threadId);
    for (const victim of victims) {
      await victim.terminate();
      map.stats();
    }
    await nextEndOf(map);
    const of = (name: string) => told.filter(([by]) => by === name).map(([, id]) => id);
    expect(of('a').slice(0, 2)).toEqual(ids);
    expect(of('b').slice(0, 2)).toEqual(ids);
    expect(told.length).toBe(6);
  });

  test('does not tell of a thread that has let go before', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const told: number[] = [];
    map.onThreadEnd((threadId) => told.push(threadId));
    const [leaver, victim] = [await attached(map), await attached(map)];
    leaver.postMessage('map.detach(), 1');
    await once(leaver, 'message');
    await leaver.terminate();
    const id = victim.threadId;
    const next = nextEnd(map);
    await victim.terminate();
    expect(await next).toBe(id);
    expect(told).toEqual([id]);
  });

  test('goes on for the others when one listener throws, and when one has stopped', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const stopped: number[] = [];
    const stop = map.onThreadEnd((threadId) => stopped.push(threadId));
    map.onThreadEnd(() => {
      throw new Error('a listener of the test');
    });
    const told = nextEnd(map);
    stop();
    stop();
    const thrown = new Promise((resolve) => {
      const before = process.rawListeners('uncaughtException');
      process.removeAllListeners('uncaughtException');
      process.once('uncaughtException', (error) => {
        for (const each of before) process.on('uncaughtException', each as (error: Error) => void);
        resolve(error.message);
      });
    });
    const worker = await attached(map);
    const id = worker.threadId;
    await worker.terminate();
    expect(await told).toBe(id);
    expect(await thrown).toBe('a listener of the test');
    expect(stopped).toEqual([]);
  });

  test('keeps no process alive, and ends with the map', async () => {
    const program = `import { SharedMap } from '${import.meta.resolve('threadmap')}';
      const map = new SharedMap();
      map.onThreadEnd(() => {});
      const other = new SharedMap();
      other.onThreadEnd(() => {});
      other.detach();
      setTimeout(() => console.log('over'), 900);`;
    const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    expect([stdout.trim(), status]).toEqual(['over', 0]);
  });

  test('works where the system does not tell who runs, if the library was imported first', () => {
    const noTable = fileURLToPath(new URL('./threads/fixtures/no-table.cjs', import.meta.url));
    const program = `import { Worker } from 'node:worker_threads';
      import { once } from 'node:events';
      import { SharedMap } from '${import.meta.resolve('threadmap')}';
      const map = new SharedMap();
      const worker = new Worker(${JSON.stringify(source)}, { eval: true, execArgv: ['--require', '${noTable}'],
        workerData: { url: '${import.meta.resolve('threadmap')}', handle: map.handle } });
      await once(worker, 'message');
      const id = worker.threadId;
      map.onThreadEnd((threadId) => { console.log(threadId === id); process.exit(); });
      worker.removeAllListeners();
      await worker.terminate();
      setTimeout(() => {}, 5000);`;
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--require', noTable, '--input-type=module', '-e', program],
      { encoding: 'utf8', timeout: 30_000 },
    );
    expect([stdout.trim(), stderr]).toEqual(['true', '']);
  });

  test('takes functions only, of a map that is attached', () => {
    const map = new SharedMap({ maxBytes: MiB });
    for (const wrong of [undefined, null, {}, 'f'])
      expect(codeOf(() => map.onThreadEnd(wrong as never))).toBe('CALLBACK');
    map.detach();
    expect(codeOf(() => map.onThreadEnd(() => {}))).toBe('HANDLE');
  });

  test('calls a listener in the async context of its own', async () => {
    const storage = new AsyncLocalStorage<string>();
    const map = new SharedMap({ maxBytes: MiB });
    const seen: (string | undefined)[] = [];
    for (const name of ['a', 'b'])
      storage.run(name, () => map.onThreadEnd(() => seen.push(storage.getStore())));
    await nextEndOf(map);
    expect(seen).toEqual(['a', 'b']);
  });
});

/** Ends one thread more, and waits until that was told. */
async function nextEndOf(map: SharedMap<unknown, unknown>): Promise<void> {
  const worker = await attached(map);
  const told = nextEnd(map);
  await worker.terminate();
  await told;
}

describe('a wait that depends on a thread', () => {
  test('ends with it', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const worker = await attached(map);
    const waiting = map.waitFor('result', { thread: worker.threadId });
    const gone = map.set('claim', 1).waitFor('claim', { absent: true, thread: worker.threadId });
    const settled = Promise.allSettled([waiting, gone]);
    await worker.terminate();
    for (const each of await settled)
      expect((each as PromiseRejectedResult).reason.code).toBe('ERR_SHARED_MAP_THREAD_ENDED');
    expect(map.stats().threads).toBe(1);
  });

  test('has what the thread did last, and what others do', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const worker = await attached(map);
    const first = map.waitFor('result', { thread: worker.threadId });
    worker.postMessage(`map.set('result', 5), 1`);
    expect(await first).toBe(5);
    const id = worker.threadId;
    await worker.terminate();
    expect(await map.waitFor('result', { thread: id })).toBe(5);
    expect(map.waitForSync('result', { thread: id })).toBe(5);
    expect(codeOf(() => map.waitForSync('other', { thread: id }))).toBe('THREAD_ENDED');
  });

  test('ends in threads that block, for a thread that somebody else has started', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const [waiter, victim] = [await attached(map), await attached(map)];
    waiter.postMessage(`(() => { try { map.waitForSync('never', { thread: ${victim.threadId} }); }
      catch (error) { return error.code; } })()`);
    const told = once(waiter, 'message');
    await victim.terminate();
    expect(await told).toEqual(['ERR_SHARED_MAP_THREAD_ENDED']);
  });

  test('ends for a Worker of this thread that never attached, whenever it has ended', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const worker = new Worker(`throw new Error('of the test')`, { eval: true });
    const id = worker.threadId;
    const early = map.waitFor('result', { thread: id });
    const settled = early.catch((error) => error.code);
    await once(worker, 'error');
    expect(await settled).toBe('ERR_SHARED_MAP_THREAD_ENDED');
    await expect(map.waitFor('result', { thread: id })).rejects.toThrow(`thread ${id} has ended`);
  });

  test('goes on for a thread of which nobody has heard yet', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    await expect(map.waitFor('result', { thread: 1_000_000, timeout: 900 })).rejects.toThrow('within 900 ms');
    for (const wrong of [-1, 1.5, '1', null])
      await expect(map.waitFor('k', { thread: wrong as never })).rejects.toThrow('the id of a thread');
  });

  test('leaves no listener, timer or Worker behind', async () => {
    const map = new SharedMap({ maxBytes: MiB });
    const worker = await attached(map);
    const { signal } = new AbortController();
    let listening = 0;
    const watched = {
      get aborted() {
        return signal.aborted;
      },
      reason: undefined,
      addEventListener: () => void listening++,
      removeEventListener: () => void listening--,
    };
    const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const waits = Array.from({ length: 20 }, (_, i) =>
      map.waitFor(i, { thread: worker.threadId, timeout: 60_000, signal: watched }),
    );
    expect(listening).toBe(1);
    for (let i = 0; i < 20; i++) map.set(i, i);
    expect(await Promise.all(waits)).toHaveLength(20);
    expect([listening, timers()]).toEqual([0, before]);
    const last = map.waitFor('never', { thread: worker.threadId, signal: watched });
    const settled = last.catch((error) => error.code);
    map.detach();
    expect(await settled).toBe('ERR_SHARED_MAP_HANDLE');
    expect(listening).toBe(0);
  });
});

test('a Worker that dies of an error to which nobody listens is told of, too', () => {
  const noTable = fileURLToPath(new URL('./threads/fixtures/no-table.cjs', import.meta.url));
  const program = `import { Worker } from 'node:worker_threads';
    import { once } from 'node:events';
    import { SharedMap } from '${import.meta.resolve('threadmap')}';
    process.on('uncaughtException', () => {});
    const map = new SharedMap();
    const worker = new Worker(${JSON.stringify(source)}, { eval: true, execArgv: ['--require', '${noTable}'],
      workerData: { url: '${import.meta.resolve('threadmap')}', handle: map.handle } });
    await once(worker, 'message');
    const id = worker.threadId;
    worker.removeAllListeners();
    worker.postMessage('throw new Error()');
    const code = await map.waitFor('never', { thread: id, timeout: 20000 }).catch((error) => error.code);
    console.log(code, map.stats().threads);
    process.exit();`;
  const { stdout } = spawnSync(
    process.execPath,
    ['--require', noTable, '--input-type=module', '-e', program],
    { encoding: 'utf8', timeout: 60_000 },
  );
  expect(stdout.trim()).toBe('ERR_SHARED_MAP_THREAD_ENDED 1');
});
