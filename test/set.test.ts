import { inspect } from 'node:util';
import fc from 'fast-check';
import { SharedMap, SharedSet, type SharedSetHandle } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf, errorOf } from './error-of.js';

const small = { maxBytes: 2 ** 20 } as const;

/** The constructor as a caller without types sees it. */
const Untyped = SharedSet as unknown as new (...args: unknown[]) => SharedSet<unknown>;

const values = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.constantFrom(Number.NaN, -0, 0.5, Infinity),
  fc.constantFrom('', 'a', 'b', 'the value of a record, long enough', 'Ā', '\ud800', 'x'.repeat(2000)),
  fc.constantFrom(0n, 1n, -(2n ** 90n), true, false, null, undefined),
);

type Call = { op: 'add' | 'insert' | 'has' | 'delete'; value: unknown } | { op: 'clear' };

const calls = fc.array(
  fc.oneof(
    {
      weight: 30,
      arbitrary: fc.record({ op: fc.constantFrom('add', 'insert', 'has', 'delete'), value: values }),
    },
    { weight: 1, arbitrary: fc.record({ op: fc.constant('clear') }) },
  ),
  { maxLength: 200, size: 'max' },
) as fc.Arbitrary<Call[]>;

function callBoth(set: SharedSet<unknown>, model: Set<unknown>, call: Call): void {
  switch (call.op) {
    case 'add':
      model.add(call.value);
      expect(set.add(call.value)).toBe(set);
      break;
    case 'insert':
      expect(set.insert(call.value)).toBe(!model.has(call.value));
      model.add(call.value);
      break;
    case 'has':
      expect(set.has(call.value)).toBe(model.has(call.value));
      break;
    case 'delete':
      expect(set.delete(call.value)).toBe(model.delete(call.value));
      break;
    default:
      set.clear();
      model.clear();
  }
  expect(set.size).toBe(model.size);
}

test('random calls do what a Set does', () => {
  fc.assert(
    fc.property(calls, (list) => {
      const set = new Untyped(small);
      const model = new Set<unknown>();
      for (const call of list) callBoth(set, model, call);
      expect(new Set(set)).toEqual(model);
      expect([...set].length).toBe(model.size);
      expect(set.check()).toEqual([]);
      set.detach();
    }),
    { numRuns: 150, seed: 21 },
  );
});

// What the operations of two sets are, by membership alone: not every Node has those of Set.
const operations: { [name: string]: (a: Set<unknown>, b: Set<unknown>) => unknown } = {
  union: (a, b) => new Set([...a, ...b]),
  intersection: (a, b) => new Set([...a].filter((value) => b.has(value))),
  difference: (a, b) => new Set([...a].filter((value) => !b.has(value))),
  symmetricDifference: (a, b) =>
    new Set([...[...a].filter((value) => !b.has(value)), ...[...b].filter((value) => !a.has(value))]),
  isSubsetOf: (a, b) => [...a].every((value) => b.has(value)),
  isSupersetOf: (a, b) => [...b].every((value) => a.has(value)),
  isDisjointFrom: (a, b) => ![...a].some((value) => b.has(value)),
};

type Operation = keyof SharedSet<unknown> & keyof typeof operations;

