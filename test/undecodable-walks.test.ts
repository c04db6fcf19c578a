import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedMap, SharedMapError, SharedSet } from 'threadmap';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { codeOf, errorOf } from './error-of.js';
import { mapWithHash } from './internals.js';

// A walk meets values that this thread cannot decode: it tells of each, and of all the others.

type Untyped = SharedMap<unknown, unknown>;

const small = { maxBytes: 2 ** 24 } as const;

/** Keys of values that are good, and of those that are not: more of both than one chain holds. */
const good = Array.from({ length: 60 }, (_, i) => `good ${i}`);
const bad = Array.from({ length: 20 }, (_, i) => `bad ${i}`);
const MARK = 'mark of a bad value';

interface Case {
  readonly map: Untyped;
  /** What a good key has, and what a bad one has when it can be decoded. */
  readonly value: unknown;
  readonly marked: unknown;
  /** For a map that is made of this one's snapshot. */
  readonly options: object;
  /** Puts the bad values in order. */
  mend(): void;
}

function fill(map: Untyped, value: unknown, marked: unknown): void {
  for (const [i, key] of good.entries()) {
    map.set(key, value);
    if (i < bad.length) map.set(bad[i], marked);
  }
}

/** A codec that refuses values with the mark. */
function codecCase(): Case {
  let refuses = false;
  const codec = {
    name: 'versioned',
    encode: (value: unknown) => Buffer.from(`${value}`),
    decode(bytes: Uint8Array): unknown {
      const text = Buffer.from(bytes).toString();
      if (refuses && text === MARK) throw new Error('of another version');
      return text;
    },
  };
  const map = new SharedMap({ value: codec, ...small }) as unknown as Untyped;
  const value = 'a good value';
  fill(map, value, MARK);
  refuses = true;
  const mend = () => {
    refuses = false;
  };
  return { map, value, marked: MARK, options: { value: codec }, mend };
}

/** The kind of record that values have (src/wasm/codes.ts), and a byte that none may hold, and where. */
const RECORDS = { any: { record: 5, at: 2, byte: 0xff }, json: { record: 1, at: 0, byte: 1 } };

/** Where the bytes of the record begin that holds the mark, whatever its encoding is. */
function firstByteOf(bytes: Buffer, mark: number, kind: number): number {
  for (let at = (mark & ~7) - 8; at > mark - 64; at -= 8) {
    const last = at + 8 + bytes.readUInt16LE(at);
    if (bytes[at + 2] === kind && last >= mark + MARK.length && last < mark + MARK.length + 8) return at + 8;
  }
  throw new Error('no record of this kind holds the mark');
}

/** Stored bytes that no thread can read: one of each marked value is another. */
function damagedCase(kind: keyof typeof RECORDS): Case {
  const map = new SharedMap({ value: kind, ...small }) as unknown as Untyped;
  const [value, marked] = [{ a: 'a good value' }, { a: MARK }];
  const { record, at: offset, byte } = RECORDS[kind];
  fill(map, value, marked);
  const bytes = Buffer.from(map.handle.memory.buffer, 0, small.maxBytes);
  const undo: (() => void)[] = [];
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    const damaged = firstByteOf(bytes, at, record) + offset;
    const was = bytes[damaged] as number;
    bytes[damaged] = byte;
    undo.push(() => {
      bytes[damaged] = was;
    });
  }
  expect(undo).toHaveLength(bad.length);
  const mend = () => {
    for (const one of undo) one();
  };
  return { map, value, marked, options: {}, mend };
}

/** All that an iterator gives, and all that it throws, to its end. */
function take<T>(iterator: Iterator<T>): { items: T[]; errors: SharedMapError[] } {
  const items: T[] = [];
  const errors: SharedMapError[] = [];
  for (let i = 0; i < 1000; i++) {
    try {
      const step = iterator.next();
      if (step.done) {
        expect(step).toEqual({ value: undefined, done: true });
        expect(iterator.next()).toEqual({ value: undefined, done: true });
        return { items, errors };
      }
      items.push(step.value);
    } catch (error) {
      expect(error).toBeInstanceOf(SharedMapError);
      errors.push(error as SharedMapError);
    }
  }
  throw new Error('it has no end');
}

