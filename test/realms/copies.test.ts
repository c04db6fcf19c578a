import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Worker } from 'node:worker_threads';
import { type Codec, SharedMap, SharedMapError, SharedSet } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { codeOf, errorOf } from '../error-of.js';
import { there } from './realm.js';

type Library = typeof import('../../src/index.js');

const small = { maxBytes: 2 ** 20 } as const;
const folder = mkdtempSync(join(tmpdir(), 'threadmap-copies-'));
afterAll(() => rmSync(folder, { recursive: true }));

/**
 * Another installed copy of this library, as nested node_modules, a bundle or a module that is
 * loaded again make one.
 */
async function copyNamed(name: string): Promise<Library> {
  const place = join(folder, 'dist', name); // below dist: loaded by Node itself, as vitest.config.ts says
  cpSync(fileURLToPath(new URL('../../dist/src', import.meta.url)), place, { recursive: true });
  writeFileSync(join(place, 'package.json'), '{ "type": "module" }');
  return import(pathToFileURL(join(place, 'index.js')).href) as Promise<Library>;
}

const other = await copyNamed('one');
const third = await copyNamed('two');

describe('two copies in one thread', () => {
  test('share a map, its slot and its scratch; each has instances of its own', () => {
    const map = new SharedMap(small);
    const same = other.SharedMap.attach(map.handle);
    expect([same instanceof other.SharedMap, same instanceof SharedMap]).toEqual([true, false]);
    expect(other.SharedMap.attach(map.handle)).toBe(same);
    expect(SharedMap.attach(same.handle)).toBe(map);
    map.set('k', 'a value with a record of its own');
    expect(same.get('k')).toBe('a value with a record of its own');
    same.set('by', 'the other').set('long', 'x'.repeat(200_000));
    expect([map.get('by'), (map.get('long') as string).length]).toEqual(['the other', 200_000]);
    expect([map.stats().threads, same.stats().threads]).toEqual([1, 1]);
    expect([...map].length).toBe(3);
    // Calls of one in the middle of calls of the other.
    expect(same.update('by', () => map.set('else', 'of the first').get('else'))).toBe('of the first');
    for (const [key] of same) map.delete(key);
    expect([map.size, same.size, map.check(), same.check()]).toEqual([0, 0, [], []]);
  });

  test('have errors that answer to both, TypeErrors included', () => {
    const map = new SharedMap({ key: 'string', ...small });
    const same = other.SharedMap.attach(map.handle);
    for (const call of [
      () => same.set(1 as never, 1),
      () => same.waitForSync('x', { timeout: 0 }),
      () => new other.SharedMap({ capacity: -1 }),
    ]) {
      const error = errorOf(call);
      expect([error instanceof SharedMapError, error instanceof other.SharedMapError]).toEqual([true, true]);
    }
    expect(errorOf(() => same.set(1 as never, 1))).toBeInstanceOf(TypeError);
    expect(new Error('plain') instanceof SharedMapError).toBe(false);
    expect(there<Error>("new TypeError('plain')") instanceof SharedMapError).toBe(false);
    expect({ code: 'ERR_SHARED_MAP_FULL' } instanceof SharedMapError).toBe(false);
    // A subclass asks as classes do.
    class Mine extends (SharedMapError as unknown as typeof Error) {}
    expect([errorOf(() => same.set(1 as never, 1)) instanceof Mine, new Mine() instanceof Mine]).toEqual([
      false,
      true,
    ]);
  });

  test('share codecs by name, also when one is registered again', () => {
    const codec = (by: string): Codec<string> => ({
      name: 'of all copies',
      encode: (text) => Buffer.from(text),
      decode: (bytes) => `${Buffer.from(bytes)} ${by}`,
    });
    other.SharedMap.registerCodec(codec('first'));
    const map = new SharedMap({ value: codec('made'), cacheValues: 4, ...small }).set('k', 'text');
    const same = third.SharedMap.attach(map.handle);
    expect(same.get('k')).toBe('text first');
    SharedMap.registerCodec(codec('second'));
    expect(same.get('k')).toBe('text second');
    expect(other.SharedMap.attach(map.handle).get('k')).toBe('text second');
  });

  test('share kept values, and refuse another number of them', () => {
    const map = new SharedMap({ cacheValues: 2, ...small }).set('k', { a: 1 }).set('d', new Date(5));
    const same = other.SharedMap.attach(map.handle);
    const value = map.get('k');
    expect(same.get('k')).toBe(value);
    expect(other.SharedMap.attach(map.handle, { cacheValues: 2 })).toBe(same);
    for (let i = 0; i < 3; i++) expect([map.get('d'), same.get('d')]).toEqual([new Date(5), new Date(5)]);
    expect(same.get('d') === map.get('d')).toBe(false);
    same.set('k', { a: 2 });
    expect(map.get('k')).toEqual({ a: 2 });
    const plain = new SharedMap(small);
    for (const { attach } of [other.SharedMap, third.SharedMap, other.SharedMap]) {
      const attached = () => attach(plain.handle, { cacheValues: 5 });
      expect(codeOf(attached)).toBe('OPTION');
      expect(codeOf(() => attach(map.handle, { cacheValues: 5 }))).toBe('OPTION');
    }
    // What was refused is no use of the map.
    plain.detach();
    expect(other.SharedMap.attach(map.handle, {}).size).toBe(2);
  });

  test('share sets', () => {
    const set = new SharedSet(['a'], small);
    const same = other.SharedSet.attach(set.handle);
    expect(same instanceof other.SharedSet).toBe(true);
    expect(other.SharedSet.attach(set.handle)).toBe(same);
    expect(same.add('b').union(set)).toEqual(new Set(['a', 'b']));
    expect([inspect(set), inspect(same)].map((text) => text.slice(0, 12))).toEqual(
      Array(2).fill('SharedSet(2)'),
    );
    expect(inspect(other.SharedMap.attach(set.handle.map))).toMatch(/^SharedMap\(2\)/);
  });
});

