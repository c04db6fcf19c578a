import { AsyncLocalStorage } from 'node:async_hooks';
import { execFile } from 'node:child_process';
import { getEventListeners } from 'node:events';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type AnyKey, SharedMap, type SharedMapError } from 'threadmap';
import { describe, expect, test } from 'vitest';
import type { WaitingData } from '../workers/waiting/waiting-thread.js';
import { codeOf } from './error-of.js';
import { startWaiting } from './start-waiting.js';

const small = { maxBytes: 2 ** 24 } as const;
const inDist = (file: string) =>
  fileURLToPath(new URL(`../dist/workers/waiting/${file}.js`, import.meta.url));

type AnyMap = SharedMap<AnyKey, unknown>;

/** What a promise is rejected with. */
async function reasonOf(promise: Promise<unknown>): Promise<SharedMapError> {
  return promise.then(
    () => expect.fail('it was not rejected'),
    (reason) => reason,
  );
}

/** All turns of the event loop that are due. */
async function turns(n = 10): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise(setImmediate);
}

/** Wake words (layout.ts in the kernel): waits of the engine that are under way, all of them ended. */
function waitsUnderWay(map: AnyMap): number {
  const words = new BigInt64Array(map.handle.memory.buffer, 2560, 128);
  let n = 0;
  for (let stripe = 0; stripe < 16; stripe++) n += Atomics.notify(words, stripe * 8);
  return n;
}

