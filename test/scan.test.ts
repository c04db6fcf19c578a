import { setTimeout as sleep } from 'node:timers/promises';
import { SharedMap, type SharedMapCursor, SharedMapError } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { HASHES, mapWithHash } from './internals.js';
import { Random } from './random.js';
import { run, start } from './threads/run-threads.js';

const MiB = 2 ** 20;

function errorOf(call: () => unknown): SharedMapError {
  try {
    call();
  } catch (error) {
    expect(error).toBeInstanceOf(SharedMapError);
    return error as SharedMapError;
  }
  throw new Error('it did not throw');
}

/** All that a cursor leads to; `between` is called after each step, with the next cursor, and may give another. */
function all<K, V>(
  map: SharedMap<K, V>,
  cursor: SharedMapCursor,
  count?: number,
  between = (next: SharedMapCursor, _step: number) => next,
): [K, V][] {
  const entries: [K, V][] = [];
  for (let step = 0, at = cursor; !at.done; step++) {
    expect(step).toBeLessThan(100_000);
    const { entries: some, cursor: next } = map.scan(at, count);
    entries.push(...some);
    at = between(next, step);
  }
  return entries;
}

function filled(n: number, hash: (typeof HASHES)[number] = 'real'): SharedMap<number, number> {
  const map = mapWithHash<number, number>(hash, { key: 'number', value: 'number', maxBytes: 128 * MiB });
  for (let i = 0; i < n; i++) map.set(i, i * 2);
  return map;
}

const sorted = (keys: Iterable<number>) => [...keys].sort((a, b) => a - b);
const upTo = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('partition', () => {
  test.each([1, 2, 3, 7, 16, 100, 2 ** 24])('%d parts are the whole, and do not overlap', (n) => {
    const map = filled(3000);
    const keys: number[] = [];
    // Of very many, a few: they hold next to nothing.
    const parts = n > 1000 ? [0, 1, n / 2, n - 1] : upTo(n);
    for (const i of parts) {
      for (const [key, value] of map.partition(i, n)) {
        expect(value).toBe(key * 2);
        keys.push(key);
      }
    }
    expect(new Set(keys).size).toBe(keys.length);
    if (n <= 1000) expect(sorted(keys)).toEqual(upTo(3000));
  });

  test.each(HASHES)('parts cut through chains of keys, %s hash', (hash) => {
    const map = filled(800, hash);
    const counts = upTo(5).map((i) => [...map.partition(i, 5)].length);
    expect(counts.reduce((a, b) => a + b)).toBe(800);
  });

  test('parts are of much the same size', () => {
    const map = filled(40_000);
    for (const i of upTo(8)) {
      const { length } = [...map.partition(i, 8)];
      expect(Math.abs(length - 5000)).toBeLessThan(500);
    }
  });

  test('an iterator as the others, which a clear ends', () => {
    const map = filled(100);
    const iterator = map.partition(0, 1);
    expect(iterator[Symbol.iterator]()).toBe(iterator);
    expect(iterator.next().done).toBe(false);
    map.clear();
    map.set(1, 1);
    // What was listed of this chain before may still come, if it is there.
    expect([...iterator].length).toBeLessThan(2);
  });

  test.each([
    [-1, 2],
    [2, 2],
    [0, 0],
    [0.5, 2],
    [0, 1.5],
    [0, 2 ** 24 + 1],
    [Number.NaN, 1],
    ['0', 1],
    [0, 1n],
    [undefined, 2],
    [0, undefined],
  ])('part %s of %s is none', (i, n) => {
    const map = filled(1);
    expect(errorOf(() => map.partition(i as number, n as number)).code).toBe('ERR_SHARED_MAP_OPTION');
    if (i !== undefined && n !== undefined)
      expect(errorOf(() => map.cursor(i as number, n as number)).code).toBe('ERR_SHARED_MAP_OPTION');
  });

  test('threads that take a part each, while others write: what stays comes to one of them, once', async () => {
    for (const threads of [2, 3]) {
      const map = new SharedMap({ maxBytes: 256 * MiB }) as SharedMap<unknown, unknown>;
      const n = 4000;
      for (let i = 0; i < n; i++) map.set(i, i);
      const running = await start(map, [{ job: 'comeAndGo', threads: 1, n }]);
      const began = map.stats().growths;
      // The table grows, and may shrink, in the middle of it, however late the writer gets a processor.
      for (let round = 0; round < 4 || map.stats().growths === began; round++) {
        const found = (await run(map, 'takePart', threads, n)) as unknown[][];
        const times = new Map<unknown, number>();
        for (const key of found.flat()) times.set(key, (times.get(key) ?? 0) + 1);
        for (let i = 0; i < n; i++) if (times.get(i) !== 1) expect(times.get(i), `${i}`).toBe(1);
        for (const [key, count] of times) if (count !== 1) expect(count, String(key)).toBe(1);
        expect(Math.min(...found.map(({ length }) => length))).toBeGreaterThan(n / threads / 2);
      }
      running.stop();
      await running.results;
      expect(map.stats().growths).toBeGreaterThan(began);
      expect(map.check()).toEqual([]);
      map.detach();
    }
  });
});

