import { type Codec, SharedMap, SharedMapError, type SharedMapHandle } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';
import { describeValue, Kernel, LAYOUT_VERSION } from './internals.js';

const MiB = 2 ** 20;
/** Behind maxBytes: 64 KiB for each of 256 threads. */
const SCRATCH_AREA = 256 * 65536;
const small = { maxBytes: MiB } as const;

/** A map as a caller without types sees it. */
type Untyped = SharedMap<unknown, unknown>;
const make = (options: unknown) => new SharedMap(options as object) as Untyped;
const attach = (handle: unknown, options?: unknown) =>
  SharedMap.attach(handle as SharedMapHandle<unknown, unknown>, options as object);

describe('options', () => {
  const bad: [string, unknown][] = [
    ['an unknown one', { maxbytes: MiB }],
    ['an unknown kind of key', { key: 'int64' }],
    ['a key that is no string', { key: 1 }],
    ['an unknown kind of value', { value: 'text' }],
    ['a kind of key that is a value', { key: 'boolean' }],
    ['fields of an unknown kind', { value: { x: 'int64' } }],
    ['fields that are no kinds', { value: { x: 1 } }],
    ['a field of an inherited name', { value: { x: 'toString' } }],
    ['no fields', { value: {} }],
    [
      'too many fields',
      { value: Object.fromEntries(Array.from({ length: 1025 }, (_, i) => [`f${i}`, 'int8'])) },
    ],
    ['a field called __proto__', { value: JSON.parse('{ "__proto__": "int8" }') }],
    ['fields of an array', { value: ['int8'] }],
    [
      'fields of an instance',
      {
        value: new (class Fields {
          x = 'int8';
        })(),
      },
    ],
    ['half a codec', { value: { name: 'x', encode: () => new Uint8Array(1) } }],
    ['a codec without a name', { value: { encode: () => new Uint8Array(1), decode: () => 1 } }],
    ['a negative capacity', { capacity: -1 }],
    ['a broken capacity', { capacity: 1.5 }],
    ['a capacity that is no number', { capacity: '10' }],
    ['a capacity of NaN', { capacity: Number.NaN }],
    ['a capacity that does not fit', { capacity: 1e6, maxBytes: MiB }],
    ['a capacity beyond all', { capacity: Number.MAX_SAFE_INTEGER }],
    ['too few bytes', { maxBytes: MiB - 1 }],
    ['too many bytes', { maxBytes: 2 ** 32 - SCRATCH_AREA + 1 }],
    ['half a byte', { maxBytes: 2 * MiB + 0.5 }],
    ['infinitely many bytes', { maxBytes: Infinity }],
    ['bytes that are no number', { maxBytes: '1048576' }],
  ];

  test.each(bad)('%s', (_name, options) => {
    const error = errorOf(() => make(options));
    expect(error.code).toBe('ERR_SHARED_MAP_OPTION');
    expect(error.name).toBe('SharedMapError');
    expect(error.message.length).toBeGreaterThan(20);
    expect(Object.getPrototypeOf(error)).toBe(SharedMapError.prototype);
  });

  test('undefined ones are the defaults', () => {
    const map = make({ key: undefined, value: undefined, capacity: undefined, maxBytes: undefined });
    expect([map.handle.key, map.handle.value, map.handle.codec]).toEqual(['any', 'any', null]);
    expect(map.handle.memory.buffer.byteLength).toBe(2 ** 30 + SCRATCH_AREA);
  });

  test('the bounds themselves are fine', () => {
    expect(make({ maxBytes: MiB }).set(1, 1).size).toBe(1);
    expect(make({ maxBytes: 2 ** 32 - SCRATCH_AREA }).set(1, 1).size).toBe(1);
    expect(make({ maxBytes: MiB, capacity: 1000 }).stats().buckets).toBeGreaterThan(100);
  });
});

const symbol = Symbol('s');
const notAny = [symbol, () => 1, {}, [], new Date(), Object('boxed'), new Uint8Array(2)];

