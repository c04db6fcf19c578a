import { inspect } from 'node:util';
import { SharedMap, SharedMapError } from 'threadmap';
import { describe, expect, test } from 'vitest';

const small = { maxBytes: 2 ** 20 } as const;

/** What an iterator of a Map inherits from: the built-in %IteratorPrototype%. */
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf(new Map().keys()));

describe('inspect', () => {
  test('shows some entries, and what is nested briefly', () => {
    const map = new SharedMap(small);
    expect(inspect(map)).toBe('SharedMap(0) {}');
    map.set('a', 1);
    expect(inspect(map)).toBe("SharedMap(1) { 'a' => 1 }");
    map.set('a', { deep: { er: 1 } });
    expect(inspect(map)).toBe("SharedMap(1) { 'a' => { deep: [Object] } }");
    expect(inspect({ map }, { depth: 0 })).toBe('{ map: SharedMap(1) {…} }');
    expect(inspect([map])).toContain('SharedMap(1)');
    expect(`${inspect(map, { colors: true })}`).toContain('\x1b[');
  });

  test('is bounded, whatever is in the map', () => {
    const map = new SharedMap({ maxBytes: 2 ** 26 });
    for (let i = 0; i < 300; i++) map.set(`${'k'.repeat(2000)}${i}`, Array(1000).fill('v'.repeat(50)));
    map.set('m'.repeat(2_000_000), 'w'.repeat(2_000_000));
    const text = inspect(map);
    expect(text.length).toBeLessThan(4000);
    expect(text).toMatch(/^SharedMap\(301\) \{ .*, … \}$/s);
    expect(inspect(map, { depth: null, maxStringLength: null, maxArrayLength: null }).length).toBeLessThan(
      4000,
    );
  });

  test('shows a detached map', () => {
    const map = new SharedMap(small);
    map.detach();
    expect(inspect(map)).toBe('SharedMap(detached)');
  });
});

test('toStringTag', () => {
  const map = new SharedMap(small);
  expect(map[Symbol.toStringTag]).toBe('SharedMap');
  expect(Object.prototype.toString.call(map)).toBe('[object SharedMap]');
  expect(`${map}`).toBe('[object SharedMap]');
});

test('dispose lets go, twice if it must', () => {
  const map = new SharedMap(small);
  const { handle } = map;
  map.set('k', 1);
  // Node 20 knows the symbol, not every version has the syntax.
  map[Symbol.dispose]();
  map[Symbol.dispose]();
  expect(() => map.get('k')).toThrow(SharedMapError);
  const again = SharedMap.attach(handle);
  expect(again.get('k')).toBe(1);
  expect(again.stats().threads).toBe(1);
});

test('attach gives the same instance as long as it is attached', () => {
  const map = new SharedMap(small);
  expect(SharedMap.attach(map.handle)).toBe(map);
  expect(SharedMap.attach({ ...map.handle })).toBe(map);
  expect(SharedMap.attach(new SharedMap(small).handle) === map).toBe(false);
  const { handle } = map;
  map.detach({ all: true });
  const again = SharedMap.attach(handle);
  expect(again === map).toBe(false);
  expect(SharedMap.attach(handle)).toBe(again);
  expect(again.handle.id).toBe(map.handle.id);
});

test('an attached map has the kinds of the one that was made', () => {
  const map = new SharedMap({ key: 'number', value: 'string', ...small });
  const { handle } = map;
  map.detach();
  const again = SharedMap.attach(handle);
  again.set(1, 'one');
  expect(again.get(1)).toBe('one');
  expect(() => again.set('1' as never, 'one')).toThrow(TypeError);
  expect(() => again.set(1, 1 as never)).toThrow(TypeError);
});

describe('iterators', () => {
  const map = new SharedMap({ key: 'string', value: 'number', ...small });
  for (const [i, key] of ['a', 'b', 'c'].entries()) map.set(key, i);

  test.each([
    ['keys', () => map.keys(), ['a', 'b', 'c']],
    ['values', () => map.values(), [0, 1, 2]],
    [
      'entries',
      () => map.entries(),
      [
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ],
    ],
    [
      'Symbol.iterator',
      () => map[Symbol.iterator](),
      [
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ],
    ],
  ])('%s', (_name, make, expected) => {
    const iterator = make();
    expect(Object.prototype.isPrototypeOf.call(IteratorPrototype, iterator)).toBe(true);
    expect(iterator[Symbol.iterator]()).toBe(iterator);
    const steps: unknown[] = [];
    for (let step = iterator.next(); !step.done; step = iterator.next()) steps.push(step.value);
    expect(steps.sort()).toEqual(expected);
    expect(iterator.next()).toEqual({ done: true, value: undefined });
    expect([...make()].length).toBe(3);
  });

  test('of an empty map', () => {
    const empty = new SharedMap(small);
    expect([...empty.keys(), ...empty.values(), ...empty.entries(), ...empty]).toEqual([]);
  });

  test('what a Map takes', () => {
    expect(new Map(map)).toEqual(
      new Map([
        ['a', 0],
        ['b', 1],
        ['c', 2],
      ]),
    );
    expect(Object.fromEntries(map)).toEqual({ a: 0, b: 1, c: 2 });
  });

  test('undefined is a value like others', () => {
    const any = new SharedMap(small);
    any.set('k', undefined);
    expect([...any]).toEqual([['k', undefined]]);
    expect([any.has('k'), any.get('k'), any.size]).toEqual([true, undefined, 1]);
  });
});

test('forEach gives value, key and map, with thisArg', () => {
  const map = new SharedMap<string, number>({ key: 'string', value: 'number', ...small });
  map.set('a', 1).set('b', 2);
  const calls: unknown[] = [];
  const self = {};
  map.forEach(function (this: unknown, value, key, which) {
    calls.push([value, key, which === map, this === self]);
  }, self);
  expect(calls.sort()).toEqual([
    [1, 'a', true, true],
    [2, 'b', true, true],
  ]);
  expect(() =>
    map.forEach(() => {
      throw new RangeError('from the callback');
    }),
  ).toThrow(RangeError);
  expect(map.check()).toEqual([]);
});

test('what a map shows of itself', () => {
  const map = new SharedMap(small);
  expect(map).toBeInstanceOf(SharedMap);
  expect(Object.keys(map)).toEqual(['handle']);
  expect(Object.keys(map.handle).sort()).toEqual([
    'codec',
    'fields',
    'id',
    'key',
    'layout',
    'magic',
    'memory',
    'module',
    'value',
  ]);
  expect(map.set('k', 1)).toBe(map);
  expect(map.clear()).toBe(undefined);
});
