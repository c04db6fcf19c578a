import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { doorOf, HASHES, mapWithHash } from './internals.js';
import { Random } from './random.js';

type Kernel = ReturnType<typeof doorOf>['kernel'];

const MiB = 2 ** 20;
const HEADER = 65_536;
const PAGE = 65_536;
const BUCKET = 152;

type Numbers = SharedMap<number, number>;
/** Where the table begins, in bytes. */
const TABLE = 131_072;
const numbers = (maxBytes: number, capacity = 0): Numbers =>
  new SharedMap({ key: 'number', value: 'number', maxBytes, capacity });

/** bytesUsed of a map with one thread, this table and nothing in it. */
const emptyBytes = (B: number, overflow = 0) => HEADER + PAGE + (2 ** B + overflow) * BUCKET;

describe('growth', () => {
  test('begins at 6.5 entries a chain, moves on with each write and is promoted', () => {
    const map = numbers(64 * MiB);
    const seen = { begun: 0, nevacuate: 0, overflow: 0 };
    let last = map.stats();
    for (let i = 0; i < 100_000; i++) {
      map.set(i, i);
      if (i % 7 !== 0 && i > 3000) continue;
      const stats = map.stats();
      expect(stats.count).toBe(i + 1);
      expect(stats.buckets).toBe(2 ** stats.B);
      expect(stats.loadFactor).toBe(stats.count / stats.buckets);
      expect(stats.loadFactor).toBeLessThan(13);
      expect(stats.growths - stats.promotions).toBe(
        stats.growing && stats.growths > stats.promotions ? 1 : 0,
      );
      expect(stats.B).toBe(4 + stats.growths);
      expect(stats.bytesUsed).toBeLessThanOrEqual(stats.bytesCommitted);
      expect(stats.bytesUsed + stats.bytesFree).toBe(64 * MiB);
      if (stats.growths > last.growths) {
        expect(i + 1).toBeGreaterThan(6.5 * last.buckets);
        seen.begun++;
      }
      seen.nevacuate = Math.max(seen.nevacuate, stats.nevacuate);
      seen.overflow = Math.max(seen.overflow, stats.noverflow);
      if (!stats.growing) expect(stats.nevacuate).toBe(0);
      last = stats;
    }
    expect(seen.begun).toBe(10); // 16 chains to 16,384
    expect(last.promotions).toBeGreaterThanOrEqual(9);
    expect(seen.nevacuate).toBeGreaterThan(1000);
    expect(seen.overflow).toBeGreaterThan(0);
    for (let i = 0; i < 100_000; i++) if (map.get(i) !== i) expect(map.get(i)).toBe(i);
    expect(map.check()).toEqual([]);
  });

  test('is sound at every step', () => {
    const map = new SharedMap({ maxBytes: 16 * MiB });
    for (let i = 0; i < 1200; i++) {
      map.set(i % 3 === 0 ? i : `the key of a record ${i}`, i);
      if (i % 3 === 1) map.delete(i - 1);
      expect(map.check()).toEqual([]);
    }
    expect(map.stats().growths).toBeGreaterThan(2);
  });

  test('half done answers every question', () => {
    const map = numbers(64 * MiB);
    let n = 0;
    while (map.stats().B < 12) map.set(n, n++);
    const { growing, nevacuate } = map.stats();
    expect(growing).toBe(true);
    expect(nevacuate).toBeLessThan(2 ** 11);
    const before = map.stats().misses;
    for (let i = 0; i < n; i++) expect(map.get(i)).toBe(i);
    for (let i = 0; i < n; i++) expect(map.has(-1 - i)).toBe(false);
    expect(map.stats().misses).toBeGreaterThan(before);
    expect(new Set(map.keys()).size).toBe(n);
    expect(map.size).toBe(n);
    expect(map.check()).toEqual([]);
    // Reads have moved nothing; writes of what is there finish it.
    expect(map.stats().nevacuate).toBe(nevacuate);
    for (let i = 0; map.stats().growing; i++) map.set(i % n, i % n);
    const { promotions, growths } = map.stats();
    expect(promotions).toBe(growths);
    expect(map.size).toBe(n);
    expect(map.check()).toEqual([]);
  });

  test('of a map made with a capacity does not come before that', () => {
    for (const capacity of [1, 104, 105, 5000, 100_000]) {
      const map = numbers(64 * MiB, capacity);
      const { B } = map.stats();
      expect(6.5 * 2 ** B).toBeGreaterThanOrEqual(capacity);
      expect(B === 4 || 6.5 * 2 ** (B - 1) < capacity).toBe(true);
      expect(map.stats().bytesUsed).toBe(emptyBytes(B));
      for (let i = 0; i < capacity; i++) map.set(i, i);
      expect(map.stats().growths).toBe(0);
      for (let i = capacity; i < capacity * 3 + 200; i++) map.set(i, i);
      expect(map.stats().growths).toBeGreaterThan(0);
      expect(map.size).toBe(capacity * 3 + 200);
      expect(map.check()).toEqual([]);
      map.detach();
    }
  });

  test('an empty map costs little', () => {
    const { bytesUsed, bytesCommitted, ...rest } = new SharedMap().stats();
    expect(bytesUsed).toBe(emptyBytes(4));
    expect(bytesCommitted).toBe(bytesUsed);
    expect(rest).toEqual({
      ...{ count: 0, B: 4, buckets: 16, noverflow: 0, loadFactor: 0, growing: false, nevacuate: 0 },
      ...{
        growths: 0,
        sameSizeGrowths: 0,
        promotions: 0,
        shrinks: 0,
        shrinking: false,
        threads: 1,
        misses: 0,
        retries: 0,
      },
      bytesFree: 2 ** 30 - bytesUsed,
    });
  });
});

