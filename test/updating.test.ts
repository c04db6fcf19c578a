import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf } from './error-of.js';
import { HASHES, mapWithHash } from './internals.js';
import type { AnyMap } from './model-calls.js';

// update and its family, one thread alone; what their functions may do meanwhile they do themselves here.

const MiB = 2 ** 20;

/** A function that does something else with the map the first time, and how often it was called. */
function meddling(meddle: () => unknown, make: (value: unknown, present: boolean) => unknown) {
  const fn = (value: unknown, present: boolean) => {
    if (fn.calls++ === 0) meddle();
    return make(value, present);
  };
  fn.calls = 0;
  return fn;
}

describe.each(HASHES)('update, %s hash', (hash) => {
  const map = mapWithHash(hash, { maxBytes: 64 * MiB }) as AnyMap;
  const keys = [7, 'k', 'the key of a record', 3n, 'K'.repeat(9_000), 'k'.repeat(150_000)];

  test.each(keys)('gives its function what is there and stores what it makes', (key) => {
    expect(map.update(key, (value, present) => [value, present])).toEqual([undefined, false]);
    expect(map.update(key, (value, present) => [value, present])).toEqual([[undefined, false], true]);
    expect(map.update(key, () => 5)).toBe(5);
    expect(map.update(key, (value) => (value as number) + 1)).toBe(6);
    expect(map.get(key)).toBe(6);
    expect(map.update(key, (value) => `${value}`.padEnd(100_000, '.'))).toHaveLength(100_000);
    expect(map.update(key, (value) => (value as string).length)).toBe(100_000);
    expect(map.update(key, () => undefined)).toBe(undefined);
    expect(map.has(key)).toBe(false);
    expect(map.update(key, () => undefined)).toBe(undefined);
    expect(map.has(key)).toBe(false);
  });

  test('runs once, whatever happens to other keys', () => {
    map.clear();
    map.set('k', 1).set('other', 'a value of some length');
    const fn = meddling(
      () => {
        for (let i = 0; i < 300; i++) map.set(i, `value ${i}`);
        for (let i = 0; i < 300; i += 2) map.delete(i);
        map.set('other', 2);
        map.update('other', (value) => (value as number) + 1);
      },
      (value) => (value as number) + 1,
    );
    expect(map.update('k', fn)).toBe(2);
    expect(fn.calls).toBe(1);
    expect([map.get('k'), map.get('other')]).toEqual([2, 3]);
  });

  test.each<[string, () => unknown]>([
    ['was set', () => map.set('k', 'the value of another')],
    ['was deleted', () => map.delete('k')],
    ['was cleared', () => map.clear()],
    ['was deleted and came back', () => map.set('k', 1).delete('k') && map.set('k', 'the value of old')],
    ['was updated', () => map.update('k', () => 'the value of another update')],
  ])('runs again when its key %s', (_name, meddle) => {
    map.set('k', 'the value of old');
    const seen: unknown[] = [];
    const fn = meddling(meddle, (value, present) => {
      seen.push(present ? value : 'absent');
      return 'the new value';
    });
    expect(map.update('k', fn)).toBe('the new value');
    expect(map.get('k')).toBe('the new value');
    expect(fn.calls).toBe(2);
    expect(seen[0]).toBe('the value of old');
  });

  test('runs again when an absent key was set meanwhile', () => {
    map.delete('new');
    const fn = meddling(
      () => map.set('new', 5),
      (value) => ((value as number | undefined) ?? 0) + 1,
    );
    expect(map.update('new', fn)).toBe(6);
    expect(fn.calls).toBe(2);
  });

  test('a number that came back is the same number', () => {
    map.set('k', 5);
    const fn = meddling(
      () => map.set('k', 6).set('k', 5),
      (value) => (value as number) + 1,
    );
    expect(map.update('k', fn)).toBe(6);
    expect(fn.calls).toBe(1);
  });

  test('nests, at its own key too', () => {
    map.set('k', 1);
    const fn = meddling(
      () => map.update('k', (value) => (value as number) + 10),
      (value) => (value as number) + 100,
    );
    expect(map.update('k', fn)).toBe(111);
    expect(fn.calls).toBe(2);
    expect(map.check()).toEqual([]);
  });
});

