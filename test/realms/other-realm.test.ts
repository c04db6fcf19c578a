import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { runInThisContext } from 'node:vm';
import { type Codec, SharedMap, SharedMapError, type SharedMapHandle, SharedSet } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf } from '../error-of.js';
import { isTrap } from '../internals.js';
import { cloned, there } from './realm.js';

const small = { maxBytes: 2 ** 20 } as const;
type Handle = SharedMapHandle<unknown, unknown>;

/** A codec whose objects and bytes are all of the other realm. */
const foreignCodec = () =>
  there<Codec<unknown>>(`{
    name: 'foreign',
    encode: (value) => new Uint8Array([value.n]),
    decode: (bytes) => ({ n: bytes[0], list: [bytes[0]] }),
  }`);

describe('a handle of another realm', () => {
  test('is the map that this thread has', () => {
    const map = new SharedMap(small).set('k', 1);
    const handle = cloned(map.handle);
    expect(handle instanceof Object).toBe(false);
    expect(SharedMap.attach(handle)).toBe(map);
    const set = new SharedSet(['a'], small);
    expect(SharedSet.attach(cloned(set.handle))).toBe(set);
  });

  test('attaches where it is the only one: memory and kernel are of that realm', () => {
    const map = new SharedMap({ value: { x: 'float64', n: 'int32' }, ...small }).set('k', { x: 1.5, n: 2 });
    const handle = cloned(map.handle);
    map.detach();
    const again = SharedMap.attach(handle);
    expect(again === (map as unknown)).toBe(false);
    expect(again.get('k')).toEqual({ x: 1.5, n: 2 });
    expect(again.set('l', { x: 1, n: 1 }).check()).toEqual([]);
    expect(SharedMap.attach(cloned(again.handle))).toBe(again);
    again.detach({ all: true });
    expect(SharedMap.attach(cloned(handle)).size).toBe(2);
  });

  test('whose memory or kernel is none is refused', () => {
    const { handle } = new SharedMap(small);
    const wrong: [string, unknown][] = [
      ['memory', there('{ buffer: new SharedArrayBuffer(1048576) }')],
      ['memory', there('Object.create(WebAssembly.Memory.prototype)')],
      ['memory', there('new WebAssembly.Memory({ initial: 16, maximum: 16 })')],
      ['memory', there('new WebAssembly.Memory({ initial: 16, maximum: 16, shared: true })')],
      ['memory', Object.defineProperty(cloned(handle).memory, 'buffer', { value: handle.memory.buffer })],
      ['module', there('{}')],
      ['module', there('Object.create(WebAssembly.Module.prototype)')],
      ['module', there('new Proxy({}, { getPrototypeOf: () => WebAssembly.Module.prototype })')],
    ];
    for (const [name, value] of wrong)
      expect(
        codeOf(() => SharedMap.attach({ ...handle, [name]: value } as Handle)),
        name,
      ).toBe('HANDLE');
  });
});