describe('keys of the wrong type', () => {
  const cases = [
    { kind: 'any', wrong: notAny },
    { kind: 'string', wrong: [...notAny, 1, 1n, true, null, undefined] },
    { kind: 'number', wrong: [...notAny, '1', 1n, true, null, undefined] },
  ] as const;

  test.each(cases)('in a map of kind $kind', ({ kind, wrong }) => {
    const map = make({ key: kind, ...small });
    const there = kind === 'number' ? 1 : 'there';
    map.set(there, 1);
    for (const key of wrong) {
      for (const call of [
        () => map.get(key),
        () => map.has(key),
        () => map.delete(key),
        () => map.set(key, 1),
        () => map.set(key, 'text'),
        () => map.insert(key, 1),
        () => map.compareAndSet(key, 1, 2),
        () => map.add(key),
        () => map.add(key, 1),
      ]) {
        const error = errorOf(call);
        expect(error.code).toBe('ERR_SHARED_MAP_KEY_TYPE');
        expect(error).toBeInstanceOf(TypeError);
        expect(error.message).toContain(`'${kind}'`);
      }
    }
    expect([...map]).toEqual([[there, 1]]);
    expect(map.check()).toEqual([]);
  });
});

describe('values of the wrong type', () => {
  const cases = [
    {
      kind: 'any',
      right: 1,
      wrong: [symbol, () => 1, { f: () => 1 }, [symbol], new WeakMap(), Promise.resolve()],
    },
    { kind: 'number', right: 1, wrong: ['1', 1n, null, undefined, true, {}, symbol, () => 1] },
    { kind: 'string', right: 's', wrong: [1, 1n, null, undefined, true, {}, symbol, () => 1, Object('s')] },
    {
      kind: 'bytes',
      right: new Uint8Array(1),
      wrong: [
        's',
        1,
        null,
        undefined,
        [1],
        new ArrayBuffer(1),
        new Uint16Array(1),
        new DataView(new ArrayBuffer(1)),
      ],
    },
    { kind: 'json', right: 'x', wrong: [undefined, symbol, () => 1, 1n] },
  ];

  test.each(cases)('in a map of kind $kind', ({ kind, right, wrong }) => {
    const map = make({ value: kind, ...small });
    map.set('k', right);
    map.set(5, right);
    const used = map.stats().bytesUsed;
    for (const value of wrong) {
      for (const call of [
        () => map.set('k', value),
        () => map.set(5, value),
        () => map.set('absent key of some length', value),
        () => map.insert('absent', value),
        () => map.insert('k', value),
        () => map.compareAndSet('k', right, value),
        () => map.compareAndSet('k', value, right),
        () => map.compareAndSet('absent', value, right),
      ]) {
        const error = errorOf(call);
        expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
        expect(error).toBeInstanceOf(TypeError);
      }
    }
    expect(new Map(map)).toEqual(
      new Map<unknown, unknown>([
        ['k', right],
        [5, right],
      ]),
    );
    expect(map.stats().bytesUsed).toBe(used);
    expect(map.check()).toEqual([]);
  });

  test('a getter or toJSON that throws is the cause', () => {
    const thrown = new Error('from the getter');
    const value = {
      get field() {
        throw thrown;
      },
      toJSON() {
        throw thrown;
      },
    };
    for (const kind of ['any', 'json']) {
      const map = make({ value: kind, ...small });
      const error = errorOf(() => map.set('k', value));
      expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
      expect(error.cause).toBe(thrown);
      expect(map.size).toBe(0);
    }
  });

  test('add', () => {
    for (const kind of ['string', 'bytes', 'json']) {
      expect(codeOf(() => make({ value: kind, ...small }).add('k'))).toBe('VALUE_TYPE');
    }
    const map = make(small);
    for (const delta of ['1', 1n, null, {}, symbol]) {
      expect(codeOf(() => map.add('k', delta as number))).toBe('VALUE_TYPE');
      expect(codeOf(() => map.add(1, delta as number))).toBe('VALUE_TYPE');
    }
    expect(map.size).toBe(0);
    for (const value of [
      'text',
      'a text of some length',
      5n,
      null,
      undefined,
      true,
      new Uint8Array(3),
      { a: 1 },
    ]) {
      for (const key of ['k', 7, 'k'.repeat(20_000)]) {
        map.set(key, value);
        const error = errorOf(() => map.add(key, 1));
        expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
        expect(error).toBeInstanceOf(TypeError);
        expect(map.get(key)).toStrictEqual(value);
      }
    }
    expect(map.check()).toEqual([]);
  });
});

