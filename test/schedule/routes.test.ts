import { describe } from 'vitest';
import { exhausted } from './explored.js';
import { getMany, setMany } from './many-keys.js';
import {
  add,
  compareAndSet,
  get,
  has,
  insert,
  type Key,
  type MapOperation,
  remove,
  reserve,
  set,
  shrink,
} from './operations.js';
import type { StartingTable } from './starting-table.js';

// Between two sizes the parent says which chain answers. A parent that was split agrees with the root, also for a key
// that has moved to its child.

type Kind = 'number' | 'string';

/** Keys of a chain of one bucket that is to be split, `x` of the parent and `y` of the child. They hold their index. */
function split(table: StartingTable, kind: Kind): { x: Key[]; y: Key[] } {
  const x = table.keys(2, 5, 5, kind);
  const y = table.keys(3, 21, 5, kind);
  table.fill([...x, ...y]);
  table.grow(5);
  return { x, y };
}

/** What is done to keys of a child, by calls that take a short way where they can. */
const WAYS: Record<string, (y: readonly Key[], absent: Key) => MapOperation[]> = {
  'looked up': (y, absent) => [get(y[0] as Key), get(absent), get(y[1] as Key)],
  set: (y, absent) => [set(y[0] as Key, 100), set(absent, 101), get(y[0] as Key), get(absent)],
  inserted: (y, absent) => [insert(y[0] as Key, 100), insert(absent, 101), get(absent)],
  'added to': (y, absent) => [add(y[0] as Key, 100), add(absent, 101), get(y[0] as Key)],
  compared: (y, absent) => [
    compareAndSet(y[0] as Key, 2, 100),
    compareAndSet(y[1] as Key, 2, 101),
    compareAndSet(absent, 0, 102),
  ],
};

for (const kind of ['number', 'string'] as const) {
  describe(`${kind} keys`, () => {
    for (const [what, operations] of Object.entries(WAYS)) {
      exhausted(
        {
          name: `keys of a child are ${what} while its parent is split`,
          prepare(table) {
            const { x, y } = split(table, kind);
            const absent = table.key(21, 5, kind);
            return [[set(x[0] as Key, 'a value that moves the chain')], operations(y, absent)];
          },
        },
        { preemptions: 2, stride: 9 },
      );

      exhausted(
        {
          name: `keys of a child are ${what} under a root that is promoted, and then shrunk`,
          prepare(table) {
            const { x, y } = split(table, kind);
            table.set(x[0] as Key, 0); // the child is born
            const absent = table.key(21, 5, kind);
            return [operations(y, absent), [reserve(200), shrink()]];
          },
        },
        { preemptions: 1, first: 0 },
      );
    }

    exhausted(
      {
        name: 'keys of a child are looked up under the root of before a growth',
        prepare(table) {
          const y = table.keys(2, 21, 5, kind);
          table.fill(y);
          return [
            [get(y[0] as Key), has(y[1] as Key), get(y[1] as Key)],
            [reserve(200), set(y[1] as Key, 100)],
          ];
        },
      },
      { preemptions: 1, first: 0 },
    );

    exhausted(
      {
        name: 'a key is asked for between the words of a parent that is split and of its child',
        prepare(table) {
          const { x, y } = split(table, kind);
          return [[has(y[0] as Key), get(y[0] as Key)], [set(x[0] as Key, 'a value that moves the chain')]];
        },
      },
      { preemptions: 2, stride: 2 },
    );
  });
}

exhausted(
  {
    name: 'many keys of a child are set and looked up while its parent is split',
    prepare(table) {
      const { x, y } = split(table, 'number');
      const numbers = y as number[];
      return [
        [set(x[0] as Key, 'a value that moves the chain')],
        [setMany(numbers.map((key, i) => [key, 100 + i])), getMany(numbers)],
      ];
    },
  },
  { preemptions: 2, stride: 9 },
);

// The control words of chains 26 and 27 lie on two pages of 4096 bytes. So who splits chain 10 opens both, and who splits
// chain 11 may be on its way.

/** Chains 10 and 11 are to be split. A key of each half of each. */
function neighbours(table: StartingTable): Key[] {
  const keys = [10, 11, 26, 27].map((ending) => table.key(ending, 5));
  table.fill(keys);
  table.grow(10);
  return keys;
}

exhausted(
  {
    name: 'a page is opened while a chain on it is born',
    prepare(table) {
      const [a, b, c, d] = neighbours(table) as [Key, Key, Key, Key];
      return [
        [set(a, 'a value that moves the chain'), get(c), get(d)],
        [set(b, 'a value that moves the next'), get(d), get(c)],
      ];
    },
  },
  { preemptions: 2, stride: 5 },
);

exhausted(
  {
    name: 'two threads open the page of one child',
    prepare(table) {
      const [a, b, c] = neighbours(table) as [Key, Key, Key];
      return [
        [set(a, 'a value that moves the chain'), get(c)],
        [remove(a), get(c), get(b)],
      ];
    },
  },
  { preemptions: 2, stride: 5 },
);

exhausted(
  {
    name: 'a page is opened when its chains were born and merged since',
    prepare(table) {
      const [a, , c, d] = neighbours(table) as [Key, Key, Key, Key];
      return [
        [set(a, 'a value that moves the chain'), get(c), get(d)],
        [reserve(200), shrink(), get(c)],
      ];
    },
  },
  { preemptions: 1, first: 0 },
);
