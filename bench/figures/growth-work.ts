// Rows about threads that fill a map, and about writes of two threads: what growth costs, and what
// a second thread gives. Subjects of a row take turns, each time in a process of its own.

import { median } from './clock.js';
import { growthRows } from './growth-rows.js';
import type { Bar, Line } from './line.js';
import { measureWork } from './measure-work.js';
import type { Effort, Row } from './rows.js';
import type { Work } from './work.js';
import type { Operation } from './work-loops.js';

/** Turns of each subject, of which the median counts. */
const ROUNDS = 7;
const QUICK_ROUNDS = 2;
/** What --quick divides sizes by. */
const QUICK_SHARE = 20;

/** Of 50 % writes. */
const MIXED_ENTRIES = 100_000;
const MIXED_OPERATIONS = 1_000_000;
const MIXED_PASSES = 5;

const build = new URL('../../src/index.js', import.meta.url).href;
const count = (entries: number) => entries.toLocaleString('en-US');

/** The subjects of a row, by the names that its comparisons use. */
type Subjects = Readonly<Record<string, Work>>;

/** The rate of one subject over that of another, by rounds; the line has the ratios' median. */
interface Versus {
  readonly work: string;
  readonly over: string;
  readonly under: string;
  readonly bar: Bar;
}

interface Fill {
  readonly keys: Work['keys'];
  readonly entries: number;
  readonly threads: number;
  readonly presized?: boolean;
  readonly operation?: Operation;
  readonly subject?: Work['subject'];
}

function fill({ subject = 'SharedMap', operation = 'fill-set', presized = false, ...rest }: Fill): Work {
  return { subject, build, operation, presized, operations: rest.entries, passes: 1, ...rest };
}

/** Millions of operations a second of each subject, by rounds. */
async function measureInTurns(subjects: Subjects, rounds: number): Promise<Record<string, number[]>> {
  const rates: Record<string, number[]> = Object.fromEntries(Object.keys(subjects).map((name) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    const turns = Object.entries(subjects);
    for (const [name, work] of round % 2 === 0 ? turns : turns.reverse()) {
      const nanoseconds = await measureWork(work);
      if (nanoseconds === null) throw new Error(`There is no method for ${work.operation}`);
      rates[name].push(1000 / nanoseconds);
    }
  }
  return rates;
}

const middle = (list: readonly number[]) => median([...list].sort((a, b) => a - b));

async function compareSubjects(
  subjects: Subjects,
  comparisons: readonly Versus[],
  { quick }: Effort,
): Promise<Line[]> {
  const rates = await measureInTurns(subjects, quick ? QUICK_ROUNDS : ROUNDS);
  return comparisons.map(({ work, over, under, bar }) => ({
    work,
    unit: 'Mop/s',
    map: middle(rates[under]),
    shared: middle(rates[over]),
    value: middle(rates[over].map((rate, round) => rate / rates[under][round])),
    bar,
    details: { over: rates[over], under: rates[under] },
  }));
}

/** What is asked of a size. Without a bar there is no comparison, and no subject for it. */
interface Size {
  readonly keys: Work['keys'];
  readonly entries: number;
  readonly gain: number;
  readonly presizedGain?: number;
  /** Two threads against one thread's Map. */
  readonly toMap?: number;
  readonly toPresized?: number;
  readonly insertToSet?: number;
}

async function measureSize(size: Size, effort: Effort): Promise<Line[]> {
  const { keys, gain, presizedGain, toMap, toPresized, insertToSet } = size;
  const entries = effort.quick ? size.entries / QUICK_SHARE : size.entries;
  const of = { keys, entries };
  const all: Subjects = {
    map: fill({ ...of, threads: 1, subject: 'Map' }),
    one: fill({ ...of, threads: 1 }),
    two: fill({ ...of, threads: 2 }),
    'presized one': fill({ ...of, threads: 1, presized: true }),
    'presized two': fill({ ...of, threads: 2, presized: true }),
    insert: fill({ ...of, threads: 1, operation: 'fill-insert' }),
  };
  const what = `${keys} keys, ${count(entries)}`;
  const asked: [string, string, string, number | undefined][] = [
    [`${what}, from empty: two threads against one`, 'two', 'one', gain],
    [`${what}, from empty: two threads against Map in one`, 'two', 'map', toMap],
    [`${what}, presized: two threads against one`, 'presized two', 'presized one', presizedGain],
    [`${what}, one thread: from empty against presized`, 'one', 'presized one', toPresized],
    [`${what}, one thread: insert against set`, 'insert', 'one', insertToSet],
  ];
  const comparisons = asked.flatMap(([work, over, under, atLeast]) =>
    atLeast === undefined ? [] : [{ work, over, under, bar: { atLeast } }],
  );
  const needed = new Set(comparisons.flatMap(({ over, under }) => [over, under]));
  const subjects = Object.fromEntries(Object.entries(all).filter(([name]) => needed.has(name)));
  return await compareSubjects(subjects, comparisons, effort);
}

async function measureMixed(effort: Effort): Promise<Line[]> {
  const entries = MIXED_ENTRIES;
  const mixed = (threads: number): Work => ({
    ...fill({ keys: 'number', entries, threads, operation: 'mixed' }),
    operations: effort.quick ? MIXED_OPERATIONS / QUICK_SHARE : MIXED_OPERATIONS,
    passes: MIXED_PASSES,
  });
  const work = `50 % writes over ${count(entries)} number keys: two threads against one`;
  const bar = { atLeast: 1.4 };
  return await compareSubjects(
    { one: mixed(1), two: mixed(2) },
    [{ work, over: 'two', under: 'one', bar }],
    effort,
  );
}

function sizeRow(id: string, size: Size): Row {
  return { id, measure: (effort) => measureSize(size, effort) };
}

/** What bench:growth measures. */
export const growthWorkRows: readonly Row[] = [
  sizeRow('number-2e5', { keys: 'number', entries: 200_000, gain: 1.4 }),
  sizeRow('number-1e6', {
    ...{ keys: 'number', entries: 1_000_000, gain: 1.4, presizedGain: 1.8 },
    ...{ toMap: 1.1, toPresized: 0.8, insertToSet: 0.95 },
  }),
  sizeRow('number-4e6', { keys: 'number', entries: 4_000_000, gain: 1.4, presizedGain: 1.8 }),
  sizeRow('string-1e6', {
    ...{ keys: 'string', entries: 1_000_000, gain: 1.5, presizedGain: 1.6 },
    ...{ toMap: 1.5, insertToSet: 0.95 },
  }),
  { id: 'mixed', measure: measureMixed },
  ...growthRows.filter(({ id }) => id === 'longest-set' || id === 'memory'),
];
