import { SharedMap, SharedMapError } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { Random } from './random.js';
import { start } from './threads/run-threads.js';

const MiB = 2 ** 20;
const LONG = 'long '.repeat(500);

/** A map whose thread keeps up to `cacheValues` values. */
function keeping(cacheValues = 100): SharedMap<unknown, unknown> {
  return new SharedMap({ cacheValues, maxBytes: 64 * MiB }) as SharedMap<unknown, unknown>;
}

function codeOf(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof SharedMapError) return error.code;
    throw error;
  }
  return 'none';
}

/** Does the map give one object twice? */
function isKept<K>(map: { get(key: K): unknown }, key: K): boolean {
  const value = map.get(key);
  return map.get(key) === value;
}

/** Is a value frozen, and everything in it? */
function isDeeplyFrozen(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Object.isFrozen(value) && Object.values(value).every(isDeeplyFrozen);
}

describe('what is kept', () => {
  test('an unchanged value is the same object, frozen as deep as it goes', () => {
    const map = keeping();
    const original = { deep: { list: [1, { two: 2 }] }, text: 'x', big: 10n ** 30n, none: null };
    map.set('k', original);
    const value = map.get('k');
    expect(value).toEqual(original);
    expect(value === original).toBe(false);
    expect(Object.isFrozen(original)).toBe(false);
    expect(map.get('k') === value).toBe(true);
    expect(isDeeplyFrozen(value)).toBe(true);
    // Another value of equal bytes is another object.
    map.set('same', original);
    expect(map.get('same') === value).toBe(false);
    map.set('k', original);
    expect(map.get('k') === value).toBe(false);
    expect(map.get('k')).toEqual(value);
  });

  test('a cycle, and an object that is there twice', () => {
    const map = keeping();
    const ring: Record<string, unknown> = { name: 'ring' };
    ring.self = ring;
    ring.again = [ring, ring];
    map.set('k', ring);
    const value = map.get('k') as typeof ring;
    expect(value.self === value).toBe(true);
    expect(Object.isFrozen(value) && Object.isFrozen(value.again)).toBe(true);
    expect(map.get('k') === value).toBe(true);
  });

  test.each<[string, unknown]>([
    ['a Map', new Map([[1, { a: 1 }]])],
    ['a Set', new Set([1])],
    ['a Date', new Date(5)],
    ['a RegExp', /x/g],
    ['an Error', new Error('e')],
    ['bytes', new Uint8Array([1, 2, 3])],
    ['a typed array', new Float64Array([1])],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['a boxed number', Object(5)],
  ])('what holds %s is a fresh copy each time, and frozen nowhere', (_name, inner) => {
    const map = keeping();
    for (const value of [inner, { inner, beside: { a: 1 } }, [[inner], {}]]) {
      map.set('k', value);
      const [one, two] = [map.get('k'), map.get('k')] as [object, object];
      expect(one).toEqual(value);
      expect(one === two).toBe(false);
      const open = [one, ...Object.values(one)].filter(
        (part) => typeof part === 'object' && !ArrayBuffer.isView(part),
      );
      for (const part of open) expect(Object.isFrozen(part)).toBe(false);
    }
    expect(map.check()).toEqual([]);
  });

  test('numbers, short strings and the like are as ever', () => {
    const map = keeping();
    const values = [
      1,
      Number.NaN,
      -0,
      'short',
      'Ж',
      '',
      true,
      null,
      undefined,
      5n,
      10n ** 40n,
      LONG,
      `${LONG}Ж`,
    ];
    for (const [i, value] of values.entries()) map.set(i, value).set(`key ${i}`, value);
    for (const _ of [1, 2, 3]) {
      for (const [i, value] of values.entries()) {
        expect(map.get(i)).toBe(value);
        expect(map.get(`key ${i}`)).toBe(value);
        expect(map.has(i)).toBe(true);
      }
    }
    expect(map.get('absent')).toBe(undefined);
  });

  test('values too long for the scratch, and keys', () => {
    const map = keeping();
    const large = { text: 'w'.repeat(200_000), list: Array.from({ length: 5000 }, (_, i) => i) };
    const key = 'k'.repeat(100_000);
    map.set(key, large).set('text', 'w'.repeat(200_000));
    const value = map.get(key);
    expect(value).toEqual(large);
    expect(map.get(key) === value).toBe(true);
    expect(map.get('text')).toBe('w'.repeat(200_000));
    map.set(key, { ...large, more: 1 });
    expect(map.get(key)).toEqual({ ...large, more: 1 });
  });

  test('every way to read gives the kept value; conditional writes compare as ever', () => {
    const map = keeping();
    map.set('a', { n: 1 }).set(2, { n: 2 });
    const [a, two] = [map.get('a'), map.get(2)];
    expect(map.getMany(['a', 2]).every((value, i) => value === [a, two][i])).toBe(true);
    expect(map.getMany(new Int8Array([2]), [])[0] === two).toBe(true);
    expect(new Map(map).get('a') === a).toBe(true);
    expect([...map.values()].includes(two)).toBe(true);
    expect(new Map(map.partition(0, 1)).get(2) === two).toBe(true);
    expect(new Map(map.scan(map.cursor()).entries).get('a') === a).toBe(true);
    map.forEach((value, key) => {
      expect(value === (key === 'a' ? a : two)).toBe(true);
    });
    expect(map.compareAndSet('a', a, { n: 3 })).toBe(true);
    expect(map.compareAndSet('a', a, { n: 4 })).toBe(false);
    expect(map.get('a')).toEqual({ n: 3 });
    map.set('back', a);
    expect(map.get('back')).toEqual({ n: 1 });
  });

  test('of kind json, and by a codec: plain objects are kept, those of a class are not', () => {
    const json = new SharedMap({ value: 'json', cacheValues: 10, maxBytes: 4 * MiB }) as SharedMap<
      unknown,
      unknown
    >;
    json
      .set('k', { a: [1] })
      .set('t', 'text')
      .set('n', 5)
      .set('x', LONG);
    const value = json.get('k');
    expect([value, json.get('t'), json.get('n'), json.get('x')]).toEqual([{ a: [1] }, 'text', 5, LONG]);
    expect(json.get('k') === value && isDeeplyFrozen(value)).toBe(true);
    class Point {
      readonly #x: number;
      constructor(x: number) {
        this.#x = x;
      }
      get x(): number {
        return this.#x;
      }
    }
    let decoded = 0;
    const codec = {
      name: 'points',
      encode: ({ x }: { x: number }) => Uint8Array.of(x),
      decode([x]: Uint8Array): { x: number } {
        decoded++;
        return (x as number) > 9 ? new Point(x as number) : { x: x as number };
      },
    };
    const points = new SharedMap({ value: codec, cacheValues: 10, maxBytes: 4 * MiB });
    points.set('plain', { x: 1 }).set('class', { x: 10 });
    for (let i = 0; i < 5; i++) expect([points.get('plain')?.x, points.get('class')?.x]).toEqual([1, 10]);
    expect(decoded).toBe(6);
    expect(isKept(points, 'class')).toBe(false);
  });

  test('what a codec may give back: accessors, functions, proxies, nothing', () => {
    const results: unknown[] = [
      {
        get now() {
          return Math.random();
        },
      },
      { call() {} },
      () => 1,
      new Proxy(
        {},
        {
          getPrototypeOf: () => {
            throw new Error('asked');
          },
        },
      ),
      [new Proxy({ a: 1 }, {})],
      undefined,
      Object.freeze({ open: {}, date: new Date(0) }),
    ];
    const codec = {
      name: 'any',
      encode: (i: unknown) => Uint8Array.of(i as number),
      decode: ([i]: Uint8Array) => results[i as number],
    };
    const map = new SharedMap({ value: codec, cacheValues: 10, maxBytes: 4 * MiB }) as SharedMap<
      unknown,
      unknown
    >;
    for (const [i, result] of results.entries()) {
      map.set(i, i);
      for (const _ of [1, 2, 3]) expect(map.get(i) === result).toBe(true);
    }
    expect(Object.isFrozen(results[0])).toBe(false);
    expect(Object.isFrozen((results[6] as { open: object }).open)).toBe(false);
  });

  test('a codec that calls the map while it decodes', () => {
    const codec = {
      name: 'calls',
      encode: (text: string) => Buffer.from(text.padEnd(40)),
      decode(bytes: Uint8Array): { text: string } {
        map.set('other', 'x' as never);
        for (const key of ['a', 'b']) map.delete(`${key} ${bytes.length}`);
        return { text: Buffer.from(bytes).toString().trimEnd() };
      },
    };
    const map = new SharedMap({ value: codec as never, cacheValues: 10, maxBytes: 4 * MiB }) as SharedMap<
      unknown,
      unknown
    >;
    map.set('a', 'first').set('b', 'second');
    for (const _ of [1, 2, 3])
      expect([map.get('a'), map.get('b')]).toEqual([{ text: 'first' }, { text: 'second' }]);
    map.set('a', 'third');
    expect(map.get('a')).toEqual({ text: 'third' });
  });
});

