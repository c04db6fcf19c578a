import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SharedMap, type SharedMapHandle, SharedSet } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf } from './error-of.js';

/** Behind maxBytes: 64 KiB for each of 256 threads. */
const SCRATCH_AREA = 2 ** 24;
const small = { maxBytes: 2 ** 20 } as const;

/** The constructor as a caller without types sees it. */
const Untyped = SharedMap as unknown as new (...args: unknown[]) => SharedMap<unknown, unknown>;

const thrown = new Error('from the caller');

/** An iterable that counts how often it was closed, and gives `items`, then throws if it is told to. */
function watched(items: readonly unknown[], fails = false) {
  const seen = { opened: 0, closed: 0 };
  const iterable = {
    get [Symbol.iterator]() {
      seen.opened++;
      return () => {
        const steps = items[Symbol.iterator]();
        return {
          next() {
            const step = steps.next();
            if (step.done && fails) throw thrown;
            return step;
          },
          return() {
            seen.closed++;
            throw new Error('from return, which nobody hears of');
          },
        };
      };
    },
  };
  return { iterable, seen };
}

describe('a map begins with entries', () => {
  const entries = [
    ['a', 1],
    ['b', 2],
    ['a', 3],
  ] as const;
  const expected = new Map(entries);

  test('of anything that is iterable', () => {
    const sources = [
      entries,
      expected,
      new SharedMap(entries, small),
      (function* () {
        yield* entries;
      })(),
      watched(entries).iterable,
      entries.map(([key, value]) => ({ 0: key, 1: value })),
    ];
    for (const source of sources) {
      const map = new Untyped(source, small);
      expect(new Map(map)).toEqual(expected);
      expect(map.handle.memory.buffer.byteLength).toBe(small.maxBytes + SCRATCH_AREA);
    }
    expect(new Map(new SharedMap(entries))).toEqual(expected);
    expect(new Map(SharedMap.from(entries, small))).toEqual(expected);
    expect(new Map(SharedMap.from(Object.entries({ x: 1 })))).toEqual(new Map([['x', 1]]));
  });

  test('or with none', () => {
    for (const none of [undefined, null, [], '', new Map()]) {
      const map = new Untyped(none, { key: 'string', ...small });
      expect([map.size, map.handle.key]).toEqual([0, 'string']);
    }
    expect(new Untyped({ key: 'number', ...small }).handle.key).toBe('number');
  });

  test('of the kinds that the options name', () => {
    expect(codeOf(() => new Untyped([[1, 1]], { key: 'string', ...small }))).toBe('KEY_TYPE');
    expect(codeOf(() => new Untyped([['k', 'v']], { value: 'number', ...small }))).toBe('VALUE_TYPE');
    expect(codeOf(() => new Untyped(entries, { capacity: -1 }))).toBe('OPTION');
    expect(codeOf(() => new Untyped(entries, null))).toBe('OPTION');
  });

  test('and with nothing else', () => {
    const wrong: unknown[] = [5, true, 1n, () => 1, Symbol('s'), { [Symbol.iterator]: undefined }];
    for (const first of wrong) expect(codeOf(() => new Untyped(first))).toBe('ITERABLE');
    for (const first of [...wrong, small]) expect(codeOf(() => new Untyped(first, small))).toBe('ITERABLE');
    for (const first of [...wrong, small, undefined, null]) {
      expect(codeOf(() => SharedMap.from(first as never))).toBe('ITERABLE');
    }
    for (const entry of ['ab', 5, null, undefined]) {
      expect(codeOf(() => new Untyped([['a', 1], entry], small))).toBe('ITERABLE');
    }
  });

  test('asked once for its iterator, which is closed when an entry cannot be set', () => {
    const good = watched(entries);
    expect(new Untyped(good.iterable, small).size).toBe(2);
    expect(good.seen).toEqual({ opened: 1, closed: 0 });
    const bad = watched([...entries, [Symbol('s'), 1], ['c', 4]]);
    expect(codeOf(() => new Untyped(bad.iterable, small))).toBe('KEY_TYPE');
    expect(bad.seen).toEqual({ opened: 1, closed: 1 });
    const failing = watched(entries, true);
    expect(() => new Untyped(failing.iterable, small)).toThrow(thrown);
    expect(failing.seen.closed).toBe(0);
  });

  test('by the method set that it has, looked up once', () => {
    let looked = 0;
    const calls: unknown[] = [];
    class Loud extends Untyped {}
    Object.defineProperty(Loud.prototype, 'set', {
      get() {
        looked++;
        return (...args: unknown[]) => calls.push(args);
      },
    });
    const map = new Loud(entries, small);
    expect(map).toBeInstanceOf(SharedMap);
    expect([looked, calls, map.size]).toEqual([1, entries, 0]);
    new Loud(null, small);
    expect(looked).toBe(1);
    class Broken extends Untyped {}
    Object.defineProperty(Broken.prototype, 'set', { value: 5 });
    expect(codeOf(() => new Broken([], small))).toBe('CALLBACK');
    expect(new Broken(null, small).size).toBe(0);
  });

  test('or the memory is let go', () => {
    let handle: SharedMapHandle<unknown, unknown> | undefined;
    class Failing extends Untyped {
      override set(key: unknown, value: unknown): this {
        handle = this.handle;
        if (key === 'b') throw thrown;
        return super.set(key, value);
      }
      override detach(): void {
        throw new Error('not this one');
      }
    }
    expect(() => new Failing(entries, small)).toThrow(thrown);
    const again = SharedMap.attach(handle as SharedMapHandle<unknown, unknown>);
    expect(again).not.toBeInstanceOf(Failing);
    expect([...again]).toEqual([['a', 1]]);
    expect(again.stats().threads).toBe(1);
    expect(again.check()).toEqual([]);
  });
});

