import { describe } from 'vitest';
import { dump } from './dumps.js';
import { getAndDelete, getAndSet } from './exchanges.js';
import { exhausted, exhaustedOn, explored } from './explored.js';
import {
  add,
  clear,
  compareAndSet,
  get,
  insert,
  type Key,
  type MapOperation,
  remove,
  reserve,
  set,
  shrink,
} from './operations.js';
import { CHANGES, programs } from './programs.js';
import type { Program } from './scenario.js';
import { type Keys, oldValue, STARTS, type Start, startNamed } from './tables.js';

// A snapshot is taken chain by chain, keys and values together, while others change them: each key that stays comes
// once, any other at most once, and the value of each entry was the key's at some moment of the dump.

/** What another thread may do meanwhile, to keys of one chain. */
function operations({ present, absent, neighbour }: Keys, kind: 'number' | 'string'): MapOperation[] {
  return [
    set(present, 1001),
    set(present, 'a new value, a record'),
    set(absent, 'a new value, a record'),
    set(neighbour, 1002),
    insert(absent, 1003),
    add(absent, 11),
    compareAndSet(present, oldValue(kind)(0), 'a new value'),
    remove(present),
    remove(neighbour),
    getAndSet(present, 'what replaces'),
    getAndDelete(present),
    clear(true),
    clear(false),
    set(present, 'long '.padEnd(70_000, '.')),
  ];
}

/** More entries than 16 chains hold below the load factor. */
const ROOM_FOR_32 = 200;

const SAME_SIZE = startNamed('a growth of the same size');

for (const kind of ['number', 'string'] as const) {
  const old = oldValue(kind);

  describe(`${kind} keys`, () => {
    for (const [buckets, n] of [
      [1, 3],
      [2, 7],
      [5, 20],
    ] as const) {
      const prepared: Start['prepare'] = startNamed(
        `the Y half of a chain of ${['', 'one', 'two', '', '', 'five'][buckets]} that is to be split`,
      ).prepare;

      explored(
        {
          name: `a chain of ${buckets} is evacuated while it is dumped`,
          prepare(table) {
            const xs = table.keys(n, 5, 5, kind);
            const ys = table.keys(n, 21, 5, kind);
            table.fill(
              xs.flatMap((x, i) => [x, ys[i] as Key]),
              old,
            );
            table.grow(5);
            const keys = [xs[0], ys[0], xs[n - 1], ys[n - 1]].filter((key) => key !== undefined);
            return programs({ keys, verbs: [['dump'], [...CHANGES, 'get'], CHANGES], most: 2 });
          },
        },
        600,
      );

      exhausted(
        {
          name: `a chain of ${buckets} is dumped while it is split and its values change`,
          prepare(table) {
            const { present, neighbour } = prepared(table, kind);
            return [[dump()], [set(neighbour, 'a value that moves the chain'), set(present, 'another')]];
          },
        },
        { preemptions: 2, stride: 23, sparse: true },
      );
    }

    exhausted(
      {
        name: 'a chain is dumped while it is compacted',
        prepare(table) {
          const { present, neighbour } = SAME_SIZE.prepare(table, kind);
          return [[dump()], [set(neighbour, 1), set(present, 2), set(neighbour, 3)]];
        },
      },
      { preemptions: 2, stride: 17, sparse: true },
    );

    for (const name of [
      'the lower of two chains that are to be merged',
      'the upper of two chains of two that are to be merged',
      'the last chains before the table has shrunk',
    ]) {
      exhausted(
        {
          name: `dumped while it shrinks and grows again: ${name}`,
          pages: 40,
          prepare(table) {
            const { present, neighbour } = startNamed(name).prepare(table, kind);
            return [[dump()], [set(neighbour, 1), set(present, 2), shrink(), reserve(ROOM_FOR_32)]];
          },
        },
        { preemptions: 2, stride: 31, sparse: true },
      );
    }

    exhausted(
      {
        name: 'a map is cleared and filled again while it is dumped',
        prepare(table) {
          table.after(1);
          const keys = table.keys(9, 3, 4, kind);
          table.fill(keys, old);
          const [back, fresh] = [keys[0] as Key, table.key(3, 4, kind)];
          return [[dump()], [clear(true), insert(back, 1), insert(fresh, 'a record after the clear')]];
        },
      },
      { preemptions: 2, stride: 13, sparse: true },
    );

    explored(
      {
        name: 'keys come and go while they are dumped',
        prepare(table) {
          const keys = table.keys(10, 3, 4, kind);
          table.fill(keys, old);
          const some = [keys[0] as Key, keys[9] as Key, table.key(3, 4, kind)];
          return programs({ keys: some, verbs: [['dump'], [...CHANGES, 'get', 'clear'], CHANGES], most: 3 });
        },
      },
      1500,
    );

    explored({
      name: 'a writer stops anywhere while a map is dumped',
      sleeper: 1,
      prepare(table) {
        const xs = table.keys(7, 5, 5, kind);
        const ys = table.keys(7, 21, 5, kind);
        table.fill([...xs, ...ys], old);
        table.grow(5);
        const some = [xs[0], ys[0], ys[6], table.key(21, 5, kind)].filter((key) => key !== undefined);
        return (random) => [[dump()], ...programs({ keys: some, verbs: [CHANGES] })(random), [dump()]];
      },
    });
  });
}

for (const kind of ['number', 'string'] as const) {
  describe(`${kind} keys, on every table`, () => {
    for (const start of STARTS) {
      exhaustedOn(
        start,
        kind,
        `a dump beside each operation on ${start.name}`,
        { preemptions: 1, stride: 12, sparse: true, kills: true },
        (keys) => operations(keys, kind).map((operation): Program => [[dump()], [operation]]),
      );
    }
  });
}

exhausted(
  {
    name: 'a record is replaced and its piece used again while it is dumped',
    prepare(table) {
      const [key, other] = table.keys(2, 3, 4, 'number') as [Key, Key];
      table.set(key, 'the first value');
      table.set(other, 'a second value');
      return [
        [dump()],
        [set(key, 'the third value'), set(other, 'a fourth one..'), set(key, 'the fifth value')],
      ];
    },
  },
  { preemptions: 2, stride: 2 },
);

explored(
  {
    name: 'a record value is replaced again and again while it is dumped',
    prepare(table) {
      const key = table.key(3, 4, 'string');
      table.set(key, 'the first value of all');
      const text = (n: number) => `value ${n} `.repeat(4);
      return [
        [dump(), dump()],
        [set(key, text(1)), set(key, text(2)), set(key, text(3))],
        [set(key, text(4)), remove(key), set(key, text(5))],
      ];
    },
  },
  3000,
);

explored(
  {
    name: 'values too long for the scratch are dumped by hand while they change',
    pages: 40,
    prepare(table) {
      const [a, b, c] = table.keys(3, 3) as [Key, Key, Key];
      const long = (n: number) => `${n}`.padEnd(70_000, '.');
      table.set(a, long(1));
      table.set(b, 'x'.repeat(20_000));
      table.set(c, 'y'.repeat(20_000));
      return (random) => [
        [dump()],
        [set(a, random.of([long(2), 5])), set(b, 'z'.repeat(20_000)), get(b)],
        [remove(c), random.of([compareAndSet(a, 5, 6), add(c, 7)])],
      ];
    },
  },
  300,
);
