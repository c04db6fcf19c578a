import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, promisify } from 'node:util';
import { Serializer, serialize } from 'node:v8';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { structuredOf1, Undecodable, v8Value } from '../internals.js';
import { Random } from '../random.js';

// Bytes of V8's serializer, which this project reads by itself.

function written(value: unknown): Buffer {
  const writer = new Serializer();
  writer.writeHeader();
  writer.writeValue(value);
  return writer.releaseBuffer();
}

const back = (value: unknown) => v8Value(written(value));
const text = (letters: string, ...bytes: number[]) => [...Buffer.from(letters, 'latin1'), ...bytes];

test('whatever V8 writes is read', () => {
  const values = fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withObjectString: true,
  });
  fc.assert(
    fc.property(values, (value) => {
      // What it is to V8: objects without a prototype get one.
      const expected = structuredClone(value);
      if (!isDeepStrictEqual(back(value), expected)) expect(back(value)).toStrictEqual(expected);
    }),
    { numRuns: 2000 },
  );
});

test('what prototypes have stays out of it', () => {
  Object.defineProperty(Object.prototype, 'trap', {
    configurable: true,
    set() {
      throw new Error('a setter ran');
    },
  });
  try {
    const read = back(JSON.parse('{ "trap": 1, "__proto__": 2 }')) as object;
    expect(Object.entries(read)).toEqual([
      ['trap', 1],
      ['__proto__', 2],
    ]);
    expect(Object.getPrototypeOf(read)).toBe(Object.prototype);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'trap');
  }
});

test('views follow their buffer, wherever it stands', () => {
  const Resizable = ArrayBuffer as new (length: number, options: object) => ArrayBuffer;
  const buffer = new Resizable(16, { maxByteLength: 32 });
  const views = back([buffer, new Uint8Array(buffer), new DataView(buffer, 4, 8), new Int16Array(buffer, 2)]);
  const [plain, all, part, rest] = views as [ArrayBuffer, Uint8Array, DataView, Int16Array];
  expect([all.length, part.byteLength, part.byteOffset, rest.length]).toEqual([16, 8, 4, 7]);
  for (const view of [all, part, rest]) expect(view.buffer).toBe(plain);
  const shrunk = new Resizable(16, { maxByteLength: 32 }) as ArrayBuffer & { resize(length: number): void };
  const given = new Int32Array(shrunk, 4);
  shrunk.resize(15);
  const odd = back(given) as Int32Array;
  expect([odd.length, odd.byteOffset]).toEqual([2, 4]);
});

test('an error without a stack has none, not one of its reader', () => {
  const error = v8Value(Uint8Array.from([0xff, 15, ...text('rm"\x01a.')])) as Error;
  expect([error.message, Object.hasOwn(error, 'stack')]).toEqual(['a', false]);
});

test('what V8 has left out is told as that, wherever it was', () => {
  for (const around of ['A\x01$\0\x01', 'A\x02T$\0\x02', 'o"\x01a{\x01', ';T:\x02'])
    expect(() => v8Value(Uint8Array.from([0xff, 15, ...text(around)]))).toThrow('WebAssembly.Module');
});

test('many views of one buffer, which would each be stored by itself, go along unread', () => {
  const buffer = new ArrayBuffer(1000);
  const views = (n: number) => Array.from({ length: n }, () => new Uint8Array(buffer));
  const tags = (n: number) => [...structuredOf1(written(views(n))).subarray(0, 2)];
  expect(tags(7)).toEqual([0x10, 0xd1]);
  expect(tags(100)).toEqual([0x10, 0xdb]);
});

test('as many bigints beyond 64 bits as one Map or Set may have, which would take n²', () => {
  const some = (n: number) => Array.from({ length: n }, (_each, i) => (BigInt(i + 1) << 64n) + 1n);
  for (const make of [
    (n: number) => new Set(some(n)),
    (n: number) => new Map(some(n).map((key) => [key, 1])),
  ]) {
    expect(back(make(2896))).toEqual(make(2896));
    expect(() => back(make(2897))).toThrow(Undecodable);
  }
  expect(back([new Set(some(2500)), new Set(some(2500)), some(9000)])).toHaveLength(3);
});

test('holes and fields of arrays, and numbers in every form', () => {
  const bytes = Uint8Array.from([0xff, 15, ...text('A\x04-U\x80\x02I\x03-"\x01xT$\x01\x04')]);
  const array = v8Value(bytes) as unknown[] & { x: boolean };
  expect([array.length, Object.keys(array), array[1], array[2], array.x]).toEqual([
    ...[4, ['1', '2', 'x'], 256, -2, true],
  ]);
});