describe('callbacks', () => {
  const small = { maxBytes: 4 * MiB };
  const thrown = new Error('from a callback');
  const throws = () => {
    throw thrown;
  };
  type Calls = (map: AnyMap, fn: () => never) => readonly (() => unknown)[];
  const all: Calls = (map, fn) => [
    () => map.update('k', fn),
    () => map.update('absent', fn),
    () => map.merge('k', 1, fn),
    () => map.deleteIf('k', fn),
    () => map.retain(fn),
    () => map.replaceAll(fn),
    () => map.getOrInsertComputed('absent', fn),
  ];

  test('that are no functions are refused', () => {
    const map = (new SharedMap(small) as AnyMap).set('k', 'value');
    for (const callback of [undefined, null, 5, {}]) {
      for (const call of all(map, callback as never)) {
        expect(codeOf(call)).toBe('CALLBACK');
        expect(call).toThrow(TypeError);
      }
    }
    expect([...map]).toEqual([['k', 'value']]);
  });

  test.each(['value', 'v'.repeat(100_000)])('that throw change nothing', (value) => {
    const map = (new SharedMap(small) as AnyMap).set('k', value);
    for (const call of all(map, throws)) expect(call).toThrow(thrown);
    expect([...map]).toEqual([['k', value]]);
    expect(map.check()).toEqual([]);
  });

  test('that trap by WebAssembly of their own are not taken for damage of the map', () => {
    const map = (new SharedMap(small) as AnyMap).set('k', 'value');
    const { RuntimeError } = (globalThis as unknown as { WebAssembly: { RuntimeError: ErrorConstructor } })
      .WebAssembly;
    const trap = new RuntimeError('unreachable');
    for (const call of all(map, () => {
      throw trap;
    })) {
      expect(call).toThrow(trap);
    }
  });

  test('that detach from the map end the call, and change nothing', () => {
    let map: AnyMap = (new SharedMap(small) as AnyMap).set('k', 'value');
    const { handle } = map;
    const leaves = (result: unknown) => (): never => {
      map.detach();
      return result as never;
    };
    for (const value of [1, 'x'.repeat(50_000), { a: 1 }, false]) {
      for (let i = 0; i < all(map, throws).length; i++) {
        const [deletes, retains] = [i === 3, i === 4];
        // Where the entry is to stay, there may be nothing left to do.
        if ((deletes && value === false) || (retains && value !== false)) continue;
        expect(codeOf(all(map, leaves(value))[i] as () => unknown)).toBe('HANDLE');
        map = SharedMap.attach(handle);
        expect([...map]).toEqual([['k', 'value']]);
        expect(map.check()).toEqual([]);
      }
    }
  });

  test('that make what the map cannot hold change nothing', () => {
    const map = new SharedMap({ value: 'number', ...small }) as AnyMap;
    map.set('k', 5);
    for (const wrong of ['text', null, {}, 5n]) {
      expect(codeOf(() => map.update('k', () => wrong))).toBe('VALUE_TYPE');
      expect(codeOf(() => map.merge('k', 1, () => wrong))).toBe('VALUE_TYPE');
      expect(codeOf(() => map.replaceAll(() => wrong))).toBe('VALUE_TYPE');
      expect(codeOf(() => map.getOrInsertComputed('absent', () => wrong))).toBe('VALUE_TYPE');
    }
    expect(codeOf(() => map.update({}, () => 1))).toBe('KEY_TYPE');
    expect([...map]).toEqual([['k', 5]]);
  });

  test('cannot change the key under the call', () => {
    const map = new SharedMap({ key: 'bytes', ...small });
    const bytes = (n: number) => Uint8Array.of(1, 2, 3, n);
    map.set(bytes(1), 5).set(bytes(2), 6);
    const meddle = (key: Uint8Array, result: unknown) => () => {
      key.fill(9);
      return result as never;
    };
    let key = bytes(1);
    expect(map.update(key, meddle(key, 7))).toBe(7);
    key = bytes(2);
    expect(map.deleteIf(key, meddle(key, true))).toBe(true);
    key = bytes(3);
    expect(map.getOrInsertComputed(key, meddle(key, 8))).toBe(8);
    key = bytes(3);
    const making = {
      get made() {
        key.fill(9);
        return 1;
      },
    };
    expect(map.getAndSet(key, making)).toBe(8);
    key = bytes(4);
    expect(map.getOrInsert(key, making)).toBe(making);
    expect(map.replaceAll((value, each) => meddle(each, value)())).toBe(3);
    expect(map.retain((_value, each) => meddle(each, each[3] !== 9)())).toBe(0);
    const found = [...map].map(([each, value]) => [...each, value]).sort();
    expect(found).toEqual([
      [1, 2, 3, 1, 7],
      [1, 2, 3, 3, { made: 1 }],
      [1, 2, 3, 4, { made: 1 }],
    ]);
    expect(map.check()).toEqual([]);
  });

  test('get copies', () => {
    const map = new SharedMap<string, number[]>(small);
    map.set('k', [1]);
    let kept: number[] | undefined;
    map.update('k', (value) => {
      kept = value;
      return [...(value ?? []), 2];
    });
    kept?.push(9);
    expect(map.get('k')).toEqual([1, 2]);
  });
});

