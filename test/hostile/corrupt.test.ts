import { once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { errorOf } from '../error-of.js';
import { mapWithHash } from '../internals.js';

// What damaged memory is called, piece by piece. test/hostile/damage.test.ts looks for what nobody thought of.

const MiB = 2 ** 20;
const TABLE = 131072;
/** In the upper half of a slot's owner: it is being emptied. */
const TAKING = 0x4000_0000;
const BUCKET = 152;
const OVERFLOW = 8;
const TAG_RECORD = 0xfffe;

type Untyped = SharedMap<unknown, unknown>;

const newMap = (options: object = {}) =>
  new SharedMap({ maxBytes: 4 * MiB, ...options }) as unknown as Untyped;

function expectCorrupt(call: () => unknown): Error {
  const error = errorOf(call);
  expect(error.code).toBe('ERR_SHARED_MAP_CORRUPT');
  expect(error.message).toContain('make a new one');
  return error;
}

/** Addresses of all record words of the values in the table: of a map with one such value, of that one. */
function recordsOf(map: Untyped): number[] {
  const view = new DataView(map.handle.memory.buffer);
  const found: number[] = [];
  for (let chain = 0; chain < 2 ** map.stats().B; chain++) {
    for (let cell = 0; cell < 8; cell++) {
      const at = TABLE + chain * BUCKET + 88 + cell * 8;
      if (view.getUint16(at + 6, true) < TAG_RECORD) continue;
      found.push((view.getUint32(at, true) & 0x1fffffff) * 8);
    }
  }
  return found;
}

/** The record of the only value of a map. */
function recordOf(map: Untyped): { view: DataView; at: number } {
  const [at, more] = recordsOf(map);
  expect(more).toBe(undefined);
  return { view: new DataView(map.handle.memory.buffer), at: at as number };
}

describe('a chain without an end', () => {
  /** A map whose keys are all in one chain, of which the last bucket points to the first overflow bucket. */
  function ring(): { map: Untyped; mend(): void } {
    const map = mapWithHash<unknown, unknown>('constant', { maxBytes: 4 * MiB });
    for (let i = 0; i < 60; i++) map.set(i, `value number ${i}`);
    expect(map.check()).toEqual([]);
    const view = new DataView(map.handle.memory.buffer);
    const first = view.getUint32(TABLE + OVERFLOW, true);
    let last = first;
    for (let next = first; next !== 0; next = view.getUint32(last + OVERFLOW, true)) last = next;
    const end = view.getUint8(last + 7);
    view.setUint32(last + OVERFLOW, first, true);
    view.setUint8(last + 7, 1); // not the end
    const mend = (): void => {
      view.setUint32(last + OVERFLOW, 0, true);
      view.setUint8(last + 7, end);
    };
    return { map, mend };
  }

  const calls: [string, (map: Untyped) => unknown][] = [
    ['get', (map) => map.get('absent')],
    ['get of a number', (map) => map.get(1e9)],
    ['get of a text', (map) => map.get('an absent key of some length')],
    ['get of a long key', (map) => map.get('x'.repeat(50_000))],
    ['has', (map) => map.has('absent')],
    ['set', (map) => map.set('absent', 1)],
    ['set of a number', (map) => map.set(1e9, 1)],
    ['insert', (map) => map.insert('absent', 1)],
    ['compareAndSet', (map) => map.compareAndSet('absent', 1, 2)],
    ['add', (map) => map.add('absent')],
    ['delete', (map) => map.delete('absent')],
    ['delete of a long key', (map) => map.delete('x'.repeat(50_000))],
    ['entries', (map) => [...map]],
    ['keys', (map) => [...map.keys()]],
    ['clear', (map) => map.clear()],
  ];

  test.each(calls)('is told by %s', (_name, call) => {
    expectCorrupt(() => call(ring().map));
  });

  test('is told by check, which goes on', () => {
    const { map, mend } = ring();
    expect(map.check()).toContain('chain 0 has no end');
    expect(map.get(5)).toBe('value number 5');
    expect(map.stats().count).toBe(60);
    mend();
    expect(map.check()).toEqual([]);
    expect(new Map(map).size).toBe(60);
  });

  /** Puts numbers into buckets of untouched memory by hand: `set` would look through the whole chain for each. */
  function lengthen(map: Untyped, from: number, to: number): void {
    const view = new DataView(map.handle.memory.buffer);
    const top = view.getUint8(TABLE);
    let last = view.getUint32(TABLE + OVERFLOW, true);
    let at = 2 * MiB;
    for (let n = from; n < to; at += BUCKET) {
      view.setUint8(last + 7, view.getUint8(last + 7) || 1);
      view.setUint32(last + OVERFLOW, at, true);
      for (let cell = 0; cell < 8; cell++, n++) {
        view.setUint8(at + cell, top);
        view.setFloat64(at + 24 + cell * 8, n, true);
        view.setFloat64(at + 88 + cell * 8, n, true);
      }
      last = at;
    }
  }

  test('is not what a long chain is', () => {
    const map = mapWithHash<unknown, unknown>('constant', { maxBytes: 16 * MiB });
    for (let i = 0; i < 16; i++) map.set(i, i);
    // More buckets than a walk passes before it asks whether there is an end.
    const entries = 8 * 9000;
    lengthen(map, 16, entries);
    expect(map.has('absent')).toBe(false);
    expect(map.get('an absent key of some length')).toBe(undefined);
    expect(map.get(entries - 1)).toBe(entries - 1);
    expect(map.set(entries - 1, 'changed').get(entries - 1)).toBe('changed');
    expect(map.delete(-1)).toBe(false);
    expect([...map.keys()]).toHaveLength(entries);
  });
});

describe('a value', () => {
  /** Overwrites the bytes of the only value of a map. */
  function spoil(map: Untyped, byte: number): void {
    const { view, at } = recordOf(map);
    new Uint8Array(view.buffer, at + 8, view.getUint16(at, true)).fill(byte);
  }

  test('whose digits are none: the cause is what BigInt says', () => {
    const map = newMap().set('k', 2n ** 100n);
    spoil(map, 0x7a);
    expect(expectCorrupt(() => map.get('k')).cause).toBeInstanceOf(SyntaxError);
    expectCorrupt(() => [...map]);
    expect([...map.keys()]).toEqual(['k']);
  });

  test('that its decoder refuses is no damage that the map could tell: the cause is what the decoder says', () => {
    for (const [options, value] of [
      [{}, { a: [1, 2, 3], b: 'text of some length' }],
      [{ value: 'json' }, { a: 'text of some length' }],
    ] as const) {
      const map = newMap(options).set('k', value);
      spoil(map, 0x7b);
      const error = errorOf(() => map.get('k'));
      expect(error.code).toBe('ERR_SHARED_MAP_DECODE');
      expect(error.cause).toBeInstanceOf(Error);
      expect(error.message).not.toContain('make a new one');
      expect(errorOf(() => [...map]).message).toContain('of the key the string "k"');
      expect([...map.keys()]).toEqual(['k']);
      expect(map.compareAndSet('k', { a: 1 }, 1)).toBe(false);
      expect(map.check()).toEqual([]);
      expect(map.delete('k')).toBe(true); // as the message says
      expect([...map]).toEqual([]);
    }
  });

  test('of a kind that there is not', () => {
    const map = newMap().set('k', 'a text of some length');
    const { view, at } = recordOf(map);
    for (const kind of [0, 6, 7, 8, 16, 47, 48, 0x7f]) {
      view.setUint8(at + 2, kind);
      expectCorrupt(() => map.get('k'));
      expectCorrupt(() => [...map.values()]);
    }
  });

  test('of a length that cannot be: no memory is made for it', () => {
    const map = newMap().set('k', new Uint8Array(100_000));
    const { view, at } = recordOf(map);
    const { arrayBuffers } = process.memoryUsage();
    for (const length of [2 ** 32 - 1, 2 ** 31, 5 * MiB]) {
      view.setUint32(at + 8, length, true);
      expectCorrupt(() => map.get('k'));
    }
    expect(process.memoryUsage().arrayBuffers - arrayBuffers).toBeLessThan(4 * MiB);
  });

  test('of two lengths, or of one that goes beyond its page', () => {
    for (const value of [{ bytes: new Uint8Array(100_000) }, { text: 'of some length' }]) {
      const map = newMap().set('k', value);
      const { view, at } = recordOf(map);
      view.setUint16(at, 0xffff, true);
      expectCorrupt(() => map.get('k'));
      // A comparison needs no more than the length to tell that they differ.
      expect(map.compareAndSet('k', value, 1)).toBe(false);
    }
  });

  test('of a length that its kind does not have', () => {
    const kinds: [object | string, unknown][] = [
      ['bigint', -(2n ** 63n)],
      [
        { x: 'float64', y: 'float64' },
        { x: 1.5, y: 2.5 },
      ],
    ];
    for (const [value, given] of kinds) {
      const map = newMap({ value }).set('k', given);
      const { view, at } = recordOf(map);
      view.setUint16(at, view.getUint16(at, true) - 1, true);
      expectCorrupt(() => map.get('k'));
      expectCorrupt(() => [...map.values()]);
    }
  });

  test('that has lost its pages', () => {
    const map = newMap().set('k', new Uint8Array(100_000));
    const { view, at } = recordOf(map);
    for (const page of [0, 60, 2 ** 31, 2 ** 32 - 1]) {
      view.setUint32(at + 12, page, true);
      expectCorrupt(() => map.get('k'));
    }
  });

  test('that lies where no record can', () => {
    const map = newMap().set('k', 'a text of some length');
    const words = new BigUint64Array(map.handle.memory.buffer);
    const there = words.findIndex((word, i) => i > TABLE / 8 && word >> 49n === 0x7fffn);
    for (const at of [0x1fffffffn, 0n, BigInt(4 * MiB) / 8n, 5n]) {
      words[there] = (0xfffen << 48n) | at;
      expectCorrupt(() => map.set('k', 'another text of some length'));
    }
  });
});

describe('what nobody has called', () => {
  test('a thread that ends with its hand damaged: who hears of its end goes on', async () => {
    const map = newMap().set('k', 'a text of some length');
    const worker = new Worker(
      `const { workerData, parentPort } = require('node:worker_threads');
       import(workerData.url).then(({ SharedMap }) => {
         globalThis.map = SharedMap.attach(workerData.handle);
         parentPort.postMessage('attached');
         parentPort.on('message', () => {});
       });`,
      { eval: true, workerData: { url: import.meta.resolve('threadmap'), handle: map.handle } },
    );
    const id = worker.threadId;
    await once(worker, 'message');
    const words = new Uint32Array(map.handle.memory.buffer);
    const slot = Array.from({ length: 256 }, (_, i) => 1024 + i * 64).find((at) => words[at + 50] === id + 1);
    expect(slot).toBeDefined();
    words.fill(0xfffffff8, (slot as number) + 16, (slot as number) + 27);
    await worker.terminate();
    await turn();
    // This thread has taken the slot over and could not empty the hand. An error here would have been nobody's.
    expect((words[(slot as number) + 49] as number) & TAKING).toBe(TAKING);
    expect(map.get('k')).toBe('a text of some length');
    expectCorrupt(() => map.reclaim(id));
  });

  test('a map that is dropped with its own hand damaged', () => {
    const map = newMap().set('k', 1);
    const words = new Uint32Array(map.handle.memory.buffer);
    words.fill(0xfffffff8, (4096 + 64) / 4, (4096 + 64) / 4 + 11);
    expectCorrupt(() => map.detach());
    expect(errorOf(() => map.get('k')).code).toBe('ERR_SHARED_MAP_HANDLE');
    map.detach({ all: true });
    map[Symbol.dispose]();
  });
});

test('a frontier behind the end of a map of 4 GiB is told by check, whose addresses have 32 bits', () => {
  const map = newMap({ maxBytes: 2 ** 32 - 2 ** 24 });
  const frontier = new Uint32Array(map.handle.memory.buffer, 128, 1);
  const before = frontier[0] as number;
  frontier[0] = 0xffff_ffff;
  expect(map.check()).toEqual(['the frontier is where table and heap overlap']);
  frontier[0] = before;
  expect(map.check()).toEqual([]);
});

test('progress beyond the end of the table ends the work, and no call goes on for ever', () => {
  const map = newMap({ maxBytes: 16 * MiB });
  for (let i = 0; !map.stats().growing || map.stats().B < 10; i++) map.set(i, i);
  const view = new DataView(map.handle.memory.buffer);
  const work = (view.getBigUint64(64, true) >> 24n) & ((1n << 39n) - 1n);
  view.setBigUint64(3656, (work << 25n) | (1n << 24n), true);
  // Chains that were never split stay behind: a later call may find that out.
  expect(['returned', 'ERR_SHARED_MAP_CORRUPT']).toContain(answerOf(() => map.reserve(100_000)));
  expect(map.stats().growing).toBe(false);
});

function answerOf(call: () => unknown): string {
  try {
    call();
    return 'returned';
  } catch (error) {
    return (error as { code: string }).code;
  }
}