describe('same-size growth', () => {
  /** A map whose table stays small, because the heap was once in its way, with room for thousands of overflow buckets. */
  function crowded(): Numbers {
    const map = new SharedMap<number, number | string>({ maxBytes: 2 * MiB });
    map.set(0, 'x'.repeat(1.4 * MiB));
    map.delete(0);
    return map as Numbers;
  }

  test('comes when overflow buckets pile up', () => {
    const map = crowded();
    let n = 0;
    while (map.stats().noverflow < map.stats().buckets || map.stats().sameSizeGrowths === 0) {
      map.set(n, n++);
      expect(n).toBeLessThan(60_000);
    }
    expect(map.stats().sameSizeGrowths).toBe(1);
    expect(map.stats().loadFactor).toBeGreaterThan(6.5);
    expect(map.size).toBe(n);
    for (let i = 0; i < n; i++) expect(map.get(i)).toBe(i);
    expect(map.check()).toEqual([]);
  });

  test('is sound at every step and answers in between', () => {
    const map = crowded();
    const random = new Random(7);
    const live = new Set<number>();
    let steps = 0;
    let under = 0;
    for (let n = 0; steps < 250 && n < 80_000; n++) {
      map.set(n, n);
      live.add(n);
      if (live.size > 20_000) {
        const old = n - random.below(20_000);
        expect(map.delete(old)).toBe(live.delete(old));
      }
      const { growing, growths, promotions } = map.stats();
      if (!growing || growths !== promotions || n % 16 !== 0) continue;
      under++;
      if (under % 10 !== 1) continue;
      steps++;
      expect(map.check()).toEqual([]);
      expect(map.get(n)).toBe(n);
      expect(new Set(map.keys())).toEqual(live);
    }
    expect(under).toBeGreaterThan(20);
    expect(map.stats().sameSizeGrowths).toBeGreaterThan(0);
    expect(map.size).toBe(live.size);
    expect(map.check()).toEqual([]);
  });

  test('of a table that cannot grow frees the buckets of what was deleted', () => {
    const map = mapWithHash<number, number>('few', { maxBytes: 8 * MiB });
    for (let i = 0; i < 5000; i++) map.set(i, i);
    const full = map.stats().noverflow;
    expect(full).toBeGreaterThan(400);
    for (let i = 0; i < 5000; i++) if (i % 50 !== 0) map.delete(i);
    for (let i = 0; i < 20_000; i++) {
      map.set(10_000 + i, i);
      map.delete(10_000 + i);
    }
    expect(map.stats().noverflow).toBeLessThanOrEqual(full);
    expect(map.size).toBe(100);
    for (let i = 0; i < 5000; i += 50) expect(map.get(i)).toBe(i);
    expect(map.check()).toEqual([]);
  });
});

