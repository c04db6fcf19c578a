import { type AnyKey, SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';
import { startWaiting } from './start-waiting.js';

// Waiting for a key to go away.

type AnyMap = SharedMap<AnyKey, unknown>;

const small = { maxBytes: 2 ** 24 } as const;
const absent = { absent: true } as const;

async function turns(n = 5): Promise<void> {
  for (let i = 0; i < n; i++) await new Promise(setImmediate);
}

const endings: [string, (map: AnyMap) => unknown][] = [
  ['delete', (map) => map.delete('key')],
  ['getAndDelete', (map) => map.getAndDelete('key')],
  ['compareAndDelete', (map) => map.compareAndDelete('key', 'value')],
  ['deleteIf', (map) => map.deleteIf('key', () => true)],
  ['retain', (map) => map.retain(() => false)],
  ['update', (map) => map.update('key', () => undefined)],
  ['replaceAll', (map) => map.replaceAll(() => undefined)],
  ['deleteMany', (map) => map.deleteMany(['other', 'key'])],
  ['clear', (map) => map.clear()],
  [
    'a growth, then delete',
    (map) => {
      for (let i = 0; i < 20_000; i++) map.set(i, i);
      map.delete('key');
    },
  ],
  [
    'a growth and a shrink, then clear',
    (map) => {
      for (let i = 0; i < 20_000; i++) map.set(i, i);
      for (let i = 0; i < 20_000; i++) map.delete(i);
      map.shrink();
      map.clear();
    },
  ],
];

describe('the end of a key', () => {
  test('is there at once where the key is not', async () => {
    const map: AnyMap = new SharedMap(small);
    expect(await map.waitFor('key', absent)).toBe(undefined);
    expect(map.waitForSync('key', { absent: true, timeout: 0 })).toBe(undefined);
    map.set('key', undefined); // a key like any other
    expect(codeOf(() => map.waitForSync('key', { absent: true, timeout: 0 }))).toBe('TIMEOUT');
  });

  test.each(endings)('is made by %s', async (_name, end) => {
    const map: AnyMap = new SharedMap(small);
    map.set('key', 'value');
    let ended = false;
    const waiting = map.waitFor('key', absent).then((value) => {
      ended = true;
      return value;
    });
    await turns();
    map.set('key', 'another').set('other', 1).set('key', 'value');
    await turns();
    expect(ended).toBe(false);
    end(map);
    expect(await waiting).toBe(undefined);
    expect(map.check()).toEqual([]);
  });

  test.each(endings)('is made by %s in another thread, with and without blocking', async (_name, end) => {
    const map: AnyMap = new SharedMap(small);
    map.set('key', 'value');
    const threads = [0, 1].map((index) => startWaiting(map, 'end', 0, index));
    await Promise.all(threads.map(({ ready }) => ready));
    end(map);
    expect(await Promise.all(threads.map(({ result }) => result))).toEqual(['gone', 'gone']);
    expect(map.check()).toEqual([]);
  });

  test('is not the change of its value, nor the end of a neighbour', async () => {
    const map: AnyMap = new SharedMap(small);
    for (let i = 0; i < 100; i++) map.set(i, i);
    const waiting = map.waitFor(5, { absent: true, timeout: 30 });
    await turns();
    for (let i = 6; i < 100; i++) map.delete(i);
    map.set(5, 'another');
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_SHARED_MAP_TIMEOUT' });
    const error = errorOf(() => map.waitForSync(5, { absent: true, timeout: 1 }));
    expect(error.message).toContain('still a key');
  });

  test('can be waited for where the value cannot be decoded', () => {
    const codec = {
      name: 'never',
      encode: () => new Uint8Array(3),
      decode: (): number => {
        throw new Error('never');
      },
    };
    const map = new SharedMap({ value: codec, ...small });
    map.set('key', 1);
    expect(codeOf(() => map.waitForSync('key'))).toBe('DECODE');
    expect(codeOf(() => map.waitForSync('key', { absent: true, timeout: 1 }))).toBe('TIMEOUT');
    map.delete('key');
    expect(map.waitForSync('key', absent)).toBe(undefined);
  });

  test('is given up by its signal, and by detach', async () => {
    const map: AnyMap = new SharedMap(small);
    map.set('key', 1);
    const controller = new AbortController();
    const given = map.waitFor('key', { absent: true, signal: controller.signal });
    controller.abort('no more');
    await expect(given).rejects.toBe('no more');
    const waiting = map.waitFor('key', absent);
    map.detach();
    await expect(waiting).rejects.toMatchObject({ code: 'ERR_SHARED_MAP_HANDLE' });
  });

  test('long keys', async () => {
    const map: AnyMap = new SharedMap({ maxBytes: 2 ** 26 });
    const key = 'K'.repeat(40_000);
    map.set(key, 1);
    const waiting = map.waitFor(key, absent);
    await turns();
    map.delete(key);
    expect(await waiting).toBe(undefined);
  });

  test.each<[string, object]>([
    ['with until', { absent: true, until: () => true }],
    ['no boolean', { absent: 1 }],
  ])('options that are refused: %s', async (_name, options) => {
    const map: AnyMap = new SharedMap(small);
    expect(codeOf(() => map.waitForSync('key', options as never))).toBe('OPTION');
    await expect(map.waitFor('key', options as never)).rejects.toMatchObject({
      code: 'ERR_SHARED_MAP_OPTION',
    });
  });

  test('absent: false waits for a value', async () => {
    const map: AnyMap = new SharedMap(small);
    map.set('key', 1);
    expect(await map.waitFor('key', { absent: false, until: () => true })).toBe(1);
  });

  test('threads that wait for it are terminated, and keys come and go meanwhile', async () => {
    const map: AnyMap = new SharedMap(small);
    for (let round = 0; round < 10; round++) {
      map.set('key', round);
      const [victim, survivor] = [0, 1].map((index) => startWaiting(map, 'end', 0, (round + index) % 2));
      if (victim === undefined || survivor === undefined) throw new Error('two were started');
      await Promise.all([victim.ready, survivor.ready]);
      const ended = victim.worker.terminate();
      for (let i = 0; i < 100; i++) map.set(i, i);
      map.delete('key');
      await ended;
      expect(await survivor.result).toBe('gone');
      map.clear();
    }
    expect(map.check()).toEqual([]);
  });
});