describe('a value larger than the map', () => {
  test.each([1, 2, 16])('in %i MiB: the longest fits, one byte more does not', (size) => {
    const map = make({ maxBytes: size * MiB });
    const error = errorOf(() => map.set('k', new Uint8Array(size * MiB)));
    expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TOO_LARGE');
    const longest = Number(/\((\d+)\)/.exec(error.message)?.[1]);
    expect(longest).toBeGreaterThan((size - 1) * MiB * 0.5);
    for (const value of [new Uint8Array(longest + 1), 'x'.repeat(longest + 1), 'Ā'.repeat(longest / 2 + 1)]) {
      expect(codeOf(() => map.set('k', value))).toBe('VALUE_TOO_LARGE');
      expect(codeOf(() => map.compareAndSet('k', value, 1))).toBe('VALUE_TOO_LARGE');
      expect(codeOf(() => map.set(value instanceof Uint8Array ? 'k' : value, value))).toBe('VALUE_TOO_LARGE');
    }
    expect(map.size).toBe(0);
    map.set('k', new Uint8Array(longest).fill(7));
    expect((map.get('k') as Uint8Array).every((byte) => byte === 7)).toBe(true);
    expect(codeOf(() => map.set('l', 'x'.repeat(70_000)))).toBe('FULL');
    expect(map.delete('k')).toBe(true);
    map.set('k', 'x'.repeat(longest));
    expect(map.delete('k')).toBe(true);
    map.set('x'.repeat(longest), 1);
    expect(map.check()).toEqual([]);
  });
});

/** Fills a map until hardly a number goes in (some chain may have a cell left); returns what is there. */
function fill(map: Untyped): Map<unknown, unknown> {
  const there = new Map<unknown, unknown>(map);
  let n = 0;
  for (const value of ['x'.repeat(100_000), 'x'.repeat(3000), 'x'.repeat(100), 5]) {
    for (let refused = 0; refused < 100; ) {
      const key = value === 5 ? n++ : `a key of a record ${n++}`;
      try {
        map.set(key, value);
        there.set(key, value);
        refused = 0;
      } catch (error) {
        expect((error as SharedMapError).code).toBe('ERR_SHARED_MAP_FULL');
        refused++;
      }
    }
  }
  return there;
}