describe.each(Object.keys(operations) as Operation[])('%s', (name) => {
  const operate = (set: SharedSet<unknown>, other: unknown) =>
    (set[name] as (other: unknown) => unknown).call(set, other);
  const expected = operations[name] as (a: Set<unknown>, b: Set<unknown>) => unknown;
  const few = fc.array(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom(-0, 'a', 'b', null)), {
    maxLength: 12,
  });

  test('is what it is for two sets, whatever kind the other one is of', () => {
    fc.assert(
      fc.property(few, few, (mine, theirs) => {
        const set = new Untyped(mine, small);
        const model = new Set<unknown>(mine);
        const other = new Set<unknown>(theirs);
        const others = [
          other,
          new Untyped(theirs, small),
          new Map(theirs.map((value) => [value, 1])),
          { size: other.size, has: (value: unknown) => other.has(value), keys: () => other.values() },
        ];
        for (const given of others) {
          const result = operate(set, given);
          expect(result).toEqual(expected(model, other));
          if (typeof result === 'object') expect(Object.getPrototypeOf(result)).toBe(Set.prototype);
        }
        expect(operate(set, set)).toEqual(expected(model, model));
        expect(new Set(set)).toEqual(model);
        set.detach();
      }),
      { numRuns: 60, seed: 22 },
    );
  });

  test('takes values that no SharedSet can have for what they are: no members', () => {
    const object = {};
    for (const mine of [[], [1], [1, 2, 3, 4]]) {
      const set = new Untyped(mine, { key: 'number', ...small });
      for (const theirs of [[object], [object, 'text', 1], [Symbol.iterator, 1, 2, 3, 4]]) {
        expect(operate(set, new Set(theirs))).toEqual(expected(new Set(mine), new Set<unknown>(theirs)));
      }
    }
  });

  test('refuses what is no set-like', () => {
    const set = new Untyped([1], small);
    for (const other of [undefined, null, 5, 'text', [1], {}, { size: Number.NaN }]) {
      expect(codeOf(() => operate(set, other))).toBe('ITERABLE');
    }
    const none = { size: -1, has: () => true, keys: () => [].values() };
    expect(codeOf(() => operate(set, none))).toBe('ITERABLE');
    expect(codeOf(() => operate(set, { size: 1 }))).toBe('CALLBACK');
    expect(codeOf(() => operate(set, { size: 1, has: () => true }))).toBe('CALLBACK');
  });
});

test('an operation that knows its answer closes the iterator of the other', () => {
  let closed = 0;
  const endless = {
    size: 1,
    has: () => false,
    keys: () => ({
      next: () => ({ done: false, value: 1 }),
      return: () => {
        closed++;
        return {};
      },
    }),
  };
  expect(new SharedSet([2, 3], small).isSupersetOf(endless as never)).toBe(false);
  expect(new SharedSet([1, 3], small).isDisjointFrom(endless as never)).toBe(false);
  expect(closed).toBe(2);
});

