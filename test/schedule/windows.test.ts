import { expect, test } from 'vitest';
import { enumerate } from './explorer.js';
import { get, has, insert, type Key, type MapOperation, remove, reserve, set, shrink } from './operations.js';
import type { Schedule } from './scenario.js';
import type { StartingTable } from './starting-table.js';

// What takes three threads and a window of a step or two: one splits a chain and stops at every step, one reads with
// what it saw in the window, one makes use of what the window left open. All such schedules, one after the other.

const SPLITTING = 0;
const READING = 1;
const WRITING = 2;

const upTo = (n: number, from = 0, every = 1): number[] =>
  Array.from({ length: Math.ceil((n - from) / every) }, (_, i) => from + i * every);

interface Window {
  readonly name: string;
  readonly prepare: (table: StartingTable) => MapOperation[][];
  readonly schedules: () => Generator<Schedule>;
}

const END = 1e6;

/** The reader looks in the window, the split ends, the writer stops in the middle of its stores. */
function* intoTheCell(): Generator<Schedule> {
  for (const split of upTo(330, 120)) {
    for (const read of [6]) {
      for (const write of upTo(300, 60)) {
        yield [
          [SPLITTING, split],
          [READING, read],
          [SPLITTING, END],
          [WRITING, write],
          [READING, END],
        ];
      }
    }
  }
}

/** The reader looks in the window, the split goes on and stops in the middle of its copies. */
function* betweenTheCopies(): Generator<Schedule> {
  for (const split of upTo(700, 150)) {
    for (const on of upTo(40, 1)) {
      yield [
        [SPLITTING, split],
        [READING, 6],
        [SPLITTING, on],
        [READING, END],
      ];
    }
  }
}

/** The reader has seen the root bucket, the compaction stops anywhere, the reader goes on. */
function* fromTheRoot(): Generator<Schedule> {
  for (const read of upTo(20, 4)) {
    for (const split of upTo(1100, 60)) {
      yield [
        [READING, read],
        [SPLITTING, split],
        [READING, END],
      ];
    }
  }
}

/** The reader takes a pointer in the window; by the time it follows it, the bucket has been let go. */
function* intoTheBucket(): Generator<Schedule> {
  for (const split of upTo(1100, 60)) {
    for (const read of upTo(18, 7)) {
      for (const on of [20, 40, END]) {
        yield [
          [SPLITTING, split],
          [READING, read],
          [SPLITTING, on],
          [READING, END],
        ];
      }
    }
  }
}

/** The reader has found the child unborn, the split stops, the writer does all it wants. */
function* behindTheParent(): Generator<Schedule> {
  for (const read of upTo(40, 1)) {
    for (const split of upTo(330)) {
      yield [
        [READING, read],
        [SPLITTING, split],
        [WRITING, END],
        [READING, END],
      ];
    }
  }
}

/** The reader has the root of before, and comes when another has done something of a growth and a shrink. */
function* underAnOldRoot(): Generator<Schedule> {
  for (const read of upTo(5, 1)) {
    for (const split of upTo(4000)) {
      yield [
        [READING, read],
        [SPLITTING, split],
        [READING, END],
      ];
    }
  }
}

/** Chain 3 is to be compacted: entries of its overflow buckets come into its root bucket, the rest into one other. */
function compacting(table: StartingTable, read: readonly number[]): MapOperation[][] {
  const keys = table.keys(34, 3);
  table.fill(keys);
  for (const key of [...keys.slice(1, 7), ...keys.slice(9, 15), ...keys.slice(17, 23)]) table.delete(key);
  table.crowd();
  const elsewhere = table.key(9);
  const written = Array.from({ length: 5 }, (_, i) => set(elsewhere, i));
  return [written, read.map((i) => get(keys[i] as Key))];
}

