import { describe } from 'vitest';
import { exhausted, explored } from './explored.js';
import { add, get, has, insert, iterate, type Key, remove, set, shrink } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';
import type { Program } from './scenario.js';
import type { StartingTable } from './starting-table.js';
import { oldValue, startNamed } from './tables.js';

// Two chains are merged: a table of 32 chains shrinks to 16. A write merges some chains before it does its own work, chains 0
// and 16 first.

const ANYTHING = [...CHANGES, ...READS];

const UPPER_OF_ONE = startNamed('the upper of two chains that are to be merged');
const INTO_TWO = startNamed('the upper of two chains that are to be merged into two buckets');
const LOWER_OF_TWO = startNamed('the lower of two chains of two that are to be merged');
const UPPER_OF_TWO = startNamed('the upper of two chains of two that are to be merged');

/** Chains 0 and 16 hold `n` entries each and are to be merged; keys of both, and a new one of each. */
function chains(table: StartingTable, n: number, kind: 'number' | 'string') {
  table.widen();
  const xs = table.keys(n, 0, 5, kind);
  const ys = table.keys(n, 16, 5, kind);
  table.fill(
    xs.flatMap((x, i) => [x, ys[i] as Key]),
    oldValue(kind),
  );
  table.shrink();
  return { xs, ys, fresh: [table.key(0, 5, kind), table.key(16, 5, kind)] };
}

for (const kind of ['number', 'string'] as const) {
  describe(`${kind} keys`, () => {
    for (const table of [UPPER_OF_ONE, INTO_TWO, LOWER_OF_TWO, UPPER_OF_TWO]) {
      exhausted(
        {
          name: `a key is looked up while its chain is merged: ${table.name}`,
          prepare(starting) {
            const { present, absent, neighbour } = table.prepare(starting, kind);
            const elsewhere = starting.key(9, 5, kind);
            return [[get(present), get(absent), get(neighbour)], [set(elsewhere, 'merges some chains')]];
          },
        },
        { preemptions: 2, stride: 5 },
      );

      exhausted(
        {
          name: `a key is asked for between the words of parent and child: ${table.name}`,
          prepare(starting) {
            const { present } = table.prepare(starting, kind);
            const elsewhere = starting.key(9, 5, kind);
            return [[has(present), has(present)], [set(elsewhere, 'merges some chains')]];
          },
        },
        { preemptions: 2 },
      );

      exhausted(
        {
          name: `a chain is listed while it is merged: ${table.name}`,
          prepare(starting) {
            const { neighbour } = table.prepare(starting, kind);
            return [[iterate(0)], [set(neighbour, 1)]];
          },
        },
        { preemptions: 2, stride: 9 },
      );
    }

    for (const [buckets, n] of [
      [1, 3],
      [2, 7],
      [5, 20],
    ] as const) {
      explored({
        name: `chains of ${buckets} are merged while keys of both are read and written`,
        prepare(table) {
          const { xs, ys, fresh } = chains(table, n, kind);
          const keys = [xs[0], ys[0], xs[n - 1], ys[n - 1], ...fresh].filter((key) => key !== undefined);
          return programs({ keys });
        },
      });

      explored(
        {
          name: `chains of ${buckets} are merged while they are iterated`,
          prepare(table) {
            const { xs, ys } = chains(table, n, kind);
            const keys = [xs[0], ys[0], xs[n - 1], ys[n - 1]].filter((key) => key !== undefined);
            return programs({ keys, verbs: [['iterate'], [...CHANGES, ...READS], CHANGES], most: 2 });
          },
        },
        600,
      );
    }

    for (const [xs, ys] of [
      [2, 11],
      [10, 11],
      [9, 3],
    ] as const) {
      exhausted(
        {
          name: `chains of ${xs} and of ${ys} that are nearly empty in front are merged`,
          prepare(starting) {
            starting.widen();
            const lower = starting.keys(xs, 0, 5, kind);
            const upper = starting.keys(ys, 16, 5, kind);
            starting.fill([...lower, ...upper], oldValue(kind));
            // Where there are overflow buckets, one entry stays in the root bucket: of the upper chain, and in one case of the lower.
            const gone = [...(xs === 10 ? lower.slice(1, 8) : []), ...(ys > 8 ? upper.slice(1, 8) : [])];
            for (const key of gone) starting.delete(key);
            starting.shrink();
            const left = [lower.at(-1), upper.at(-1), upper[0]] as Key[];
            return [
              [shrink(), insert(starting.key(16, 5, kind), 1), ...left.map(get)],
              [iterate(0), ...left.map(get)],
            ];
          },
        },
        { preemptions: 1 },
      );
    }

    exhausted(
      {
        name: 'two threads merge the same chains',
        prepare(starting) {
          const { present, neighbour } = UPPER_OF_TWO.prepare(starting, kind);
          return [
            [set(present, 'the value of one'), get(neighbour)],
            [set(neighbour, 'the value of two'), get(present)],
          ];
        },
      },
      { preemptions: 2, stride: 25, kills: true },
    );

    exhausted(
      {
        name: 'a writer falls asleep on a chain that is merged meanwhile',
        prepare(starting) {
          const { present, neighbour } = UPPER_OF_TWO.prepare(starting, kind);
          const elsewhere = starting.key(9, 5, kind);
          return [[set(elsewhere, 1)], [set(present, 2), remove(neighbour), add(present, 1)]];
        },
      },
      { preemptions: 2, stride: 12 },
    );

    explored(
      {
        name: 'an entry is replaced in the merged chain and its record used again while a reader looks at the child',
        prepare(starting) {
          const { present, neighbour, absent } = UPPER_OF_ONE.prepare(starting, 'string');
          const elsewhere = starting.key(9, 5, kind);
          return (random) => [
            [get(present), get(present)],
            [set(elsewhere, 'merges some chains')],
            [set(present, 'the value of two'), random.of([set(absent, 'foreign value'), remove(neighbour)])],
          ];
        },
      },
      4000,
    );

    explored(
      {
        name: 'a thread dies that merges chains',
        victim: 1,
        prepare(starting) {
          const { xs, ys, fresh } = chains(starting, 9, kind);
          const keys = [xs[0], ys[0], ys[8], ...fresh].filter((key) => key !== undefined);
          return programs({ keys, verbs: [ANYTHING, ANYTHING, READS], most: 2 });
        },
      },
      2500,
    );
  });
}

// A writer has done its share, and is about to change chain 15 or 31, when another looks at them to merge them.
for (const [size, n] of [
  ['of a few', 3],
  ['that are full', 8],
  ['of two', 12],
  ['of two that are full', 16],
] as const) {
  let written: Program = [];
  exhausted(
    {
      name: `a writer changes chains ${size} that are looked at to be merged`,
      prepare(starting) {
        starting.widen();
        const xs = starting.keys(n, 15, 5);
        const ys = starting.keys(n, 31, 5);
        starting.fill([...xs, ...ys]);
        starting.shrink();
        const free = starting.key(0, 5);
        starting.set(free, 0);
        starting.moveTo(12, free);
        const some = [starting.key(15, 5), starting.key(31, 5)];
        const last = [xs[n - 1], ys[n - 1]] as Key[];
        written = [
          [
            ...some.map((key) => insert(key, 'a new value')),
            ...last.map(remove),
            set(ys[0] as Key, 'another'),
          ],
        ];
        return [];
      },
    },
    { preemptions: 2, stride: 4, first: 1, kills: true },
    () => written.flat().map((operation) => [[shrink()], [operation]]),
  );
}
