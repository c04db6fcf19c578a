import { type Codec, SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { codeOf } from './error-of.js';
import { Argument, assign, COMPARE, doorOf, LentArgument, SET } from './internals.js';
import type { AnyMap } from './model-calls.js';

// Values are encoded in memory that the next one is encoded in, too. Here user code stores another
// value between the begin of a call and its end, wherever such code can run. What was given is
// stored nevertheless, and what is expected is compared.

const MiB = 2 ** 20;
const small = { maxBytes: 4 * MiB };

interface Trio {
  a: number;
  b: number;
  c: number;
}

const trio = (n: number): Trio => ({ a: n, b: n, c: n });

/** A value whose second field runs code when it is encoded. */
function during(n: number, run: () => void): Trio {
  return {
    a: n,
    get b() {
      run();
      return n;
    },
    c: n,
  };
}

/** Gives its one buffer away each time, and calls the map from within. */
class LendingCodec implements Codec<Trio> {
  readonly name = 'lending';
  readonly #bytes = Buffer.alloc(64);
  decoding = (): void => {};

  readonly encode = ({ a, b, c }: Trio): Uint8Array => {
    const length = this.#bytes.write(JSON.stringify([a, b, c]));
    return this.#bytes.subarray(0, length);
  };

  readonly decode = (bytes: Uint8Array): Trio => {
    const [a, b, c] = JSON.parse(Buffer.from(bytes).toString()) as [number, number, number];
    this.decoding();
    return { a, b, c };
  };
}

const FIELDS = { a: 'float64', b: 'float64', c: 'float64' };
const KINDS: [string, () => object | string][] = [
  ['fixed records', () => FIELDS],
  ['objects', () => 'any'],
  ['JSON', () => 'json'],
  ['a codec', () => new LendingCodec()],
];

describe.each(KINDS)('%s: another value is stored while one is encoded', (_name, kind) => {
  function made(): { map: AnyMap; other: () => void } {
    const map = new SharedMap({ ...small, value: kind() } as object) as unknown as AnyMap;
    return {
      map,
      other: () => {
        map.set('other', trio(90));
        expect(map.compareAndSet('other', trio(90), trio(91))).toBe(true);
      },
    };
  }

  function expectBoth(map: AnyMap, n: number): void {
    expect(map.get('k')).toEqual(trio(n));
    expect(map.get('other')).toEqual(trio(91));
    expect(map.check()).toEqual([]);
  }

  test('set, insert, replace', () => {
    const { map, other } = made();
    map.set('k', during(1, other));
    expectBoth(map, 1);
    expect(map.replace('k', during(2, other))).toBe(true);
    expectBoth(map, 2);
    map.delete('k');
    expect(map.insert('k', during(3, other))).toBe(true);
    expectBoth(map, 3);
    expect(map.insert('k', during(4, other))).toBe(false);
    expectBoth(map, 3);
  });

  test('compareAndSet, compareAndDelete', () => {
    const { map, other } = made();
    map.set('k', trio(1));
    expect(map.compareAndSet('k', during(1, other), during(2, other))).toBe(true);
    expectBoth(map, 2);
    expect(map.compareAndSet('k', during(3, other), during(2, other))).toBe(false);
    expect(map.compareAndDelete('k', during(3, other))).toBe(false);
    expectBoth(map, 2);
    expect(map.compareAndDelete('k', during(2, other))).toBe(true);
    expect(map.has('k')).toBe(false);
  });

  test('getAndSet, getOrInsert, getOrInsertComputed', () => {
    const { map, other } = made();
    expect(map.getAndSet('k', during(1, other))).toBe(undefined);
    expect(map.getAndSet('k', during(2, other))).toEqual(trio(1));
    expectBoth(map, 2);
    map.delete('k');
    map.getOrInsert('k', during(3, other));
    expectBoth(map, 3);
    map.delete('k');
    map.getOrInsertComputed('k', () => during(4, other));
    expectBoth(map, 4);
  });

  test('insert of a key that comes meanwhile', () => {
    const { map, other } = made();
    const first = during(1, () => {
      other();
      map.set('k', trio(7));
    });
    expect(map.getOrInsert('k', first)).toEqual(trio(7));
    expectBoth(map, 7);
  });

  test('update, merge, replaceAll', () => {
    const { map, other } = made();
    map.update('k', () => during(1, other));
    expectBoth(map, 1);
    map.merge('k', trio(0), (old) => during((old as Trio).a + 1, other));
    expectBoth(map, 2);
    map.replaceAll((value, key) => (key === 'k' ? during((value as Trio).a + 1, other) : trio(91)));
    expectBoth(map, 3);
  });

  test('many at once, and entries to begin with', () => {
    const { map, other } = made();
    map.setMany(['k', 'l'], [during(1, other), during(2, other)]);
    expectBoth(map, 1);
    expect(map.get('l')).toEqual(trio(2));
    map.setMany([['k', during(3, other)]]);
    expectBoth(map, 3);
  });
});

test('a codec that stores while it decodes the old value', () => {
  const codec = new LendingCodec();
  const map = new SharedMap({ ...small, value: codec }) as unknown as AnyMap;
  map.set('k', trio(1));
  codec.decoding = () => {
    map.set('other', trio(90));
  };
  expect(map.getAndSet('k', trio(2))).toEqual(trio(1));
  expect(map.get('k')).toEqual(trio(2));
  expect(map.update('k', () => trio(3))).toEqual(trio(3));
  expect(map.get('k')).toEqual(trio(3));
});

describe('a key of bytes that user code changes during the call', () => {
  const options = { ...small, key: 'bytes' };
  const key = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  const other = Uint8Array.of(9, 2, 3, 4, 5, 6, 7, 8);

  /** Gives `call` a key that is changed as soon as user code runs. The key as it was is meant. */
  function expectKey(
    map: AnyMap,
    n: number | undefined,
    call: (key: Uint8Array, change: () => void) => unknown,
  ): void {
    const given = key.slice();
    call(given, () => {
      given[0] = 9;
    });
    expect([map.get(key), map.has(other)]).toEqual([n === undefined ? n : trio(n), false]);
    expect(given[0]).toBe(9);
  }

  test('while a value is encoded', () => {
    const map = new SharedMap({ ...options, value: 'any' } as object) as unknown as AnyMap;
    expectKey(map, 1, (given, change) => map.set(given, during(1, change)));
    expectKey(map, 2, (given, change) => map.replace(given, during(2, change)));
    expectKey(map, 3, (given, change) => map.getAndSet(given, during(3, change)));
    expectKey(map, 4, (given, change) => map.update(given, () => during(4, change)));
    expectKey(map, 5, (given, change) => map.merge(given, trio(0), () => during(5, change)));
    map.delete(key);
    expectKey(map, 6, (given, change) => map.insert(given, during(6, change)));
    map.delete(key);
    expectKey(map, 7, (given, change) => map.getOrInsert(given, during(7, change)));
    map.delete(key);
    expectKey(map, 8, (given, change) => map.getOrInsertComputed(given, () => during(8, change)));
    expectKey(map, undefined, (given, change) =>
      map.deleteIf(given, () => {
        change();
        return true;
      }),
    );
  });

  test('while a codec decodes', () => {
    const codec = new LendingCodec();
    const map = new SharedMap({ ...options, value: codec } as object) as unknown as AnyMap;
    const decoding = (call: (given: Uint8Array) => unknown) => (given: Uint8Array, change: () => void) => {
      codec.decoding = change;
      call(given);
      codec.decoding = () => {};
    };
    map.set(key, trio(1));
    expectKey(
      map,
      2,
      decoding((given) => map.getAndSet(given, trio(2))),
    );
    expectKey(
      map,
      undefined,
      decoding((given) => map.getAndDelete(given)),
    );
  });
});

describe('a write that comes too late and is tried again', () => {
  const long = { text: 'k'.repeat(100_000), wide: 'Ж'.repeat(50_000), short: 'k', bigint: 2n ** 400_000n };

  test.each(Object.entries(long))('places a key once more: %s', (_name, key) => {
    const map = new SharedMap({ ...small, maxBytes: 16 * MiB }) as unknown as AnyMap;
    const overtaken = (n: number) => {
      let calls = 0;
      map.update(key, (old) => {
        if (calls++ < 2) map.set(key, { n, calls });
        return [old];
      });
      expect(calls).toBe(3);
      expect([...map.entries()]).toEqual([[key, [{ n, calls: 2 }]]]);
    };
    overtaken(1);
    overtaken(2);
    let calls = 0;
    const dropped = map.deleteIf(key, () => {
      if (calls++ < 2) map.set(key, calls);
      return true;
    });
    expect([dropped, calls, map.size, map.check()]).toEqual([true, 3, 0, []]);
  });

  test.each(Object.entries(long))('places a value once more: %s', (name, part) => {
    const codec = {
      name: 'overtaken',
      decoding: () => {},
      encode: (value: unknown) => Buffer.from(String(value)),
      decode(bytes: Uint8Array): unknown {
        codec.decoding();
        return Buffer.from(bytes).toString();
      },
    };
    const value = name === 'bigint' ? 'b'.repeat(200_000) : String(part);
    const map = new SharedMap({ ...small, value: codec }) as unknown as AnyMap;
    map.set('k', 'old');
    let calls = 0;
    codec.decoding = () => {
      if (calls++ < 2) map.set('k', `later ${calls}`);
    };
    expect(map.getAndSet('k', value)).toBe('later 2');
    expect([calls, map.get('k') === value]).toEqual([3, true]);
    expect(map.check()).toEqual([]);
  });
});

function recordMap(): AnyMap {
  return new SharedMap({ ...small, value: FIELDS } as object) as unknown as AnyMap;
}

describe('fixed records in the making', () => {
  test('a getter that throws leaves nothing behind', () => {
    const map = recordMap();
    const bad = during(1, () => {
      throw new Error('no');
    });
    for (let i = 0; i < 3; i++) expect(codeOf(() => map.set('k', bad))).toBe('VALUE_TYPE');
    map.set('k', trio(5));
    expect(map.get('k')).toEqual(trio(5));
  });

  test('a getter that sets the same key twice over, and another that is refused within', () => {
    const map = recordMap();
    const inner = during(2, () =>
      map.set(
        'k',
        during(1, () => map.set('deep', trio(0))),
      ),
    );
    const outer = during(3, () => {
      map.set('k', inner);
      expect(codeOf(() => map.set('k', { a: 9, b: 9 }))).toBe('VALUE_TYPE');
    });
    map.set('k', outer);
    expect([map.get('k'), map.get('deep')]).toEqual([trio(3), trio(0)]);
  });

  test('each getter is asked once, in any order of the fields', () => {
    const map = recordMap();
    let asked = 0;
    const once = during(1, () => asked++);
    map.set('k', once);
    map.set('k', { c: 1, ...Object.create(null), a: 1, ...{ b: 1 } });
    const reversed = Object.defineProperty({ c: 2, a: 2 }, 'b', {
      get: () => {
        asked++;
        return 2;
      },
      enumerable: true,
    });
    map.set('k', reversed);
    expect([map.get('k'), asked]).toEqual([trio(2), 2]);
  });

  test('what Object.prototype has been given is no field, and its setters are not met', () => {
    const map = recordMap();
    const proto = Object.prototype as unknown as Record<string, unknown>;
    let met = 0;
    const property = { get: () => 1, set: () => met++, enumerable: true, configurable: true };
    map.set('k', trio(1));
    const found: unknown[] = [];
    try {
      Object.defineProperty(proto, 'c', property);
      Object.defineProperty(proto, 'other', property);
      map.set('k', trio(2));
      const before = met;
      const back = map.get('k') as Trio;
      found.push(met - before, Object.keys(back), back.c);
      found.push(
        codeOf(() => map.set('k', { a: 3, b: 3 })),
        map.add('k', 1, 'c' as never),
      );
    } finally {
      delete proto.c;
      delete proto.other;
    }
    expect(found).toEqual([0, ['a', 'b', 'c'], 2, 'VALUE_TYPE', 3]);
  });

  test('what is wrong is told in the order of declaration, names before kinds', () => {
    const map = recordMap();
    const told = (value: unknown) => {
      try {
        map.set('k', value);
      } catch (error) {
        return String(error).replace(/.*: /, '');
      }
      return 'nothing';
    };
    expect(told({ b: 'x', a: 'y', c: 1, d: 1 })).toBe("it has a field 'd', which was not declared");
    expect(told({ b: 'x', c: 1 })).toBe("field 'a' is missing");
    expect(told({ c: 'x', b: null, a: 1 })).toMatch(/^field 'b' is of kind 'float64', not /);
    expect(told({ b: null, c: 'x', a: 1 })).toMatch(/^field 'b' is of kind 'float64', not /);
    expect(told({ a: 1, ['n'.repeat(50)]: 1 })).toBe(
      `it has a field '${'n'.repeat(40)}', which was not declared`,
    );
    const hidden = Object.defineProperty({ a: 1, b: 1 }, 'c', { value: 1, enumerable: false });
    expect(told(hidden)).toBe("field 'c' is missing");
  });
});

describe('an argument of lent bytes', () => {
  const BYTES = 4;
  const lengths = [0, 1, 3, 4, 5, 63, 64, 65, 1000, 32_751, 32_752, 32_753, 40_000, 200_000];

  /** In a buffer that goes on behind them. */
  function lent(length: number, withWords: boolean): InstanceType<typeof LentArgument> {
    const memory = new ArrayBuffer((length + 64) & ~3);
    const bytes = Buffer.from(memory).fill(0xee);
    for (let i = 0; i < length; i++) bytes[i] = i * 7;
    return withWords
      ? new LentArgument(BYTES, bytes, length, new Uint32Array(memory))
      : new LentArgument(BYTES, bytes, length);
  }

  test.each(lengths)('%d bytes are placed, staged, compared; its own ones stay', (length) => {
    for (const withWords of [true, false]) {
      const map = new SharedMap({ ...small, key: 'number', value: 'bytes' });
      const door = doorOf(map);
      const key = () => new Argument(0, 0, 1);
      const value = lent(length, withWords);
      const wanted = Uint8Array.from({ length }, (_, i) => i * 7);
      const { own } = value;
      expect(assign(door, SET, key(), value.copy)).toBe(true);
      expect(Buffer.compare(map.get(1) as Uint8Array, wanted)).toBe(0);
      expect(Buffer.compare(value.long.bytes, wanted)).toBe(0);
      value.data.fill(1);
      expect(assign(door, COMPARE, key(), own.copy, value.copy)).toBe(length === 0);
      expect(assign(door, COMPARE, key(), value.copy, own.copy)).toBe(true);
      expect(Buffer.compare(map.get(1) as Uint8Array, new Uint8Array(length).fill(1))).toBe(0);
      expect(assign(door, COMPARE, key(), own.copy, value.copy)).toBe(true);
      expect(Buffer.compare(map.get(1) as Uint8Array, wanted)).toBe(0);
      expect(map.check()).toEqual([]);
    }
  });

  test('more than the map holds', () => {
    const map = new SharedMap({ ...small, key: 'number', value: 'bytes' });
    const value = lent(5 * MiB, false);
    expect(codeOf(() => assign(doorOf(map), SET, new Argument(0, 0, 1), value))).toBe('VALUE_TOO_LARGE');
    expect(map.check()).toEqual([]);
  });
});
