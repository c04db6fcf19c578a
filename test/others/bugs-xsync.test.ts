import { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { HASHES, mapWithHash } from '../internals.js';
import { Crew, expectSound, sumOf } from './crew.js';

// Bugs that xsync had after a release, one test each: the circumstances that showed it, here.

const MiB = 2 ** 20;

const crew = new Crew(8);
afterAll(() => crew.end());

test.each(HASHES)('xsync#23: an insert of a present key leaves no lock behind, %s hash', async (hash) => {
  const map = mapWithHash<number, number>(hash, { key: 'number', value: 'number', maxBytes: 16 * MiB });
  for (let i = 0; i < 64; i++) map.set(i, i);
  const groups = [
    { job: 'insertPresentThenSet', threads: 4, n: 3000 },
    { job: 'insertUnrelated', threads: 1, n: hash === 'real' ? 10_000 : 500 },
  ] as const;
  const shared = new SharedArrayBuffer(4);
  new Int32Array(shared)[0] = 1000;
  await crew.run(map, groups, { shared });
  for (let i = 0; i < 64; i++) expect([map.insert(i, -1), map.get(i)]).toEqual([false, i]);
  expectSound(map);
});

test.each(HASHES)('xsync#24: an insert that comes second finds a whole value, %s hash', async (hash) => {
  const map = mapWithHash<number, { key: number; text: string }>(hash, { key: 'number', maxBytes: 16 * MiB });
  const balance = sumOf(await crew.run(map, [{ job: 'insertRecords', threads: 6, n: 2500 }]));
  expect(map.size).toBe(balance);
  for (const [key, value] of map) expect(value).toEqual({ key, text: `${key} `.repeat(key % 40) });
  expectSound(map);
});

test.each(HASHES)(
  'xsync#47: a key in the place of another with an equal value is not taken for it, %s hash',
  async (hash) => {
    const map = mapWithHash<string, string>(hash, { key: 'string', value: 'string', maxBytes: 16 * MiB });
    const groups = [
      { job: 'takeTurns', threads: 1, n: 0 },
      { job: 'readTurns', threads: 1, n: 3000 },
    ] as const;
    const [turns, found] = await crew.run(map, groups);
    expect(turns).toBeGreaterThan(0);
    expect(found).toBeGreaterThan(100);
    expect(map.size).toBe(0);
    expectSound(map);
  },
);

test.each(HASHES)(
  'xsync#63: a few keys that are inserted and deleted without pause are there once or not at all, %s hash',
  async (hash) => {
    const map = mapWithHash<number, number>(hash, { key: 'number', value: 'number', maxBytes: 16 * MiB });
    const results = (await crew.run(map, [{ job: 'churnFew', threads: 8, n: 20_000 }])) as number[][];
    for (let key = 0; key < 12; key++) {
      const balance = results.reduce((sum, each) => sum + (each[key] as number), 0);
      expect([0, 1]).toContain(balance);
      expect(map.has(key)).toBe(balance === 1);
    }
    expectSound(map);
  },
);

test('xsync#66, #150: a function that makes a value is called once in a call, and one that fails leaves nothing', () => {
  const map = new SharedMap<string, number>({ key: 'string', maxBytes: 16 * MiB });
  for (let i = 0; i < 50; i++) {
    let calls = 0;
    const make = () => {
      calls++;
      // Meanwhile the key comes, goes and changes, and the map grows.
      for (let j = 0; j < 20; j++) map.set(`${i} ${j}`, j);
      map.insert('key', -1);
      map.delete('key');
      return i;
    };
    expect([map.getOrInsertComputed('key', make), calls]).toEqual([i, 1]);
    expect([map.getOrInsertComputed('key', make), calls, map.getAndDelete('key')]).toEqual([i, 1, i]);
    const failed = new Error('no value today');
    expect(() =>
      map.getOrInsertComputed('key', () => {
        throw failed;
      }),
    ).toThrow(failed);
    expect(map.has('key')).toBe(false);
  }
  expect(map.size).toBe(1000);
  expectSound(map);
});

test('xsync#66: what makes a value is called once for each write, whoever else writes the key', () => {
  let calls = 0;
  const counting = {
    name: 'counts its calls',
    encode: (value: number) => {
      calls++;
      // While the value is made, the key comes, goes and changes, and the map grows.
      const { length } = [...map.keys()];
      if (length < 400 && value >= 0) {
        for (let i = 0; i < 20; i++) map.set(`${value} ${i}`, -1);
        map.insert('key', -1);
        map.delete('key');
        calls -= 21;
      }
      return Buffer.from(`${value}`);
    },
    decode: (bytes: Uint8Array) => Number(Buffer.from(bytes).toString()),
  };
  const map = new SharedMap<string, number>({ key: 'string', value: counting, maxBytes: 16 * MiB } as never);
  for (let i = 0; i < 50; i++) {
    calls = 0;
    map.set('key', i);
    expect([calls, map.get('key')]).toEqual([1, i]);
    calls = 0;
    // The encoder may have taken the key away, so that the insert is one.
    const inserted = map.insert('key', i + 1000);
    expect([calls, map.get('key')]).toEqual([1, inserted ? i + 1000 : i]);
  }
  expect(map.stats().growths).toBeGreaterThan(0);
  expectSound(map);
});

test.each(HASHES)(
  'xsync#87: an iteration shows no key twice that is deleted and inserted again, %s hash',
  async (hash) => {
    const map = mapWithHash<string, number>(hash, { key: 'string', value: 'number', maxBytes: 16 * MiB });
    let laps = 0;
    const groups = [{ job: 'storeOrDeleteAll', threads: 3, n: hash === 'real' ? 300 : 40 }] as const;
    await crew.during(map, groups, async (running) => {
      do {
        const seen = new Set<string>();
        for (const [key, value] of map) {
          if (`${value}` !== key || seen.has(key)) expect(`${key}: ${value}, ${seen.has(key)}`).toBe('once');
          seen.add(key);
        }
        laps++;
        await new Promise(setImmediate);
      } while (running.busy);
    });
    expect(laps).toBeGreaterThan(0);
    expectSound(map);
  },
);

test('xsync#87: an iteration shows no value that was never there', async () => {
  // Between two looks at an absent value the key may have come back: it has a value then.
  const map = new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 16 * MiB });
  for (let i = 0; i < 4000; i++) map.set(i, i);
  const laps = await crew.during(map, [{ job: 'setAndReplace', threads: 1, n: 4000 }], async () => {
    for (let lap = 0; lap < 150; lap++) {
      for (const [key, value] of map) if (value !== key) expect([key, value]).toEqual([key, key]);
      await new Promise(setImmediate);
    }
  });
  expect(sumOf(laps)).toBeGreaterThan(0);
  expectSound(map);
});

