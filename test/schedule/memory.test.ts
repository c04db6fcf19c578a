import { expect, test } from 'vitest';
import { exhausted, explored } from './explored.js';
import { enumerate } from './explorer.js';
import {
  bury,
  buryGhost,
  clear,
  get,
  inherit,
  insert,
  iterate,
  type Key,
  reattach,
  remove,
  set,
} from './operations.js';
import { CHANGES, programs, READS } from './programs.js';
import type { Plan, Schedule } from './scenario.js';
import { GHOST, type SharedTable } from './shared-table.js';

// Pages and pieces of the heap, hands and slots.

/** Two of these fill a page. */
const half = (n: number): string => `${n}`.padEnd(30_000, '.');
/** Takes two pages. */
const large = (n: number): string => `${n}`.padEnd(70_000, '.');

for (const victim of [undefined, 1]) {
  const dies = victim === undefined ? '' : ', one of whom dies';
  const plan = victim === undefined ? {} : { victim };

  explored(
    {
      ...plan,
      name: `threads open pages at once${dies}`,
      prepare(table) {
        const keys = table.keys(3, 3);
        return (random) =>
          keys.map((key) => [
            set(
              key,
              random.of([half(1), 'a short record of a class', 'another class of which there is no page']),
            ),
            set(key, random.of([half(2), 2])),
          ]);
      },
    },
    1000,
  );

  explored(
    {
      ...plan,
      name: `threads set, read and delete large values${dies}`,
      prepare(table) {
        const [a, b] = table.keys(2, 3) as [Key, Key];
        table.set(a, large(0));
        return (random) => [
          [get(a), get(b)],
          [random.of([set(a, large(1)), remove(a)]), set(b, large(2))],
          [random.of([set(a, 1), set(a, large(3)), remove(a)]), random.of([get(a), clear()])],
        ];
      },
    },
    600,
  );

  explored(
    {
      ...plan,
      name: `two pages are left for three threads${dies}`,
      pages: 6,
      scarce: true,
      prepare(table) {
        const keys = table.keys(4, 3);
        table.set(keys[0] as Key, half(0));
        table.set(keys[1] as Key, half(1));
        return programsOf(keys);
      },
    },
    1500,
  );

  explored({
    ...plan,
    name: `a chain cannot be evacuated for want of buckets${dies}`,
    pages: 5,
    scarce: true,
    prepare(table) {
      const xs = table.keys(10, 5, 5);
      const ys = table.keys(11, 21, 5);
      table.fill([...xs, ...ys]);
      table.grow(5);
      table.table.hoard(1);
      const keys = [xs[0], ys[0], ys[10], table.key(21, 5)].filter((key) => key !== undefined);
      return programs({
        keys,
        values: 'numbers',
        verbs: [
          ['delete', 'delete', 'set'],
          [...CHANGES, 'clear'],
          [...READS, 'iterate'],
        ],
      });
    },
  });

  explored(
    {
      ...plan,
      name: `threads detach and attach again while they write${dies}`,
      whole: true,
      prepare(table) {
        const keys = table.keys(3, 3, 4, 'string');
        table.fill(keys, (i) => `old value ${i}`);
        const others = programs({ keys, verbs: [CHANGES, CHANGES, READS], most: 2 });
        return (random) => {
          const [a, b, c] = others(random);
          return [
            [...(a ?? []), reattach(), get(keys[0] as Key)],
            [reattach(), ...(b ?? []), reattach()],
            [...(c ?? []), random.of([reattach(), get(keys[1] as Key)])],
          ];
        };
      },
    },
    600,
  );
}

for (const leaves of [false, true]) {
  explored(
    {
      name: `two threads take over what a third has left behind${leaves ? ', which may have detached' : ''}`,
      victim: 1,
      whole: true,
      wrong: (table) => wrongEnds(table, leaves),
      prepare(table) {
        const keys = table.keys(10, 3, 4, 'string');
        table.fill(keys, (i) => `old value ${i}`);
        const some = programs({ keys: keys.slice(0, 2), verbs: [CHANGES] });
        return (random) => [
          [random.of([bury(1), inherit(1)]), insert(keys[0] as Key, 'a new value')],
          [...(some(random)[0] ?? []), ...(leaves ? [reattach()] : [])],
          [random.of([bury(1), inherit(1)]), ...(some(random)[0] ?? [])],
        ];
      },
    },
    1500,
  );
}

