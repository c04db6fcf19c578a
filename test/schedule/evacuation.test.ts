import { describe } from 'vitest';
import { explored } from './explored.js';
import { iterate, remove, set } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';
import type { StartingTable } from './starting-table.js';

// Chain 5 of 16 is about to be split: X keys stay, Y keys move to chain 21.

function chain(table: StartingTable, n: number, kind: 'number' | 'string') {
  const xs = table.keys(n, 5, 5, kind);
  const ys = table.keys(n, 21, 5, kind);
  const values = kind === 'string' ? (i: number) => `old value ${i}` : (i: number) => i;
  // Turn about, so that each bucket has both.
  table.fill(
    xs.flatMap((x, i) => [x, ys[i] as typeof x]),
    values,
  );
  table.grow(5);
  return { xs, ys };
}

for (const kind of ['number', 'string'] as const) {
  describe(`${kind} keys`, () => {
    for (const [buckets, n] of [
      [1, 3],
      [2, 7],
      [5, 20],
    ] as const) {
      explored({
        name: `a chain of ${buckets} is evacuated while keys of both halves are read and written`,
        prepare(table) {
          const { xs, ys } = chain(table, n, kind);
          const keys = [xs[0], ys[0], xs[n - 1], ys[n - 1], table.key(21, 5, kind), table.key(5, 5, kind)];
          return programs({ keys: keys.filter((key) => key !== undefined) });
        },
      });

      explored(
        {
          name: `a chain of ${buckets} is evacuated while it is iterated`,
          prepare(table) {
            const { xs, ys } = chain(table, n, kind);
            const keys = [xs[0], ys[0], xs[n - 1], ys[n - 1]];
            return programs({
              keys: keys.filter((key) => key !== undefined),
              verbs: [['iterate'], [...CHANGES, ...READS], CHANGES],
              most: 2,
            });
          },
        },
        600,
      );
    }
  });
}

explored({
  name: 'a chain of 5 is evacuated while it is iterated from its X half, from its Y half and from elsewhere',
  prepare(table) {
    const { xs, ys } = chain(table, 20, 'number');
    return (random) => [
      [iterate(random.of([5, 21, 0, 15]))],
      [set(random.of(xs), 1), set(random.of(ys), 2)],
      [remove(random.of(ys))],
    ];
  },
});

explored(
  {
    name: 'full chains are evacuated while entries that need another bucket are inserted',
    prepare(table) {
      const xs = table.keys(8, 5, 5, 'string');
      const ys = table.keys(8, 21, 5, 'string');
      table.fill([...xs, ...ys], (i) => i);
      table.pad(5, 104);
      const more = [...table.keys(2, 5, 5, 'string'), ...table.keys(2, 21, 5, 'string'), table.key(3)];
      return programs({
        keys: more,
        verbs: [
          ['insert', 'set'],
          ['insert', 'set'],
          ['insert', 'delete', 'get'],
        ],
      });
    },
  },
  4000,
);
