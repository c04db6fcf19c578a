import { randomBytes } from 'node:crypto';
import { SharedMap, SharedMapError, type SharedMapHandle } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from '../error-of.js';
import { wasm } from '../schedule/kernel-module.js';

const MiB = 2 ** 20;
const PAGE = 65536;
/** Behind maxBytes: 64 KiB for each of 256 threads. */
const SCRATCH_AREA = 256 * PAGE;

type Fields = Record<string, unknown>;

const attach = (handle: unknown, options?: unknown) =>
  SharedMap.attach(handle as SharedMapHandle<unknown, unknown>, options as object);

const map = new SharedMap({ maxBytes: MiB });
map.set('k', 'v');
const fields: Fields = { ...map.handle };
const { memory, module } = map.handle;

const memoryOf = (pages: number) => new wasm.Memory({ initial: pages, maximum: pages, shared: true });

/** A memory of this size with the header of a map of that size in it. */
function copyOf(pages: number): { handle: Fields; words: Uint32Array } {
  const copy = memoryOf(pages);
  const words = new Uint32Array(copy.buffer);
  words.set(new Uint32Array(memory.buffer, 0, Math.min(MiB, words.byteLength) / 4));
  words[2] = words.byteLength - SCRATCH_AREA;
  crypto.getRandomValues(new Uint8Array(16)).forEach((byte, i) => {
    new Uint8Array(copy.buffer)[32 + i] = byte;
  });
  const id = Buffer.from(copy.buffer, 32, 16).toString('hex');
  return { handle: { ...fields, memory: copy, id }, words };
}

const strange = [
  undefined,
  null,
  0,
  -1,
  Number.NaN,
  1n,
  true,
  '',
  'x'.repeat(1e5),
  Symbol('s'),
  () => 1,
  [],
  {},
  Object.create(null),
  new Date(),
  new Proxy({}, {}),
];

describe('a handle with a field that is', () => {
  const names = Object.keys(fields);

  test.each(names)('missing: %s', (name) => {
    const { [name]: _, ...rest } = fields;
    expect(['HANDLE', 'VERSION']).toContain(codeOf(() => attach(rest)));
  });

  test.each(names)('of a strange kind: %s', (name) => {
    for (const value of strange) {
      if (Object.is(value, fields[name])) continue; // a map without a codec says null
      expect(['HANDLE', 'VERSION']).toContain(codeOf(() => attach({ ...fields, [name]: value })));
    }
  });

  test.each(names)('a getter that throws: %s', (name) => {
    const thrown = new Error('from the getter');
    const handle = Object.defineProperty({ ...fields }, name, {
      get() {
        throw thrown;
      },
    });
    const error = errorOf(() => attach(handle));
    expect(error.code).toBe('ERR_SHARED_MAP_HANDLE');
    expect(error.cause).toBe(thrown);
  });

  test.each(names)('something else the second time: %s', (name) => {
    let times = 0;
    const handle = Object.defineProperty({ ...fields }, name, {
      get: () => (times++ === 0 ? fields[name] : 'else'),
    });
    expect(attach(handle)).toBe(map);
    expect(times).toBe(1);
  });

  test('one too many, or inherited, or of a proxy: it is a handle all the same', () => {
    for (const handle of [
      { ...fields, more: 1 },
      Object.create(fields),
      Object.assign(Object.create(null), fields),
      new Proxy(fields, {}),
    ]) {
      expect(attach(handle)).toBe(map);
    }
  });

  test('of a proxy that throws, whatever is asked', () => {
    const { proxy, revoke } = Proxy.revocable({ ...fields }, {});
    revoke();
    const thrown = new Error('from the proxy');
    const throwing = new Proxy({} as object, {
      get() {
        throw thrown;
      },
      getPrototypeOf() {
        throw thrown;
      },
      ownKeys() {
        throw thrown;
      },
    });
    for (const value of [proxy, throwing]) {
      expect(codeOf(() => attach(value))).toBe('HANDLE');
      expect(codeOf(() => attach({ ...fields, memory: value }))).toBe('HANDLE');
      expect(codeOf(() => attach({ ...fields, module: value }))).toBe('HANDLE');
      expect(codeOf(() => attach({ ...fields, id: value }))).toBe('HANDLE');
      expect(codeOf(() => attach({ ...fields, layout: value }))).toBe('VERSION');
      expect(codeOf(() => attach({ ...fields, handle: value, magic: 'else' }))).toBe('HANDLE');
      expect(codeOf(() => attach(fields, value))).toBe('OPTION');
      expect(codeOf(() => attach(fields, { value }))).toBe('OPTION');
    }
  });

  test('frozen: nobody changes the handle of a map', () => {
    expect(Object.isFrozen(map.handle)).toBe(true);
    const own = { ...fields };
    map.detach();
    const again = attach(own);
    expect(again.handle === (own as unknown)).toBe(false);
    expect(Object.isFrozen(again.handle)).toBe(true);
    expect(again.get('k')).toBe('v');
    again.detach();
  });
});