describe('a full map', () => {
  const long = [
    'k'.repeat(15_500),
    'Ж'.repeat(12_000),
    'k'.repeat(32_752),
    'k'.repeat(33_000),
    'k'.repeat(140_000),
  ];

  test.each([1, 3])('of %i MiB still reads, iterates, deletes and takes writes of what was freed', (size) => {
    const map = make({ maxBytes: size * MiB });
    for (const [i, key] of long.entries()) map.set(key, i);
    const there = fill(map);
    expect(there.size).toBeGreaterThan(80);
    expect(new Map(map)).toEqual(there);
    for (const [key, value] of there) {
      expect(map.get(key)).toBe(value);
      expect(map.has(key)).toBe(true);
    }
    expect(map.size).toBe(there.size);
    expect(map.check()).toEqual([]);

    // What needs no memory goes on.
    expect(map.insert(long[0], 9)).toBe(false);
    expect(map.compareAndSet('absent', 1, 2)).toBe(false);
    expect(map.delete('absent')).toBe(false);
    expect(map.get('z'.repeat(50_000))).toBe(undefined);
    expect(map.has('z'.repeat(16_000))).toBe(false);
    const numbers = [...there.keys()].filter((key) => typeof key === 'number');
    for (const key of numbers) {
      expect(map.add(key, 1)).toBe(6);
      map.set(key, 5);
    }

    // Failed writes change nothing.
    const used = map.stats().bytesUsed;
    for (let i = 0; i < 50; i++) {
      expect(codeOf(() => map.set(`new ${i}${'y'.repeat(4000)}`, 1))).toBe('FULL');
      expect(codeOf(() => map.set('k'.repeat(200_000), i))).toBe('FULL');
      expect(codeOf(() => map.set('a key of a record 0', 'z'.repeat(300_000)))).toBe('FULL');
    }
    expect(map.stats().bytesUsed).toBe(used);
    expect(map.check()).toEqual([]);

    // Long keys are found and deleted without memory.
    long.forEach((key, i) => {
      expect(map.get(key)).toBe(i);
      expect(map.has(key)).toBe(true);
      expect(map.delete(key)).toBe(true);
      expect(map.has(key)).toBe(false);
    });
    // And what they held is there to be used: pages, so records of any size.
    map.set('after', 'z'.repeat(100_000));
    for (let i = 0; i < 40; i++) map.set(`after ${i}`, 'w'.repeat(200));
    expect(map.get('after 39')).toBe('w'.repeat(200));
    expect(map.check()).toEqual([]);

    map.clear();
    expect(map.size).toBe(0);
    expect([...map]).toEqual([]);
    expect(fill(map).size).toBeGreaterThan(80);
    expect(map.check()).toEqual([]);
  });

  test('deleting all of it gives all of it back, again and again', () => {
    const map = make(small);
    const counts: number[] = [];
    for (let round = 0; round < 6; round++) {
      const there = fill(map);
      counts.push(there.size);
      for (const key of there.keys()) expect(map.delete(key)).toBe(true);
      expect(map.size).toBe(0);
      expect(map.check()).toEqual([]);
    }
    // Overflow buckets and table stay what they are, so a round may hold less than the first, but not ever less.
    expect(counts.at(-1)).toBeGreaterThan((counts[1] as number) * 0.9);
  });

  test('full of numbers alone', () => {
    const map = new SharedMap({ key: 'number', value: 'number', ...small });
    const there: number[] = [];
    const refused: number[] = [];
    for (let n = 0; refused.length < 3000; n++) {
      try {
        map.set(n, n);
        there.push(n);
      } catch (error) {
        expect((error as SharedMapError).code).toBe('ERR_SHARED_MAP_FULL');
        refused.push(n);
      }
    }
    expect(there.length).toBeGreaterThan(20_000);
    expect(map.size).toBe(there.length);
    const last = refused.at(-1) as number;
    expect(codeOf(() => map.set(last, 1))).toBe('FULL');
    expect(codeOf(() => map.add(last, 1))).toBe('FULL');
    expect(codeOf(() => map.insert(last, 1))).toBe('FULL');
    expect(map.compareAndSet(last, 1, 2)).toBe(false);
    for (const n of refused) expect(map.has(n)).toBe(false);
    for (const n of there) map.set(n, -n);
    for (const n of there) expect(map.add(n, 1)).toBe(1 - n);
    expect(new Set(map.keys())).toEqual(new Set(there));
    for (const n of there) expect(map.delete(n)).toBe(true);
    map.set(last, 1);
    expect([...map]).toEqual([[last, 1]]);
    expect(map.check()).toEqual([]);
  });
});

describe('handles', () => {
  const map = make(small);
  const handle = map.handle as unknown as Record<string, unknown>;
  const other = make(small).handle as unknown as Record<string, unknown>;
  const bad: [string, unknown][] = [
    ['undefined', undefined],
    ['null', null],
    ['a number', 5],
    ['a string', 'handle'],
    ['an empty object', {}],
    ['a map', new Map()],
    ['the instance itself', map],
    ['a copy of an instance', { handle }],
    ['one without memory', { ...handle, memory: undefined }],
    ['memory that is none', { ...handle, memory: { buffer: new SharedArrayBuffer(MiB) } }],
    ['memory of another map', { ...handle, memory: other.memory }],
    ['an id of another map', { ...handle, id: other.id }],
    ['one without a kernel', { ...handle, module: {} }],
    ['a kind of key that is none', { ...handle, key: 'bigint' }],
    ['a kind of value that is none', { ...handle, value: 5 }],
    ['another magic', { ...handle, magic: 'threadmop' }],
  ];

  test.each(bad)('%s', (_name, value) => {
    const error = errorOf(() => attach(value));
    expect(error.code).toBe('ERR_SHARED_MAP_HANDLE');
  });

  test('a clone of an instance says what to send instead', () => {
    const clone = structuredClone({ handle: { magic: handle.magic } });
    const error = errorOf(() => attach(clone));
    expect(error.code).toBe('ERR_SHARED_MAP_HANDLE');
    expect(error.message).toContain('map.handle');
  });

  test('memory that holds no map', () => {
    const blank = make(small);
    new Uint32Array(blank.handle.memory.buffer)[0] = 0;
    const { handle } = blank;
    blank.detach();
    expect(codeOf(() => attach(handle))).toBe('HANDLE');
  });

  test('of another layout version', () => {
    const error = errorOf(() => attach({ ...handle, layout: LAYOUT_VERSION + 1 }));
    expect(error.code).toBe('ERR_SHARED_MAP_VERSION');
    expect(error.message).toContain(String(LAYOUT_VERSION + 1));
    const newer = make(small);
    new Uint32Array(newer.handle.memory.buffer)[1] = LAYOUT_VERSION + 1;
    const kept = newer.handle;
    newer.detach();
    expect(codeOf(() => attach(kept))).toBe('VERSION');
  });

  test('options of attach', () => {
    for (const options of [null, 5, 'x', { key: 'any' }, { value: 'any' }, { value: {} }, { codec: {} }]) {
      expect(codeOf(() => attach(handle, options))).toBe('OPTION');
    }
    expect(attach(handle, {})).toBe(map);
    expect(attach(handle, { value: undefined })).toBe(map);
  });
});