describe('churn', () => {
  test('of keys and values of changing sizes keeps bytesCommitted flat', () => {
    const map = new SharedMap({ maxBytes: 64 * MiB });
    const random = new Random(11);
    const round = (n: number) => {
      for (let i = 0; i < 20_000; i++) {
        const key = `key of a record ${random.below(2000)} ${'k'.repeat(random.below(40))}`;
        if (random.below(3) === 0)
          map.set(key, 'v'.repeat(random.below(random.below(30) === 0 ? 80_000 : 300)));
        for (const old of map.size > 1500 ? [...map.keys()].slice(0, 500) : []) map.delete(old);
      }
      expect(map.check(), `round ${n}`).toEqual([]);
    };
    for (let n = 0; n < 6; n++) round(n);
    const committed = map.stats().bytesCommitted;
    for (let n = 6; n < 18; n++) round(n);
    expect(map.stats().bytesCommitted).toBeLessThan(committed * 1.25);
    for (const key of [...map.keys()]) map.delete(key);
    const { B, noverflow, bytesUsed } = map.stats();
    expect(bytesUsed).toBe(emptyBytes(B, noverflow));
  });

  test('of numbers costs nothing at all', () => {
    const map = numbers(16 * MiB);
    for (let i = 0; i < 1000; i++) map.set(i, i);
    for (let i = 0; map.stats().growing; i++) map.set(i % 1000, 0);
    const before = map.stats();
    for (let i = 0; i < 200_000; i++) map.set(i % 1000, i);
    const after = map.stats();
    expect(after.bytesCommitted).toBe(before.bytesCommitted);
    expect(after.bytesUsed).toBe(before.bytesUsed);
    expect(after.growths).toBe(before.growths);
  });

  test('of large values gives every page back', () => {
    const map = new SharedMap({ maxBytes: 64 * MiB });
    let committed = 0;
    for (let i = 0; i < 300; i++) {
      map.set('k', 'x'.repeat(100_000 + ((i * 7919) % 900_000)));
      if (i === 20) committed = map.stats().bytesCommitted;
    }
    expect(map.stats().bytesCommitted).toBeLessThanOrEqual(committed + 2 * MiB);
    map.delete('k');
    expect(map.stats().bytesUsed).toBe(emptyBytes(4));
    expect(map.check()).toEqual([]);
  });

  test('a page of small records serves large ones again', () => {
    const map = new SharedMap({ maxBytes: 4 * MiB });
    for (let round = 0; round < 5; round++) {
      for (let i = 0; i < 2000; i++) map.set(i, 'small'.repeat(200));
      expect(map.stats().bytesUsed).toBeGreaterThan(2 * MiB);
      for (let i = 0; i < 2000; i++) map.delete(i);
      map.set('k', 'x'.repeat(2.5 * MiB));
      expect((map.get('k') as string).length).toBe(2.5 * MiB);
      map.delete('k');
    }
    expect(map.check()).toEqual([]);
  });
});