describe('never stale', () => {
  test.each([1, 7, 1000])('one thread, %d values kept, keys that come, change and go', (kept) => {
    const map = keeping(kept);
    const model = new Map<number, unknown>();
    const random = new Random(kept);
    const shapes = [1, 10, 30, 100].map((n) => 'v'.repeat(n));
    for (let step = 0; step < 60_000; step++) {
      const key = random.below(40);
      const dice = random.below(10);
      if (dice < 2) {
        // Values of a few sizes, so that records are used again and again.
        const value = { key, step, pad: random.of(shapes) };
        map.set(key, value);
        model.set(key, value);
      } else if (dice === 2) {
        expect(map.delete(key)).toBe(model.delete(key));
      } else {
        const value = map.get(key) as { step: number } | undefined;
        if (value?.step !== (model.get(key) as { step: number } | undefined)?.step)
          expect(value).toEqual(model.get(key));
      }
      if (step % 20_000 === 19_999) {
        map.clear();
        model.clear();
      }
    }
    expect(new Map(map)).toEqual(model);
    expect(map.check()).toEqual([]);
  });

  test('a record in the place of a kept one, with the same header, on a page that was used otherwise in between', () => {
    const map = new SharedMap({ cacheValues: 100, maxBytes: MiB }) as SharedMap<unknown, unknown>;
    // What is on the page in between looks like records that were never used: so does its next record's header.
    const zeros = new Uint8Array(65536);
    map.set('stays', zeros); // so the records of large values have a page
    const fillAndEmpty = () => {
      const keys: string[] = [];
      try {
        for (let i = 0; ; i++) {
          map.set(`z${i}`, zeros);
          keys.push(`z${i}`);
        }
      } catch (error) {
        expect((error as SharedMapError).code).toBe('ERR_SHARED_MAP_FULL');
      }
      map.deleteMany(keys);
    };
    for (let round = 0; round < 20; round++) {
      map.set('k', { round: 100 + round });
      expect(map.get('k')).toEqual({ round: 100 + round });
      map.delete('k');
      fillAndEmpty();
    }
  });

  test('threads write versions, others read and keep them: none goes back, none is torn', async () => {
    const map = new SharedMap({ key: 'number', maxBytes: 64 * MiB, cacheValues: 20 }) as SharedMap<
      unknown,
      unknown
    >;
    const running = await start(map, [
      { job: 'writeVersions', threads: 1, n: 40 },
      { job: 'readVersions', threads: 2, n: 40 },
    ]);
    const last: number[] = [];
    let same = 0;
    for (let round = 0; round < 4000 && !running.stopped; round++) {
      for (let key = 0; key < 40; key++) {
        const value = map.get(key) as { key: number; version: number; again: string } | undefined;
        if (value === undefined) continue;
        if (
          value.key !== key ||
          value.version < (last[key] ?? 0) ||
          value.again.trimEnd() !== `${key} ${value.version}`
        )
          expect(value).toBe(`a version of ${key} not before ${last[key]}`);
        last[key] = value.version;
        if (map.get(key) === value) same++;
      }
      if (round % 50 === 0) await new Promise(setImmediate);
    }
    running.stop();
    const [versions, ...reads] = (await running.results) as number[];
    expect(versions).toBeGreaterThan(10);
    for (const count of [same, ...reads]) expect(count).toBeGreaterThan(10);
    expect(map.check()).toEqual([]);
  });
});