describe('a set', () => {
  test('begins with values', () => {
    for (const source of [
      [1, 'a', 1],
      new Set([1, 'a']),
      new Map([
        [1, 2],
        ['a', 3],
      ] as never).keys(),
    ]) {
      expect(new Set(new Untyped(source, small))).toEqual(new Set([1, 'a']));
    }
    expect(new Set(SharedSet.from('abca', { key: 'string', ...small }))).toEqual(new Set(['a', 'b', 'c']));
    for (const none of [undefined, null, [], '']) expect(new Untyped(none, small).size).toBe(0);
    expect(codeOf(() => new Untyped(5))).toBe('ITERABLE');
    expect(codeOf(() => new Untyped({}, {}))).toBe('ITERABLE');
    expect(codeOf(() => new Untyped([Symbol('s')], small))).toBe('KEY_TYPE');
    expect(codeOf(() => SharedSet.from(small as never))).toBe('ITERABLE');
  });

  test('by the method add that it has, and lets its memory go when that throws', () => {
    let handle: SharedSetHandle<unknown> | undefined;
    class Failing extends Untyped {
      override add(value: unknown): this {
        handle = this.handle;
        if (value === 2) throw new RangeError('from the caller');
        return super.add(value);
      }
    }
    expect(() => new Failing([1, 2], small)).toThrow(RangeError);
    const again = SharedSet.attach(handle as SharedSetHandle<unknown>);
    expect([...again]).toEqual([1]);
    expect(again).not.toBeInstanceOf(Failing);
    expect(again.stats().threads).toBe(1);
  });

  test('takes the options of a map, without the kind of its values', () => {
    const set = new SharedSet({ key: 'number', capacity: 100, ...small });
    expect(set.handle.map.key).toBe('number');
    expect(codeOf(() => set.add('1' as never))).toBe('KEY_TYPE');
    const throwing = Object.defineProperty({}, 'key', {
      enumerable: true,
      get: () => {
        throw new Error('from the caller');
      },
    });
    for (const options of [{ value: 'any' }, { value: undefined }, { keys: 1 }, { capacity: -1 }, throwing]) {
      expect(codeOf(() => new Untyped(options))).toBe('OPTION');
      expect(codeOf(() => new Untyped([1], options))).toBe('OPTION');
    }
    for (const options of [null, 5, []]) expect(codeOf(() => new Untyped([1], options))).toBe('OPTION');
  });

  test.each([
    ['int32', 5, 6],
    ['bigint', 2n ** 62n, -1n],
    ['bytes', Uint8Array.of(1, 2, 3), new Uint8Array(100)],
    ['uuid', 'abcdef00-0000-4000-8000-000000000000', '00000000-0000-4000-8000-000000000000'],
  ] as const)('has values of kind %s', (key, one, other) => {
    const set = new Untyped([one, one], { key, ...small });
    expect([set.size, set.has(one), set.has(other), set.insert(other), set.insert(one)]).toEqual([
      1,
      true,
      false,
      true,
      false,
    ]);
    expect([...set].length).toBe(2);
    expect(codeOf(() => set.add(true))).toBe('KEY_TYPE');
    expect(set.isSupersetOf(set)).toBe(true);
    expect([set.delete(one), ...set]).toEqual([true, other]);
  });

  test('attaches to the same instance as long as it is attached', () => {
    const set = new SharedSet(['a'], small);
    expect(SharedSet.attach(set.handle)).toBe(set);
    expect(SharedSet.attach({ ...set.handle })).toBe(set);
    const { handle } = set;
    set.detach({ all: true }); // made once, and attached twice
    expect(codeOf(() => set.has('a'))).toBe('HANDLE');
    const again = SharedSet.attach(handle);
    expect(again === set).toBe(false);
    expect([...again]).toEqual(['a']);
    again[Symbol.dispose]();
    expect(codeOf(() => again.size)).toBe('HANDLE');
  });

  test('is not taken for a map, nor a map for a set', () => {
    const set = new SharedSet(small);
    const map = new SharedMap(small);
    const asMap = errorOf(() => SharedMap.attach(set.handle as never));
    expect(asMap.code).toBe('ERR_SHARED_MAP_HANDLE');
    expect(asMap.message).toContain('SharedSet.attach');
    const asSet = errorOf(() => SharedSet.attach(map.handle as never));
    expect(asSet.code).toBe('ERR_SHARED_MAP_HANDLE');
    expect(asSet.message).toContain('SharedMap.attach');
    expect(errorOf(() => SharedSet.attach(set as never)).message).toContain('set.handle');
    const lying = {
      get magic() {
        throw new Error('from the caller');
      },
    };
    const wrong: unknown[] = [undefined, null, 5, {}, [], map, lying, { magic: 'threadmap-set' }];
    for (const handle of [...wrong, { magic: 'threadmap-set', map: map.handle }]) {
      expect(codeOf(() => SharedSet.attach(handle as never))).toBe('HANDLE');
    }
  });

  test('calls back with value, value and set', () => {
    const set = new SharedSet([1, 2], small);
    const self = {};
    const seen: unknown[] = [];
    set.forEach(function (this: unknown, value, again, of) {
      seen.push([value, again, of === set, this === self]);
    }, self);
    expect(seen.sort()).toEqual([
      [1, 1, true, true],
      [2, 2, true, true],
    ]);
    expect(codeOf(() => set.forEach(5 as never))).toBe('CALLBACK');
    expect([...set.entries()].sort()).toEqual([
      [1, 1],
      [2, 2],
    ]);
  });

  test('shows itself', () => {
    const set = new SharedSet(small);
    expect(inspect(set)).toBe('SharedSet(0) {}');
    expect(inspect(set.add('a'))).toBe("SharedSet(1) { 'a' }");
    expect(inspect({ set }, { depth: 0 })).toBe('{ set: SharedSet(1) {…} }');
    expect(Object.prototype.toString.call(set)).toBe('[object SharedSet]');
    expect(Object.keys(set)).toEqual(['handle']);
    set.detach();
    expect(inspect(set)).toBe('SharedSet(detached)');
  });

  test('that is full says so, and has what it had', () => {
    const set = new SharedSet<string>(small);
    let last = 0;
    expect(
      codeOf(() => {
        for (;;) set.add(`${'v'.repeat(500)}${last++}`);
      }),
    ).toBe('FULL');
    expect([set.size, [...set].length]).toEqual([last - 1, last - 1]);
    expect(set.delete(`${'v'.repeat(500)}0`)).toBe(true);
    expect(set.insert(`${'v'.repeat(500)}0`)).toBe(true);
    expect(set.check()).toEqual([]);
  });
});