describe('waitFor, in one thread', () => {
  test('gives a value that is there, at once', async () => {
    const map = new SharedMap(small);
    map
      .set('k', { a: [1] })
      .set('u', undefined)
      .set(5, Number.NaN);
    expect(await map.waitFor('k')).toEqual({ a: [1] });
    expect(await map.waitFor('u')).toBe(undefined);
    expect(await map.waitFor(5)).toBe(Number.NaN);
    expect(map.waitForSync('k')).toEqual({ a: [1] });
    expect(map.waitForSync('u', { timeout: 0 })).toBe(undefined);
  });

  test.each<[string, (map: AnyMap) => void]>([
    ['set', (map) => map.set('key', 'a value of some length')],
    ['set of a number', (map) => map.set('key', 1)],
    ['insert', (map) => map.insert('key', 1n)],
    ['add', (map) => map.add('key', 2)],
    [
      'set after others',
      (map) => {
        for (let i = 0; i < 20_000; i++) map.set(i, i);
        map.set('key', 3);
      },
    ],
    [
      'set after a clear',
      (map) => {
        map.clear();
        map.set('key', 4);
      },
    ],
    [
      'set after a delete',
      (map) => {
        map.set('key', 0);
        map.delete('key');
        map.set('key', 5);
      },
    ],
  ])('is woken by %s', async (_name, write) => {
    const map = new SharedMap(small);
    const waiting = map.waitFor('key');
    await turns(2);
    write(map);
    expect(await waiting).toEqual(map.get('key'));
    await turns();
    expect(waitsUnderWay(map)).toBe(0);
  });

  test('waits for keys and values of every form', async () => {
    const map = new SharedMap({ maxBytes: 2 ** 26 });
    const keys: AnyKey[] = [
      1,
      -0,
      1n,
      2n ** 90n,
      true,
      null,
      undefined,
      '',
      'Ж',
      'k'.repeat(100),
      'K'.repeat(40_000),
    ];
    const values: unknown[] = [
      1,
      'w'.repeat(200_000),
      null,
      undefined,
      3n,
      new Date(5),
      new Uint8Array(90_000),
      '',
      'Ж',
      {},
      [],
    ];
    const waits = keys.map((key) => map.waitFor(key));
    await turns(2);
    for (const [i, key] of keys.entries()) map.set(key, values[i]);
    expect(await Promise.all(waits)).toEqual(values);
    expect(keys.map((key) => map.waitForSync(key))).toEqual(values);
    expect(map.check()).toEqual([]);
  });

  test('waits for keys and values of each kind, by the bytes that a key had', async () => {
    const bytes = new SharedMap({ key: 'bytes', value: 'boolean', ...small });
    const key = new Uint8Array([1, 2, 3]);
    const waiting = bytes.waitFor(key);
    key.fill(0);
    await turns(2);
    bytes.set(new Uint8Array([1, 2, 3]), false);
    expect(await waiting).toBe(false);
    const uuids = new SharedMap({ key: 'uuid', value: 'bigint', ...small });
    const uuid = '123E4567-e89b-12d3-a456-426614174000';
    const number = uuids.waitFor(uuid, { until: (value) => value > 5n });
    uuids.set(uuid.toLowerCase(), 5n);
    await turns();
    uuids.set(uuid, 2n ** 60n);
    expect(await number).toBe(2n ** 60n);
    const records = new SharedMap({ key: 'int32', value: { x: 'float64', hits: 'int32' }, ...small });
    const record = records.waitFor(-7, { until: ({ hits }) => hits === 2 });
    for (const hits of [1, 2, 2]) records.set(-7, { x: 0.5, hits });
    expect(await record).toEqual({ x: 0.5, hits: 2 });
  });

  test('compareAndSet and until: only a value that satisfies', async () => {
    const map = new SharedMap(small);
    map.set('state', 'new');
    const seen: unknown[] = [];
    const waiting = map.waitFor('state', {
      until: (value) => {
        seen.push(value);
        return value === 'done';
      },
    });
    await turns(2);
    map.compareAndSet('state', 'new', 'at work');
    await turns();
    map.delete('state');
    await turns();
    map.set('state', 'done');
    expect(await waiting).toBe('done');
    expect([...new Set(seen)]).toEqual(['new', 'at work', 'done']);
  });

  test('an absent key never satisfies', async () => {
    const map = new SharedMap(small);
    let asked = 0;
    const until = () => ++asked > 0;
    expect(codeOf(() => map.waitForSync('k', { until, timeout: 5 }))).toBe('TIMEOUT');
    expect((await reasonOf(map.waitFor('k', { until, timeout: 5 }))).code).toBe('ERR_SHARED_MAP_TIMEOUT');
    expect(asked).toBe(0);
  });

  test('looks again between asking for a wake-up and falling asleep', async () => {
    const map = new SharedMap(small);
    const untilItSets = (key: string) => (value: unknown) => {
      // As if another thread came between the first look and the mark.
      if (value === 'first') map.set(key, 'second');
      return value === 'second';
    };
    map.set('a', 'first').set('b', 'first');
    expect(await map.waitFor('a', { until: untilItSets('a') })).toBe('second');
    expect(map.waitForSync('b', { until: untilItSets('b'), timeout: 10_000 })).toBe('second');
  });

  test('until may call any operation', async () => {
    const map = new SharedMap(small);
    map.set('k', 0).set('other', 'a value');
    const until = (value: unknown) => {
      map.set('k', (value as number) + 1);
      map.clear();
      map.set('k', (value as number) + 1);
      map.set('x'.repeat(30_000), 'y'.repeat(30_000));
      for (const _ of map) map.has('k');
      expect(map.waitForSync('k')).toBe((value as number) + 1);
      return value === 20;
    };
    expect(await map.waitFor('k', { until })).toBe(20);
    map.set('k', 0);
    expect(map.waitForSync('k', { until })).toBe(20);
    expect(map.check()).toEqual([]);
  });

  test('what until throws ends the wait, at the first look or later', async () => {
    const map = new SharedMap(small);
    const until = () => {
      throw new RangeError('from until');
    };
    const waiting = map.waitFor('k', { until });
    await turns(2);
    map.set('k', 1);
    expect(await reasonOf(waiting)).toBeInstanceOf(RangeError);
    expect(await reasonOf(map.waitFor('k', { until }))).toBeInstanceOf(RangeError);
    expect(() => map.waitForSync('k', { until })).toThrow(RangeError);
    // An error of the engine that is not the map's.
    const wasm = (globalThis as unknown as { WebAssembly: { RuntimeError: new () => Error } }).WebAssembly;
    const trap = () => {
      throw new wasm.RuntimeError();
    };
    expect(() => map.waitForSync('k', { until: trap })).toThrow(wasm.RuntimeError);
    expect(await reasonOf(map.waitFor('k', { until: trap }))).toBeInstanceOf(wasm.RuntimeError);
    expect(map.check()).toEqual([]);
  });

  test('sleeps until the key’s chain is written: it does not look while nothing happens', async () => {
    const map = new SharedMap(small);
    map.set('k', 'not yet');
    let asked = 0;
    const waiting = map.waitFor('k', {
      until: (value) => {
        asked++;
        return value === 'now';
      },
    });
    const atFirst = asked;
    // A wait that runs into its time limit meanwhile shows that time has passed.
    await reasonOf(map.waitFor('another', { timeout: 50 }));
    await turns();
    // What has given up wakes whoever sleeps on the same word, once.
    expect(asked - atFirst).toBeLessThanOrEqual(atFirst);
    map.set('k', 'now');
    await waiting;
    expect(atFirst).toBe(2);
  });

  test('many waits at once, of the same keys and of others', async () => {
    const map = new SharedMap(small);
    const waits = Array.from({ length: 1000 }, (_, i) => map.waitFor(i % 300));
    await turns(2);
    for (let i = 299; i >= 0; i--) map.set(i, `the value of ${i}`);
    expect(await Promise.all(waits)).toEqual(
      Array.from({ length: 1000 }, (_, i) => `the value of ${i % 300}`),
    );
    await turns();
    expect(waitsUnderWay(map)).toBe(0);
  });
});