describe('groupBy', () => {
  test('gives arrays of items by key', () => {
    const words = ['one', 'two', 'three', 'four'];
    const seen: unknown[] = [];
    const map = SharedMap.groupBy(
      new Set(words),
      (...args) => {
        seen.push(args);
        return args[0].length;
      },
      { key: 'number', value: 'json', ...small },
    );
    expect(map).toBeInstanceOf(SharedMap);
    expect(new Map(map)).toEqual(
      new Map([
        [3, ['one', 'two']],
        [5, ['three']],
        [4, ['four']],
      ]),
    );
    expect(map.handle.key).toBe('number');
    expect(seen).toEqual(words.map((word, i) => [word, i]));
  });

  test('takes the two zeros for one key', () => {
    const map = SharedMap.groupBy([0, -0, Number.NaN, Number.NaN], (n) => n, small);
    expect([map.size, map.get(0), map.get(Number.NaN)]).toEqual([2, [0, -0], [Number.NaN, Number.NaN]]);
  });

  test('takes keys for one that are one to the map', () => {
    const buffer = new Uint8Array(1);
    const bytes = SharedMap.groupBy(
      [1, 2, 1],
      (n) => {
        buffer[0] = n; // the same buffer each time
        return buffer;
      },
      { key: 'bytes', ...small },
    );
    expect([bytes.size, bytes.get(Uint8Array.of(1)), bytes.get(Uint8Array.of(2))]).toEqual([2, [1, 1], [2]]);
    const uuid = 'ABCDEF00-0000-4000-8000-000000000000';
    const uuids = SharedMap.groupBy([uuid, uuid.toLowerCase()], (text) => text, { key: 'uuid', ...small });
    expect([...uuids.values()]).toEqual([[uuid, uuid.toLowerCase()]]);
  });

  test('refuses what is not iterable, no function, no key', () => {
    const by = SharedMap.groupBy as (...args: unknown[]) => unknown;
    for (const items of [null, undefined, 5, {}]) expect(codeOf(() => by(items, () => 1))).toBe('ITERABLE');
    for (const callback of [null, undefined, 5, {}]) expect(codeOf(() => by([], callback))).toBe('CALLBACK');
    expect(codeOf(() => by([1], () => ({})))).toBe('KEY_TYPE');
    expect(codeOf(() => by([1], () => new Uint8Array(1)))).toBe('KEY_TYPE');
    expect(codeOf(() => by([1], () => 'no UUID', { key: 'uuid' }))).toBe('KEY_TYPE');
    expect(codeOf(() => by([1], () => 1, { key: 'bytes' }))).toBe('KEY_TYPE');
    const { iterable, seen } = watched([1, 2]);
    expect(() =>
      by(iterable, () => {
        throw thrown;
      }),
    ).toThrow(thrown);
    expect(seen).toEqual({ opened: 1, closed: 1 });
  });
});

describe.each([
  [
    'map',
    () =>
      new SharedMap(
        Array.from({ length: 500 }, (_, i) => [i, i] as const),
        small,
      ),
  ],
  [
    'set',
    () =>
      new SharedSet(
        Array.from({ length: 500 }, (_, i) => i),
        small,
      ),
  ],
] as const)('iterators of a %s', (_name, make) => {
  test('go on after a break', () => {
    const iterator = make().keys();
    const seen = new Set<unknown>();
    for (const key of iterator) {
      seen.add(key);
      if (seen.size === 7) break;
    }
    for (const key of iterator) seen.add(key);
    expect(seen.size).toBe(500);
    expect(iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('never show what this thread has deleted', () => {
    const shared = make();
    let shown = 0;
    for (const key of shared.keys()) {
      shown++;
      expect(shared.has(key as number)).toBe(true);
      // The neighbours in the same chain among them.
      for (const other of shared.keys())
        if (other !== key && Math.random() < 0.2) shared.delete(other as number);
    }
    expect(shown).toBeLessThan(500);
  });

  test('hold what nobody else holds, so that it stays attached', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const held = (['keys', 'values', 'entries'] as const).map((name) => {
      const shared = make();
      return { ref: new WeakRef(shared), iterator: shared[name]() as Iterable<unknown> };
    });
    const dropped = new WeakRef(make());
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      gc();
    }
    expect(dropped.deref() === undefined).toBe(true);
    for (const { ref, iterator } of held) {
      expect(ref.deref() === undefined).toBe(false);
      expect([...iterator].length).toBe(500);
    }
  });

  test('hold nothing when they have ended', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const ended = (['keys', 'values', 'entries'] as const).map((name) => {
      const shared = make();
      const iterator = shared[name]() as IterableIterator<unknown>;
      expect([...iterator].length).toBe(500);
      return { ref: new WeakRef(shared), iterator };
    });
    for (let i = 0; i < 3; i++) {
      await new Promise((resolve) => setImmediate(resolve));
      gc();
    }
    for (const { ref, iterator } of ended) {
      expect(ref.deref() === undefined).toBe(true);
      expect(iterator.next().done).toBe(true);
    }
  });

  test('have the helpers that the platform has', () => {
    const iterator = make().keys() as IterableIterator<unknown> & { take?(n: number): Iterable<unknown> };
    const builtIn = new Map().keys() as typeof iterator;
    expect(typeof iterator.take).toBe(typeof builtIn.take);
    if (iterator.take !== undefined) expect([...iterator.take(3)].length).toBe(3);
  });
});