describe('cursor and scan', () => {
  test('all entries, in steps of about the size that is asked for', () => {
    const map = filled(5000);
    for (const count of [1, 10, 100, 4000, 1e9]) {
      let steps = 0;
      const entries = all(map, map.cursor(), count, (next) => {
        steps++;
        return next;
      });
      expect(sorted(entries.map(([key]) => key))).toEqual(upTo(5000));
      expect(entries.every(([key, value]) => value === key * 2)).toBe(true);
      if (count < 1000) expect(steps).toBeGreaterThan(5000 / (count + 100));
    }
    const { entries } = map.scan(map.cursor());
    expect(entries.length).toBeGreaterThanOrEqual(100);
    expect(entries.length).toBeLessThan(150);
  });

  test('an empty map, a sparse one', () => {
    const map = filled(0);
    expect(map.scan(map.cursor(), 10)).toMatchObject({ entries: [], cursor: { done: true } });
    const sparse = new SharedMap({ key: 'number', value: 'number', capacity: 100_000, maxBytes: 64 * MiB });
    sparse.set(1, 1);
    let steps = 0;
    const entries = all(sparse, sparse.cursor(), 10, (next) => {
      steps++;
      return next;
    });
    expect(entries).toEqual([[1, 1]]);
    // No step looks at the whole table.
    expect(steps).toBeGreaterThan(100);
  });

  test('cursors of parts', () => {
    const map = filled(3000);
    const entries = upTo(7).flatMap((i) => all(map, map.cursor(i, 7), 50));
    expect(sorted(entries.map(([key]) => key))).toEqual(upTo(3000));
  });

  test('a cursor is plain: frozen, JSON, a clone; and done stays done', () => {
    const map = filled(1000);
    const cursor = map.cursor();
    expect(Object.isFrozen(cursor)).toBe(true);
    expect(Object.keys(cursor).sort()).toEqual(['done', 'end', 'magic', 'map', 'position', 'since']);
    expect(cursor.map).toBe(map.handle.id);
    const entries = all(map, cursor, 20, (next, step) =>
      step % 2 === 0 ? JSON.parse(JSON.stringify(next)) : structuredClone(next),
    );
    expect(sorted(entries.map(([key]) => key))).toEqual(upTo(1000));
    let last = cursor;
    all(map, cursor, 20, (next) => {
      last = next;
      return next;
    });
    expect(map.scan(last)).toEqual({ entries: [], undecodable: [], cursor: last });
    // The first cursor still is where it was.
    expect(map.scan(cursor, 20)).toEqual(map.scan(cursor, 20));
  });

  test.each(HASHES)('what stays comes once, what comes and goes at most once, %s hash', (hash) => {
    const random = new Random(3);
    for (let round = 0; round < 10; round++) {
      const n = hash === 'real' ? 2000 : 300;
      const map = filled(n, hash);
      let fresh = n;
      const doomed = new Set<number>();
      const entries = all(map, map.cursor(), 1 + random.below(40), (next, step) => {
        // The table doubles some times while the cursor is on its way.
        const more = step > 50 ? 0 : hash === 'real' ? 200 : 5;
        for (let i = 0; i < more; i++) map.set(fresh++, 1);
        const gone = 1 + 3 * random.below(n / 3 - 1);
        doomed.add(gone);
        map.delete(gone);
        if (step % 3 === 0) map.set(gone, 5);
        return next;
      });
      const times = new Map<number, number>();
      for (const [key] of entries) times.set(key, (times.get(key) ?? 0) + 1);
      for (const i of upTo(n)) if (!doomed.has(i)) expect(times.get(i), `${i}`).toBe(1);
      for (const [key, count] of times) expect(count, `${key}`).toBe(1);
    }
  });

  test('a thread goes on where another has stopped', async () => {
    const map = new SharedMap({ maxBytes: 256 * MiB }) as SharedMap<unknown, unknown>;
    const n = 3000;
    for (let i = 0; i < n; i++) map.set(i, i);
    const running = await start(map, [{ job: 'comeAndGo', threads: 1, n }]);
    // Each thread makes some steps and hands its cursor on in the map itself.
    map.set('cursor', map.cursor());
    map.set('turn', 0);
    const found = (await run(map, 'passCursor', 3, n)) as unknown[][];
    running.stop();
    await running.results;
    const times = new Map<unknown, number>();
    for (const key of found.flat()) times.set(key, (times.get(key) ?? 0) + 1);
    for (let i = 0; i < n; i++) if (times.get(i) !== 1) expect(times.get(i), `${i}`).toBe(1);
    for (const [key, count] of times) if (count !== 1) expect(count, String(key)).toBe(1);
    for (const { length } of found) expect(length).toBeGreaterThan(0);
    expect(map.check()).toEqual([]);
  });

  test('many cursors at once', () => {
    const map = filled(2000);
    let cursors = upTo(50).map(() => ({ at: map.cursor(), keys: [] as number[] }));
    const random = new Random(11);
    const ended: number[][] = [];
    while (cursors.length > 0) {
      const one = random.of(cursors);
      const { entries, cursor } = map.scan(one.at, 1 + random.below(300));
      one.keys.push(...entries.map(([key]) => key));
      one.at = cursor;
      if (cursor.done) ended.push(one.keys);
      cursors = cursors.filter(({ at }) => !at.done);
    }
    expect(ended.length).toBe(50);
    for (const keys of ended) expect(sorted(keys)).toEqual(upTo(2000));
  });

  test('a clear ends it, and so do thousands of them', () => {
    const map = filled(1000);
    const { cursor } = map.scan(map.cursor(), 10);
    expect(cursor.done).toBe(false);
    map.clear();
    for (let i = 0; i < 1000; i++) map.set(i, 1);
    expect(map.scan(cursor)).toMatchObject({ entries: [], cursor: { done: true } });
    // The number of a generation in the root word begins again after 4096.
    for (let i = 1; i < 4096; i++) map.clear();
    for (let i = 0; i < 1000; i++) map.set(i, 1);
    expect(map.scan(cursor)).toMatchObject({ entries: [], cursor: { done: true } });
    expect(all(map, map.cursor()).length).toBe(1000);
    expect([...map.keys()].length).toBe(1000);
  });

  test('values of all kinds, keys of all kinds, a value that no codec reads', async () => {
    let broken = false;
    const codec = {
      name: 'text',
      encode: (text: string) => Buffer.from(text),
      decode(bytes: Uint8Array): string {
        if (broken) throw new Error('broken');
        return Buffer.from(bytes).toString();
      },
    };
    const map = new SharedMap({ value: codec, maxBytes: 16 * MiB });
    const keys = ['a', 1, 10n ** 30n, true, null, undefined, 'k'.repeat(70_000)];
    for (const key of keys) map.set(key, `${key}`);
    const cursor = map.cursor();
    expect(new Map(all(map, cursor, 2))).toEqual(new Map(keys.map((key) => [key, `${key}`])));
    broken = true;
    expect(all(map, cursor, 2)).toEqual([]);
    const { undecodable, cursor: next } = map.scan(cursor, 100);
    expect(new Set(undecodable.map(({ key }) => key))).toEqual(new Set(keys));
    expect(next.done).toBe(true);
    broken = false;
    expect(all(map, cursor, 2).length).toBe(keys.length);
    await sleep(0);
  });

  const map = filled(100);
  const cursor = map.cursor();
  const other = filled(1);
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a number', 0],
    ['an empty object', {}],
    ['a cursor of another map', other.cursor()],
    ['one without a generation', { ...cursor, since: undefined }],
    ['a negative position', { ...cursor, position: -1 }],
    ['a broken position', { ...cursor, position: 1.5 }],
    ['a position beyond all', { ...cursor, position: 2 ** 32 }],
    ['NaN', { ...cursor, position: Number.NaN }],
    ['an end beyond all', { ...cursor, end: 2 ** 32 }],
    ['an end before it', { ...cursor, position: 10, end: 5 }],
    ['a generation beyond all', { ...cursor, since: 2 ** 53 }],
    ['a text for done', { ...cursor, done: 'no' }],
    ['another magic', { ...cursor, magic: 'threadmap' }],
    ['a handle', map.handle],
    [
      'one that throws',
      {
        get magic(): never {
          throw new Error('mine');
        },
      },
    ],
    ['a proxy', new Proxy(cursor, { get: () => 7 })],
  ])('what is no cursor: %s', (_name, given) => {
    expect(errorOf(() => map.scan(given as SharedMapCursor)).code).toBe('ERR_SHARED_MAP_CURSOR');
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '5', null, 5n])(
    'what is no count: %s',
    (count) => {
      expect(errorOf(() => map.scan(cursor, count as number)).code).toBe('ERR_SHARED_MAP_OPTION');
    },
  );

  test('a cursor that was made up, but could be one, leads to keys that are there, each once, and to an end', () => {
    const random = new Random(5);
    const some = filled(500);
    for (let round = 0; round < 300; round++) {
      const end = random.below(2) * random.below(2 ** 32 - 1);
      const made = {
        ...some.cursor(),
        position: random.below(end || 2 ** 32 - 1),
        end,
        since: random.below(2) === 0 ? some.cursor().since : random.below(2 ** 31),
      };
      const keys = all(some, made, 1 + random.below(50)).map(([key]) => key);
      expect(new Set(keys).size).toBe(keys.length);
      for (const key of keys) expect(some.get(key)).toBe(key * 2);
    }
    expect(some.check()).toEqual([]);
  });

  test('a getter says a thing once; another thread’s detach is an error', () => {
    let asked = 0;
    const lying = {
      ...cursor,
      get position() {
        return asked++ === 0 ? 0 : -5;
      },
    };
    expect(map.scan(lying, 1000).entries.length).toBe(100);
    const gone = filled(3);
    const at = gone.cursor();
    gone.detach();
    for (const call of [() => gone.scan(at), () => gone.cursor(), () => [...gone.partition(0, 1)]])
      expect(errorOf(call).code).toBe('ERR_SHARED_MAP_HANDLE');
  });
});
