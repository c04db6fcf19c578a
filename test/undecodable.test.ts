import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { errorOf } from './error-of.js';

// What a thread cannot make of whole bytes, or of a value, and what is no fault of either: never
// damage.

const small = { maxBytes: 2 ** 24 } as const;

describe('a value that this thread cannot decode', () => {
  let refuses = false;
  const cause = new Error('of another version');
  const codec = {
    name: 'versioned',
    encode: (value: unknown) => {
      if (value === 'never') throw cause;
      return Buffer.from(`${value}`);
    },
    decode(bytes: Uint8Array): unknown {
      if (refuses && bytes[0] === 0x62) throw cause;
      return Buffer.from(bytes).toString();
    },
  };
  const make = () => {
    refuses = true;
    const map = new SharedMap({ value: codec, ...small }) as unknown as SharedMap<unknown, unknown>;
    return map.set('key of a', 'a').set('key of b', 'b').set('key of c', 'c');
  };

  test.each<[string, (map: SharedMap<unknown, unknown>) => unknown]>([
    ['get', (map) => map.get('key of b')],
    ['getMany', (map) => map.getMany(['key of b'])],
    ['getOrDefault', (map) => map.getOrDefault('key of b', 1)],
    ['getOrInsert', (map) => map.getOrInsert('key of b', 1)],
    ['getOrInsertComputed', (map) => map.getOrInsertComputed('key of b', () => 1)],
    ['merge', (map) => map.merge('key of b', 1, () => 1)],
    ['update', (map) => map.update('key of b', () => 1)],
    ['getAndSet', (map) => map.getAndSet('key of b', 1)],
    ['getAndDelete', (map) => map.getAndDelete('key of b')],
    ['deleteIf', (map) => map.deleteIf('key of b', () => true)],
    ['waitForSync', (map) => map.waitForSync('key of b')],
  ])('is DECODE to %s, with the cause, and stays', (_name, call) => {
    const map = make();
    const error = errorOf(() => call(map));
    expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
    expect(error.cause).toBe(cause);
    expect(error.key).toBe('key of b');
    expect(error.message).not.toContain('damaged');
    refuses = false;
    expect(map.get('key of b')).toBe('b');
    expect(map.size).toBe(3);
  });

  test('is ENCODE where a codec cannot encode it', () => {
    const map = make();
    const error = errorOf(() => map.set('new', 'never'));
    expect([error.code, error.cause]).toEqual(['ERR_SHARED_MAP_ENCODE', cause]);
    expect(map.has('new')).toBe(false);
  });
});

describe('a stack or a memory that ends', () => {
  test.each(['encode', 'decode'] as const)('in %s passes as it is', (verb) => {
    for (const thrown of [
      new RangeError('Maximum call stack size exceeded'),
      new RangeError('Array buffer allocation failed'),
    ]) {
      let ends = false;
      const end = () => {
        if (ends) throw thrown;
      };
      const codec = {
        name: 'deep',
        encode(value: number) {
          if (verb === 'encode') end();
          return new Uint8Array([value]);
        },
        decode(bytes: Uint8Array) {
          if (verb === 'decode') end();
          return bytes[0] as number;
        },
      };
      const map = new SharedMap({ value: codec, ...small }).set('k', 1);
      ends = true;
      expect(() => (verb === 'encode' ? map.set('k', 2) : map.get('k'))).toThrow(thrown);
      ends = false;
      expect(map.get('k')).toBe(1);
    }
  });
});

test('a stack that ends while a value is read passes as it is', () => {
  const map = new SharedMap(small).set('k', 1);
  const deep = (): number => deep() + 1;
  const values = [
    Object.defineProperty({}, 'x', { get: deep, enumerable: true }),
    [new Proxy({}, { ownKeys: () => [`${deep()}`] })],
  ];
  for (const value of values) expect(() => map.set('k', value)).toThrow(RangeError);
  map.set('l', { a: [1] });
  expect([...map]).toEqual(
    expect.arrayContaining([
      ['k', 1],
      ['l', { a: [1] }],
    ]),
  );
});

test('a stack that ends while a value is decoded passes as it is', () => {
  let value: unknown[] = ['inside'];
  for (let i = 0; i < 900; i++) value = [value];
  const map = new SharedMap<string, unknown>(small).set('k', value);
  const thrown: unknown[] = [];
  /** Reads the value at the end of the stack, then nearer and nearer to its begin, until it can be read. */
  const descend = (): unknown => {
    try {
      return descend();
    } catch (end) {
      try {
        return map.get('k');
      } catch (error) {
        thrown.push(error);
      }
      throw end;
    }
  };
  expect(JSON.stringify(descend())).toBe(JSON.stringify(value));
  expect(thrown.length).toBeGreaterThan(10);
  expect(thrown.filter((error) => !(error instanceof RangeError))).toEqual([]);
  expect(map.check()).toEqual([]);
});