describe('clear', () => {
  test.each(HASHES)('empties a map of the %s hash and gives its memory back', (hash) => {
    const map = mapWithHash<unknown, unknown>(hash, { maxBytes: 32 * MiB });
    for (let round = 0; round < 20; round++) {
      const n = hash === 'real' ? 3000 : 300;
      for (let i = 0; i < n; i++)
        map.set(i % 2 ? i : `the key of a record ${i}`, i % 5 ? i : 'v'.repeat(i % 700));
      map.set('large', 'x'.repeat(200_000));
      map.set('k'.repeat(40_000), 1);
      map.clear();
      expect(map.size).toBe(0);
      expect([...map]).toEqual([]);
      expect(map.has('large')).toBe(false);
      expect(map.get(1)).toBe(undefined);
      expect(map.check()).toEqual([]);
      const { B, noverflow, bytesUsed, growing } = map.stats();
      // A growth that was under way when the clear came has its pages of overflow buckets still.
      if (!growing) expect(bytesUsed).toBe(emptyBytes(B, noverflow));
    }
  });

  test('of an empty map, and in the middle of a growth', () => {
    const map = numbers(16 * MiB);
    map.clear();
    let n = 0;
    while (!map.stats().growing || map.stats().B < 9) map.set(n, n++);
    map.clear();
    expect(map.size).toBe(0);
    for (let i = 0; i < n; i++) expect(map.has(i)).toBe(false);
    for (let i = 0; i < 3 * n; i++) map.set(i, -i);
    expect(map.size).toBe(3 * n);
    for (let i = 0; i < 3 * n; i++) expect(map.get(i)).toBe(i === 0 ? -0 : -i);
    expect(map.check()).toEqual([]);
  });

  test('thousands of times', () => {
    const map = new SharedMap({ maxBytes: 2 * MiB });
    for (let i = 0; i < 9000; i++) {
      map.set('the key of a record', i);
      map.set(i, 'the value of a record');
      map.clear(); // the generation is a number of 12 bits
      if (i % 1000 === 0) expect(map.check()).toEqual([]);
    }
    expect(map.size).toBe(0);
    map.set(1, 2);
    expect([...map]).toEqual([[1, 2]]);
    expect(map.check()).toEqual([]);
  });

  test('ends an iteration that is under way', () => {
    const map = numbers(16 * MiB);
    for (let i = 0; i < 5000; i++) map.set(i, i);
    let steps = 0;
    for (const key of map.keys()) {
      expect(key).toBeLessThan(5000);
      if (++steps === 100) {
        map.clear();
        for (let i = 0; i < 5000; i++) map.set(10_000 + i, i);
      }
    }
    expect(steps).toBeLessThan(1000);
  });
});

