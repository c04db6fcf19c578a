import { expect, test } from 'vitest';
import { enumerate } from './explorer.js';
import { get, insert, type Key, type MapOperation, remove, set } from './operations.js';
import type { Schedule } from './scenario.js';
import type { StartingTable } from './starting-table.js';

// A write whose chain is locked each time it tries to split it goes on in the parent. So a chain may change between the
// moment when a thread works out what moves and the moment when it locks. It takes three threads: one splits, one came
// before the growth and holds the chain meanwhile, one goes on in the parent.

/** Steps of the holder up to its lock, and inside of its section. */
const HOLDER = Array.from({ length: 26 }, (_, i) => i + 4);
/** Steps of the splitting thread. */
const SPLITTER = Array.from({ length: 420 }, (_, i) => i);
/** Enough for eight attempts, not for as many looks as end in a wait. */
const ATTEMPTS = 110;

const SPLITTING = 0;
const GOING_ON = 1;
const HOLDING = 2;

function* schedules(): Generator<Schedule> {
  for (const held of HOLDER) {
    for (const split of SPLITTER) {
      if ((held + split) % 3 !== 0) continue; // neighbours differ in one step of one thread
      yield [
        [HOLDING, held],
        [SPLITTING, split],
        [HOLDING, 2],
        [GOING_ON, ATTEMPTS],
        [HOLDING, 1e6],
        [GOING_ON, 1e6],
        [SPLITTING, 1e6],
      ];
    }
  }
}

interface Meeting {
  readonly name: string;
  readonly prepare: (table: StartingTable) => { holder: MapOperation; writer: MapOperation; split: Key };
}

const meetings: readonly Meeting[] = [
  {
    name: 'an entry that moves is replaced by one that stays, of the same tophash',
    prepare(table) {
      const [y, x] = table.twins([21, 5], 5) as [Key, Key];
      const others = table.keys(2, 5, 5);
      table.fill([y, ...others]);
      return { holder: remove(y), writer: insert(x, 50), split: others[0] as Key };
    },
  },
  {
    name: 'an entry comes',
    prepare(table) {
      const others = table.keys(3, 5, 5);
      table.fill(others);
      return {
        holder: set(others[1] as Key, 40),
        writer: insert(table.key(21, 5), 50),
        split: others[0] as Key,
      };
    },
  },
  {
    name: 'an entry comes, in an overflow bucket',
    prepare(table) {
      const others = [...table.keys(4, 5, 5), ...table.keys(4, 21, 5)];
      table.fill(others);
      return {
        holder: set(others[1] as Key, 40),
        writer: insert(table.key(21, 5), 50),
        split: others[0] as Key,
      };
    },
  },
];

for (const { name, prepare } of meetings) {
  test(`${name} while the chain is about to be split`, ({ task }) => {
    const done = enumerate(
      {
        name,
        prepare(table) {
          const { holder, writer, split } = prepare(table);
          table.pad(5, 104);
          const program: MapOperation[][] = [
            [insert(table.key(6), 1), set(split, 30), get(split)],
            [writer],
            [holder],
          ];
          return program;
        },
      },
      schedules(),
    );
    task.meta.explored = done;
    expect(done.runs).toBeGreaterThan(1000);
  });
}