describe("a trap of the caller's own WebAssembly", () => {
  const { RuntimeError } = (globalThis as unknown as { WebAssembly: { RuntimeError: new () => Error } })
    .WebAssembly;
  const trap = new RuntimeError();
  const throwing = (): never => {
    throw trap;
  };

  test('in a progress of save and load is his', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'threadmap-'));
    const map = new SharedMap(small).set('k', 1);
    const path = join(folder, 'map');
    await expect(map.save(path, { onProgress: throwing })).rejects.toBe(trap);
    await map.save(path);
    await expect(SharedMap.load(path, { onProgress: throwing })).rejects.toBe(trap);
    const controller = new AbortController();
    const abort = () => controller.abort(trap);
    const aborted = map.save(path, { onProgress: abort, signal: controller.signal });
    await expect(aborted).rejects.toBe(trap);
  });

  test('in a callback, an iterable, a getter is his, or the cause', () => {
    const map = new SharedMap(small).set('k', 1);
    const iterable = { [Symbol.iterator]: throwing };
    const calls: (() => unknown)[] = [
      () => map.update('k', throwing),
      () => map.retain(throwing),
      () => map.getOrInsertComputed('new', throwing),
      () => map.waitForSync('k', { until: throwing }),
      () => map.setMany(iterable),
      () => map.getMany(iterable),
      () => new SharedMap(iterable, small),
      () => SharedMap.groupBy([1], throwing, small),
    ];
    for (const call of calls) expect(call).toThrow(trap);
    const error = errorOf(() =>
      map.set('k', Object.defineProperty({}, 'x', { get: throwing, enumerable: true })),
    );
    expect([error.code, error.cause]).toEqual(['ERR_SHARED_MAP_VALUE_TYPE', trap]);
    expect([...map]).toEqual([['k', 1]]);
  });
});

describe.each(['any', 'json'] as const)('a structured value in a map of kind %s', (kind) => {
  const mark = 'mark of the value';
  const make = (key: unknown, value: unknown) => {
    const map = new SharedMap({ value: kind, ...small }) as unknown as SharedMap<unknown, unknown>;
    return map.set(key, value);
  };

  /** Makes its stored form one that no thread can read, and says how to mend it. */
  function spoil(map: SharedMap<unknown, unknown>): () => void {
    const bytes = Buffer.from(map.handle.memory.buffer);
    const at = bytes.indexOf(mark) - (kind === 'json' ? '{"a":"'.length : '\x10\xd0\x03\x01\x81a\x91'.length);
    const was = bytes[at] as number;
    expect(was).toBe(kind === 'json' ? 0x7b : 0x10);
    bytes[at] = 1;
    return () => {
      bytes[at] = was;
    };
  }

  const keys: [string, unknown][] = [
    ['a number', 7],
    ['a short text', 'k'],
    ['a long text', 'k'.repeat(20_000)],
  ];
  const calls: [string, (map: SharedMap<unknown, unknown>, key: unknown) => unknown][] = [
    ['getAndSet of a number', (map, key) => map.getAndSet(key, 1)],
    ['getAndSet of an object', (map, key) => map.getAndSet(key, { n: 1 })],
    ['getAndSet of a long text', (map, key) => map.getAndSet(key, 'x'.repeat(100_000))],
    ['getAndDelete', (map, key) => map.getAndDelete(key)],
  ];

  describe.each(keys)('under %s', (_key, key) => {
    test.each(calls)('that cannot be decoded stays after %s', (_name, call) => {
      const value = { a: mark };
      const map = make(key, value);
      const { bytesUsed } = map.stats();
      const mend = spoil(map);
      const error = errorOf(() => call(map, key));
      expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
      if (kind === 'any') expect(error.message).toContain('met an encoding of version 0.1');
      mend();
      expect([...map]).toEqual([[key, value]]);
      expect(map.stats().bytesUsed).toBe(bytesUsed);
      expect(map.check()).toEqual([]);
      expect(call(map, key)).toEqual(value);
      expect(map.get(key)).not.toEqual(value);
      expect(map.check()).toEqual([]);
    });
  });
});