describe('iteration', () => {
  /** Counts what comes, and lets something happen in between. */
  function lap(map: Numbers, step: (steps: number) => void): Map<number, number> {
    const times = new Map<number, number>();
    let steps = 0;
    for (const key of map.keys()) {
      times.set(key, (times.get(key) ?? 0) + 1);
      step(++steps);
    }
    return times;
  }

  test('comes by each key exactly once while the map grows', () => {
    for (let round = 0; round < 20; round++) {
      const map = numbers(64 * MiB);
      const n = 100 + round * 137;
      for (let i = 0; i < n; i++) map.set(i, i);
      let more = n;
      const times = lap(map, () => {
        for (let i = 0; i < 12 && more < 40_000; i++) map.set(more, more++);
      });
      for (let i = 0; i < n; i++) expect(times.get(i)).toBe(1);
      for (const [, count] of times) expect(count).toBe(1);
      expect(map.stats().growths).toBeGreaterThan(1);
      map.detach();
    }
  });

  test('begins at a random place', () => {
    const map = numbers(MiB);
    for (let i = 0; i < 1000; i++) map.set(i, i);
    const firsts = new Set(Array.from({ length: 200 }, () => map.keys().next().value));
    expect(firsts.size).toBeGreaterThan(20);
  });

  test('makes up no value for a key that is deleted, and there again a moment later', () => {
    const map = new SharedMap<string, number | undefined>({ maxBytes: MiB });
    // What another thread may do around the first look at the value.
    const exports = doorOf(map).kernel.exports as {
      -readonly [name in keyof Kernel['exports']]: Kernel['exports'][name];
    };
    const { listedKey, getText } = exports;
    exports.listedKey = (...args) => {
      const key = listedKey(...args);
      map.delete('a');
      return key;
    };
    // The map has its own way to this function: here it is the second look that goes by it.
    exports.getText = (...args) => {
      map.set('a', 2);
      return getText(...args);
    };
    map.set('a', 1);
    expect([...map]).toEqual([['a', 2]]);
    map.set('a', 1);
    expect([...map.values()]).toEqual([2]);
    Object.assign(exports, { listedKey, getText });
    map.set('a', undefined);
    expect([...map]).toEqual([['a', undefined]]);
  });

  test('of a chain of more than 1,360 entries, with inserts and deletes in between', () => {
    for (const hash of ['constant', 'few'] as const) {
      const map = mapWithHash<number, number>(hash, { maxBytes: 64 * MiB });
      const n = 6000;
      for (let i = 0; i < n; i++) map.set(i, i);
      for (let i = 0; i < n; i += 30) map.delete(i); // free cells all along the chain
      const times = lap(map, (steps) => {
        if (steps % 10 !== 0) return;
        map.set(((steps / 10) * 30) % n, 0);
        map.set(n + steps, 1);
        if (steps > 100) map.delete(n + steps - 100);
      });
      for (let i = 0; i < n; i++) if (i % 30 !== 0) expect(times.get(i)).toBe(1);
      for (const [key, count] of times) expect(count, `${key}`).toBe(1);
      expect(map.check()).toEqual([]);
    }
  });

  test('leaves out what was deleted, and what came may come', () => {
    const map = new SharedMap<string, string>({ key: 'string', value: 'string', maxBytes: 16 * MiB });
    for (let i = 0; i < 2000; i++) map.set(`the key of a record ${i}`, `${i}`);
    const seen = new Set<string>();
    for (const [key, value] of map) {
      expect(map.get(key)).toBe(value);
      seen.add(key);
      // Whatever comes next is deleted, its record used again.
      for (let i = 0; i < 2000; i += 7) map.delete(`the key of a record ${i}`);
      map.set(`another key of the same length ${seen.size % 50}`, 'x');
    }
    const stayed = Array.from({ length: 2000 }, (_, i) => i).filter((i) => i % 7 !== 0);
    for (const i of stayed) expect(seen.has(`the key of a record ${i}`)).toBe(true);
    expect(map.check()).toEqual([]);
  });

  test('may be left early and taken up at once again', () => {
    const map = numbers(MiB);
    for (let i = 0; i < 500; i++) map.set(i, i);
    for (let round = 0; round < 50; round++) {
      let steps = 0;
      for (const _ of map) if (++steps === 3) break;
    }
    expect([...map.keys()].length).toBe(500);
  });
});

describe('no room for a larger table', () => {
  test('is no error: the map goes on in overflow buckets until they are full', () => {
    const map = numbers(MiB);
    let n = 0;
    let refused = 0;
    while (refused < 200) {
      try {
        map.set(n, n);
        n++;
      } catch {
        refused++;
        n++;
      }
    }
    const stats = map.stats();
    expect(stats.growing).toBe(false);
    expect(stats.loadFactor).toBeGreaterThan(6.5);
    expect(stats.noverflow).toBeGreaterThan(stats.buckets / 4);
    expect(stats.bytesUsed).toBeGreaterThan(0.85 * MiB);
    expect(map.check()).toEqual([]);
    for (let i = 0; i < n; i++) expect(map.has(i) ? map.get(i) : i).toBe(i);
    expect(map.size).toBe([...map.keys()].length);
  });

  test('the heap may be in the way', () => {
    const map = new SharedMap({ maxBytes: MiB });
    for (let i = 0; i < 5; i++) map.set(`large ${i}`, 'x'.repeat(90_000 - i));
    // The table may double up to what the heap has left; then chains get longer.
    let n = 0;
    expect(() => {
      for (;;) map.set(n, n++);
    }).toThrow('full');
    expect(map.stats().loadFactor).toBeGreaterThan(6.5);
    for (let i = 0; i < 5; i++) expect(map.get(`large ${i}`)).toBe('x'.repeat(90_000 - i));
    expect(map.check()).toEqual([]);
  });

  test.each(['few', 'constant'] as const)('equal hashes (%s): long chains, no endless growth', (hash) => {
    const map = mapWithHash<string, number>(hash, { maxBytes: 16 * MiB });
    for (let i = 0; i < 4000; i++) map.set(`the key of a record ${i}`, i);
    expect(map.stats().B).toBeLessThan(16);
    for (let i = 0; i < 4000; i++) expect(map.get(`the key of a record ${i}`)).toBe(i);
    for (let i = 0; i < 4000; i += 2) expect(map.delete(`the key of a record ${i}`)).toBe(true);
    expect(new Set(map.keys()).size).toBe(2000);
    expect(map.check()).toEqual([]);
  });
});