describe('merge', () => {
  test('stores, joins and deletes', () => {
    const map = new SharedMap<string, number>({ maxBytes: MiB });
    const plus = (a: number, b: number) => a + b;
    expect(map.merge('k', 5, throwsIfCalled)).toBe(5);
    expect(map.merge('k', 6, plus)).toBe(11);
    expect(map.get('k')).toBe(11);
    expect(map.merge('k', 6, () => undefined)).toBe(undefined);
    expect(map.has('k')).toBe(false);
  });
});

function throwsIfCalled(): never {
  throw new Error('called for an absent key');
}

describe('deleteIf', () => {
  test('asks about the value that goes, with the key as the map has it', () => {
    const map = new SharedMap<number, string>({ maxBytes: MiB });
    map.set(0, 'a value of some length');
    const asked: unknown[][] = [];
    const answer = (is: boolean) => (value: string, key: number) => {
      asked.push([value, Object.is(key, 0)]);
      return is;
    };
    expect(map.deleteIf(-0, answer(false))).toBe(false);
    expect(map.size).toBe(1);
    expect(map.deleteIf(-0, answer(true))).toBe(true);
    expect(map.isEmpty()).toBe(true);
    expect(map.deleteIf(0, answer(true))).toBe(false);
    expect(asked).toEqual([
      ['a value of some length', true],
      ['a value of some length', true],
    ]);
  });

  test('asks again about a value that came meanwhile', () => {
    const map = new SharedMap<string, string>({ maxBytes: MiB });
    map.set('k', 'the value that may go');
    const is = (value: string) => {
      const goes = value === 'the value that may go';
      if (goes) map.set('k', 'the value that stays');
      return goes;
    };
    expect(map.deleteIf('k', is)).toBe(false);
    expect(map.get('k')).toBe('the value that stays');
  });
});

describe.each(HASHES)('retain and replaceAll, %s hash', (hash) => {
  const entries = hash === 'real' ? 5000 : 160;
  const filled = (): SharedMap<unknown, number> => {
    const map = mapWithHash(hash, { maxBytes: 64 * MiB }) as SharedMap<unknown, number>;
    for (let i = 0; i < entries; i++) map.set(i % 3 === 0 ? i : `the key of a record ${i}`, i);
    return map;
  };

  test('count what they do, and meet every entry once', () => {
    const map = filled();
    const seen: unknown[] = [];
    expect(
      map.retain((value, key) => {
        seen.push(key);
        return value % 2 === 0;
      }),
    ).toBe(entries / 2);
    expect(new Set(seen).size).toBe(entries);
    expect(seen.length).toBe(entries);
    expect(map.size).toBe(entries / 2);
    expect(map.replaceAll((value) => (value < entries / 2 ? value + 0.5 : undefined))).toBe(entries / 2);
    expect(map.size).toBe(entries / 4);
    for (const value of map.values()) expect(value % 2).toBe(0.5);
    expect(map.retain(() => true)).toBe(0);
    expect(map.retain(() => false)).toBe(entries / 4);
    expect([map.replaceAll(throwsIfCalled), map.retain(throwsIfCalled)]).toEqual([0, 0]);
    expect(map.check()).toEqual([]);
  });

  test('leave what came meanwhile to a new look', () => {
    const map = filled();
    let asked = 0;
    // Each value that is to go is changed into one that stays.
    const kept = map.retain((value, key) => {
      asked++;
      if (value < 0) return true;
      map.set(key, -1 - value);
      return false;
    });
    expect([kept, asked, map.size]).toEqual([0, 2 * entries, entries]);
    let changed = 0;
    const replaced = map.replaceAll((value, key) => {
      if (changed++ < 10) map.delete(key);
      return -value;
    });
    expect([replaced, map.size]).toEqual([entries - 10, entries - 10]);
    for (const value of map.values()) expect(value).toBeGreaterThan(0);
  });

  test('end where a function throws, and where it clears', () => {
    const map = filled();
    let deleted = 0;
    const stop = new Error('enough');
    expect(() =>
      map.retain(() => {
        if (deleted === 20) throw stop;
        deleted++;
        return false;
      }),
    ).toThrow(stop);
    expect(map.size).toBe(entries - 20);
    let calls = 0;
    const replaced = map.replaceAll((value) => {
      if (++calls === 30) map.clear();
      return value;
    });
    // The entry whose function cleared the map is gone, and so is the rest of the lap.
    expect([replaced, calls, map.isEmpty()]).toEqual([29, 30, true]);
    expect(map.check()).toEqual([]);
  });
});