const sorted = (keys: Iterable<unknown>) => [...keys].map(String).sort();

/** One error for each bad key, and each helps. */
function expectBad(errors: readonly SharedMapError[]): void {
  for (const error of errors) {
    expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
    expect(error.cause).toBeInstanceOf(Error);
    expect(error.message).toContain(`of the key the string "${error.key}":`);
    expect(error.message).not.toContain('damaged');
  }
  expect(sorted(errors.map(({ key }) => key))).toEqual(sorted(bad));
}

/** The error of a walk that has done the others. */
function expectOneFor(error: SharedMapError): void {
  expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
  expect(bad).toContain(error.key);
  expect(error.message).toContain(`of the key the string "${error.key}":`);
  expect(error.message).toContain(`${bad.length} such entries`);
}

const cases: [string, () => Case][] = [
  ['a codec refuses', codecCase],
  ['structured', () => damagedCase('any')],
  ['JSON', () => damagedCase('json')],
];

describe.each(cases)('values that cannot be decoded: %s', (_name, make) => {
  test.each<[string, (map: Untyped) => Iterator<[unknown, unknown]>]>([
    ['entries', (map) => map.entries()],
    ['Symbol.iterator', (map) => map[Symbol.iterator]()],
    ['partition', (map) => map.partition(0, 1)],
  ])('%s goes on behind each', (_walk, begin) => {
    const { map, value } = make();
    const { items, errors } = take(begin(map));
    expectBad(errors);
    expect(sorted(items.map(([key]) => key))).toEqual(sorted(good));
    for (const item of items) expect(item[1]).toEqual(value);
  });

  test('values goes on behind each', () => {
    const { map, value } = make();
    const { items, errors } = take(map.values());
    expectBad(errors);
    expect(items).toEqual(good.map(() => value));
  });

  test('keys shows all', () => {
    const { map } = make();
    expect(sorted(map.keys())).toEqual(sorted([...good, ...bad]));
  });

  test('for…of goes on with the same iterator', () => {
    const { map } = make();
    const iterator = map.entries();
    const seen: unknown[] = [];
    const errors: SharedMapError[] = [];
    for (let over = false; !over; ) {
      try {
        for (const [key] of iterator) seen.push(key);
        over = true;
      } catch (error) {
        errors.push(error as SharedMapError);
      }
      expect(errors.length).toBeLessThan(1000);
    }
    expectBad(errors);
    expect(sorted(seen)).toEqual(sorted(good));
  });

  test('parts go on, each with its own', () => {
    const { map } = make();
    const parts = [0, 1, 2].map((i) => take(map.partition(i, 3)));
    expectBad(parts.flatMap(({ errors }) => errors));
    expect(sorted(parts.flatMap(({ items }) => items.map(([key]) => key)))).toEqual(sorted(good));
  });

  test('what the error names can be deleted, and set anew', () => {
    const { map, value } = make();
    for (const { key } of take(map.entries()).errors) {
      if (key === bad[0]) map.set(key, value);
      else expect(map.delete(key)).toBe(true);
    }
    expect(sorted([...map].map(([key]) => key))).toEqual(sorted([...good, bad[0]]));
    expect(map.check()).toEqual([]);
  });

  test('forEach calls for all others, and then throws for the first', () => {
    const { map, value } = make();
    const seen = new Map<unknown, unknown>();
    expectOneFor(errorOf(() => map.forEach((given, key) => void seen.set(key, given))));
    expect(seen).toEqual(new Map(good.map((key) => [key, value])));
  });

  test('retain and replaceAll do all others, and then throw for the first', () => {
    const { map, value, marked, mend } = make();
    const replaced = errorOf(() => map.replaceAll((_, key) => (key === good[0] ? undefined : value)));
    expectOneFor(replaced);
    expect(replaced.done).toBe(good.length);
    expect(map.size).toBe(good.length - 1 + bad.length);
    const retained = errorOf(() => map.retain((_, key) => key === good[1]));
    expectOneFor(retained);
    expect(retained.done).toBe(good.length - 2);
    expect(retained.message).toContain(`${good.length - 2} were changed`);
    expect(errorOf(() => map.retain(() => true)).done).toBe(0);
    mend();
    expect(new Map(map)).toEqual(new Map([[good[1], value], ...bad.map((key) => [key, marked] as const)]));
    expect(map.check()).toEqual([]);
  });

  test.each<[string, (map: Untyped, callback: () => never) => unknown]>([
    ['forEach', (map, callback) => map.forEach(callback)],
    ['retain', (map, callback) => map.retain(callback)],
    ['replaceAll', (map, callback) => map.replaceAll(callback)],
  ])('an error of the function that %s calls ends it at once, DECODE too', (_walk, walk) => {
    const { map } = make();
    for (const thrown of [new Error('mine'), errorOf(() => map.get(bad[0]))]) {
      let calls = 0;
      const callback = (): never => {
        calls++;
        throw thrown;
      };
      expect(() => walk(map, callback)).toThrow(thrown);
      expect(calls).toBe(1);
    }
  });

  test.each([1, 7, 1000])('scan keeps its place, in steps of %d', (count) => {
    const { map, value } = make();
    const entries: [unknown, unknown][] = [];
    const errors: SharedMapError[] = [];
    for (let cursor = map.cursor(), steps = 0; !cursor.done; steps++) {
      expect(steps).toBeLessThan(1000);
      const step = map.scan(cursor, count);
      entries.push(...step.entries);
      errors.push(...step.undecodable);
      cursor = step.cursor;
    }
    expectBad(errors);
    expect(sorted(entries.map(([key]) => key))).toEqual(sorted(good));
    for (const entry of entries) expect(entry[1]).toEqual(value);
  });

  test('calls for one key and for many name the key', async () => {
    const { map } = make();
    const keys = [good[0], bad[0], bad[1]];
    const calls = [
      () => map.get(bad[0]),
      () => map.getMany(keys),
      () => map.getOrDefault(bad[0], 1),
      () => map.update(bad[0], () => 1),
      () => map.deleteIf(bad[0], () => true),
      () => map.getAndSet(bad[0], 'new'),
      () => map.getAndDelete(bad[0]),
      () => map.waitForSync(bad[0]),
    ];
    for (const call of calls) {
      const error = errorOf(call);
      expect([error.code, error.key]).toEqual(['ERR_SHARED_MAP_DECODE', bad[0]]);
    }
    expect(errorOf(() => map.getMany(keys)).done).toBe(1);
    await expect(map.waitFor(bad[0])).rejects.toMatchObject({ key: bad[0] });
  });

  test('a snapshot and a file have them as they are', async () => {
    const { map, value, marked, options, mend } = make();
    const path = join(await mkdtemp(join(tmpdir(), 'threadmap-')), 'map');
    await map.save(path);
    const copies = [SharedMap.fromSnapshot(map.snapshot(), options), await SharedMap.load(path, options)];
    for (const copy of copies as Untyped[]) {
      const { items, errors } = take(copy.entries());
      expectBad(errors);
      expect(sorted(items.map(([key]) => key))).toEqual(sorted(good));
      expect(copy.check()).toEqual([]);
    }
    mend();
    const mended = SharedMap.fromSnapshot(map.snapshot(), options) as Untyped;
    expect(mended.get(bad[0])).toEqual(marked);
    expect(mended.get(good[0])).toEqual(value);
  });

  test('what takes all entries of a map throws for the first, which it names', () => {
    const { map } = make();
    const calls = [
      () => new Map(map),
      () => [...map],
      () => SharedMap.from(map as never, small),
      () => new SharedMap({ ...small }).setMany(map as never),
      () => new SharedMap(map as never, small),
    ];
    for (const call of calls) {
      const error = errorOf(call);
      expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
      expect(bad).toContain(error.key);
    }
  });
});