explored(
  {
    name: 'one dies in the middle of a takeover',
    victim: 1,
    whole: true,
    wrong({ inspector, threads }) {
      const logged = Array.from({ length: inspector.ends?.() as number }, (_, i) => inspector.endAt?.(i + 1));
      const ended = [GHOST[0], ...threads.filter((thread) => thread.killed).map((thread) => thread.id + 1)];
      return `${logged}` === `${ended}` || `${logged}` === `${ended.reverse()}`
        ? undefined
        : `the ends of ${ended} are logged as ${logged}`;
    },
    prepare(table) {
      const keys = table.keys(10, 3, 4, 'string');
      table.fill(keys, (i) => `old value ${i}`);
      table.table.leaveGhost('real');
      return [
        [insert(keys[0] as Key, 'a new value'), buryGhost(1)],
        [buryGhost(1), remove(keys[0] as Key)],
        [buryGhost(1), remove(keys[1] as Key)],
      ];
    },
  },
  3000,
);

/** The log of ends has each thread once that was ended, and no other; one that was ended while detached is not in it. */
function wrongEnds({ inspector, threads }: SharedTable, leaves: boolean): string | undefined {
  const logged = Array.from({ length: inspector.ends?.() as number }, (_, i) => inspector.endAt?.(i + 1));
  const ended = threads.filter((thread) => thread.killed).map((thread) => thread.id + 1);
  if (`${logged}` === `${ended}` || (leaves && logged.length === 0)) return undefined;
  return `the ends of ${ended} are logged as ${logged}`;
}

function programsOf(keys: readonly Key[]) {
  const [a, b, c, d] = keys as [Key, Key, Key, Key];
  return (random: { of<T>(items: readonly T[]): T }) => [
    [random.of([remove(a), set(a, 1), clear()]), set(b, half(11))],
    [set(c, half(12)), random.of([remove(b), get(a), insert(a, half(13))])],
    [random.of([set(d, half(14)), iterate(3)]), random.of([set(d, 'a short record'), get(b)])],
  ];
}

/** Of the size class below `half`: two of these fill the page of two halves, and the second covers the header of the second half. */
const LENGTH = 28_000;
const HALF_AT = 32_768;
const DATA_AT = 28_672 + 8;

exhausted(
  {
    name: 'a page is cut anew while a record of it is copied, and new bytes imitate its header',
    prepare(table) {
      const [a, b, c, d] = table.keys(4, 3) as [Key, Key, Key, Key];
      table.set(a, '?'.repeat(LENGTH)); // the page is no fresh one
      table.delete(a);
      table.set(a, half(0));
      table.set(b, half(1));
      const { bytes, frontierPages } = table.table;
      const bases = Array.from({ length: frontierPages }, (_, page) => table.table.pageBase(page));
      const base = bases.find((at) => bytes.readUInt16LE(at + HALF_AT) === half(1).length) as number;
      const header = bytes.toString('latin1', base + HALF_AT, base + HALF_AT + 8);
      const imitation = `${'.'.repeat(HALF_AT - DATA_AT)}${header}`.padEnd(LENGTH, '!');
      return [[get(b)], [remove(a), remove(b), set(c, '?'.repeat(LENGTH)), set(d, imitation)]];
    },
  },
  { preemptions: 1, stride: 150, sparse: true, first: 0 },
);

