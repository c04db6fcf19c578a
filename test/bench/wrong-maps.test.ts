import { describe, expect, test } from 'vitest';
import type { Workload } from '../../bench/index.js';
import { careless } from './fixtures/careless.mjs';
import { threadmapBench, tiny } from './harness.js';

const { bench, defineWorkload } = threadmapBench;

function workload(name: string, given: Partial<Workload>): Workload {
  return defineWorkload({
    ...{ name, title: name, source: 'this test', about: '', keys: ['int'], entries: [3000] },
    ...given,
  });
}

const sets = workload('sets', { mix: { get: 1, set: 3 } });
const deletes = workload('deletes', { mix: { get: 2, set: 1, delete: 1 } });
const inserts = workload('inserts', { mix: { insert: 1, delete: 1 }, space: 2 });
const counts = workload('counts', { mix: { add: 1 }, filled: 0 });
const windows = workload('windows', { mix: { get: 1, insert: 1, delete: 1 }, sequence: 'window' });
const all = [sets, deletes, inserts, counts, windows];

async function measure(mistake: string, workloads: readonly Workload[]) {
  return bench({ ...tiny, workloads, subjects: [careless(mistake)] });
}

test('a map without mistakes is measured under all of them', async () => {
  const { cells, complete } = await measure('none', all);
  expect(cells.map(({ workload, outcome, reason }) => [workload, outcome, reason])).toEqual(
    all.map(({ name }) => [name, 'measured', null]),
  );
  expect(complete).toBe(true);
  for (const { samples, throughput } of cells) {
    expect(samples).toHaveLength(tiny.repeat);
    for (const { perThread, operations } of samples) {
      expect(perThread).toHaveLength(2);
      expect(perThread[0] + perThread[1]).toBe(operations);
    }
    expect(throughput?.median).toBeGreaterThan(0);
  }
});

describe('a map that', () => {
  test.each<[string, Workload, RegExp]>([
    ['loses writes', sets, /at the end key \d+ holds .*, which no thread wrote last/],
    ['mixes up keys', sets, /get of key \d+ gave 77, which was never written under it/],
    ['forgets', sets, /get of key \d+ gave undefined, but it was never deleted/],
    ['lies about deletes', inserts, /entries are there, but the answers account for/],
    ['lies about deletes', windows, /delete of key \d+ gave (true|false), but it was/],
    ['loses additions', counts, /counts come to \d+, but \d+ were added/],
    ['resurrects', deletes, /at the end key \d+ holds/],
    ['loses inserts', windows, /key \d+ gave (undefined|false), but it was there/],
    ['loses inserts', inserts, /at the end key \d+ holds undefined/],
  ])('%s is told as wrong under its mix', async (mistake, under, reason) => {
    const { cells } = await bench({ ...tiny, workloads: [under], subjects: [careless(mistake)] });
    expect(cells[0].outcome).toBe('wrong');
    expect(cells[0].reason).toMatch(reason);
    // And never as fast.
    expect(cells[0].throughput).toBe(undefined);
    expect(cells[0].ratios).toEqual([]);
  });
});

test('one that is wrong does not keep the others from being measured', async () => {
  const { cells } = await bench({
    ...tiny,
    workloads: [sets],
    subjects: [careless('forgets'), 'threadmap', 'map'],
  });
  const outcomes = Object.fromEntries(cells.map(({ subject, outcome }) => [subject, outcome]));
  expect(outcomes).toEqual({ careless: 'wrong', threadmap: 'measured', map: 'measured' });
  const threadmap = cells.find(({ subject }) => subject === 'threadmap');
  expect(threadmap?.ratios.map(({ baseline }) => baseline)).toEqual(['map']);
});

test('one that throws has failed, with its words', async () => {
  const map = {
    ...careless('none'),
    attach: undefined,
    module: 'data:text/javascript,export default { attach() { throw new Error("no such luck") } }',
  };
  const { cells } = await bench({ ...tiny, workloads: [sets], subjects: [map as never] });
  expect(cells[0]).toMatchObject({ outcome: 'failed', reason: 'no such luck', samples: [] });
});
