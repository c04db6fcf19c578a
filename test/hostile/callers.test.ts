import { SharedMap, type SharedMapHandle } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from '../error-of.js';

// Callers who pass objects that lie, throw, or change the map while they are looked at.

const MiB = 2 ** 20;
const small = { maxBytes: 2 * MiB } as const;

type Untyped = SharedMap<unknown, unknown>;
const make = (options: unknown = small) => new SharedMap(options as object) as Untyped;

const thrown = new Error('from the caller');
const throws = (): never => {
  throw thrown;
};

describe('options', () => {
  test.each(['key', 'value', 'capacity', 'maxBytes'])('with a getter that throws: %s', (name) => {
    const error = errorOf(() => make(Object.defineProperty({}, name, { enumerable: true, get: throws })));
    expect(error.code).toBe('ERR_SHARED_MAP_OPTION');
    expect(error.cause).toBe(thrown);
  });

  test('of a proxy that throws', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const options of [proxy, new Proxy({}, { ownKeys: throws }), new Proxy({}, { get: throws })]) {
      expect(codeOf(() => make(options))).toBe('OPTION');
    }
  });

  test('that say something else the second time', () => {
    let times = 0;
    const map = make({
      ...small,
      get key() {
        return times++ === 0 ? 'number' : 'any';
      },
    });
    expect(map.handle.key).toBe('number');
    expect(codeOf(() => map.get('text'))).toBe('KEY_TYPE');
    expect(times).toBe(1);
  });

  test('followed by what only the library passes', () => {
    const Constructor = SharedMap as unknown as new (...args: unknown[]) => Untyped;
    const { handle } = make();
    for (const third of [null, 5, {}, { door: {} }, { handle, door: {} }, new Proxy({}, { get: throws })]) {
      const map = new Constructor(undefined, small, third);
      expect(map.set(1, 1).get(1)).toBe(1);
      expect(map.handle.id).not.toBe(handle.id);
    }
  });
});