exhausted(
  {
    name: 'a thread dies with a piece in its hand whose old bytes look like a large record',
    prepare(table) {
      const keys = table.keys(13, 3);
      // Five pages, and more cells than one bucket has.
      table.fill(keys.slice(0, 10), () => '\u0081'.repeat(30_000));
      for (const key of keys.slice(0, 10)) table.delete(key);
      const [a, b, c] = keys.slice(10) as [Key, Key, Key];
      return [[set(a, 'a short record'), set(b, 'one more record'), set(c, 'and another one')], [get(a)]];
    },
  },
  { preemptions: 1, first: 0, kills: true },
);

exhausted(
  {
    name: 'threads take from one page what others have taken first',
    pages: 6,
    prepare(table) {
      // Half of the space is taken once the first of them has opened a page: the other one shares it.
      const [a, b, c, d, e] = table.keys(5, 3) as Key[];
      return [
        [
          set(a as Key, 'the first value'),
          set(b as Key, 'the second value'),
          set(c as Key, 'the third value'),
        ],
        [set(d as Key, 'another value'), set(e as Key, 'one more value'), remove(d as Key), get(e as Key)],
      ];
    },
  },
  { preemptions: 2, stride: 3 },
);

exhausted(
  {
    name: 'a record of another thread has room in the one page that is left',
    pages: 6,
    prepare(table) {
      const [a, b, c, ...large] = table.keys(5, 3) as Key[];
      table.fill(large, half);
      table.set(c as Key, 'the value of who has named the page');
      return [
        [set(a as Key, 'the value of a thread of that size..'), get(b as Key)],
        [set(b as Key, 'the value of another one of that size'), get(a as Key)],
      ];
    },
  },
  { preemptions: 1 },
);

/** Steps of a thread that looks for a page; it takes the last one some steps later, and then the other one has none. */
const LOOKING = 20;

test('the last page is taken for a class while another thread looks for one', () => {
  const schedules = Array.from(
    { length: LOOKING },
    (_, i): Schedule => [
      [0, i],
      [1, 1e6],
    ],
  );
  const plan: Plan = {
    name: 'the last page is taken for a class while another thread looks for one',
    pages: 6,
    prepare(table) {
      const [a, b, ...large] = table.keys(4, 3) as [Key, Key, ...Key[]];
      table.fill(large, half);
      return [
        [set(a, 'a value of one thread'), get(b)],
        [set(b, 'a value of another one'), get(a)],
      ];
    },
  };
  expect(enumerate(plan, schedules).runs).toBe(LOOKING);
});

exhausted(
  {
    name: 'the last page is one that its thread has named, and the others go while a large value looks for one',
    pages: 10,
    prepare(table) {
      // Six pages: the first is the inspector's, and all free in the end. Less than half of the space is taken with two.
      const [a, b, c] = table.keys(3, 3) as [Key, Key, Key];
      table.set(a, half(0));
      return [
        [set(b, 'one page'.padEnd(40_000, '.'))],
        [set(c, 'three pages'.padEnd(150_000, '.')), remove(a)],
      ];
    },
  },
  { preemptions: 1, first: 0 },
);

exhausted(
  {
    name: 'a thread sets and deletes values of two classes in turn',
    // A fresh page has epoch 1; it steps when the page is cut anew.
    wrong({ words, pageTable, frontierPages }) {
      const epochs = Array.from({ length: frontierPages }, (_, page) => words[(pageTable + page * 16) >> 2]);
      return epochs.every((epoch) => epoch === 1) ? undefined : `pages were cut ${epochs} times`;
    },
    prepare(table) {
      const [a] = table.keys(1, 3) as [Key];
      const short = 'a short value';
      const long = 'a value of another class, which has no page';
      return [
        [set(a, short), remove(a), set(a, long), remove(a), set(a, short), remove(a), set(a, long)],
        [get(a)],
      ];
    },
  },
  { preemptions: 1 },
);

exhausted(
  {
    name: 'two threads take pages from the frontier, one of them two',
    prepare(table) {
      const [a, b, c] = table.keys(3, 3) as [Key, Key, Key];
      return [
        [set(a, 'a short value')],
        [set(b, 'a value of another class, which has no page'), set(c, 'one more'.padEnd(100, '.'))],
      ];
    },
  },
  { preemptions: 2 },
);
