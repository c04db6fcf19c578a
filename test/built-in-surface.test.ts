import { SharedMap, SharedMapError, SharedSet } from 'threadmap';
import { describe, expect, test } from 'vitest';

// SharedMap and SharedSet beside the Map and the Set of this very Node: whatever those have, in the same shape.

const small = { maxBytes: 2 ** 20 } as const;

type Class = { readonly prototype: object };

const describeFunction = (it: unknown) =>
  typeof it === 'function' ? { length: it.length, name: it.name, constructs: 'prototype' in it } : typeof it;

/** How a property looks, without what it does. */
function shapeOf(owner: object, key: string | symbol): unknown {
  const property = Object.getOwnPropertyDescriptor(owner, key);
  if (property === undefined) return undefined;
  const { value, get, set, ...flags } = property;
  return { ...flags, value: describeFunction(value), get: describeFunction(get), set: describeFunction(set) };
}

/** Which names stand for one function. */
function aliases(prototype: object, keys: (string | symbol)[]): unknown {
  const functionAt = (key: string | symbol) => Object.getOwnPropertyDescriptor(prototype, key)?.value;
  return keys.map((key) => keys.filter((other) => functionAt(other) === functionAt(key)));
}

const pairs: [string, Class, Class, () => Iterable<unknown>][] = [
  ['SharedMap', SharedMap, Map, () => new SharedMap(small)],
  ['SharedSet', SharedSet, Set, () => new SharedSet(small)],
];

describe.each(pairs)('%s', (name, ours, builtIn, make) => {
  const keys = Reflect.ownKeys(builtIn.prototype).filter((key) => key !== 'constructor');

  test.each(keys.map((key) => [String(key), key] as const))('prototype has %s', (_name, key) => {
    const shape = shapeOf(builtIn.prototype, key);
    expect(shape).not.toBe(undefined);
    expect(shapeOf(ours.prototype, key)).toEqual(shape);
  });

  test('has one function under several names where the built-in one has', () => {
    expect(aliases(ours.prototype, keys)).toEqual(aliases(builtIn.prototype, keys));
  });

  test('the constructor', () => {
    const statics = Reflect.ownKeys(builtIn).filter((key) => key !== 'prototype' && key !== 'name');
    expect(statics).toContain(Symbol.species);
    for (const key of statics) expect(shapeOf(ours, key), String(key)).toEqual(shapeOf(builtIn, key));
    expect((ours as { name?: string }).name).toBe(name);
    expect(() => Reflect.apply(ours as never, undefined, [])).toThrow(TypeError);
    expect((ours as { [Symbol.species]?: unknown })[Symbol.species]).toBe(ours);
  });

  test('every method refuses what is none, with a TypeError', () => {
    const others = [undefined, null, 1, {}, [], new Map(), new Set(), ours.prototype, Object.create(make())];
    for (const key of keys) {
      const { value, get } = Object.getOwnPropertyDescriptor(ours.prototype, key) as PropertyDescriptor;
      const method = value ?? get;
      if (typeof method !== 'function') continue;
      for (const other of others) {
        expect(() => Reflect.apply(method, other, ['k', () => 1, 1]), String(key)).toThrow(TypeError);
      }
    }
  });

  test('iterators have next and a tag, as the built-in ones', () => {
    const prototype = Object.getPrototypeOf(make()[Symbol.iterator]());
    const builtInOne = Object.getPrototypeOf(
      new (builtIn as new () => Iterable<unknown>)()[Symbol.iterator](),
    );
    expect(Reflect.ownKeys(prototype).sort(byText)).toEqual(Reflect.ownKeys(builtInOne).sort(byText));
    expect(shapeOf(prototype, 'next')).toEqual(shapeOf(builtInOne, 'next'));
    expect(shapeOf(prototype, Symbol.toStringTag)).toEqual(shapeOf(builtInOne, Symbol.toStringTag));
    expect(prototype[Symbol.toStringTag]).toBe(`${name} Iterator`);
    expect(Object.getPrototypeOf(prototype)).toBe(Object.getPrototypeOf(builtInOne));
    for (const other of [undefined, {}, new Map().keys(), prototype]) {
      expect(() => Reflect.apply(prototype.next, other, [])).toThrow(TypeError);
    }
  });
});

const byText = (a: string | symbol, b: string | symbol) => (String(a) < String(b) ? -1 : 1);

test('the iterators of the two are of two kinds', () => {
  const { next } = new SharedMap(small).keys();
  expect(() => Reflect.apply(next, new SharedSet(small).keys(), [])).toThrow(TypeError);
});

test('errors of type are plain TypeErrors with a code', () => {
  const map = new SharedMap(small);
  const calls = [
    () => map.get(Symbol('s') as never),
    () => map.forEach(1 as never),
    () => new SharedMap(5 as never),
    () => new SharedSet(small).union(1 as never),
  ];
  const codes = calls.map((call) => {
    try {
      return call();
    } catch (error) {
      expect((error as Error).constructor).toBe(TypeError);
      expect(error).toBeInstanceOf(SharedMapError);
      expect((error as Error).name).toBe('SharedMapError');
      return (error as SharedMapError).code;
    }
  });
  const names = ['KEY_TYPE', 'CALLBACK', 'ITERABLE', 'ITERABLE'];
  expect(codes).toEqual(names.map((name) => `ERR_SHARED_MAP_${name}`));
});