describe('a handle that tells other kinds than its map has', () => {
  const fields_ = { x: 'float64', hits: 'int32' } as const;
  const maps = {
    any: new SharedMap({ maxBytes: MiB }),
    numbers: new SharedMap({ key: 'number', value: 'number', maxBytes: MiB }),
    bigints: new SharedMap({ key: 'bigint', value: 'bigint', maxBytes: MiB }),
    records: new SharedMap({ key: 'uuid', value: fields_, maxBytes: MiB }),
    codec: new SharedMap({
      value: { name: 'c', encode: () => new Uint8Array(1), decode: () => 1 },
      maxBytes: MiB,
    }),
  };
  const handles: { readonly [name in keyof typeof maps]: Fields } = {
    any: { ...maps.any.handle },
    numbers: { ...maps.numbers.handle },
    bigints: { ...maps.bigints.handle },
    records: { ...maps.records.handle },
    codec: { ...maps.codec.handle },
  };
  const lies: [keyof typeof maps, Fields][] = [
    ['any', { key: 'string' }],
    ['any', { value: 'number' }],
    ['any', { key: 'bytes', value: 'bytes' }],
    ['any', { value: 'record', fields: fields_ }],
    ['any', { value: 'codec', codec: 'c' }],
    ['numbers', { key: 'int32' }],
    ['numbers', { value: 'bigint' }],
    ['bigints', { key: 'number' }],
    ['bigints', { value: 'boolean' }],
    ['records', { fields: { x: 'float64' } }],
    ['records', { fields: { ...fields_, more: 'int8' } }],
    ['records', { fields: { x: 'float32', hits: 'int32' } }],
    ['records', { fields: { hits: 'int32', x: 'float64' } }],
    ['records', { value: 'bytes', fields: null }],
    ['codec', { codec: 'd' }],
    ['codec', { value: 'bytes', codec: null }],
  ];

  for (const attached of [true, false]) {
    test.each(lies)(`${attached ? '' : 'and is not attached: '}%s, %o`, (name, lie) => {
      if (!attached) maps[name].detach({ all: true });
      expect(codeOf(() => attach({ ...handles[name], ...lie }))).toBe('HANDLE');
    });
  }

  const unknown: [string, Fields][] = [
    ['a kind of key', { key: 'int64' }],
    ['a kind of value', { value: 'int64' }],
    ['fields of a map of anything', { fields: fields_ }],
    ['fields without a record', { value: 'bytes', fields: fields_ }],
    ['a record without fields', { value: 'record', fields: null }],
    ['a record of no fields', { value: 'record', fields: {} }],
    ['a field of no kind', { value: 'record', fields: { x: 5 } }],
    ['a field of an unknown kind', { value: 'record', fields: { x: 'int64' } }],
    ['a field called __proto__', { value: 'record', fields: JSON.parse('{ "__proto__": "int8" }') }],
    ['fields that are a text', { value: 'record', fields: 'int8' }],
    ['too many fields', { value: 'record', fields: Object.fromEntries(Array(2000).fill('int8').entries()) }],
  ];

  test.each(unknown)('%s that there is not', (_name, lie) => {
    for (const handle of [map.handle, handles.numbers]) {
      expect(codeOf(() => attach({ ...handle, ...lie }))).toBe('HANDLE');
    }
  });

  test('fields that are something else the second time are read once', () => {
    let times = 0;
    const shifty = new Proxy(fields_, {
      get: (target, name) => (times++ < 2 ? target[name as 'x'] : 'int8'),
    });
    expect(attach({ ...handles.records, fields: shifty }).handle.fields).toEqual(fields_);
    expect(times).toBe(2);
  });

  test('fields that throw', () => {
    const thrown = new Error('from the proxy');
    const throwing = new Proxy({} as object, {
      ownKeys() {
        throw thrown;
      },
    });
    const error = errorOf(() => attach({ ...handles.records, fields: throwing }));
    expect([error.code, error.cause]).toEqual(['ERR_SHARED_MAP_HANDLE', thrown]);
  });

  test('a clone is as good as the handle', () => {
    const map = new SharedMap({ key: 'uuid', value: fields_, maxBytes: MiB });
    const { handle } = map;
    map.detach();
    const again = attach(structuredClone(handle));
    again.set('00112233-4455-6677-8899-aabbccddeeff', { x: 1, hits: 2 });
    expect([...again]).toEqual([['00112233-4455-6677-8899-aabbccddeeff', { x: 1, hits: 2 }]]);
    expect(Object.isFrozen(again.handle.fields)).toBe(true);
  });
});

