import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { platform, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SharedMap, type SharedMapHandle, SharedSet } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';
import { doorOf } from './internals.js';

const small = { maxBytes: 2 ** 20 } as const;

describe('uses are counted', () => {
  test('a detach ends one, the last lets go, one more throws', () => {
    const map = new SharedMap(small).set('k', 1);
    const { handle } = map;
    for (let uses = 1; uses < 4; uses++) expect(SharedMap.attach(handle)).toBe(map);
    for (let uses = 4; uses > 1; uses--) {
      map.detach();
      expect(map.get('k')).toBe(1);
    }
    map.detach();
    expect(codeOf(() => map.get('k'))).toBe('HANDLE');
    const error = errorOf(() => map.detach());
    expect(error.code).toBe('ERR_SHARED_MAP_HANDLE');
    expect(error.message).toContain('more often');
    const again = SharedMap.attach(handle);
    expect(codeOf(() => map.detach())).toBe('HANDLE'); // not the other one's use
    expect([again === map, again.get('k'), again.stats().threads]).toEqual([false, 1, 1]);
  });

  test('tasks of one thread that come and go leave it to each other, and to its owner', async () => {
    const owner = new SharedMap<string, number>({ key: 'string', value: 'number', ...small });
    const task = async (name: string, turns: number): Promise<number> => {
      const map = SharedMap.attach(owner.handle);
      try {
        for (let i = 0; i < turns; i++) {
          map.add(name);
          await new Promise(setImmediate);
        }
        return map.add(name);
      } finally {
        map.detach();
      }
    };
    expect(await Promise.all([task('a', 2), task('b', 20), task('c', 1)])).toEqual([3, 21, 2]);
    expect(owner.get('b')).toBe(21);
    owner.detach();
    expect(codeOf(() => owner.size)).toBe('HANDLE');
  });

  test('all of them end at once, again and again if need be', () => {
    const map = new SharedMap(small);
    SharedMap.attach(map.handle);
    map.detach({ all: true });
    expect(codeOf(() => map.size)).toBe('HANDLE');
    map.detach({ all: true });
    expect(codeOf(() => map.detach({ all: false }))).toBe('HANDLE');
  });

  test('dispose ends one, and nothing where nothing is left', () => {
    const map = new SharedMap(small);
    SharedMap.attach(map.handle);
    map[Symbol.dispose]();
    expect(map.size).toBe(0);
    map[Symbol.dispose]();
    expect(codeOf(() => map.size)).toBe('HANDLE');
    map[Symbol.dispose]();
  });

  test.each([null, 5, 'all', true, { al: true }, { all: 1 }, { all: true, more: 1 }])(
    'options: %s',
    (options) => {
      const map = new SharedMap(small);
      expect(codeOf(() => map.detach(options as object))).toBe('OPTION');
      expect(map.size).toBe(0);
      const failing = {
        get all(): boolean {
          throw new Error('from a getter');
        },
      };
      expect(codeOf(() => map.detach(failing))).toBe('OPTION');
      map.detach({});
      expect(codeOf(() => map.size)).toBe('HANDLE');
    },
  );

  test('an attach that is refused is none', () => {
    const map = new SharedMap(small);
    const { handle } = map;
    expect(codeOf(() => SharedMap.attach(handle, { cacheValues: 5 }))).toBe('OPTION');
    expect(codeOf(() => SharedSet.attach({ magic: 'threadmap-set', map: handle } as never))).toBe('HANDLE');
    map.detach();
    expect(codeOf(() => map.size)).toBe('HANDLE');
    // It takes no slot either: none is left behind where the thread had not attached.
    expect(codeOf(() => SharedSet.attach({ magic: 'threadmap-set', map: handle } as never))).toBe('HANDLE');
    expect(SharedMap.attach(handle).stats().threads).toBe(1);
  });

  test('of a set, whose map has the same', () => {
    const set = new SharedSet(['a'], small);
    const { handle } = set;
    expect(SharedSet.attach(handle)).toBe(set);
    const map = SharedMap.attach(handle.map);
    set.detach();
    map.detach();
    expect(set.has('a')).toBe(true);
    set.detach();
    expect(codeOf(() => set.has('a'))).toBe('HANDLE');
    expect(codeOf(() => set.detach())).toBe('HANDLE');
    set[Symbol.dispose]();
    set.detach({ all: true });
    expect(SharedSet.attach(handle).has('a')).toBe(true);
  });

  test('fromSnapshot and load count as new', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'threadmap-uses-'));
    try {
      const map = new SharedMap(small).set('k', 1);
      await map.save(join(folder, 'map'));
      for (const copy of [
        SharedMap.fromSnapshot(map.snapshot()),
        await SharedMap.load(join(folder, 'map')),
      ]) {
        copy.detach();
        expect(codeOf(() => copy.detach())).toBe('HANDLE');
      }
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('a wait ends when the last use does, not before', async () => {
    const map = new SharedMap(small);
    SharedMap.attach(map.handle);
    let ended = false;
    const wait = map.waitFor('k').catch((error) => {
      ended = true;
      return error.code;
    });
    map.detach();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(ended).toBe(false);
    map.detach();
    expect(await wait).toBe('ERR_SHARED_MAP_HANDLE');
  });
});