const windows: Window[] = [
  {
    name: 'an entry is deleted and its record used again while a reader is on its way to it',
    prepare(table) {
      const key = table.key(3, 4, 'string');
      table.set(key, 'the value of old');
      return [
        [remove(key)],
        [get(key)],
        [set(table.key(9), 'strange value ab'), set(table.key(9), 'strange value cd')],
      ];
    },
    schedules: behindTheParent,
  },
  {
    name: 'a key comes into the cell of one that has moved, of the same tophash',
    prepare(table) {
      const [y, x] = table.twins([21, 5], 5) as [Key, Key];
      const other = table.key(5, 5);
      table.set(y, 77);
      table.set(other, 1);
      table.grow(5);
      return [[set(other, 2)], [get(x)], [insert(x, 3)]];
    },
    schedules: intoTheCell,
  },
  {
    name: 'an entry of an overflow bucket moves into the cell of one that leaves, of the same tophash',
    prepare(table) {
      const [y, x] = table.twins([21, 5], 5) as [Key, Key];
      const others = table.keys(7, 5, 5);
      table.fill([y, ...others, x], (i) => 70 + i);
      table.grow(5);
      return [[set(others[0] as Key, 2)], [get(x)]];
    },
    schedules: betweenTheCopies,
  },
  {
    name: 'a chain of five is split while a reader takes the way into its overflow buckets',
    prepare(table) {
      const xs = table.keys(20, 5, 5);
      const ys = table.keys(20, 21, 5);
      table.fill(xs.flatMap((x, i) => [x, ys[i] as Key]));
      table.grow(5);
      return [[set(xs[0] as Key, 2)], [get(xs[12] as Key), get(xs[19] as Key)]];
    },
    schedules: intoTheBucket,
  },
  {
    name: 'chains of two are merged while a reader takes the way into their overflow buckets',
    prepare(table) {
      table.widen();
      const xs = table.keys(12, 0, 5);
      const ys = table.keys(12, 16, 5);
      table.fill([...xs, ...ys]);
      table.shrink();
      return [[set(table.key(9), 2)], [xs[11], ys[11], xs[0], ys[0]].map((key) => get(key as Key))];
    },
    schedules: intoTheBucket,
  },
  {
    name: 'a chain is compacted while a reader takes the way into its overflow buckets',
    prepare: (table) => compacting(table, [33, 31, 25]),
    schedules: intoTheBucket,
  },
  {
    name: 'a chain is compacted while a reader comes from its root bucket',
    prepare: (table) => compacting(table, [16]),
    schedules: fromTheRoot,
  },
];
for (const buckets of [1, 2]) {
  windows.push({
    name: `a reader comes with the root of a table that has grown and is shrinking again: chains of ${buckets}`,
    prepare(table) {
      const ys = table.keys(buckets === 1 ? 3 : 10, 16, 5);
      table.fill([...table.keys(buckets === 1 ? 3 : 10, 0, 5), ...ys]);
      return [[reserve(200), shrink()], [has(ys.at(-1) as Key)]];
    },
    schedules: underAnOldRoot,
  });
  windows.push({
    name: `an entry is replaced in what two chains of ${buckets} were merged into, and its record used again`,
    prepare(table) {
      table.widen();
      const ys = table.keys(buckets === 1 ? 2 : 9, 16, 5, 'string');
      const xs = table.keys(buckets === 1 ? 2 : 9, 0, 5, 'string');
      table.fill([...ys, ...xs], (i) => `the value of ${i}`);
      const stranger = table.key(9, 4, 'string');
      table.shrink();
      const y = ys[0] as Key;
      return [
        [set(table.key(9), 1)],
        [get(y)],
        [set(y, 'the value next'), set(stranger, 'strange value'), remove(ys[1] as Key)],
      ];
    },
    schedules: behindTheParent,
  });
  windows.push({
    name: `an entry is replaced in the child of a chain of ${buckets} and its record used again`,
    prepare(table) {
      const ys = table.keys(buckets === 1 ? 2 : 6, 21, 5, 'string');
      const xs = table.keys(buckets === 1 ? 2 : 6, 5, 5, 'string');
      table.fill([...ys, ...xs], (i) => `the value of ${i}`);
      const stranger = table.key(9, 4, 'string');
      table.grow(5);
      const y = ys[0] as Key;
      return [
        [set(xs[0] as Key, 1)],
        [get(y)],
        [set(y, 'the value next'), set(stranger, 'strange value'), remove(ys[1] as Key)],
      ];
    },
    schedules: behindTheParent,
  });
}

for (const { name, prepare, schedules } of windows) {
  test(`${name}, every window`, ({ task }) => {
    const done = enumerate({ name, prepare }, schedules());
    task.meta.explored = done;
    expect(done.runs).toBeGreaterThan(1000);
  });
}