describe('a handle whose memory', () => {
  test.each([
    ['has no page', memoryOf(0)],
    ['has one page', memoryOf(1)],
    ['is of zeros', memoryOf(16)],
    ['is of zeros, and large', memoryOf(4096)],
    ['is not shared', new wasm.Memory({ initial: 16, maximum: 16 } as never)],
    ['only looks like one', { buffer: memory.buffer }],
    ['only inherits from one', Object.create(wasm.Memory.prototype)],
    ['is another object that inherits from it', Object.create(memory)],
    ['is a buffer', memory.buffer],
  ])('%s', (_name, wrong) => {
    expect(codeOf(() => attach({ ...fields, memory: wrong }))).toBe('HANDLE');
  });

  test('is of random bytes', () => {
    const { handle, words } = copyOf(16 + 256);
    for (let round = 0; round < 20; round++) {
      randomBytes(MiB).copy(new Uint8Array(words.buffer));
      expect(codeOf(() => attach(handle))).toBe('HANDLE');
    }
  });

  test.each([1, 2, 8, 15])('is of %i pages, whatever its header says', (pages) => {
    expect(codeOf(() => attach(copyOf(pages).handle))).toBe('HANDLE');
  });

  test('is of another size than its header says', () => {
    for (const size of [0, 1, PAGE, MiB - 1, MiB + PAGE, 2 ** 31, 2 ** 32 - 1]) {
      const { handle, words } = copyOf(16 + 256);
      words[2] = size;
      expect(codeOf(() => attach(handle))).toBe('HANDLE');
    }
  });

  test('was copied from a map whose threads are still attached: a slot more is taken, none is lost', () => {
    const copy = attach(copyOf(16 + 256).handle);
    expect(copy.get('k')).toBe('v');
    copy.detach();
  });
});

describe('a handle with another module', () => {
  const bytes = (...parts: number[][]) => Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, ...parts.flat()]);
  /** One function of no parameters and no results, exported as `attach`. */
  const oneFunction = [
    [1, 4, 1, 0x60, 0, 0],
    [3, 2, 1, 0],
    [7, 10, 1, 6, 97, 116, 116, 97, 99, 104, 0, 0],
  ];
  const body = (...code: number[]) => [10, code.length + 4, 1, code.length + 2, 0, ...code, 0x0b];
  const others: [string, Uint8Array][] = [
    ['that is empty', bytes()],
    ['that exports a function of the same name', bytes(...oneFunction, body())],
    [
      'that traps as it starts',
      bytes(oneFunction[0] as number[], oneFunction[1] as number[], [8, 1, 0], body(0)),
    ],
    ['that wants what nobody has', bytes([2, 8, 1, 1, 97, 1, 98, 3, 0x7f, 0])],
  ];

  test.each(others)('%s', (_name, code) => {
    const { handle } = copyOf(16 + 256);
    const other = new wasm.Module(code);
    expect(codeOf(() => attach({ ...handle, module: other }))).toBe('HANDLE');
  });

  test('that only looks like one', () => {
    for (const wrong of [{}, Object.create(wasm.Module.prototype), Object.create(module), 'module']) {
      expect(codeOf(() => attach({ ...copyOf(16 + 256).handle, module: wrong }))).toBe('HANDLE');
    }
  });

  test('or the right one: the map is there', () => {
    const { handle } = copyOf(16 + 256);
    const copy = attach(handle);
    expect([...copy]).toEqual([['k', 'v']]);
    copy.detach();
  });
});

