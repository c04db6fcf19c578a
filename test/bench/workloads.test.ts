import { describe, expect, test } from 'vitest';
import { threadmapBench, tiny } from './harness.js';

const { bench, workloads, subjects, defineWorkload } = threadmapBench;

/** As many entries as a workload must have for its steps, or few. */
const fewEntries = (name: string, entries: readonly number[]) =>
  name.startsWith('go-') ? entries.slice(0, 1) : [64];

const sorts = [...new Set(workloads.map(({ name }) => name.split('-')[0]))];

describe.each(sorts)('%s', (sort) => {
  const some = workloads.filter(({ name }) => name.split('-')[0] === sort);

  test.each(some.map((workload) => [workload.name, workload] as const))(
    '%s runs and comes out right',
    async (name, workload) => {
      // One thread per core or more is for machines; two are enough to be wrong.
      const { threadsPerCore: _, ...small } = workload;
      const { cells, leftOut } = await bench({
        ...tiny,
        ...{ workloads: [small], subjects: ['threadmap', 'private-map'] },
        ...{ entries: fewEntries(name, workload.entries), repeat: 1 },
      });
      expect(cells.length + leftOut.length).toBe(2);
      for (const { subject, outcome, reason, samples } of cells) {
        expect([subject, outcome, reason]).toEqual([subject, 'measured', null]);
        expect(samples[0].operations).toBeGreaterThan(0);
      }
      // Whatever it is, a Map has it; threadmap lacks nothing but verbs that are named.
      expect(cells.map(({ subject }) => subject)).toContain('private-map');
      for (const { reason } of leftOut) expect(reason).toMatch(/^it has no /);
    },
  );
});

test('names are unique, sources and words are there', () => {
  expect(new Set(workloads.map(({ name }) => name)).size).toBe(workloads.length);
  expect(new Set(subjects.map(({ name }) => name)).size).toBe(subjects.length);
  for (const { name, source, about, title } of workloads)
    for (const text of [source, about, title]) expect(text.length, name).toBeGreaterThan(4);
  for (const { name, notes } of subjects) expect(notes.length, name).toBeGreaterThan(0);
});

test('the issue’s workloads are there', () => {
  const names = workloads.map(({ name }) => name);
  for (const wanted of [
    ...['grid-0', 'grid-10', 'grid-50', 'grid-100', 'object-get', 'object-set', 'word-count', 'churn'],
    ...[
      'ycsb-a',
      'ycsb-b',
      'ycsb-c',
      'ycsb-d',
      'ycsb-f',
      'xsync-100',
      'xsync-99',
      'xsync-90-cold',
      'xsync-75',
    ],
    ...['read-heavy', 'exchange', 'rapid-grow', 'rapid-grow-presized', 'exchange-shared', 'parlay-50-zipf'],
    ...['insert-latency', 'oversubscription', 'aggregate-0-99', 'go-load-mostly-hits', 'go-clear'],
  ])
    expect(names).toContain(wanted);
});

test('latency, growth, memory and limits are in the results where they are asked for', async () => {
  const growth = await bench({
    ...{ ...tiny, workloads: ['insert-latency'], subjects: ['threadmap', 'map'], entries: [3000] },
  });
  for (const { growth: found, latency, id } of growth.cells) {
    expect(latency, id).toHaveLength(1);
    expect(latency[0]).toMatchObject({ kind: 'service', rate: null, count: 3000 });
    const { percentiles, max } = latency[0];
    expect(percentiles.map(({ percent }) => percent)).toEqual([50, 75, 90, 99, 99.9, 99.99, 99.999]);
    const times = percentiles.map(({ nanoseconds }) => nanoseconds);
    expect([...times].sort((a, b) => a - b)).toEqual(times);
    expect(times.at(-1)).toBeLessThanOrEqual(max);
    expect(found?.windows.reduce((sum, { operations }) => sum + operations, 0)).toBe(3000);
  }
  const steady = await bench({
    ...{ ...tiny, workloads: ['grid-50'], subjects: ['threadmap'], entries: [100_000], latency: true },
    ...{ limits: true, rate: 20_000, seconds: 0.2 },
  });
  const [cell] = steady.cells;
  expect(cell.latency[0]).toMatchObject({ kind: 'response', rate: 20_000 });
  expect(cell.memory?.bytesPerEntry).toBeGreaterThan(10);
  expect(steady.limits.map(({ name }) => name).sort()).toEqual([
    'empty-call',
    'encode',
    'one-line',
    'two-lines',
  ]);
  expect(cell.limit?.multiple).toBeGreaterThan(0);
  expect(steady.leftOut).toEqual([]);
});

test('an open loop counts a stall for all that it delays', async () => {
  const { runOpen, runTimed, Timing, nowNanoseconds } = await import('../../bench/harness/timing.js');
  // One operation of twenty takes as long as a hundred are due in.
  let calls = 0;
  const stall = 20;
  const run = () => {
    if (++calls === 5) for (const end = performance.now() + stall; performance.now() < end; );
  };
  const start = nowNanoseconds();
  const closed = new Timing(start);
  runTimed(closed, run, 200);
  calls = 0;
  const first = nowNanoseconds();
  const open = new Timing(first);
  runOpen(open, run, { first, interval: (stall * 1e6) / 100 }, 0, 200);
  // Closed: one slow one, which half of the operations do not notice. Open: those that were due meanwhile waited.
  expect(closed.histogram.max).toBeGreaterThanOrEqual(stall * 1e6 * 0.99);
  expect(closed.histogram.percentile(75)).toBeLessThan(stall * 1e6 * 0.1);
  expect(open.histogram.percentile(75)).toBeGreaterThan(stall * 1e6 * 0.1);
});

describe('defineWorkload refuses', () => {
  const good = {
    name: 'good',
    title: 't',
    source: 's',
    about: '',
    keys: ['int'],
    entries: [1],
    mix: { get: 1 },
  } as const;
  test.each([
    [{ name: 'Bad name' }, /lower case/],
    [{ mix: undefined }, /either a mix or steps/],
    [{ mix: { fly: 1 } }, /no operation fly/],
    [{ mix: { get: 0 } }, /weight of get/],
    [{ mix: {} }, /empty/],
    [{ entries: [] }, /entries/],
    [{ keys: [] }, /kind of key/],
    [{ filled: 2 }, /filled/],
    [{ space: 0.5 }, /space/],
    [{ mix: undefined, steps: () => ({ step() {} }) }, /module/],
  ])('%o', (wrong, message) => {
    expect(() => defineWorkload({ ...good, ...wrong } as never)).toThrow(message);
    expect(defineWorkload(good)).toBe(good);
  });
});

test('a mix that its sequence cannot do is refused before anything starts', async () => {
  const strange = defineWorkload({
    ...{ name: 'strange', title: 't', source: 's', about: '', keys: ['int'], entries: [10] },
    ...{ mix: { add: 1 }, sequence: 'window' },
  });
  await expect(bench({ ...tiny, workloads: [strange] })).rejects.toThrow(
    /strange: a mix over window keys is made of/,
  );
});