describe('a map that was let go of', () => {
  test('has a handle without memory, which says what to do', () => {
    const map = new SharedMap({ key: 'string', ...small });
    const set = new SharedSet(small);
    const { handle } = map;
    const mapOfSet = set.handle.map;
    map.detach();
    set.detach();
    expect(map.handle).toEqual({ ...handle, memory: undefined });
    expect(map.handle).toBe(map.handle);
    expect(set.handle.map).toEqual({ ...mapOfSet, memory: undefined });
    expect([Object.keys(map), Object.keys(set)]).toEqual([['handle'], ['handle']]);
    const error = errorOf(() => SharedMap.attach(map.handle));
    expect([error.code, error.message]).toEqual([
      'ERR_SHARED_MAP_HANDLE',
      expect.stringContaining('keep the handle before'),
    ]);
    expect(codeOf(() => SharedSet.attach(set.handle))).toBe('HANDLE');
    expect(SharedMap.attach(handle).size).toBe(0);
  });

  test('holds no memory, whatever still holds the map: frozen ones, iterators, sets, waits', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const collected = new Set<string>();
    const registry = new FinalizationRegistry<string>((name) => collected.add(name));
    const held: unknown[] = [];
    const watch = (name: string, { memory }: SharedMapHandle<unknown, unknown>) => {
      registry.register(memory, name);
      registry.register(memory.buffer, `${name}: bytes`);
    };
    const names = ['plain', 'frozen', 'iterated', 'waiting', 'cached', 'codec', 'set'];
    const make = (name: string): void => {
      const codec = { name: 'c', encode: () => new Uint8Array(1), decode: () => ({}) };
      const cacheValues = name === 'cached' ? 5 : 0;
      const options = { ...(name === 'codec' ? { value: codec } : {}), cacheValues, ...small };
      if (name === 'set') {
        const set = new SharedSet([1, 2], small);
        watch(name, set.handle.map);
        const values = set.values();
        values.next();
        held.push(set, values);
        set.detach();
        return;
      }
      const map = new SharedMap<string, unknown>(options as object).set('k', { a: 1 }).set('l', 1);
      watch(name, map.handle);
      held.push(name === 'frozen' ? Object.freeze(map) : map, map.get('k'));
      if (name === 'iterated') {
        const entries = map.entries();
        entries.next();
        held.push(entries);
      }
      if (name === 'waiting') held.push(map.waitFor('x').catch(() => {}));
      map.detach();
    };
    for (const name of names) make(name);
    const wanted = names.flatMap((name) => [name, `${name}: bytes`]).sort();
    for (let i = 0; i < 50 && collected.size < wanted.length; i++) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      gc();
    }
    expect([...collected].sort()).toEqual(wanted);
    expect(held.length).toBeGreaterThan(names.length);
  });

  // Addresses are the limit where each memory reserves 10 GiB of them: 128 TiB are some 13,000
  // maps, 200 GB some 18.
  test.runIf(platform() === 'linux')('is free at the next collection, within the same turn', async () => {
    const program = `
      import { SharedMap, SharedSet } from ${JSON.stringify(new URL('../dist/src/index.js', import.meta.url).href)};
      const kept = [];
      const options = { key: 'number', maxBytes: 1 << 20 };
      const snapshot = new SharedMap(options).snapshot();
      for (let n = 0; n < 150; n++) {
        const map = new SharedMap(options).set(1, n);
        SharedMap.attach(map.handle).detach();
        map.get(1);
        kept.push(map, n % 2 ? map.keys() : map.handle.id);
        map.detach();
        const set = new SharedSet([n], { maxBytes: 1 << 20 });
        kept.push(set);
        set.detach();
        const copy = SharedMap.fromSnapshot(snapshot);
        copy.detach({ all: n % 2 === 0 });
        if (n > 5) kept.splice(0, 1);
      }
      console.log('done');
    `;
    const { stdout } = await promisify(execFile)('bash', [
      '-c',
      'ulimit -v 200000000; exec "$0" --input-type=module -e "$1"',
      process.execPath,
      program,
    ]);
    expect(stdout).toBe('done\n');
  });
});

test('a slot is let go of once, however many copies have it: the next one in it is left alone', () => {
  const map = new SharedMap(small);
  const { exports } = doorOf(map).kernel;
  map.detach();
  exports.detach();
  expect(exports.threads()).toBe(0);
});