describe('codecs', () => {
  const codec = {
    name: 'bytes',
    encode: (n: number) => Uint8Array.of(n),
    decode: (bytes: Uint8Array) => bytes[0],
  };

  test.each(['name', 'encode', 'decode'])('with a getter that throws: %s', (name) => {
    const bad = Object.defineProperty({ ...codec }, name, { get: throws });
    expect(errorOf(() => make({ value: bad, ...small })).cause).toBe(thrown);
    const map = make({ value: codec, ...small });
    const error = errorOf(() => SharedMap.attach(map.handle, { value: bad as never }));
    expect(error.code).toBe('ERR_SHARED_MAP_OPTION');
    expect(error.cause).toBe(thrown);
  });

  test('are taken as they are when the map is made, with their `this`', () => {
    class Shifted {
      name = 'shifted';
      #by = 3;
      encode(n: number) {
        return Uint8Array.of(n + this.#by);
      }
      decode(bytes: Uint8Array) {
        return (bytes[0] as number) - this.#by;
      }
    }
    const shifted = new Shifted();
    const map = make({ value: shifted, ...small });
    Object.assign(shifted, { name: 'other', encode: throws, decode: throws });
    expect(map.set('k', 7).get('k')).toBe(7);
    expect(map.handle.codec).toBe('shifted');
  });

  test('that change the map, or leave it, while they are called', () => {
    const acts: [string, (map: Untyped) => void][] = [
      ['clear', (map) => map.clear()],
      ['delete', (map) => map.delete('k')],
      ['set', (map) => map.set(`other ${map.size}`, 1)],
      ['grow', (map) => Array.from({ length: 500 }, (_, i) => map.set(i, i))],
      ['read', (map) => [...map]],
      ['detach', (map) => map.detach()],
    ];
    for (const [name, act] of acts) {
      let armed = false;
      const run = (): void => {
        if (!armed) return;
        armed = false;
        act(map);
      };
      const meddling = {
        name: 'meddling',
        encode(n: number) {
          run();
          return Uint8Array.of(n, 1, 2, 3);
        },
        decode(bytes: Uint8Array) {
          run();
          return bytes[0];
        },
      };
      let map = make({ value: meddling, ...small });
      const { handle } = map;
      for (const call of [
        () => map.set('k', 5),
        () => map.get('k'),
        () => map.insert('new', 5),
        () => map.compareAndSet('k', 1, 6),
        () => [...map],
        () => map.forEach(() => {}),
      ]) {
        map.set('k', 1);
        armed = true;
        if (name === 'detach') {
          // Some calls are done by then, the others say so.
          try {
            call();
          } catch (error) {
            expect(codeOf(throwing(error)), `${name} in ${call}`).toBe('HANDLE');
          }
          map = SharedMap.attach(handle, { value: meddling as never }) as Untyped;
        } else call();
        armed = false;
        expect(map.check()).toEqual([]);
      }
    }
  });
});

const throwing = (error: unknown) => () => {
  throw error;
};

describe('byte values', () => {
  const bytes = () => Uint8Array.of(1, 2, 3);
  const lie = (properties: PropertyDescriptorMap) =>
    Object.defineProperties(bytes(), properties) as Uint8Array;
  class Lying extends Uint8Array {
    override get length(): number {
      return -100;
    }
    override get byteLength(): number {
      return 2 ** 31;
    }
    override slice(): never {
      throw thrown;
    }
    override subarray(): never {
      throw thrown;
    }
    override set(): never {
      throw thrown;
    }
    static get [Symbol.species](): never {
      throw thrown;
    }
  }
  const liars: [string, Uint8Array][] = [
    ['that are too short', lie({ length: { value: 1000 } })],
    ['of a negative length', lie({ length: { value: -1 } })],
    ['of half a length', lie({ length: { value: 1.5 } })],
    ['of no length', lie({ length: { get: throws } })],
    ['of an endless length', lie({ length: { value: Infinity } })],
    ['of a length far beyond', lie({ length: { value: 2 ** 33 } })],
    ['of another buffer', lie({ buffer: { value: new ArrayBuffer(1) }, byteOffset: { value: 9 } })],
    ['of a constructor that throws', lie({ constructor: { get: throws } })],
    ['of a class that lies', new Lying([1, 2, 3])],
  ];

  test.each(liars)('%s are what they are', (_name, value) => {
    for (const kind of ['any', 'bytes']) {
      const map = make({ value: kind, ...small });
      expect(map.set('k', value).get('k')).toEqual(bytes());
      expect(map.insert('l', value)).toBe(true);
      expect(map.compareAndSet('l', value, value)).toBe(true);
      expect(map.get('l')).toEqual(bytes());
      expect(map.get('l')?.constructor).toBe(Uint8Array);
      expect(map.check()).toEqual([]);
    }
    const map = make({
      value: { name: 'c', encode: () => value, decode: (b: Uint8Array) => b.length },
      ...small,
    });
    expect(map.set('k', 0).get('k')).toBe(3);
  });

  test('of a buffer that was transferred, or is a proxy', () => {
    const gone = new Uint8Array(100);
    structuredClone(gone.buffer, { transfer: [gone.buffer] });
    const map = make({ value: 'bytes', ...small });
    map.set('k', bytes());
    for (const value of [
      gone,
      new Proxy(bytes(), {}),
      new Proxy(bytes(), { get: throws, getPrototypeOf: throws }),
    ]) {
      expect(codeOf(() => map.set('k', value))).toBe('VALUE_TYPE');
      expect(codeOf(() => make().set('k', value))).toBe('VALUE_TYPE');
    }
    expect(map.get('k')).toEqual(bytes());
  });

  test('of other types that say they are bytes', () => {
    const map = make({ value: 'bytes', ...small });
    for (const value of [
      Object.create(Uint8Array.prototype),
      Object.setPrototypeOf([1, 2], Uint8Array.prototype),
      new Uint8ClampedArray(3),
      { [Symbol.toStringTag]: 'Uint8Array', length: 3 },
    ]) {
      expect(codeOf(() => map.set('k', value))).toBe('VALUE_TYPE');
    }
    expect(map.size).toBe(0);
  });
});

describe('values whose fields are code', () => {
  test('that changes the map while it is encoded: the write comes after it', () => {
    for (const kind of ['any', 'json']) {
      const map = make({ value: kind, ...small });
      const value = {
        get field() {
          map.clear();
          map.set('from within', 1);
          return map.size;
        },
      };
      expect(map.set('k', value).get('k')).toEqual({ field: 1 });
      expect(map.insert('l', value)).toBe(true);
      expect(new Set(map.keys())).toEqual(new Set(['from within', 'l']));
      expect(map.check()).toEqual([]);
    }
  });

  test('that detaches the map', () => {
    for (const kind of ['any', 'json']) {
      const map = make({ value: kind, ...small });
      const { handle } = map;
      const value = {
        get field() {
          map.detach();
          return 1;
        },
      };
      expect(codeOf(() => map.set('k', value))).toBe('HANDLE');
      const again = SharedMap.attach(handle as SharedMapHandle<unknown, unknown>);
      expect(again.size).toBe(0);
      expect(again.check()).toEqual([]);
    }
  });

  test('that goes too deep, or round in a ring', () => {
    const ring: unknown[] = [];
    ring.push(ring);
    let deep: unknown = 1;
    for (let i = 0; i < 200_000; i++) deep = [deep];
    const json = make({ value: 'json', ...small });
    expect(codeOf(() => json.set('k', ring))).toBe('VALUE_TYPE');
    expect(codeOf(() => json.set('k', deep))).toBe('VALUE_TYPE');
    expect(codeOf(() => make().set('k', deep))).toBe('VALUE_TYPE');
    expect(json.size).toBe(0);
  });
});

describe('iteration', () => {
  test('takes functions only', () => {
    for (const map of [make(), make().set('k', 1)]) {
      for (const callback of [undefined, null, 5, {}, 'x']) {
        expect(codeOf(() => map.forEach(callback as never))).toBe('CALLBACK');
      }
    }
  });

  test("gives a callback's error to its caller, and leaves nothing behind", () => {
    const map = make();
    for (let i = 0; i < 100; i++) map.set(i, i);
    expect(() => map.forEach(throws)).toThrow(thrown);
    const iterator = map.entries();
    iterator.next();
    expect(() => {
      for (const _ of iterator) throws();
    }).toThrow(thrown);
    expect([...iterator].length).toBe(98);
    for (const _ of map.keys()) break;
    expect(map.check()).toEqual([]);
    expect(new Map(map).size).toBe(100);
  });

  test("a trap of the caller's own WebAssembly is not the map's", () => {
    const trap = new (
      globalThis as unknown as { WebAssembly: { RuntimeError: new () => Error } }
    ).WebAssembly.RuntimeError();
    const map = make().set('k', 1);
    expect(() => map.forEach(throwing(trap))).toThrow(trap);
    const codec = { name: 'c', encode: throwing(trap), decode: throwing(trap) };
    expect(errorOf(() => make({ value: codec, ...small }).set('k', 1))).toMatchObject({
      code: 'ERR_SHARED_MAP_ENCODE',
      cause: trap,
    });
  });
});

describe('ids of threads', () => {
  test('that the kernel would take for others are refused', () => {
    const map = make();
    for (const id of [2 ** 31, 2 ** 32 - 1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, Infinity]) {
      expect(codeOf(() => map.reclaim(id))).toBe('OPTION');
    }
    expect(map.reclaim(2 ** 31 - 1)).toBe(false);
    expect(map.set('k', 1).get('k')).toBe(1);
    expect(map.check()).toEqual([]);
  });
});