describe.each([
  ['xsync#109', 7, 1],
  ['xsync#111', 2, 6],
])('%s', (_name, updaters, growers) => {
  test(`no update is lost to a growth: ${updaters} that update, ${growers} that add`, async () => {
    for (let lap = 0; lap < 4; lap++) {
      const map = new SharedMap<string | number, number>({ value: 'number', maxBytes: 64 * MiB });
      const n = 40;
      const shared = new SharedArrayBuffer(8);
      const groups = [
        { job: 'updateThroughGrowth', threads: updaters, n },
        { job: 'growThenStop', threads: growers, n: 60_000 },
      ] as const;
      await crew.run(map, groups, { shared });
      for (let index = 0; index < updaters; index++)
        for (let i = 0; i < 60; i++) expect(map.get(`key ${i} of thread ${index}`)).toBe(n);
      expect(map.size).toBe(updaters * 60 + 60_000);
      expect(map.stats().growths).toBeGreaterThan(8);
      expectSound(map);
      map.detach();
    }
  });
});

describe.each([
  ['xsync#112', 0],
  ['xsync#113', 1000],
])('%s', (_name, capacity) => {
  test(`a map of capacity ${capacity} that is emptied and filled again stays in its bounds`, async () => {
    const map = new SharedMap<number | string, number>({ value: 'number', capacity, maxBytes: 16 * MiB });
    const { buckets } = map.stats();
    for (let lap = 0; lap < 3; lap++) {
      await crew.run(map, [{ job: 'storeOrDeleteAll', threads: 4, n: 60 }]);
      for (let i = 0; i < 8000; i++) map.set(i, i);
      const most = map.stats().buckets;
      expect(sumOf(await crew.run(map, [{ job: 'deleteAll', threads: 4, n: 8000 }]))).toBe(8000);
      expect(map.stats().buckets).toBeGreaterThanOrEqual(buckets);
      expect(map.stats().buckets).toBeLessThanOrEqual(most);
      for (const [key, value] of map) expect(key).toBe(`${value}`);
      expectSound(map);
    }
  });
});