describe('a handle whose header has', () => {
  const ROOT = 16;
  const FRONTIER = 32;
  const setRoot = (words: Uint32Array, bits: number): void => {
    words[ROOT] = (words[ROOT] as number) | bits;
  };
  const garbage: [string, (words: Uint32Array) => void][] = [
    ['chains beyond the memory', (words) => setRoot(words, 31 << 3)],
    ['no chains at all', (words) => void words.fill(0, ROOT, ROOT + 2)],
    ['a root of ones', (words) => void words.fill(0xffffffff, ROOT, ROOT + 2)],
    ['a growth that never was', (words) => setRoot(words, 1)],
    ['a sweep that never ends', (words) => setRoot(words, 1 << 20)],
    ['a frontier of ones', (words) => void words.fill(0xffffffff, FRONTIER, FRONTIER + 2)],
    ['a frontier of zeros', (words) => void words.fill(0, FRONTIER, FRONTIER + 2)],
    ['progress of ones', (words) => void words.fill(0xffffffff, 48, 66)],
    ['slots of ones', (words) => void words.fill(0xffffffff, 1024, 1024 + 256 * 64)],
  ];

  /** Calls that a map of any kind takes. What they answer is open; that they end is not. */
  const calls: ((copy: ReturnType<typeof attach>) => unknown)[] = [
    (copy) => copy.get('k'),
    (copy) => copy.get('a text of some length'),
    (copy) => copy.has(5),
    (copy) => copy.set(5, 5),
    (copy) => copy.set('a text of some length', 'x'.repeat(70_000)),
    (copy) => copy.insert('k', 1),
    (copy) => copy.compareAndSet('k', 'v', 2),
    (copy) => copy.add('n'),
    (copy) => copy.delete('k'),
    (copy) => copy.size,
    (copy) => copy.stats(),
    (copy) => copy.check(),
    (copy) => [...copy].length,
    (copy) => copy.clear(),
    (copy) => copy.reclaim(1),
    (copy) => copy.detach(),
  ];

  test.each(garbage)('%s', (_name, spoil) => {
    const { handle, words } = copyOf(16 + 256);
    spoil(words);
    let copy: ReturnType<typeof attach> | undefined;
    const code = (call: () => unknown): string => {
      try {
        call();
        return 'none';
      } catch (error) {
        expect(error).toBeInstanceOf(SharedMapError);
        return (error as SharedMapError).code.replace('ERR_SHARED_MAP_', '');
      }
    };
    const codes = new Set(['none', 'CORRUPT', 'FULL', 'THREADS', 'HANDLE', 'VALUE_TYPE']);
    expect(codes).toContain(
      code(() => {
        copy = attach(handle);
      }),
    );
    for (const call of calls)
      if (copy) expect(codes).toContain(code(() => call(copy as ReturnType<typeof attach>)));
  });

  test('chains beyond the memory: every call says so', () => {
    const { handle, words } = copyOf(16 + 256);
    setRoot(words, 31 << 3);
    const copy = attach(handle);
    for (const call of [
      () => copy.get('k'),
      () => copy.set(1, 1),
      () => copy.stats(),
      () => [...copy],
      () => copy.delete('k'),
    ]) {
      const error = errorOf(call);
      expect(error.code).toBe('ERR_SHARED_MAP_CORRUPT');
      expect((error.cause as Error).name).toBe('RuntimeError');
    }
    expect(copy.check()).toHaveLength(1);
    copy.detach();
  });
});