describe('codecs', () => {
  const codec: Codec<number> = {
    name: 'bytes',
    encode: (value) => Uint8Array.of(value),
    decode: (bytes) => bytes[0] as number,
  };

  test('are needed where the handle names one, and only there', () => {
    const map = new SharedMap({ value: codec, ...small });
    const plain = new SharedMap(small);
    const handles = [map.handle, plain.handle] as const;
    for (const step of ['attached', 'detached']) {
      expect(
        codeOf(() => attach(handles[0])),
        step,
      ).toBe('CODEC');
      expect(codeOf(() => attach(handles[0], { value: { ...codec, name: 'other' } }))).toBe('CODEC');
      expect(codeOf(() => attach(handles[1], { value: codec }))).toBe('CODEC');
      map.detach({ all: true });
      plain.detach({ all: true });
    }
    expect(SharedMap.attach(handles[0], { value: codec }).size).toBe(0);
  });

  test.each([
    ['a string', 'bytes'],
    ['an ArrayBuffer', new ArrayBuffer(3)],
    ['an array', [1, 2]],
    ['a DataView', new DataView(new ArrayBuffer(3))],
    ['nothing', undefined],
    ['a promise', Promise.resolve(new Uint8Array(1))],
  ])('that encode to %s', (_name, result) => {
    let broken = false;
    const map = new SharedMap<string, number>({
      value: { ...codec, encode: (value) => (broken ? (result as never) : codec.encode(value)) },
      ...small,
    });
    map.set('k', 1);
    broken = true;
    for (const call of [
      () => map.set('k', 2),
      () => map.insert('new', 2),
      () => map.compareAndSet('k', 1, 2),
    ]) {
      expect(codeOf(call)).toBe('CODEC');
    }
    expect([...map]).toEqual([['k', 1]]);
    expect(map.check()).toEqual([]);
  });

  test('that throw are named, with the cause', () => {
    const thrown = new RangeError('cannot');
    const throwing = (): never => {
      throw thrown;
    };
    const map = new SharedMap<string, number>({ value: { ...codec, encode: throwing }, ...small });
    for (const call of [
      () => map.set('k', 1),
      () => map.insert('k', 1),
      () => map.compareAndSet('k', 1, 1),
    ]) {
      const error = errorOf(call);
      expect(error.code).toBe('ERR_SHARED_MAP_ENCODE');
      expect(error.cause).toBe(thrown);
      expect(error.message).toContain("'bytes'");
    }
    expect(map.size).toBe(0);
    const reader = new SharedMap<string, number>({ value: { ...codec, decode: throwing }, ...small });
    reader.set('k', 1);
    for (const call of [() => reader.get('k'), () => [...reader], () => [...reader.values()]]) {
      expect(errorOf(call).cause).toBe(thrown);
    }
    expect([...reader.keys()]).toEqual(['k']);
    expect(reader.delete('k')).toBe(true);
  });
});

