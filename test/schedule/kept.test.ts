import { exhausted, explored } from './explored.js';
import { keptGets } from './kept-values.js';
import { clear, insert, type Key, remove, set } from './operations.js';

// A thread that keeps what it has read: records are replaced, freed and used again, by the same key and by others.

/** All of one size class, so that they take each other's records. */
const text = (n: number): string => `a text of one length, ${n}`;
const large = (n: number): string => `${n}`.padEnd(70_000, '.');

for (const kind of ['number', 'string'] as const) {
  exhausted(
    {
      name: `the record of a ${kind} key that is read passes to another key`,
      prepare(table) {
        const [a, b] = table.keys(2, 3, 4, kind) as [Key, Key];
        table.set(a, text(0));
        return [keptGets([a], 3), [set(a, text(1)), set(b, text(2)), set(a, text(3)), set(b, text(4))]];
      },
    },
    { preemptions: 2, stride: 5 },
  );

  explored(
    {
      name: `threads change ${kind} keys whose values another keeps`,
      prepare(table) {
        const [a, b] = table.keys(2, 3, 4, kind) as [Key, Key];
        table.set(a, text(0));
        table.set(b, text(1));
        return (random) => [
          keptGets([a, b], 6),
          [set(a, text(2)), random.of([remove(b), set(b, text(3)), clear()]), insert(a, text(4))],
          [random.of([set(b, text(5)), remove(a), set(b, 7)]), insert(b, text(6)), set(a, text(7))],
        ];
      },
    },
    4000,
  );
}

explored(
  {
    name: 'large values are kept while others change them',
    prepare(table) {
      const [a, b] = table.keys(2, 3) as [Key, Key];
      table.set(a, large(0));
      return (random) => [
        keptGets([a], 3),
        [set(a, large(1)), random.of([set(b, large(2)), remove(a), set(b, text(0))])],
        [random.of([set(a, large(3)), set(a, text(1)), remove(a)])],
      ];
    },
  },
  400,
);