describe('objects of another realm', () => {
  test('as options', async () => {
    const options = there<object>(
      "{ key: 'string', value: { x: 'float64' }, capacity: 5, maxBytes: 1048576, cacheValues: 0 }",
    );
    const map = new SharedMap<string, { x: number }>(options as never).set('k', { x: 1 });
    expect([map.handle.key, map.handle.value, map.get('k')?.x]).toEqual(['string', 'record', 1]);
    expect(codeOf(() => new SharedMap(there("{ key: 'no' }")))).toBe('OPTION');
    expect(codeOf(() => new SharedMap({ value: there("['int8']"), ...small }))).toBe('OPTION');
    expect(codeOf(() => new SharedMap({ value: there("new (class { x = 'int8' })") }))).toBe('OPTION');
    expect(new SharedSet(null, there('{ maxBytes: 1048576 }')).size).toBe(0);
    expect(SharedMap.attach(map.handle, there('{ cacheValues: 0 }'))).toBe(map);
    expect(map.waitForSync('k', there('{ timeout: 0, until: (value) => value.x === 1 }'))).toEqual({ x: 1 });
    map.detach(there('{ all: true }'));
    expect(codeOf(() => map.size)).toBe('HANDLE');
  });

  test('as entries, items and sets', () => {
    const entries = there<Iterable<[string, number]>>("new Map([['a', 1], ['b', 2]])");
    const map = new SharedMap<string, number>(entries, small);
    expect(new Map(map)).toEqual(new Map(Object.entries({ a: 1, b: 2 })));
    expect(SharedMap.from<string, number>(there("[['a', 1]]"), small).get('a')).toBe(1);
    expect(SharedMap.groupBy(there<number[]>('[1, 2, 3]'), (n) => n % 2, small).get(1)).toEqual([1, 3]);
    const set = new SharedSet<number>(there<number[]>('[1, 2]'), small);
    expect(set.union(there<Set<number>>('new Set([2, 3])'))).toEqual(new Set([1, 2, 3]));
    expect(set.isSubsetOf(there<Set<number>>('new Set([1, 2, 3])'))).toBe(true);
    expect(map.setMany(there<[string, number][]>("[['c', 3]]")).get('c')).toBe(3);
  });

  test('as lists of keys and values, and as places for results', () => {
    const map = new SharedMap<number, number>({ key: 'number', value: 'number', ...small });
    map.setMany(there<number[]>('new Float64Array([1, 2])'), there<number[]>('new Int32Array([10, 20])'));
    const out = there<Float64Array>('new Float64Array(3)');
    const found = there<Uint8Array>('new Uint8Array(3)');
    expect(map.getMany(there<number[]>('[1, 2, 3]'), out, found)).toBe(out);
    expect([...out]).toEqual([10, 20, Number.NaN]);
    expect([...found]).toEqual([1, 1, 0]);
    const flags = there<Uint8Array>('new Uint8Array(2)');
    expect(map.hasMany(there<number[]>('[1, 5]'), flags)).toBe(flags);
    expect([...flags]).toEqual([1, 0]);
    expect(map.getMany([1], there<number[]>('[]'))).toHaveLength(1);
    expect(map.deleteMany(there<number[]>('new Uint8Array([1, 2])'))).toBe(2);
  });

  test('as keys', () => {
    const map = new SharedMap({ key: 'bytes', ...small });
    map.set(there('new Uint8Array([1, 2, 3, 4, 5, 6, 7])'), 'seven');
    expect(map.get(new Uint8Array([1, 2, 3, 4, 5, 6, 7]))).toBe('seven');
    expect(map.get(there('new Uint8Array([1, 2, 3, 4, 5, 6, 7])'))).toBe('seven');
    expect(codeOf(() => map.set(there('new Uint16Array(2)'), 1))).toBe('KEY_TYPE');
    expect(codeOf(() => map.set(there('[1]'), 1))).toBe('KEY_TYPE');
    expect(codeOf(() => new SharedMap({ key: 'uuid', ...small }).get(there("Object('x')")))).toBe('KEY_TYPE');
  });

  test('as values of each kind', () => {
    const any = new SharedMap<string, unknown>({ key: 'string', ...small });
    const values: [string, unknown][] = [
      ['{ a: 1, b: [1, { c: null }] }', { a: 1, b: [1, { c: null }] }],
      ['[1, 2, , 3]', [1, 2, undefined, 3]],
      ['new Date(5)', new Date(5)],
      ["new Map([['a', new Set([1])]])", new Map([['a', new Set([1])]])],
      ['/a+/gi', /a+/gi],
      ['new Uint8Array([1, 2])', new Uint8Array([1, 2])],
      ['new Float32Array([1.5])', new Float32Array([1.5])],
      ['new Uint8Array([7, 8]).buffer', new Uint8Array([7, 8]).buffer],
    ];
    for (const [code, expected] of values) {
      expect(any.set('k', there(code)).get('k'), code).toEqual(expected);
      expect(any.compareAndSet('k', there(code), 'replaced'), code).toBe(true);
    }
    const error = any.set('e', there("new RangeError('no')")).get('e');
    expect([error instanceof RangeError, (error as Error).message]).toEqual([true, 'no']);
    const json = new SharedMap<string, unknown>({ value: 'json', ...small });
    expect(json.set('k', there('{ a: [1, new Date(0)] }')).get('k')).toEqual({
      a: [1, new Date(0).toISOString()],
    });
    const bytes = new SharedMap<string, Uint8Array>({ value: 'bytes', ...small });
    expect(bytes.set('k', there('new Uint8Array(2).fill(3)')).get('k')).toEqual(new Uint8Array([3, 3]));
    const record = new SharedMap({ value: { x: 'int8', on: 'boolean' }, ...small });
    expect(record.set('k', there('{ x: 1, on: true }')).get('k')).toEqual({ x: 1, on: true });
    expect(codeOf(() => record.set('k', there('{ x: 1 }')))).toBe('VALUE_TYPE');
  });

  test('as codec, and what it gives', () => {
    const map = new SharedMap<string, unknown>({ value: foreignCodec(), cacheValues: 3, ...small });
    map.set('k', { n: 5 });
    const value = map.get('k') as { n: number; list: number[] };
    expect([value.n, value.list[0]]).toEqual([5, 5]);
    // It is plain, whatever realm it is of: so it is kept, and frozen.
    expect(map.get('k')).toBe(value);
    expect(Object.isFrozen(value.list)).toBe(true);
    SharedMap.registerCodec(foreignCodec());
    expect(SharedMap.attach(map.handle)).toBe(map);
  });

  test('an object of a class of that realm is not kept', () => {
    const codec = there<Codec<unknown>>(`{
      name: 'class', encode: () => new Uint8Array(1),
      decode: () => new (class Object { a = 1 }),
    }`);
    const map = new SharedMap<string, unknown>({ value: codec, cacheValues: 3, ...small }).set('k', 1);
    const first = map.get('k');
    expect(map.get('k') === first).toBe(false);
    expect(Object.isFrozen(first)).toBe(false);
  });

  test('as cursor, snapshot, signal and path', async () => {
    const map = new SharedMap<number, number>({ key: 'number', ...small });
    for (let i = 0; i < 50; i++) map.set(i, i);
    const { entries, cursor } = map.scan(cloned(map.cursor()), 10);
    const rest = map.scan(cloned(cursor), 1000);
    expect(entries.length + rest.entries.length).toBe(50);
    const copy = SharedMap.fromSnapshot(cloned(map.snapshot()), there('{ maxBytes: 1048576 }'));
    expect(copy.size).toBe(50);

    const folder = await mkdtemp(join(tmpdir(), 'threadmap-realms-'));
    try {
      const url = pathToFileURL(join(folder, 'map'));
      // As a test runner's DOM has them: other classes than those of this realm.
      const other = there<(href: string) => URL>(`(href) => new (class URL {
        get href() { return href; }
        get protocol() { return 'file:'; }
      })`);
      const signal = there<() => AbortSignal>(`() => new (class AbortSignal {
        aborted = false; reason = undefined; addEventListener() {} removeEventListener() {}
      })`);
      await map.save(other(url.href), { signal: signal() });
      expect((await SharedMap.load(other(url.href), { signal: signal() })).size).toBe(50);
      const aborted = Object.assign(signal(), { aborted: true, reason: 'enough' });
      for (const call of [map.save(url, { signal: aborted }), SharedMap.load(url, { signal: aborted })])
        await expect(call).rejects.toBe('enough');
      const wrong = { href: 'http://x/', protocol: 'http:' } as unknown as URL;
      await expect(map.save(wrong)).rejects.toThrow(SharedMapError);
      await expect(map.save(url, { signal: {} as AbortSignal })).rejects.toThrow(SharedMapError);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

test('a trap is known in whatever realm its instance was made, and nothing else is one', () => {
  // A module whose start function is `unreachable`.
  const trap = `(() => {
    const bytes = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 8, 1, 0, 10, 5, 1, 3, 0, 0, 11];
    try {
      new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)));
    } catch (error) {
      return error;
    }
  })()`;
  const foreign = there<Error>(trap);
  expect([foreign.name, foreign instanceof Error]).toEqual(['RuntimeError', false]);
  expect([isTrap(foreign), isTrap(runInThisContext(trap))]).toEqual([true, true]);
  const others = [
    "new RangeError('no')",
    "Object.assign(new Error('no'), { name: 'RuntimeError' })",
    "new (class RuntimeError extends Error {})('no')",
    "{ name: 'RuntimeError', constructor: WebAssembly.RuntimeError }",
    'Object.create(WebAssembly.RuntimeError.prototype)',
    'new Proxy({}, { getPrototypeOf: () => WebAssembly.RuntimeError.prototype })',
    'undefined',
  ];
  for (const code of others) expect(isTrap(there(code)), code).toBe(false);
});

test('this library inside another realm does all of it with the objects of the main one', async () => {
  const program = fileURLToPath(new URL('library-inside.mjs', import.meta.url));
  const flags = ['--experimental-vm-modules', '--no-warnings'];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program]);
  expect(JSON.parse(stdout)).toEqual([]);
});