describe('threads', () => {
  test('256 at most', () => {
    const map = make({ maxBytes: 32 * MiB });
    const { module, memory } = map.handle;
    const kernels = Array.from({ length: 255 }, () => new Kernel(module, memory));
    expect(map.stats().threads).toBe(256);
    const error = errorOf(() => new Kernel(module, memory));
    expect(error.code).toBe('ERR_SHARED_MAP_THREADS');
    expect(error.message).toContain('256');
    map.set('k', 1);
    expect(map.get('k')).toBe(1);
    (kernels[50] as InstanceType<typeof Kernel>).detach();
    const again = new Kernel(module, memory);
    expect(codeOf(() => new Kernel(module, memory))).toBe('THREADS');
    for (const kernel of [...kernels, again]) kernel.detach();
    expect(map.stats().threads).toBe(1);
    expect(map.check()).toEqual([]);
  });

  test('as many of a full map', () => {
    const map = make(small);
    fill(map);
    const { module, memory } = map.handle;
    const { bytesUsed } = map.stats();
    const kernels = Array.from({ length: 255 }, () => new Kernel(module, memory));
    expect(map.stats()).toMatchObject({ threads: 256, bytesUsed });
    expect(codeOf(() => map.set('one more', 'x'.repeat(1000)))).toBe('FULL');
    for (const kernel of kernels) kernel.detach();
    expect(map.check()).toEqual([]);
  });

  test('reclaim takes ids of threads only', () => {
    const map = make(small);
    for (const id of [-1, 1.5, Number.NaN, '1', undefined]) {
      expect(codeOf(() => map.reclaim(id as number))).toBe('OPTION');
    }
    expect(map.reclaim(12_345)).toBe(false);
  });
});

describe('after detach', () => {
  const calls = (map: Untyped): (() => unknown)[] => [
    () => map.get('k'),
    () => map.get(1),
    () => map.get('z'.repeat(1000)),
    () => map.get('z'.repeat(10_000)),
    () => map.get('z'.repeat(100_000)),
    () => map.get(null),
    () => map.has('k'),
    () => map.has(1),
    () => map.set('k', 1),
    () => map.set(1, 1),
    () => map.set(null, 'v'.repeat(30_000)),
    () => map.set('k', 'v'.repeat(100_000)),
    () => map.insert('k', 1),
    () => map.compareAndSet('k', 1, 1),
    () => map.add('k'),
    () => map.add(1, 1),
    () => map.delete('k'),
    () => map.delete('z'.repeat(100_000)),
    () => map.clear(),
    () => map.size,
    () => [...map],
    () => [...map.keys()],
    () => [...map.values()],
    () => [...map.entries()],
    () => map.forEach(() => {}),
    () => map.stats(),
    () => map.check(),
    () => map.reclaim(1),
  ];

  test('everything throws', () => {
    const map = make({ maxBytes: 4 * MiB });
    map.set('k', 1);
    const { handle } = map;
    map.detach();
    for (const call of calls(map)) expect(codeOf(call)).toBe('HANDLE');
    const again = SharedMap.attach(handle) as Untyped;
    expect(again === map).toBe(false);
    expect([...again]).toEqual([['k', 1]]);
    expect(again.check()).toEqual([]);
  });

  test('a detached map writes nothing into freed scratch: records of another thread survive', () => {
    const map = make(small);
    const { handle } = map;
    const second = new Kernel(handle.module, handle.memory);
    map.detach(); // the page that was its scratch is for others now
    const third = SharedMap.attach(handle) as Untyped;
    third.detach();
    const fourth = new Kernel(handle.module, handle.memory);
    fourth.detach();
    for (let i = 0; i < 1500; i++) {
      const key = `k${i}${'x'.repeat(40)}`;
      second.key.bytes.latin1Write(key, 0, key.length);
      expect(second.exports.assign(0, 1, key.length, 0, 0, 0, i)).toBe(1);
    }
    for (const call of calls(map)) expect(codeOf(call)).toBe('HANDLE');
    for (const call of calls(third)) expect(codeOf(call)).toBe('HANDLE');
    const reader = SharedMap.attach(handle) as Untyped;
    expect(reader.check()).toEqual([]);
    expect(reader.size).toBe(1500);
    for (let i = 0; i < 1500; i++) expect(reader.get(`k${i}${'x'.repeat(40)}`)).toBe(i);
    second.detach();
  });

  test('an iteration that was under way throws', () => {
    const map = make(small);
    for (let i = 0; i < 100; i++) map.set(i, i);
    const iterator = map.keys();
    iterator.next();
    const entries = map.entries();
    entries.next();
    map.detach();
    expect(codeOf(() => [...iterator])).toBe('HANDLE');
    expect(codeOf(() => [...entries])).toBe('HANDLE');
  });
});

