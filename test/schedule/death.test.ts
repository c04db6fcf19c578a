import { exhausted, explored } from './explored.js';
import { clear, get, insert, iterate, type Key, remove, set } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';

// A thread ends wherever V8 can stop it. The others go on; what it left behind is taken back on evidence of its death.

const ANYTHING = [...CHANGES, ...READS];

for (const kind of ['number', 'string'] as const) {
  const old = (i: number) => (kind === 'string' ? `old value ${i}` : i);

  explored(
    {
      name: `a writer of ${kind} keys dies in one chain`,
      victim: 1,
      prepare(table) {
        const keys = table.keys(9, 3, 4, kind);
        table.fill(keys, old);
        return programs({
          keys: [keys[0] as Key, keys[8] as Key, table.key(3, 4, kind)],
          verbs: [ANYTHING, CHANGES, READS],
        });
      },
    },
    2500,
  );

  explored(
    {
      name: `a thread dies that evacuates chains of ${kind} keys`,
      victim: 1,
      prepare(table) {
        const xs = table.keys(9, 5, 5, kind);
        const ys = table.keys(10, 21, 5, kind);
        table.fill([...xs, ...ys], old);
        table.grow(5);
        const keys = [xs[0], ys[0], ys[9], table.key(21, 5, kind)].filter((key) => key !== undefined);
        return programs({ keys, verbs: [ANYTHING, ANYTHING, READS], most: 2 });
      },
    },
    2500,
  );

  explored(
    {
      name: `a thread dies that clears ${kind} keys`,
      victim: 1,
      prepare(table) {
        const keys = table.keys(18, 3, 4, kind);
        table.fill(keys, old);
        return (random) => [
          [random.of([set(keys[0] as Key, 1), clear(), remove(keys[1] as Key)]), insert(keys[0] as Key, 5)],
          [clear(), set(keys[1] as Key, 'a new value')],
          [iterate(random.below(16))],
        ];
      },
    },
    2500,
  );
}

explored(
  {
    name: 'a thread dies while the records of a full page come and go',
    victim: 1,
    prepare(table) {
      // A class of which few fit into a page: 32 KiB each.
      const long = (n: number) => `${n}`.padEnd(30_000, '.');
      const keys = table.keys(4, 3);
      table.fill(keys.slice(0, 2), long);
      return (random) => [
        [random.of([remove(keys[0] as Key), set(keys[0] as Key, 1)]), set(keys[1] as Key, long(11))],
        [set(keys[2] as Key, long(12)), random.of([remove(keys[1] as Key), set(keys[0] as Key, long(13))])],
        [random.of([remove(keys[1] as Key), insert(keys[3] as Key, long(14))])],
      ];
    },
  },
  3000,
);

explored(
  {
    name: 'a thread dies that opens the first page of a class',
    victim: 1,
    prepare(table) {
      const keys = table.keys(3, 3);
      return [
        [set(keys[0] as Key, 'the first record of all')],
        [set(keys[1] as Key, 'the first record of all!')],
        [],
      ];
    },
  },
  1500,
);

exhausted(
  {
    name: 'threads put in one new string key by short paths, and die',
    prepare(table) {
      const [a, b] = table.keys(2, 3, 4, 'string') as [Key, Key];
      table.set(a, 1);
      return [[set(b, 2)], [insert(b, 3), get(b)]];
    },
  },
  { preemptions: 1, kills: true },
);