test.each([
  ['nothing', []],
  ['no mark', text('o{\0')],
  ['another mark', [0xfe, 15, ...text('T')]],
  ['no version', [0xff]],
  ['a later version', [0xff, 16, ...text('o{\0')]],
  ['an earlier version', [0xff, 14, ...text('o{\0')]],
  ['nothing behind its header', [0xff, 15]],
  ['more than a value', [0xff, 15, ...text('TT')]],
  ['an unknown item', [0xff, 15, 0x80]],
  ['an object that does not end', [0xff, 15, ...text('oI\x02T')]],
  ['an object that ends behind a key', [0xff, 15, ...text('oI\x02{\x01')]],
  ['an object of another size', [0xff, 15, ...text('oI\x02T{\x02')]],
  ['an object under an object', [0xff, 15, ...text('oo{\0T{\x01')]],
  ['an array longer than all bytes', [0xff, 15, ...text('A\xff\xff\xff\x7fTT')]],
  ['an array of another length', [0xff, 15, ...text('A\x01T$\0\x02')]],
  ['an array with an element beyond its end', [0xff, 15, ...text('A\x01TI\x0aT$\x01\x01')]],
  ['a sparse array with such an element', [0xff, 15, ...text('a\x02I\x0aT@\x01\x02')]],
  ['a hole among keys', [0xff, 15, ...text('o-T{\x01')]],
  ['a hole in a Set', [0xff, 15, ...text("'-,\x01")]],
  ['a hole alone in a Map', [0xff, 15, ...text(';T-:\x02')]],
  ['a Map that ends behind a key', [0xff, 15, ...text(';T:\x01')]],
  ['a reference to nothing', [0xff, 15, ...text('o"\x01a^\x01{\x01')]],
  ['a text that is too long', [0xff, 15, ...text('"\xff\xff\xff\xff\x0fab')]],
  ['half a code unit', [0xff, 15, ...text('c\x03abc')]],
  ['a number without end', [0xff, 15, ...text('"'), ...Array(20).fill(0xff)]],
  ['a number of more bytes than any', [0xff, 15, ...text('"\x81'), ...Array(7).fill(0x80), 0, ...text('a')]],
  ['a number beyond 32 bits', [0xff, 15, ...text('U\xff\xff\xff\xff\x7f')]],
  ['a bigint that is too long', [0xff, 15, ...text('Z\xfe\xff\xff\xff\x0f')]],
  ['a buffer that is too long', [0xff, 15, ...text('B\xff\xff\xff\xff\x0f')]],
  ['a view beyond its buffer', [0xff, 15, ...text('B\x02abVB\x01\x02\0')]],
  ['a view that begins behind it', [0xff, 15, ...text('B\x02abVB\x03\0\x01')]],
  ['a view at half an element', [0xff, 15, ...text('B\x04abcdVw\x01\x02\0')]],
  ['a view of half an element', [0xff, 15, ...text('B\x04abcdVw\0\x03\0')]],
  ['a view of an unknown kind', [0xff, 15, ...text('B\x01aV!\0\x01\0')]],
  ['a regular expression that is none', [0xff, 15, ...text('R"\x01(\0')]],
  ['one with unknown flags', [0xff, 15, ...text('R"\x01a\x80\x08')]],
  ["one with a flag of V8's own", [0xff, 15, ...text('R"\x01a\x40')]],
  ['an error with an unknown part', [0xff, 15, ...text('r!.')]],
  ['an error without end', [0xff, 15, ...text('rm"\x01a')]],
])('%s is told as undecodable', (_what, bytes) => {
  expect(() => v8Value(Uint8Array.from(bytes as number[]))).toThrow(Undecodable);
});

test('mutated bytes give a value or a clean error', () => {
  const seeds = [
    { a: 1, b: 'text', c: [1, 2.5, null, undefined, true, Object(5n)] },
    // biome-ignore lint/suspicious/noSparseArray: that is what is written
    [1, , 3],
    new Map([[1, { a: new Set(['ä', 'Ж']) }]]),
    [new Date(5), /ab+c/giu, -(2n ** 100n), new Uint8Array(3), new DataView(new ArrayBuffer(9), 1, 7)],
    new RangeError('outer', { cause: new TypeError('inner') }),
  ].map(written);
  const random = new Random(12);
  for (let i = 0; i < 100_000; i++) {
    const seed = seeds[i % seeds.length] as Buffer;
    const other = seeds[random.below(seeds.length)] as Buffer;
    const at = 2 + random.below(seed.length - 2);
    const bytes = Buffer.concat([
      seed.subarray(0, at),
      ...(random.next() < 0.3 ? [other.subarray(2)] : []),
      seed.subarray(at + random.below(3)),
    ]);
    for (let n = random.below(4); n > 0; n--) bytes[2 + random.below(bytes.length - 2)] = random.below(256);
    try {
      v8Value(bytes);
    } catch (error) {
      if (!(error instanceof Undecodable)) throw new Error(`${bytes.toString('hex')}: ${error}`);
    }
  }
});

test('no more memory is taken than the bytes explain, and no stack', async () => {
  const script = `
    import { v8Value } from './dist/src/structured/v8-value.js';
    // 30,000,000 elements, none of which is there: V8 takes 240 MB for each such array.
    const array = [0x61, 0x80, 0x87, 0xa7, 0x0e, 0x40, 0, 0x80, 0x87, 0xa7, 0x0e];
    const arrays = [0xff, 15, 0x41, 100, ...Array(100).fill(array).flat(), 0x24, 0, 100];
    console.log(v8Value(Uint8Array.from(arrays)).at(-1).length);
    const n = 200_000;
    const deep = v8Value(Buffer.from('\\xff\\x0f' + 'A\\x01'.repeat(n) + '0' + '$\\0\\x01'.repeat(n), 'latin1'));
    console.log(Array.isArray(deep[0][0]));`;
  const flags = ['--max-old-space-size=150', '--input-type=module', '-e', script];
  const { stdout } = await promisify(execFile)(process.execPath, flags, {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
  });
  expect(stdout).toBe('30000000\ntrue\n');
});

test('a getter that all objects have is no part of a field', () => {
  const given = { toString: 1, error: new Error('m') };
  const bytes = serialize(given);
  let got: unknown;
  Object.defineProperty(Object.prototype, 'get', { configurable: true, value: () => 'of the prototype' });
  try {
    got = v8Value(bytes);
  } finally {
    Reflect.deleteProperty(Object.prototype, 'get');
  }
  expect(got).toEqual(given);
});
