import type { SharedMap } from 'threadmap';
import { afterAll, describe, expect, test } from 'vitest';
import { cuckooBytes } from '../../workers/other-suites/other-suites-stress.js';
import { HASHES, mapWithHash } from '../internals.js';
import { Crew, expectSound, sumOf } from './crew.js';

// libcuckoo's tests/stress-tests/stress_checked.cc, by behaviour: four threads of each kind, two tables, and for each key
// a note of what must be there, so that every single result is checked.

const MiB = 2 ** 20;
const FIELDS = 3; // in use, in the table, value

const crew = new Crew(16);
afterAll(() => crew.end());

describe.each(HASHES)('%s hash', (hash) => {
  test.each([
    ['with inserts, deletes, updates and finds', 4, 4],
    ['--disable-deletes', 0, 4],
    ['--disable-updates', 4, 0],
  ])('stress_checked %s', async (_name, deleters, updaters) => {
    const keys = hash === 'real' ? 2 ** 12 : 2 ** 8;
    const n = hash === 'real' ? 12_000 : 4000;
    const numbers = mapWithHash<unknown, number>(hash, { value: 'number', maxBytes: 64 * MiB });
    const texts = mapWithHash<unknown, string>(hash, { value: 'string', maxBytes: 64 * MiB });
    const maps = [numbers, texts] as SharedMap<unknown, unknown>[];
    const shared = new SharedArrayBuffer(cuckooBytes(keys));
    const inserters = 4;
    const rounds = [
      [
        { job: 'cuckooInsert', threads: inserters, n },
        { job: 'cuckooUpdate', threads: updaters, n },
        { job: 'cuckooDelete', threads: deleters, n },
        { job: 'cuckooFind', threads: 4, n },
      ],
      // In the end without inserts: where nothing is updated either, only what was there can go.
      [
        { job: 'cuckooDelete', threads: deleters, n: n / 4 },
        { job: 'cuckooFind', threads: 4, n: n / 4 },
      ],
    ] as const;
    let calls = 0;
    for (const groups of rounds) calls += sumOf(await crew.run(maps, groups, { shared }));
    expect(calls).toBeGreaterThan(n * 4);
    const notes = new Int32Array(shared);
    let filled = 0;
    for (let which = 0; which < keys; which++) {
      const key = which % 2 === 0 ? which : `key number ${which}`;
      const [inUse, inTable, value] = notes.subarray(which * FIELDS) as unknown as [number, number, number];
      expect(inUse).toBe(0);
      filled += inTable;
      const expected = inTable === 1 ? value : undefined;
      if (numbers.get(key) !== expected) expect(numbers.get(key), `${key}`).toBe(expected);
      expect(texts.has(key)).toBe(inTable === 1);
    }
    expect([numbers.size, texts.size]).toEqual([filled, filled]);
    if (hash === 'real') expect(numbers.stats().growths).toBeGreaterThan(2);
    for (const map of maps) {
      expectSound(map);
      map.detach();
    }
  });
});
