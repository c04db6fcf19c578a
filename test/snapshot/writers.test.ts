import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { SharedMap, type SharedMapError } from 'threadmap';
import { afterAll, expect, test } from 'vitest';
import { keyOf, valueAt } from '../../workers/thread-jobs.js';
import { mapWithHash } from '../internals.js';
import { start } from '../threads/run-threads.js';

// Snapshots while other threads write: what stays is in with its value, what changes is in with one that it had.

const MiB = 2 ** 20;
const folder = fs.mkdtempSync(join(tmpdir(), 'threadmap-snapshot-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

type AnyMap = SharedMap<unknown, unknown>;

/** Below this, `changeStable` changes the values; from there to the next, nobody changes anything; then `churn`. */
const CHANGED = 600;
const STABLE = 4000;

function judge(copy: AnyMap): void {
  expect(copy.check()).toEqual([]);
  expect(new Set(copy.keys()).size).toBe(copy.size);
  for (let i = 0; i < STABLE; i++) {
    const value = copy.get(keyOf(i));
    const rounds = i < CHANGED ? [0, 1, 2, 3] : [0];
    if (!rounds.some((round) => isDeepStrictEqual(value, valueAt(i, round)))) {
      expect(value, `key ${i}`).toStrictEqual(valueAt(i, 0));
    }
  }
}

test('by snapshot and by save, while the map grows', async () => {
  const path = join(folder, 'busy');
  for (let round = 0; round < 2; round++) {
    const map = new SharedMap({ maxBytes: 512 * MiB }) as AnyMap;
    for (let i = 0; i < STABLE; i++) map.set(keyOf(i), valueAt(i, 0));
    const running = await start(map, [
      { job: 'changeStable', threads: 2, n: CHANGED },
      { job: 'churn', threads: 1, n: STABLE },
    ]);
    const began = map.stats().growths;
    for (let lap = 0; lap < 4; lap++) {
      if (lap % 2 === 0) judge(SharedMap.fromSnapshot(map.snapshot(), { maxBytes: 128 * MiB }) as AnyMap);
      else {
        await map.save(path);
        judge((await SharedMap.load(path, { maxBytes: 128 * MiB })) as AnyMap);
      }
    }
    running.stop();
    await running.results;
    expect(map.stats().growths).toBeGreaterThan(began);
    expect(map.check()).toEqual([]);
    const copy = SharedMap.fromSnapshot(map.snapshot()) as AnyMap;
    expect(copy.size).toBe(map.size);
    copy.detach();
    map.detach();
  }
});

test.each(['constant', 'few'] as const)('of chains that one call cannot dump, %s hash', async (hash) => {
  const n = 5000;
  const map = mapWithHash<number, number>(hash, { maxBytes: 64 * MiB });
  for (let i = 0; i < n; i++) map.set(i, i);
  const running = await start(map, [{ job: 'slowChurn', threads: 2, n }]);
  for (let lap = 0; lap < 20; lap++) {
    const copy = SharedMap.fromSnapshot<number, number>(map.snapshot());
    for (let i = 0; i < n; i++) if (copy.get(i) !== i) expect(copy.get(i), `${i}`).toBe(i);
    copy.detach();
    await new Promise(setImmediate);
  }
  running.stop();
  for (const steps of (await running.results) as number[]) expect(steps).toBeGreaterThan(10);
});

test('under clears: a whole snapshot, or an error that says why', async () => {
  const map = new SharedMap({ maxBytes: 128 * MiB }) as AnyMap;
  const running = await start(map, [
    { job: 'clearAgain', threads: 1, n: 0 },
    { job: 'writeUnderClears', threads: 2, n: 0 },
  ]);
  let whole = 0;
  for (let lap = 0; lap < 100; lap++) {
    try {
      const copy = SharedMap.fromSnapshot(map.snapshot(), { maxBytes: 64 * MiB });
      expect(copy.check()).toEqual([]);
      copy.detach();
      whole++;
    } catch (error) {
      expect((error as SharedMapError).code).toBe('ERR_SHARED_MAP_SNAPSHOT');
      expect((error as Error).message).toContain('cleared');
    }
    await new Promise(setImmediate);
  }
  running.stop();
  await running.results;
  expect(whole).toBeGreaterThan(0);
});
