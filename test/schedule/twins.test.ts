import { exhausted, explored } from './explored.js';
import { get, insert, type Key, remove, set } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';

// Keys of one chain and one tophash: a cell passes from one to the other under the eyes of a reader.

const ANYTHING = [...CHANGES, ...READS];

for (const kind of ['number', 'string'] as const) {
  exhausted(
    {
      name: `a ${kind} key takes the cell of its twin while both are read`,
      prepare(table) {
        const [a, b] = table.twins([3, 3], 4, kind) as [Key, Key];
        table.set(a, 'the value of the first');
        return [
          [remove(a), insert(b, 'the value of the second')],
          [get(b), get(a), get(b)],
        ];
      },
    },
    { preemptions: 2, stride: 5 },
  );

  exhausted(
    {
      name: `a ${kind} key is inserted twice while it takes the cell of its twin`,
      prepare(table) {
        const [a, b] = table.twins([3, 3], 4, kind) as [Key, Key];
        table.set(a, 1);
        return [
          [insert(b, 2), get(b)],
          [remove(a), insert(b, 3)],
        ];
      },
    },
    { preemptions: 2 },
  );

  explored({
    name: `three ${kind} keys of one tophash come and go`,
    prepare(table) {
      const keys = table.twins([3, 3, 3], 4, kind);
      table.fill(keys.slice(0, 2), (i) => `old value ${i}`);
      table.fill(table.keys(5, 3, 4, kind));
      return programs({ keys, verbs: [ANYTHING, ANYTHING, READS] });
    },
  });

  for (const [buckets, n] of [
    [1, 2],
    [2, 6],
    [5, 18],
  ] as const) {
    explored(
      {
        name: `a chain of ${buckets} with ${kind} keys is evacuated, X and Y keys have one tophash`,
        prepare(table) {
          const [y, x, fresh] = table.twins([21, 5, 5], 5, kind) as [Key, Key, Key];
          const others = [...table.keys(n, 5, 5, kind), ...table.keys(n, 21, 5, kind)];
          table.fill([y, ...others, x], (i) => `old value ${i}`);
          table.grow(5);
          return (random) => [
            [random.of([remove(others[0] as Key), set(y, 1), insert(fresh, 2)]), insert(fresh, 3)],
            [get(fresh), get(x), get(fresh)],
            [
              random.of([get(y), get(fresh), remove(y), set(x, 5)]),
              random.of([get(fresh), get(x), insert(fresh, 7)]),
            ],
          ];
        },
      },
      3000,
    );
  }
}