describe('bounded, and for this thread alone', () => {
  test('no more values are kept than were asked for; the oldest leaves first', () => {
    const map = keeping(3);
    for (let i = 0; i < 5; i++) map.set(i, { i });
    const values = [0, 1, 2].map((i) => map.get(i));
    expect([0, 1, 2].map((i) => map.get(i) === values[i])).toEqual([true, true, true]);
    const third = map.get(3);
    expect(map.get(0) === values[0]).toBe(false); // and so 1 leaves
    expect(map.get(3) === third).toBe(true);
    expect(map.get(2) === values[2]).toBe(true);
    expect(map.get(1) === values[1]).toBe(false);
  });

  test('none by default, none for numbers and bytes', () => {
    const map = new SharedMap({ maxBytes: 4 * MiB }) as SharedMap<unknown, unknown>;
    map.set('k', { a: 1 });
    expect(isKept(map, 'k')).toBe(false);
    expect(Object.isFrozen(map.get('k'))).toBe(false);
    const bytes = new SharedMap({ value: 'bytes', cacheValues: 10, maxBytes: 4 * MiB });
    bytes.set('k', new Uint8Array([1]));
    expect(isKept(bytes, 'k')).toBe(false);
    const numbers = new SharedMap({ value: 'number', cacheValues: 10, maxBytes: 4 * MiB });
    expect(numbers.set('k', 1).get('k')).toBe(1);
  });

  test('attach says it for its thread, and does not change what is attached', () => {
    const map = new SharedMap({ maxBytes: 4 * MiB }) as SharedMap<unknown, unknown>;
    const { handle } = map;
    expect(Object.keys(handle)).not.toContain('cacheValues');
    expect(SharedMap.attach(handle)).toBe(map);
    expect(SharedMap.attach(handle, { cacheValues: 0 })).toBe(map);
    expect(codeOf(() => SharedMap.attach(handle, { cacheValues: 5 }))).toBe('ERR_SHARED_MAP_OPTION');
    map.set('k', { a: 1 });
    map.detach({ all: true }); // it was attached thrice
    const again = SharedMap.attach(handle, { cacheValues: 5 });
    const value = again.get('k');
    expect(again.get('k') === value).toBe(true);
    expect(SharedMap.attach(handle)).toBe(again);
    again.detach({ all: true });
    expect(codeOf(() => again.get('k'))).toBe('ERR_SHARED_MAP_HANDLE');
    expect(SharedMap.attach(handle).get('k') === value).toBe(false);
  });

  test.each([-1, 1.5, Number.NaN, '5', null, 2 ** 24, {}])('cacheValues %s', (cacheValues) => {
    const expected = cacheValues === null ? 'none' : 'ERR_SHARED_MAP_OPTION';
    expect(codeOf(() => new SharedMap({ cacheValues: cacheValues as number, maxBytes: MiB }))).toBe(expected);
    const { handle } = new SharedMap({ maxBytes: MiB });
    expect(codeOf(() => SharedMap.attach(handle, { cacheValues: cacheValues as number }))).toBe(expected);
  });
});
