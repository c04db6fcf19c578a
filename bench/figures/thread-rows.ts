// Rows about several threads on one map.

import { availableParallelism } from 'node:os';
import type { Phase } from '../../workers/bench/bench-barrier.js';
import type { Line } from './line.js';
import { measure } from './measure.js';
import type { Effort, Row } from './rows.js';

const ENTRIES = 100_000;
const FEW_ENTRIES = 1_000;
/** More threads than the machine has cores. */
const CROWD = 8;

const loop: Phase = { kind: 'loop', first: 0, threads: 2 };
/** Each thread alone, then both. */
const alone = (kind: 'map' | 'shared'): Phase[] => [
  { kind, first: 0, threads: 1 },
  { kind, first: 1, threads: 1 },
];
const both = (kind: 'map' | 'shared'): Phase => ({ kind, first: 0, threads: 2 });

function roundsFor({ quick }: Effort): { rounds: number; milliseconds: number } {
  return quick ? { rounds: 2, milliseconds: 50 } : { rounds: 7, milliseconds: 250 };
}

/** How many times the work of one thread two do: with a private Map each, and with one SharedMap. */
async function measureGain(effort: Effort, work: 'get' | 'set', atLeast: number): Promise<Line[]> {
  const phases = [loop, ...alone('map'), ...alone('shared'), both('map'), both('shared')];
  const options = {
    work,
    entries: ENTRIES,
    threads: 2,
    disjoint: work === 'set',
    phases,
    ...roundsFor(effort),
  };
  const found = await measure('threads', options);
  const [, map0, map1, shared0, shared1, mapBoth, sharedBoth] = found;
  const map = (2 * mapBoth) / (map0 + map1);
  const shared = (2 * sharedBoth) / (shared0 + shared1);
  const what = work === 'get' ? 'reads' : 'disjoint writes';
  return [
    {
      work: `two threads against one, ${what}, ${ENTRIES.toLocaleString('en-US')} entries: gain`,
      unit: 'times',
      map,
      shared,
      value: shared / map,
      bar: { atLeast },
      note:
        `Two threads: ${mapBoth.toFixed(1)} million a second on two private Maps, ` +
        `${sharedBoth.toFixed(1)} million on one SharedMap.`,
      details: Object.fromEntries(phases.map((phase, at) => [nameOf(phase), found[at]])),
    },
  ];
}

/** Does throughput hold when threads are many, and each may lose its processor with a chain locked? */
async function measureCrowd(effort: Effort): Promise<Line[]> {
  const phases: Phase[] = [loop, both('shared'), { kind: 'shared', first: 0, threads: CROWD }];
  const found = await measure('threads', {
    work: 'mixed',
    entries: FEW_ENTRIES,
    threads: CROWD,
    disjoint: false,
    phases,
    ...roundsFor(effort),
  });
  const [, two, many] = found;
  return [
    {
      work: `${CROWD} threads against two, 50 % writes over ${FEW_ENTRIES.toLocaleString('en-US')} keys: throughput`,
      unit: '',
      value: many / two,
      bar: { atLeast: 0.7 },
      note:
        `${two.toFixed(1)} million a second with two threads, ${many.toFixed(1)} with ${CROWD}, ` +
        `on ${availableParallelism()} cores.`,
      details: Object.fromEntries(phases.map((phase, at) => [nameOf(phase), found[at]])),
    },
  ];
}

/** What a wake-up takes beyond what the machine needs. */
async function measureWakeUp({ quick }: Effort): Promise<Line[]> {
  const found = await measure('waiting', quick ? { trips: 200, rounds: 2 } : { trips: 5000, rounds: 7 });
  return [
    {
      work: 'a thread wakes another: set to waitForSync',
      unit: 'µs',
      shared: found.waitForSync,
      note:
        `Bare Atomics.notify to Atomics.wait: ${found.atomics.toFixed(1)} µs. ` +
        `To a thread that blocks and back to one that does not (waitFor): ${found.waitFor.toFixed(1)} µs each way.`,
      details: found,
    },
  ];
}

function nameOf({ kind, first, threads }: Phase): string {
  return `${kind}, ${threads === 1 ? `thread ${first}` : `${threads} threads`}`;
}

export const threadRows: readonly Row[] = [
  { id: 'two-threads-reads', measure: (effort) => measureGain(effort, 'get', 0.95) },
  { id: 'two-threads-writes', measure: (effort) => measureGain(effort, 'set', 0.85) },
  { id: 'eight-threads', measure: measureCrowd },
  { id: 'wake-up', measure: measureWakeUp },
];