test('xsync#112, #113: a table shrinks to what it was made for, under four that delete, and no further', async () => {
  for (const capacity of [0, 1000]) {
    const map = new SharedMap<number, number>({
      key: 'number',
      value: 'number',
      capacity,
      maxBytes: 16 * MiB,
    });
    const { buckets } = map.stats();
    for (let lap = 0; lap < 3; lap++) {
      for (let i = 0; i < 8000; i++) map.set(i, i);
      expect(map.stats().buckets).toBeGreaterThan(buckets);
      await crew.run(map, [{ job: 'deleteAll', threads: 4, n: 8000 }]);
      for (let i = 0; i < 200; i++) map.delete(i); // what is left to do
      expect(map.stats()).toMatchObject({ buckets, count: 0, shrinking: false });
      expectSound(map);
    }
  }
});

test('xsync#204: a copy of the handle is the same map, and a copy of the map is none', async () => {
  const map = new SharedMap<number, number>({ key: 'number', value: 'number', maxBytes: 16 * MiB });
  const copy = { handle: { ...map.handle } };
  expect(SharedMap.attach(copy.handle)).toBe(map);
  await crew.run([map, copy], [{ job: 'setAll', threads: 4, n: 5000 }]); // attached twice, by both handles
  expect(map.size).toBe(5000);
  expect(() => SharedMap.attach(structuredClone(map) as never)).toThrow(/handle/);
  expect(() => (({ ...map }) as unknown as SharedMap).get(1)).toThrow(TypeError);
  expect(() => SharedMap.prototype.get.call({ ...map }, 1)).toThrow(TypeError);
  expectSound(map);
});

test('xsync#208: a callback that throws leaves no lock: others write on', async () => {
  const broken = { encode: false, decode: false };
  const codec = {
    name: 'throws when told',
    encode: (value: unknown) => {
      if (broken.encode) throw new RangeError('at encode');
      return Buffer.from(JSON.stringify(value));
    },
    decode: (bytes: Uint8Array) => {
      if (broken.decode) throw new RangeError('at decode');
      return JSON.parse(Buffer.from(bytes).toString());
    },
  };
  const map = new SharedMap<number, unknown>({ key: 'number', value: codec, maxBytes: 16 * MiB } as never);
  for (let i = 0; i < 100; i++) map.set(i, i);
  for (let i = 0; i < 100; i++) {
    broken.encode = true;
    expect(() => map.set(i, -1)).toThrow();
    expect(() => map.insert(i + 100, -1)).toThrow();
    expect(() => map.compareAndSet(i, i, -1)).toThrow();
    broken.encode = false;
    broken.decode = true;
    expect(() => map.get(i)).toThrow();
    broken.decode = false;
    expect(() =>
      map.forEach(() => {
        throw new RangeError('from the callback');
      }),
    ).toThrow(RangeError);
    expect(map.get(i)).toBe(i);
  }
  expect(map.size).toBe(100);
  expectSound(map);

  const plain = new SharedMap<number, unknown>({ key: 'number', maxBytes: 16 * MiB });
  const thrower = {
    get value(): number {
      throw new RangeError('from a getter');
    },
  };
  for (let i = 0; i < 100; i++) expect(() => plain.set(i, thrower)).toThrow();
  expect(plain.size).toBe(0);
  await crew.run(plain, [{ job: 'setAll', threads: 4, n: 1000 }]);
  expect(plain.size).toBe(1000);
  expectSound(plain);
});