test('getMany of number keys names the key, too', () => {
  const codec = {
    name: 'refusing',
    encode: (value: number) => Uint8Array.of(value),
    decode(bytes: Uint8Array): number {
      if (bytes[0] === 7) throw new Error('of another version');
      return bytes[0] as number;
    },
  };
  const map = new SharedMap({ key: 'number', value: codec, ...small });
  map.set(1, 1).set(2, 7);
  const error = errorOf(() => map.getMany([1, 2], []));
  expect([error.code, error.key, error.done]).toEqual(['ERR_SHARED_MAP_DECODE', 2, 1]);
});

describe('what ends an iteration', () => {
  test('a thread that lets go of the map, in the middle of a chain too', () => {
    let detachAt: string | undefined;
    const codec = {
      name: 'detaching',
      encode: (value: unknown) => Buffer.from(`${value}`),
      decode(bytes: Uint8Array): unknown {
        const text = Buffer.from(bytes).toString();
        if (text === detachAt) map.detach();
        return text;
      },
    };
    const map = new SharedMap({ value: codec, ...small }) as unknown as Untyped;
    for (let i = 0; i < 50; i++) map.set(i, i);
    const iterators = [map.keys(), map.values(), map.entries(), map.partition(0, 1)];
    for (const iterator of iterators) expect(iterator.next().done).toBe(false);
    iterators.push(map.values()); // one that has not begun
    detachAt = '7';
    expect(() => map.get(7)).not.toThrow();
    for (const iterator of iterators) {
      expect(codeOf(() => iterator.next())).toBe('HANDLE');
      expect(iterator.next()).toEqual({ value: undefined, done: true });
    }
  });

  test('damage', () => {
    const map = new SharedMap(small) as unknown as Untyped;
    for (let i = 0; i < 50; i++) map.set(i, 2n ** 100n + BigInt(i));
    const bytes = Buffer.from(map.handle.memory.buffer, 0, small.maxBytes);
    const digits = (2n ** 100n).toString(16).slice(0, 20);
    for (let at = bytes.indexOf(digits); at >= 0; at = bytes.indexOf(digits, at))
      bytes.fill('z', at, at + 20);
    for (const iterator of [map.values(), map.entries()]) {
      expect(codeOf(() => iterator.next())).toBe('CORRUPT');
      expect(iterator.next()).toEqual({ value: undefined, done: true });
    }
    expect(codeOf(() => map.forEach(() => {}))).toBe('CORRUPT');
    expect(codeOf(() => map.scan(map.cursor()))).toBe('CORRUPT');
  });

  test('and not a stack that ended in one decoder, which passes as it is', () => {
    const thrown = new RangeError('Maximum call stack size exceeded');
    const codec = {
      name: 'deep',
      encode: (value: unknown) => Buffer.from(`${value}`),
      decode(bytes: Uint8Array): unknown {
        const text = Buffer.from(bytes).toString();
        if (text === '7') throw thrown;
        return text;
      },
    };
    const map = new SharedMap({ value: codec, ...small }) as unknown as Untyped;
    for (let i = 0; i < 50; i++) map.set(i, i);
    const iterator = map.values();
    const seen: unknown[] = [];
    expect(() => {
      for (const value of iterator) seen.push(value);
    }).toThrow(thrown);
    for (const value of iterator) seen.push(value);
    expect(seen).toHaveLength(49);
    expect(() => map.forEach(() => {})).toThrow(thrown);
    expect(() => map.retain(() => true)).toThrow(thrown);
    expect(() => map.scan(map.cursor(), 100)).toThrow(thrown);
  });
});

