import { inspect } from 'node:util';
import { type Codec, SharedMap, SharedSet } from 'threadmap';
import { expect, test } from 'vitest';

// What console.log says of a map or a set: something, in any state.

const small = { maxBytes: 2 ** 20 } as const;

const throwing = (): never => {
  throw new RangeError('from user code');
};

test('a value that cannot be decoded is named by its code, the others are shown', () => {
  let broken = false;
  const codec: Codec<string> = {
    name: 'inspected',
    encode: (text) => Buffer.from(text),
    decode: (bytes) => (broken && bytes[0] === 0x78 ? throwing() : Buffer.from(bytes).toString()),
  };
  const map = new SharedMap<string, string>({ value: codec, ...small }).set('good', 'g').set('bad', 'x');
  broken = true;
  const text = inspect(map);
  expect(text).toContain("'good' => 'g'");
  expect(text).toMatch(/'bad' => <ERR_SHARED_MAP_\w+>/);
  expect(inspect({ map }, { depth: 0 })).toBe('{ map: SharedMap(2) {…} }');
});

test('a value whose own inspection throws', () => {
  class Custom {
    [Symbol.for('nodejs.util.inspect.custom')](): string {
      return throwing();
    }
  }
  const codec = { name: 'custom', encode: () => new Uint8Array(1), decode: () => new Custom() };
  const map = new SharedMap({ value: codec, ...small }).set('k', new Custom());
  expect(inspect(map)).toBe("SharedMap(1) { 'k' => <RangeError> }");
  const hostile = {
    name: 'hostile',
    encode: () => new Uint8Array(1),
    decode: () => new Proxy({}, { get: throwing }),
  };
  expect(inspect(new SharedMap({ value: hostile, ...small }).set('k', {}))).toMatch(/^SharedMap\(1\)/);
});

test.each([
  ['the root', 64],
  ['the header', 0],
  ['the table', 131_072],
  ['the heap', 2 ** 20 - 3 * 65536],
])('damaged memory: %s', (_name, from) => {
  for (const fill of [0xffffffff, 0xfffffff0, 1, 0x80000001]) {
    const map = new SharedMap(small).set('k', 'a text that has a record').set('l', 1);
    const set = new SharedSet(['a value with a record'], small);
    for (const { memory } of [map.handle, set.handle.map])
      new Uint32Array(memory.buffer).fill(fill, from / 4, from === 0 ? 1024 : from / 4 + 16384);
    expect(inspect(map)).toMatch(/^SharedMap\(/);
    expect(inspect(set)).toMatch(/^SharedSet\(/);
  }
});

test('a map that was let go of, at any moment', () => {
  const map = new SharedMap<string, unknown>(small).set('k', 1).set('l', 2);
  const set = new SharedSet(['a'], small);
  set.detach();
  expect(inspect(set)).toBe('SharedSet(detached)');
  let calls = 0;
  const codec = {
    name: 'leaving',
    encode: () => new Uint8Array(1),
    decode: () => {
      if (calls++ === 0) leaving.detach();
      return 'x';
    },
  };
  const leaving = new SharedMap<string, string>({ value: codec, ...small }).set('a', 'x').set('b', 'x');
  expect(inspect(leaving)).toMatch(/^SharedMap\(2\) \{ '[ab]' => 'x', <ERR_SHARED_MAP_HANDLE> \}$/);
  expect(inspect(leaving)).toBe('SharedMap(detached)');
  map.detach();
  expect(inspect(map)).toBe('SharedMap(detached)');
  expect(inspect([map, set])).toBe('[ SharedMap(detached), SharedSet(detached) ]');
});

test('what only inherits from a map or a set', () => {
  const map = new SharedMap<string, number>(small).set('k', 1);
  const set = new SharedSet(['a'], small);
  expect(inspect(SharedMap.prototype)).toBe('Object [SharedMap] {}');
  expect(inspect(SharedSet.prototype)).toBe('Object [SharedSet] {}');
  expect(inspect(Object.create(map))).toBe('Object [SharedMap] {}');
  expect(inspect(Object.create(set))).toBe('Object [SharedSet] {}');
  for (const value of [map, set]) {
    expect(inspect(new Proxy(value, {}))).toMatch(/^Object \[Shared(Map|Set)\] \{\}$/);
    expect(inspect(new Proxy(value, {}), { showProxy: true })).toContain('Proxy');
    expect(inspect({ ...value }, { depth: 3 })).toContain('handle');
  }
});

test('a subclass whose methods throw', () => {
  class Failing extends (SharedMap as unknown as new (options: object) => SharedMap<unknown, unknown>) {
    override get size(): number {
      return throwing();
    }
    override keys = throwing as never;
    override entries = throwing as never;
    override get = throwing as never;
  }
  expect(inspect(new Failing(small).set('k', 1))).toBe("SharedMap(1) { 'k' => 1 }");
});