describe('how a wrong thing is called in a message', () => {
  test('whatever it is, none of its code spoils it', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const throwing = {
      get [Symbol.toStringTag](): string {
        throw new Error('from the tag');
      },
      toString() {
        throw new Error('from toString');
      },
    };
    const things = [
      proxy,
      throwing,
      new Proxy(() => 1, {}),
      Object.create(null),
      { [Symbol.toStringTag]: 'x'.repeat(1e6) },
      symbol,
      new Proxy(
        {},
        {
          get: () => {
            throw new Error('from the proxy');
          },
        },
      ),
    ];
    const map = make(small);
    for (const thing of things) {
      expect(codeOf(() => map.get(thing))).toBe('KEY_TYPE');
      expect(codeOf(() => make({ value: 'number', ...small }).set('k', thing))).toBe('VALUE_TYPE');
      expect(codeOf(() => make({ key: thing }))).toBe('OPTION');
      expect(describeValue(thing).length).toBeLessThan(80);
    }
    for (const thing of things.filter((thing) => typeof thing !== 'object' || thing === null)) {
      expect(codeOf(() => attach(thing))).toBe('HANDLE');
    }
  });

  test('however large it is', () => {
    const huge = 2n ** 4_000_000n;
    for (const wrong of [huge, 'x'.repeat(1e6)]) {
      const error = errorOf(() => make({ key: 'number', ...small }).get(wrong));
      expect(error.message.length).toBeLessThan(200);
      expect(describeValue(wrong).length).toBeLessThan(80);
    }
    expect(describeValue(symbol)).toBe('a symbol');
    expect(describeValue(null)).toBe('null');
    expect(describeValue('x')).toBe('the string "x"');
    expect(describeValue(5)).toBe('number 5');
  });
});

describe('a write of which one part cannot be placed', () => {
  const longKey = 'k'.repeat(100_000);
  const longText = 'x'.repeat(100_000);
  const calls: [string, (map: Untyped, value: unknown) => unknown][] = [
    ['set', (map, value) => map.set(longKey, value)],
    ['insert', (map, value) => map.insert(longKey, value)],
    ['replace', (map, value) => map.replace(longKey, value)],
    ['setMany', (map, value) => map.setMany([longKey], [value])],
    ['setMany of entries', (map, value) => map.setMany([[longKey, value]])],
    ['getAndSet', (map, value) => map.getAndSet(longKey, value)],
    ['getOrInsert', (map, value) => map.getOrInsert(`${longKey}s`, value)],
    ['getOrInsertComputed', (map, value) => map.getOrInsertComputed(`${longKey}s`, () => value)],
    ['update', (map, value) => map.update(longKey, () => value)],
    ['merge', (map, value) => map.merge(longKey, 1, () => value)],
    ['replaceAll', (map, value) => map.replaceAll(() => value)],
    ['compareAndSet', (map, value) => map.compareAndSet(longKey, longText, value)],
    ['compareAndSet of a short key', (map, value) => map.compareAndSet('k', longText, value)],
    ['compareAndSet with a key that is', (map, value) => map.compareAndSet(value, longText, longText)],
  ];

  test.each(calls)('leaves nothing staged in %s: it is too large', (_name, call) => {
    const map = make({ maxBytes: 4 * MiB }).set(longKey, longText);
    const { bytesUsed } = map.stats();
    expect(codeOf(() => call(map, 'x'.repeat(8 * MiB)))).toBe('VALUE_TOO_LARGE');
    expect(map.check()).toEqual([]);
    expect(map.stats().bytesUsed).toBe(bytesUsed);
    expect([...map]).toEqual([[longKey, longText]]);
  });

  test.each(calls)('leaves nothing staged in %s: its bytes find no memory', (_name, call) => {
    const map = make({ maxBytes: 4 * MiB }).set(longKey, longText);
    const { bytesUsed } = map.stats();
    const ended = new RangeError('Array buffer allocation failed');
    const value = 'y'.repeat(200_000);
    const { from } = Buffer;
    Buffer.from = ((given: unknown, ...rest: never[]) => {
      if (given === value) throw ended;
      return Reflect.apply(from, Buffer, [given, ...rest]);
    }) as typeof from;
    try {
      expect(() => call(map, value)).toThrow(ended);
    } finally {
      Buffer.from = from;
    }
    expect(map.check()).toEqual([]);
    expect(map.stats().bytesUsed).toBe(bytesUsed);
  });
});