describe('letting go', () => {
  test('of one copy leaves the map to the others; the last gives the slot back', () => {
    const map = new SharedMap(small).set('k', 1);
    const { handle } = map;
    const same = other.SharedMap.attach(handle);
    const last = third.SharedMap.attach(handle);
    map.detach();
    expect(codeOf(() => map.get('k'))).toBe('HANDLE');
    expect(codeOf(() => map.detach())).toBe('HANDLE'); // none of the others' uses
    expect([same.get('k'), last.get('k')]).toEqual([1, 1]);
    same.detach();
    expect(last.set('k', 2).stats().threads).toBe(1);
    const again = SharedMap.attach(handle);
    expect([again.get('k'), again.stats().threads]).toEqual([2, 1]);
    last.detach();
    again.detach();
    const fresh = SharedMap.attach(handle);
    expect([fresh.stats().threads, fresh.check()]).toEqual([1, []]);
  });

  test('at once is of all copies, and their waits', async () => {
    const map = new SharedMap(small);
    const { handle } = map;
    const same = other.SharedMap.attach(handle);
    const set = third.SharedMap.attach(handle);
    const waits = [map.waitFor('x'), same.waitFor('x'), same.waitFor('y')];
    await new Promise(setImmediate);
    same.detach({ all: true });
    for (const each of [map, same, set]) expect(codeOf(() => each.size)).toBe('HANDLE');
    for (const wait of waits) await expect(wait).rejects.toThrow(SharedMapError);
    expect(SharedMap.attach(handle).stats().threads).toBe(1);
  });

  test('of one copy ends its waits, and no others', async () => {
    const map = new SharedMap(small);
    const same = other.SharedMap.attach(map.handle);
    const waits = [map.waitFor('x'), same.waitFor('x')] as const;
    await new Promise(setImmediate);
    same.detach();
    await expect(waits[1]).rejects.toThrow(SharedMapError);
    map.set('x', 5);
    expect(await waits[0]).toBe(5);
  });
});

test('an instance that nobody holds any more leaves the map to the other copies', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  const map = new SharedMap(small).set('k', 1);
  const { handle } = map;
  let collected = 0;
  const registry = new FinalizationRegistry(() => collected++);
  const drop = () => registry.register(other.SharedMap.attach(handle), undefined);
  drop();
  for (let i = 0; i < 100 && collected === 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
  expect(collected).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect([map.get('k'), map.stats().threads]).toEqual([1, 1]);
  const again = other.SharedMap.attach(handle);
  map.detach();
  expect(again.set('k', 2).stats().threads).toBe(1);
  again.detach();
  expect(SharedMap.attach(handle).stats().threads).toBe(1);
});

test('a codec that leads to its map does not keep it: what copies share holds no codec', async () => {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as () => void;
  let collected = 0;
  const registry = new FinalizationRegistry(() => collected++);
  const drop = () => {
    const own: { map?: unknown } = {};
    const codec = { name: 'ring', encode: () => new Uint8Array(own.map ? 1 : 2), decode: () => own };
    own.map = new SharedMap<string, unknown>({ value: codec, cacheValues: 3, ...small }).set('k', 1);
    (own.map as SharedMap<string, unknown>).get('k');
    registry.register(own, undefined);
  };
  drop();
  for (let i = 0; i < 100 && collected === 0; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    gc();
  }
  expect(collected).toBe(1);
});

test('what other versions have on globalThis is left alone, and leaves this one alone', async () => {
  const scope = globalThis as Record<symbol, unknown>;
  const before = Symbol.for('threadmap.maps.layout2');
  const junk = { maps: new Map([['x', {}]]), dropped: 5 };
  scope[before] = junk;
  const late = await copyNamed('late');
  const map = new late.SharedMap(small).set('k', 1);
  expect(SharedMap.attach(map.handle).get('k')).toBe(1);
  expect(scope[before]).toBe(junk);
  delete scope[before];
});

test('a Worker is followed once, however many copies were loaded', async () => {
  for (let i = 0; i < 12; i++) await copyNamed(`follower ${i}`);
  const worker = new Worker('setTimeout(() => {}, 100)', { eval: true });
  expect(worker.listenerCount('exit')).toBe(1);
  await once(worker, 'exit');
});

test('what copies share is plain: data, Maps and Sets, functions', () => {
  const map = new SharedMap({ cacheValues: 2, ...small }).set('k', { a: 1 });
  map.get('k');
  const shared = Object.getOwnPropertySymbols(globalThis).filter((symbol) =>
    symbol.description?.startsWith('threadmap.'),
  );
  expect(shared.map((symbol) => symbol.description).sort()).toEqual([
    'threadmap.codecs',
    'threadmap.creator.1',
    'threadmap.in-place',
    expect.stringMatching(/^threadmap\.seats\.\d+\.\d+$/),
  ]);
  const platform = (value: object) =>
    /^\[object (WebAssembly\.|Map|Set|Function)/.test(Object.prototype.toString.call(value));
  const walk = (value: unknown, path: string): void => {
    if (typeof value === 'function' || typeof value !== 'object' || value === null) return;
    if (value instanceof Map || value instanceof Set)
      for (const each of value.values()) walk(each, `${path}.*`);
    else if (!platform(value)) {
      expect([Object.prototype, null], path).toContain(Object.getPrototypeOf(value));
      for (const [name, each] of Object.entries(value)) walk(each, `${path}.${name}`);
    }
  };
  for (const symbol of shared)
    walk((globalThis as Record<symbol, unknown>)[symbol], symbol.description as string);
});