describe('keys that an engine with shorter bigints cannot make', () => {
  const short = Array.from({ length: 40 }, (_, i) => BigInt(i));
  const long = Array.from({ length: 10 }, (_, i) => 2n ** 2000n + BigInt(i));
  const RealBigInt = BigInt;

  /** From here on the engine takes no more than 100 digits. */
  function shorten(): void {
    const taken = (text: string) => {
      if (text.length > 100) throw new RangeError('Maximum BigInt size exceeded');
      return RealBigInt(text);
    };
    vi.stubGlobal('BigInt', Object.assign(taken, { asIntN: RealBigInt.asIntN, asUintN: RealBigInt.asUintN }));
  }

  afterEach(() => {
    vi.unstubAllGlobals();
  });

  const expectKeys = (errors: readonly SharedMapError[]) => {
    expect(errors).toHaveLength(long.length);
    for (const error of errors) {
      expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
      expect('key' in error).toBe(false);
      expect(error.message).toContain('a key');
      expect(error.message).not.toContain('keys()');
    }
  };

  test('end no walk through a map', () => {
    const map = new SharedMap(small) as unknown as Untyped;
    for (const key of [...short, ...long]) map.set(key, 1);
    shorten();
    const walks: [Iterator<unknown>, unknown[]][] = [
      [map.keys(), short],
      [map.values(), short.map(() => 1)],
      [map.entries(), short.map((key) => [key, 1])],
    ];
    for (const [iterator, expected] of walks) {
      const { items, errors } = take(iterator);
      expectKeys(errors);
      expect(sorted(items)).toEqual(sorted(expected));
    }
    const { entries, undecodable, cursor } = map.scan(map.cursor(), 1000);
    expect([entries.length, cursor.done]).toEqual([short.length, true]);
    expectKeys(undecodable);
    let calls = 0;
    const error = errorOf(() => map.forEach(() => void calls++));
    expect([error.code, calls, 'key' in error]).toEqual(['ERR_SHARED_MAP_DECODE', short.length, false]);
    expect(errorOf(() => map.retain(() => false)).done).toBe(short.length);
    vi.unstubAllGlobals();
    expect(sorted(map.keys())).toEqual(sorted(long));
  });

  test('end no walk through a set', () => {
    const set = new SharedSet(small);
    for (const value of [...short, ...long]) set.add(value);
    shorten();
    for (const iterator of [set.values(), set.keys(), set.entries()] as Iterator<unknown>[]) {
      const { items, errors } = take(iterator);
      expectKeys(errors);
      expect(items).toHaveLength(short.length);
    }
    let calls = 0;
    const error = errorOf(() => set.forEach(() => void calls++));
    expect([error.code, calls]).toEqual(['ERR_SHARED_MAP_DECODE', short.length]);
    expect(error.message).toContain(`${long.length} such entries`);
  });
});