describe('the end of a wait', () => {
  test('timeout', async () => {
    const map = new SharedMap(small);
    const reason = await reasonOf(map.waitFor('k', { timeout: 3 }));
    expect(reason.code).toBe('ERR_SHARED_MAP_TIMEOUT');
    expect(reason.message).toContain('3 ms');
    expect(codeOf(() => map.waitForSync('k', { timeout: 3 }))).toBe('TIMEOUT');
    expect(codeOf(() => map.waitForSync('k', { timeout: 0 }))).toBe('TIMEOUT');
    expect((await reasonOf(map.waitFor('k', { timeout: 0 }))).code).toBe('ERR_SHARED_MAP_TIMEOUT');
  });

  test('what is there when the time is up is still good', async () => {
    const map = new SharedMap(small);
    const waiting = map.waitFor('k', { timeout: 1 });
    codeOf(() => map.waitForSync('another', { timeout: 20 }));
    map.set('k', 1);
    expect(await waiting).toBe(1);
  });

  test('a limit longer than timers take', async () => {
    const map = new SharedMap(small);
    const warnings: unknown[] = [];
    const warned = (warning: Error) => void warnings.push(warning.name);
    process.on('warning', warned);
    const waiting = [map.waitFor('k', { timeout: 2 ** 40 }), map.waitFor('k')];
    await reasonOf(map.waitFor('another', { timeout: 20 }));
    map.set('k', 1);
    expect(await Promise.all(waiting)).toEqual([1, 1]);
    process.off('warning', warned);
    expect(warnings).toEqual([]); // a timer that overflows fires at once, and again and again
  });

  test('abort, before and while it waits', async () => {
    const map = new SharedMap(small);
    map.set('there', 1);
    expect(await reasonOf(map.waitFor('there', { signal: AbortSignal.abort('no more') }))).toBe('no more');
    const controller = new AbortController();
    const { signal } = controller;
    const waiting = [map.waitFor('k', { signal }), map.waitFor('l', { signal }), map.waitFor('k')];
    await turns(2);
    controller.abort(new RangeError('given up'));
    expect(await reasonOf(waiting[0] as Promise<unknown>)).toBe(signal.reason);
    expect(await reasonOf(waiting[1] as Promise<unknown>)).toBe(signal.reason);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
    map.set('k', 5);
    expect(await waiting[2]).toBe(5);
    expect((await reasonOf(map.waitFor('m', { signal: AbortSignal.timeout(5) }))).name).toBe('TimeoutError');
  });

  test('a signal forgets a wait that has ended', async () => {
    const map = new SharedMap(small);
    const { signal } = new AbortController();
    const waiting = [map.waitFor('k', { signal }), map.waitFor('l', { signal, timeout: 5 })];
    expect(getEventListeners(signal, 'abort').length).toBe(1);
    map.set('k', 1);
    await Promise.allSettled(waiting);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test('a thousand waits of one signal have one listener, which the last one takes along', async () => {
    const map = new SharedMap(small);
    const warnings: string[] = [];
    const warned = ({ name }: Error) => void warnings.push(name);
    process.on('warning', warned);
    const [first, second] = [new AbortController(), new AbortController()];
    const waits = Array.from({ length: 1000 }, (_, i) =>
      map.waitFor(i, { signal: i % 2 === 0 ? first.signal : second.signal }),
    );
    const listeners = () => [first, second].map(({ signal }) => getEventListeners(signal, 'abort').length);
    expect(listeners()).toEqual([1, 1]);
    for (let i = 0; i < 500; i++) map.set(i, i);
    await Promise.all(waits.slice(0, 500));
    expect(listeners()).toEqual([1, 1]);
    first.abort('the first');
    for (let i = 500; i < 1000; i += 2)
      expect(await reasonOf(waits[i] as Promise<unknown>)).toBe('the first');
    expect(listeners()).toEqual([0, 1]);
    for (let i = 501; i < 1000; i += 2) map.set(i, i);
    await Promise.all(waits.filter((_, i) => i % 2 === 1));
    expect(listeners()).toEqual([0, 0]);
    // A signal whose waits have ended takes others.
    const again = map.waitFor('k', { signal: second.signal });
    expect(listeners()).toEqual([0, 1]);
    second.abort('the second');
    expect(await reasonOf(again)).toBe('the second');
    await turns();
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });

  test('until, and a codec, run in the async context of who waits, whoever has woken it', async () => {
    const context = new AsyncLocalStorage<string>();
    const seen = new Map<string, Set<string | undefined>>();
    const note = (who: string) => {
      const contexts = seen.get(who) ?? new Set();
      seen.set(who, contexts.add(context.getStore()));
    };
    const codec = {
      name: 'noting',
      encode: (value: string) => Buffer.from(value),
      decode(bytes: Uint8Array) {
        note(`codec of ${context.getStore()}`);
        return Buffer.from(bytes).toString();
      },
    };
    const map = new SharedMap({ value: codec, ...small });
    // All waits of one key are told by one wait of the engine, that of the first.
    const waits = ['one', 'two', 'three', undefined].map((name) => {
      const until = (value: string) => {
        note(`until of ${name}`);
        return value === 'done';
      };
      const wait = () => map.waitFor('k', { until, timeout: 10_000 });
      return name === undefined ? wait() : context.run(name, wait);
    });
    for (const value of ['a', 'b', 'done']) {
      await turns(3);
      context.run('the writer', () => map.set('k', value));
    }
    await Promise.all(waits);
    // At the end of its time a wait looks too.
    map.set('k', 'not yet');
    const late = context.run('late', () =>
      map.waitFor('k', { until: () => note('until of late') as unknown as boolean, timeout: 5 }),
    );
    await reasonOf(late);
    for (const name of ['one', 'two', 'three', undefined, 'late']) {
      expect([...(seen.get(`until of ${name}`) ?? [])]).toEqual([name]);
    }
    expect([...seen.keys()].filter((who) => who.includes('writer'))).toEqual([]);
  });

  test('until may abort its own wait, and others', async () => {
    const map = new SharedMap(small);
    const controller = new AbortController();
    const { signal } = controller;
    const until = () => {
      controller.abort('from until');
      return false;
    };
    const waits = ['k', 'k', 'l'].map((key) => map.waitFor(key, { signal, until }));
    await turns(2);
    map.set('k', 1);
    for (const wait of waits) expect(await reasonOf(wait)).toBe('from until');
    await turns();
    expect(waitsUnderWay(map)).toBe(0);
  });

  test('waits that were given up leave nothing behind', async () => {
    const map = new SharedMap(small);
    for (let i = 0; i < 300; i++) {
      const controller = new AbortController();
      const waiting = map.waitFor(i, { signal: controller.signal });
      controller.abort();
      await reasonOf(waiting);
    }
    await Promise.allSettled(Array.from({ length: 300 }, (_, i) => map.waitFor(i, { timeout: i % 5 })));
    await turns();
    expect(waitsUnderWay(map)).toBe(0);
  });

  test('pending waits of one thread share what the engine keeps of them', async () => {
    const map = new SharedMap(small);
    const waits = Array.from({ length: 500 }, (_, i) => map.waitFor(i, { timeout: 1000 }));
    expect(waitsUnderWay(map)).toBeLessThanOrEqual(16);
    for (let i = 0; i < 500; i++) map.set(i, i);
    expect(await Promise.all(waits)).toEqual(Array.from({ length: 500 }, (_, i) => i));
  });

  test('detach', async () => {
    const map = new SharedMap(small);
    const { handle } = map;
    const waits = [map.waitFor('k'), map.waitFor('l', { timeout: 10_000 })];
    await turns(2);
    map.detach();
    for (const wait of waits) expect((await reasonOf(wait)).code).toBe('ERR_SHARED_MAP_HANDLE');
    expect((await reasonOf(map.waitFor('k'))).code).toBe('ERR_SHARED_MAP_HANDLE');
    expect(codeOf(() => map.waitForSync('k'))).toBe('HANDLE');
    const again = SharedMap.attach(handle);
    const waiting = again.waitFor('k', {
      until: () => {
        again.detach();
        return false;
      },
    });
    again.set('k', 1);
    expect((await reasonOf(waiting)).code).toBe('ERR_SHARED_MAP_HANDLE');
  });

  test('a codec that cannot decode', async () => {
    const codec = {
      name: 'picky',
      encode: (value: number) => new Uint8Array([value]),
      decode: (bytes: Uint8Array) => {
        if (bytes[0] === 0) throw new Error('zero');
        return bytes[0] as number;
      },
    };
    const map = new SharedMap({ value: codec, ...small });
    const waiting = map.waitFor('k');
    map.set('k', 0);
    expect((await reasonOf(waiting)).code).toBe('ERR_SHARED_MAP_DECODE');
    expect(codeOf(() => map.waitForSync('k'))).toBe('DECODE');
  });
});

describe('what is refused', () => {
  const map = new SharedMap(small);
  map.set('k', 1);
  const signal = new AbortController().signal;
  const throwing = {
    get timeout(): number {
      throw new Error('from a getter');
    },
  };

  test.each<[string, unknown]>([
    ['a number', 5],
    ['null', null],
    ['an array', []],
    ['an unknown option', { timeuot: 5 }],
    ['a negative timeout', { timeout: -1 }],
    ['a timeout that is no number', { timeout: '5' }],
    ['a timeout that is NaN', { timeout: Number.NaN }],
    ['an until that is no function', { until: true }],
    ['options that throw', throwing],
  ])('%s', async (_name, options) => {
    expect(codeOf(() => map.waitForSync('k', options as never))).toBe('OPTION');
    expect((await reasonOf(map.waitFor('k', options as never))).code).toBe('ERR_SHARED_MAP_OPTION');
  });

  test('a signal that is none, and one for who blocks', async () => {
    for (const wrong of [{}, 5, null, { aborted: false }, () => {}]) {
      expect((await reasonOf(map.waitFor('k', { signal: wrong as never }))).code).toBe(
        'ERR_SHARED_MAP_OPTION',
      );
    }
    expect(codeOf(() => map.waitForSync('k', { signal } as never))).toBe('OPTION');
  });

  test('keys of a wrong type', async () => {
    const numbers = new SharedMap({ key: 'number', ...small });
    expect((await reasonOf(numbers.waitFor('1' as never))).code).toBe('ERR_SHARED_MAP_KEY_TYPE');
    expect(codeOf(() => numbers.waitForSync({} as never))).toBe('KEY_TYPE');
    expect(await map.waitFor('k', { until: undefined, timeout: undefined, signal: undefined })).toBe(1);
  });
});

describe('several threads', () => {
  test.each<[WaitingData['job'], string]>([
    ['echoSync', 'waitFor'],
    ['echo', 'waitFor'],
    ['echo', 'waitForSync'],
    ['echoSync', 'waitForSync'],
  ])('ping-pong of values, %s and %s', async (job, method) => {
    const map: AnyMap = new SharedMap(small);
    const n = 500;
    const { result } = startWaiting(map, job, n);
    for (let i = 0; i < n; i++) {
      map.set('ping', i);
      const until = (value: unknown) => value === i;
      if (method === 'waitFor') expect(await map.waitFor('pong', { until })).toBe(i);
      else expect(map.waitForSync('pong', { until, timeout: 30_000 })).toBe(i);
    }
    expect(await result).toBe('done');
    expect(map.check()).toEqual([]);
  });

  test('a token goes round among eight threads', async () => {
    const map: AnyMap = new SharedMap(small);
    const results = Array.from({ length: 8 }, (_, index) => startWaiting(map, 'ring', 50, index, 8).result);
    map.set('token', 0);
    expect(await map.waitFor('token', { until: (value) => value === 400 })).toBe(400);
    expect(await Promise.all(results)).toEqual(Array(8).fill('done'));
  });

  test('eight threads wait for one key', async () => {
    const map: AnyMap = new SharedMap(small);
    const threads = Array.from({ length: 8 }, (_, index) => startWaiting(map, 'wait', 0, index));
    const here = [map.waitFor('key'), map.waitFor('key')];
    await Promise.all(threads.map(({ ready }) => ready));
    map.set('key', { for: 'all' });
    for (const result of [...threads.map((thread) => thread.result), ...here])
      expect(await result).toEqual({ for: 'all' });
  });

  test('keys are waited for while the table grows', async () => {
    const map: AnyMap = new SharedMap({ maxBytes: 2 ** 26 });
    const n = 20_000;
    const followers = [0, 1].map(() => startWaiting(map, 'follow', n).result);
    const waits = Array.from({ length: 500 }, (_, i) => map.waitFor(i * 40 + 39));
    const fillers = [0, 1].map((index) => startWaiting(map, 'fill', n, index, 2).result);
    expect(await Promise.all(waits)).toEqual(Array.from({ length: 500 }, (_, i) => 2 * (i * 40 + 39)));
    expect(await Promise.all(followers)).toEqual([n * (n - 1), n * (n - 1)]);
    await Promise.all(fillers);
    expect(map.stats().growths).toBeGreaterThan(5);
    expect(map.check()).toEqual([]);
  });

  test('keys are waited for while the table shrinks', async () => {
    const map: AnyMap = new SharedMap({ maxBytes: 2 ** 26 });
    const n = 20_000;
    for (let i = n; i < 3 * n; i++) map.set(i, i);
    const b = map.stats().B;
    const { result } = startWaiting(map, 'follow', n);
    const waits = Array.from({ length: 200 }, (_, i) => map.waitFor(i * 100));
    for (let i = 0; i < n; i++) {
      map.delete(n + 2 * i);
      map.delete(n + 2 * i + 1);
      map.set(i, 2 * i);
      if (i % 100 === 0) await turns(1);
      if (i > 50) map.delete(i - 50); // whoever follows may be late for it
    }
    for (let i = 0; i < n; i++) map.set(i, 2 * i);
    expect(await Promise.all(waits)).toEqual(Array.from({ length: 200 }, (_, i) => 200 * i));
    expect(await result).toBe(n * (n - 1));
    expect(map.stats().shrinks).toBeGreaterThan(0);
    expect(b).toBeGreaterThan(12);
    expect(map.check()).toEqual([]);
  });

  test('the map is cleared between the wait and the write', async () => {
    const map: AnyMap = new SharedMap(small);
    const rounds = 300;
    const { result } = startWaiting(map, 'clearOften', rounds);
    for (let i = 0; i < rounds; i++) {
      await map.waitFor('round', { until: (value) => value === i });
      map.set('seen', i);
    }
    expect(await result).toBe('done');
  });

  test('threads that wait, and threads that wake them, are terminated', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [inDist('waiting-kills'), '25']);
    expect(stdout).toMatch(/^50 threads terminated, \d+ values waited for, 0 problems$/m);
  });
});

describe('the process', () => {
  test('goes on as long as a wait is pending, and no longer', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [inDist('waiting-alive')]);
    expect(stdout).toBe('came: 1998\n');
  });

  test('keeps a map that a pending wait alone knows, and no other', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      '--expose-gc',
      inDist('waiting-collected'),
    ]);
    expect(stdout).toBe('the first instance 1 undefined 1\n');
  });
});
