// Rows about maps that grow: time, the longest pause, memory, and how far it goes.

import { median } from './clock.js';
import { type Line, timesLine } from './line.js';
import type { Longest } from './longest-set.js';
import { measure } from './measure.js';
import type { Effort, Row } from './rows.js';

/** Runs, each in a process of its own, of which the best counts. */
const RUNS = 5;
const QUICK_RUNS = 2;

/** What the largest map may take: enough for 40 million entries, which need a table of 1.2 GiB. */
const LARGEST_BYTES = 2 ** 31;

const count = (entries: number) => entries.toLocaleString('en-US');
const MiB = 2 ** 20;

async function measureInserts({ quick }: Effort): Promise<Line[]> {
  const entries = quick ? 400_000 : 4_000_000;
  const runs: { map: number; shared: number }[] = [];
  for (let run = 0; run < (quick ? QUICK_RUNS : RUNS); run++) {
    runs.push(await measure('insert', { entries, sharedFirst: run % 2 === 1 }));
  }
  const best = {
    map: Math.min(...runs.map(({ map }) => map)),
    shared: Math.min(...runs.map(({ shared }) => shared)),
  };
  return [{ ...timesLine(`number insert, from empty to ${count(entries)}`, 'ns', best, 1), details: runs }];
}

async function measureLongest({ quick }: Effort): Promise<Line[]> {
  const entries = quick ? 1_000_000 : 10_000_000;
  const runs: Record<'map' | 'shared', Longest>[] = [];
  for (let run = 0; run < (quick ? QUICK_RUNS : RUNS); run++)
    runs.push(await measure('longestSet', { entries }));
  const best = {
    map: Math.min(...runs.map(({ map }) => map.ms)),
    shared: Math.min(...runs.map(({ shared }) => shared.ms)),
  };
  const middle = median(runs.map(({ shared }) => shared.ms).sort((a, b) => a - b));
  return [
    {
      ...timesLine(`longest single set, growing from 0 to ${count(entries)}`, 'ms', best, 100),
      note: `Best of ${runs.length} runs; SharedMap's median run: ${middle.toFixed(3)} ms. Whatever interrupts a thread counts.`,
      details: runs,
    },
  ];
}

async function measureBytes({ quick }: Effort): Promise<Line[]> {
  const to = quick ? 1_000_000 : 10_000_000;
  const from = to / 10;
  const { map, shared } = await measure('memory', { from, to, step: to / 1_000, mapStep: to / 10 });
  return [
    {
      work: `bytes per entry, number to number, mean from ${count(from)} to ${count(to)}`,
      unit: 'B',
      map: map.mean,
      shared: shared.mean,
      value: shared.mean,
      bar: { atMost: 40 },
      note:
        `SharedMap: bytes committed, ${shared.lowest.toFixed(1)} to ${shared.highest.toFixed(1)} per entry. ` +
        `Map: heap after a collection, ${map.lowest.toFixed(1)} to ${map.highest.toFixed(1)}; more while it rehashes.`,
      details: { map, shared },
    },
  ];
}

async function measureLargest({ quick }: Effort): Promise<Line[]> {
  const entries = quick ? 4_000_000 : 40_000_000;
  const found = await measure('largest', { entries, maxBytes: LARGEST_BYTES });
  return [
    {
      work: 'entries in one map',
      unit: '',
      map: found.mapEntries,
      shared: found.entries,
      value: found.entries,
      bar: { atLeast: entries },
      note:
        `maxBytes ${LARGEST_BYTES / MiB} MiB, of which ${Math.round(found.bytesCommitted / MiB)} MiB were committed; ` +
        `filled in ${found.seconds.toFixed(1)} s. ${found.mapError === null ? 'Map took all of them' : `Map: ${found.mapError}`}.`,
      details: found,
    },
  ];
}

export const growthRows: readonly Row[] = [
  { id: 'number-insert', measure: measureInserts },
  { id: 'longest-set', measure: measureLongest },
  { id: 'memory', measure: measureBytes },
  { id: 'largest', measure: measureLargest },
];