/** Below it a tophash is a state. */
const MIN_TOPHASH = 6;

describe('check', () => {
  test('does not take overflow buckets for large records', () => {
    // A bucket whose first word has the bit that marks a large record: tophash bytes with the high bit, in the third byte.
    for (let round = 0; round < 20; round++) {
      const map = mapWithHash<number, string>(round % 2 ? 'few' : 'constant', { maxBytes: 4 * MiB });
      for (let i = 0; i < 200; i++)
        map.set(i * 31 + round, i % 40 === 0 ? 'x'.repeat(70_000) : 'a text of some length');
      expect(map.stats().noverflow).toBeGreaterThan(8);
      expect(map.check()).toEqual([]);
      map.detach();
    }
    const map = numbers(MiB);
    for (let i = 0; i < 26_000; i++) map.set(i, i);
    expect(map.stats().noverflow).toBeGreaterThan(100);
    expect(map.check()).toEqual([]);
  });

  /** 80 entries, of which the first chain has two at least: what is broken there has to be an entry. */
  function withTwoAtFirst() {
    for (;;) {
      const map = numbers(MiB);
      for (let i = 0; i < 80; i++) map.set(i, i);
      const bytes = new Uint8Array(map.handle.memory.buffer);
      if ((bytes[TABLE] as number) >= MIN_TOPHASH && (bytes[TABLE + 1] as number) >= MIN_TOPHASH) return map;
      map.detach();
    }
  }

  test('finds what is broken', () => {
    const broken: [string, (bytes: DataView) => void][] = [
      ['count stripe', (view) => view.setBigInt64(512, view.getBigInt64(512, true) + 1n, true)],
      ['noverflow', (view) => view.setBigInt64(520, view.getBigInt64(520, true) + 1n, true)],
      ['is locked', (view) => view.setUint32(TABLE + 16, view.getUint32(TABLE + 16, true) | 1, true)],
      ['unborn', (view) => view.setUint32(TABLE + 16, view.getUint32(TABLE + 16, true) & ~4, true)],
      ['level', (view) => view.setUint32(TABLE + 16, view.getUint32(TABLE + 16, true) ^ 0x8, true)],
      ['holds', (view) => view.setUint32(4096 + 64, 65_536, true)],
      ['tophash', (view) => view.setUint8(TABLE, view.getUint8(TABLE) ^ 1)],
      ['chain', (view) => view.setBigUint64(TABLE + 24, view.getBigUint64(TABLE + 32, true), true)],
    ];
    for (const [says, damage] of broken) {
      const map = withTwoAtFirst();
      expect(map.stats().noverflow + map.stats().growths).toBe(map.stats().noverflow);
      expect(map.check()).toEqual([]);
      damage(new DataView(map.handle.memory.buffer));
      expect(map.check().join('\n')).toContain(says);
      expect(map.check().length).toBeLessThanOrEqual(100);
    }
  });
});