test('the error of a walk over several is that of the first', () => {
  const refused: string[] = [];
  const codec = {
    name: 'telling',
    encode: (value: unknown) => Buffer.from(`${value}`),
    decode(bytes: Uint8Array): unknown {
      const text = Buffer.from(bytes).toString();
      if (!text.startsWith('bad')) return text;
      refused.push(text);
      throw new Error(text);
    },
  };
  const map = new SharedMap({ value: codec, ...small }) as unknown as Untyped;
  for (const key of [...good, ...bad]) map.set(key, key);
  for (const walk of [() => map.retain(() => true), () => map.replaceAll((value) => value)]) {
    refused.length = 0;
    const error = errorOf(walk);
    expect(refused).toHaveLength(bad.length);
    expect([error.key, (error.cause as Error).message]).toEqual([refused[0], refused[0]]);
  }
});

describe('what is deleted while a walk is on its way is not shown', () => {
  test('keys that are numbers, in one chain', () => {
    const map = mapWithHash<number, string>('constant', { key: 'number' });
    const walks = [() => map.values(), () => map.keys(), () => map.entries()];
    for (const walk of walks as (() => Iterator<unknown>)[]) {
      map.setMany([1, 2, 3, 4, 5].map((n) => [n, `v${n}`] as [number, string]));
      const steps = walk();
      expect(steps.next().done).toBe(false);
      map.deleteMany([1, 2, 3, 4, 5]);
      expect(steps.next()).toEqual({ value: undefined, done: true });
    }
  });

  test('by the code of a codec, during a scan', () => {
    const keys = Array.from({ length: 20 }, (_each, i) => i);
    const codec = {
      name: 'deleting',
      encode: (value: unknown) => Buffer.from(`${value}`),
      decode(bytes: Uint8Array): unknown {
        map.deleteMany(keys);
        return Buffer.from(bytes).toString();
      },
    };
    const map = new SharedMap({ key: 'number', value: codec, ...small }) as unknown as Untyped;
    map.setMany(keys.map((key) => [key, `v${key}`]));
    const { entries, undecodable, cursor } = map.scan(map.cursor(), 100);
    expect([entries.length, undecodable, cursor.done]).toEqual([1, [], true]);
    expect(entries[0]?.[1]).toBe(`v${entries[0]?.[0]}`);
  });
});
