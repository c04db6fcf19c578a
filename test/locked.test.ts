import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SharedMap, type SharedMapError } from 'threadmap';
import { afterEach, describe, expect, onTestFinished, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';
import { doorOf, Kernel } from './internals.js';

// What a call does that meets a lock: it waits for turns of its own, not for a time, and then says
// BUSY.

const MiB = 2 ** 20;
const CHAINS = 16;
const controlOf = (chain: number) => (131_072 + chain * 152 + 16) >> 2;
const LOCKED = 1;

type Untyped = SharedMap<unknown, unknown>;

/** Locks every chain, as a thread that was stopped in the middle would leave it, and says how to unlock them. */
function lock(map: Untyped): () => void {
  const words = new Int32Array(map.handle.memory.buffer);
  const setAll = (change: (word: number) => number) => {
    for (let chain = 0; chain < CHAINS; chain++)
      words[controlOf(chain)] = change(words[controlOf(chain)] as number);
  };
  setAll((word) => word | LOCKED);
  return () => setAll((word) => word & ~LOCKED);
}

const { wait } = Atomics;
const { now } = performance;
const { patience } = Kernel;
afterEach(() => {
  Atomics.wait = wait;
  performance.now = now;
  Kernel.patience = patience;
});

/** Does something at each sleep of this thread, in place of it. */
function atEachSleep(act: () => 'timed-out' | 'ok'): void {
  Atomics.wait = act as typeof Atomics.wait;
}

const long = 'v'.repeat(100_000);

const writes: [string, (map: Untyped) => unknown][] = [
  ['set', (map) => map.set('text', 'other')],
  ['set of a number', (map) => map.set(1, 1)],
  ['insert', (map) => map.insert('new', 1)],
  ['insert of what is there', (map) => map.insert('text', 1)],
  ['replace', (map) => map.replace('text', { a: 1 })],
  ['compareAndSet', (map) => map.compareAndSet('text', 'text', 'other')],
  ['compareAndSet of numbers', (map) => map.compareAndSet('number', 1, 2)],
  ['compareAndSet of something else', (map) => map.compareAndSet('text', 'else', 'other')],
  ['compareAndDelete', (map) => map.compareAndDelete('text', 'text')],
  ['getAndSet', (map) => map.getAndSet('text', long)],
  ['getAndDelete', (map) => map.getAndDelete('text')],
  ['getOrInsertComputed', (map) => map.getOrInsertComputed('new', () => long)],
  ['update', (map) => map.update('text', () => 'other')],
  ['merge', (map) => map.merge('text', 'b', (a, b) => `${a}${b}`)],
  ['deleteIf', (map) => map.deleteIf('text', () => true)],
  ['retain', (map) => map.retain(() => false)],
  ['replaceAll', (map) => map.replaceAll(() => 5)],
  ['delete', (map) => map.delete('text')],
  ['delete of nothing', (map) => map.delete('absent')],
  ['delete of a long key', (map) => map.delete('k'.repeat(20_000))],
  ['add', (map) => map.add('number', 1)],
  ['min', (map) => map.min('number', -1)],
  [
    'add to a text',
    (map) => {
      try {
        map.add('text', 1);
      } catch (error) {
        if ((error as SharedMapError).code !== 'ERR_SHARED_MAP_VALUE_TYPE') throw error;
      }
    },
  ],
  ['set of long ones', (map) => map.set('k'.repeat(20_000), long)],
  ['setMany', (map) => map.setMany(['new', 'text'], [1, long])],
  ['setMany of numbers', (map) => map.setMany([7, 8], [1, 2])],
  ['deleteMany', (map) => map.deleteMany(['text', 'number'])],
  ['deleteMany of numbers', (map) => map.deleteMany([7, 8])],
  ['reserve', (map) => map.reserve(1000)], // last: once the table has grown it does nothing
];

function mapToLock(): Untyped {
  const map = new SharedMap({ maxBytes: 4 * MiB }) as unknown as Untyped;
  return map.set('text', 'text').set('number', 1);
}

describe('a chain that stays locked', () => {
  test.each(writes)('is BUSY to %s, which does it when it is called again', (_name, write) => {
    const map = mapToLock();
    const before = new Map(map);
    const { bytesUsed } = map.stats();
    const unlock = lock(map);
    Kernel.patience = 7;
    let sleeps = 0;
    atEachSleep(() => {
      sleeps++;
      return 'timed-out';
    });
    performance.now = () => 0; // no clock is asked
    const error = errorOf(() => write(map));
    unlock();
    expect(error.code).toBe('ERR_SHARED_MAP_BUSY');
    expect(error.message).toContain('repeat it');
    expect(sleeps).toBe(7);
    expect(new Map(map)).toEqual(before);
    if (_name !== 'reserve') expect(map.stats().bytesUsed).toBe(bytesUsed);
    expect(map.check()).toEqual([]);
    write(map);
    expect(sleeps).toBe(7);
    expect(map.check()).toEqual([]);
  });

  test.each(writes.slice(0, -1))('does not make a later %s impatient', (_name, write) => {
    const map = mapToLock();
    const words = new Int32Array(map.handle.memory.buffer);
    const controls = Array.from({ length: CHAINS }, (_, chain) => words[controlOf(chain)] as number);
    Kernel.patience = 5;
    // Twice a chain with the same control word is found locked, for more turns together than one
    // call waits.
    for (let round = 0; round < 2; round++) {
      controls.forEach((word, chain) => {
        words[controlOf(chain)] = word;
      });
      const unlock = lock(map);
      let sleeps = 0;
      atEachSleep(() => {
        if (++sleeps === 4) unlock();
        return 'timed-out';
      });
      write(map);
      expect(sleeps).toBeGreaterThanOrEqual(4);
      map.set('text', 'text').set('number', 1).delete('new');
    }
  });

  test('is waited for as long as it is unlocked in between: a wake-up begins a new count', () => {
    const map = mapToLock();
    const unlock = lock(map);
    Kernel.patience = 5;
    let sleeps = 0;
    atEachSleep(() => {
      if (++sleeps === 50) unlock();
      return sleeps % 4 === 0 ? 'ok' : 'timed-out';
    });
    expect(map.set('text', 'other').get('text')).toBe('other');
    expect(sleeps).toBe(50);
  });

  test('is waited for in turns: a clock that runs ahead throws nothing', () => {
    const map = mapToLock();
    const unlock = lock(map);
    Kernel.patience = 5;
    let clock = 0;
    performance.now = () => (clock += 1e9);
    let sleeps = 0;
    atEachSleep(() => {
      if (++sleeps === 4) unlock();
      return 'timed-out';
    });
    expect(map.set('text', 'other').get('text')).toBe('other');
    expect(sleeps).toBe(4);
  });

  test('does not stop a read, an iteration, a snapshot, a wait', async () => {
    const map = mapToLock();
    Kernel.patience = 0;
    const unlock = lock(map);
    expect(map.get('text')).toBe('text');
    expect(map.has('absent')).toBe(false);
    expect(new Map(map).size).toBe(2);
    expect(map.scan(map.cursor()).entries.length).toBe(2);
    expect(SharedMap.fromSnapshot(map.snapshot()).size).toBe(2);
    expect(map.waitForSync('text')).toBe('text');
    const waiting = map.waitFor('new');
    expect(map.check().some((problem) => problem.includes('locked'))).toBe(true);
    unlock();
    map.set('new', 1);
    expect(await waiting).toBe(1);
    expect(map.check()).toEqual([]);
  });

  test('does not stop a clear, whose sweep is left to others; the next one is BUSY until it was done', () => {
    const map = mapToLock();
    const unlock = lock(map);
    Kernel.patience = 3;
    atEachSleep(() => 'timed-out');
    map.clear();
    expect([map.size, map.get('text')]).toEqual([0, undefined]);
    expect(codeOf(() => map.clear())).toBe('BUSY');
    unlock();
    map.clear();
    map.set('text', 'again');
    expect([...map]).toEqual([['text', 'again']]);
    expect(map.check()).toEqual([]);
  });

  test('tells a call for many keys how far it came', () => {
    const map = new SharedMap({ key: 'number', value: 'number', maxBytes: 4 * MiB });
    Kernel.patience = 3;
    atEachSleep(() => 'timed-out');
    const keys = Array.from({ length: 40 }, (_, i) => i);
    const words = new Int32Array(map.handle.memory.buffer);
    // Every second chain: the seed of the hash is random, and some key has to meet a lock.
    const locked = Array.from({ length: CHAINS / 2 }, (_, i) => controlOf(2 * i + 1));
    for (const method of ['setMany', 'deleteMany'] as const) {
      const before = map.size;
      const were = locked.map((at) => words[at] as number);
      for (const at of locked) words[at] = (words[at] as number) | LOCKED;
      const error = errorOf(() => (method === 'setMany' ? map.setMany(keys, keys) : map.deleteMany(keys)));
      locked.forEach((at, i) => {
        words[at] = were[i] as number;
      });
      expect(error.code).toBe('ERR_SHARED_MAP_BUSY');
      expect(Math.abs(map.size - before)).toBe(error.done);
      if (error.done !== 0) expect(error.message).toContain(`has done ${error.done} of its keys`);
      expect(error.message.includes('changed nothing')).toBe(error.done === 0);
      map.setMany(keys, keys);
    }
    expect(map.size).toBe(40);
    expect(map.check()).toEqual([]);
  });

  test.each(['retain', 'replaceAll'] as const)('tells %s how far it came', (method) => {
    const map = new SharedMap({ maxBytes: 4 * MiB }) as unknown as Untyped;
    for (let key = 0; key < 40; key++) map.set(key, 0);
    Kernel.patience = 3;
    atEachSleep(() => 'timed-out');
    let calls = 0;
    let unlock: () => void = () => {};
    const next = () => {
      if (++calls === 4) unlock = lock(map);
      return method === 'retain' ? false : 1;
    };
    const error = errorOf(() => map[method](next as () => boolean));
    unlock();
    expect(error.code).toBe('ERR_SHARED_MAP_BUSY');
    for (const text of [error.message, error.stack]) {
      expect(text).toContain('this call has changed 3 entries');
      expect(text).not.toContain('changed nothing');
    }
    expect([...map.values()].filter((value) => value === 0).length).toBe(37);
    expect(map.check()).toEqual([]);
  });

  test('is BUSY to shrink too', () => {
    const map = mapToLock();
    map.reserve(1000);
    const unlock = lock(map);
    Kernel.patience = 3;
    atEachSleep(() => 'timed-out');
    expect(codeOf(() => map.shrink())).toBe('BUSY');
    unlock();
    map.shrink();
    expect(map.stats().B).toBe(4);
    expect(map.check()).toEqual([]);
    expect(map.size).toBe(2);
  });
});

describe('a thread that may not sleep', () => {
  const notAllowed = (): never => {
    throw new TypeError('Atomics.wait cannot be called in this context');
  };

  test('looks instead, and says BUSY in the end', () => {
    const map = mapToLock();
    Kernel.patience = 2;
    const unlock = lock(map);
    atEachSleep(notAllowed);
    expect(codeOf(() => map.set('text', 'other'))).toBe('BUSY');
    unlock();
    expect(map.set('text', 'other').get('text')).toBe('other');
    expect(map.check()).toEqual([]);
  });

  test('goes on when the chain is unlocked while it looks', () => {
    const map = mapToLock();
    const unlock = lock(map);
    Kernel.patience = 2;
    const { load } = Atomics;
    let looks = 0;
    atEachSleep(notAllowed);
    Atomics.load = ((words: Int32Array, index: number) => {
      if (++looks === 100) unlock();
      return load(words, index);
    }) as typeof Atomics.load;
    try {
      map.set('text', 'other');
    } finally {
      Atomics.load = load;
    }
    expect(looks).toBe(100);
    expect(map.get('text')).toBe('other');
  });

  test('is told that waitForSync cannot block, where it would have to', () => {
    const map = mapToLock();
    atEachSleep(notAllowed);
    expect(map.waitForSync('text')).toBe('text');
    expect(codeOf(() => map.waitForSync('absent', { timeout: 0 }))).toBe('TIMEOUT');
    const error = errorOf(() => map.waitForSync('absent'));
    expect(error.code).toBe('ERR_SHARED_MAP_WAIT');
    expect(error.message).toContain('await waitFor');
    expect(error.cause).toBeInstanceOf(TypeError);
  });
});

describe('a runtime that lacks something of Node', () => {
  const run = async (before: string, after: string): Promise<string> => {
    const code = `${before}
      const { SharedMap } = await import(${JSON.stringify(import.meta.resolve('threadmap'))});
      const map = new SharedMap({ maxBytes: 2 ** 20 });
      ${after}`;
    const args = ['--input-type=module', '--eval', code];
    return (await promisify(execFile)(process.execPath, args)).stdout.trim();
  };

  test('without Atomics.waitAsync, waitFor says WAIT where it would have to sleep', async () => {
    const after = `map.set('k', 1);
      const codes = [await map.waitFor('k')];
      for (const options of [{}, { timeout: 0 }])
        codes.push(await map.waitFor('absent', options).catch((error) => error.code));
      console.log(codes.join());`;
    expect(await run('delete Atomics.waitAsync;', after)).toBe(
      '1,ERR_SHARED_MAP_WAIT,ERR_SHARED_MAP_TIMEOUT',
    );
  });

  test('without async contexts, until is called all the same', async () => {
    const without = `const { getBuiltinModule } = process;
      process.getBuiltinModule = (id) => (id === 'node:async_hooks' ? undefined : getBuiltinModule(id));`;
    const after = `const waiting = map.waitFor('k', { until: (value) => value === 2 });
      for (const value of [1, 2]) setImmediate(() => map.set('k', value));
      console.log(await waiting);`;
    expect(await run(without, after)).toBe('2');
  });
});

describe('a process that is stopped', () => {
  const program = fileURLToPath(new URL('../dist/workers/locked/stopped-process.js', import.meta.url));

  // Windows knows no such signal.
  test.skipIf(process.platform === 'win32')('for longer than anybody waits: nothing throws', async () => {
    const child = fork(program, { stdio: 'inherit' });
    onTestFinished(() => void child.kill('SIGKILL'));
    const told: unknown[] = [];
    child.on('message', (message) => void told.push(message));
    await once(child, 'message');
    child.kill('SIGSTOP');
    await sleep(3000); // twice the patience of the thread that waits, in turns of the length that they should have
    child.kill('SIGCONT');
    child.send('unlock');
    await once(child, 'exit');
    expect(told).toEqual(['waiting', 'set', 'check []']);
  });

  test('is one in which the patience is a number of turns', () => {
    expect(doorOf(mapToLock()).kernel.constructor).toBe(Kernel);
    expect(patience).toBe(1000);
  });
});
