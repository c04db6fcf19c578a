import { describe, expect, test } from 'vitest';
import { exhausted, explored } from './explored.js';
import {
  churn,
  clear,
  get,
  has,
  insert,
  iterate,
  type Key,
  type MapOperation,
  remove,
  reserve,
  set,
  shrink,
  size,
} from './operations.js';
import type { SharedTable } from './shared-table.js';
import { StartingTable } from './starting-table.js';
import { oldValue, startNamed } from './tables.js';

// Who begins a shrink, ends it and takes it back, and what else may come in the middle. merge.test.ts has the merging itself.

const LOWER_OF_ONE = startNamed('the lower of two chains that are to be merged');
const UPPER_OF_ONE = startNamed('the upper of two chains that are to be merged');
const INTO_TWO = startNamed('the upper of two chains that are to be merged into two buckets');
const UPPER_OF_TWO = startNamed('the upper of two chains of two that are to be merged');
const LAST = startNamed('the last chains before the table has shrunk');
const TO_BE_SPLIT = startNamed('the Y half of a chain of one that is to be split');

/** More entries than 16 chains hold below the load factor. */
const ROOM_FOR_32 = 200;
/** So many keys make a table of 16 chains double twice. */
const TWO_GROWTHS = 230;

for (const kind of ['number', 'string'] as const) {
  describe(`${kind} keys`, () => {
    exhausted(
      {
        name: 'a shrink is taken back while chains are merged',
        prepare(starting) {
          const { present, neighbour } = UPPER_OF_ONE.prepare(starting, kind);
          return [
            [set(neighbour, 1), get(present)],
            [reserve(ROOM_FOR_32), get(present), set(present, 'after the growth')],
          ];
        },
      },
      { preemptions: 2, stride: 60, kills: true },
    );

    exhausted(
      {
        name: 'a thread comes late to the end of a shrink, and to the growths after it',
        pages: 40,
        prepare(starting) {
          const { present } = LAST.prepare(starting, kind);
          return [[set(present, 5), get(present)], [churn(TWO_GROWTHS)]];
        },
      },
      { preemptions: 1, first: 0 },
    );

    exhausted(
      {
        name: 'a thread comes late to the end of a shrink, and the table has grown again',
        prepare(starting) {
          const { present } = LAST.prepare(starting, kind);
          return [
            [set(present, 5), get(present)],
            [shrink(), reserve(ROOM_FOR_32), get(present)],
          ];
        },
      },
      { preemptions: 1, first: 0 },
    );

    exhausted(
      {
        name: 'a thread that is about to split a chain finds it split, and merged again',
        prepare(starting) {
          const { present, neighbour } = TO_BE_SPLIT.prepare(starting, kind);
          return [
            [set(present, 5), get(present)],
            [remove(neighbour), shrink(), get(present), set(present, 'in the smaller table')],
          ];
        },
      },
      { preemptions: 1, first: 0 },
    );

    exhausted(
      {
        name: 'a reader sleeps while its chain is merged and born again, and its entry is replaced',
        prepare(starting) {
          const { present } = UPPER_OF_ONE.prepare(starting, 'string');
          const stranger = starting.key(9, 5, kind);
          return [
            [has(present), get(present)],
            // No delete: it would step the version of the chain that is born again.
            [
              shrink(),
              reserve(ROOM_FOR_32),
              set(present, 'the value after'),
              set(stranger, 'a foreign value'),
            ],
          ];
        },
      },
      { preemptions: 1, first: 0 },
    );

    exhausted(
      {
        name: 'the table shrinks, is cleared, grows and is used again while a thread sleeps',
        pages: 40,
        prepare(starting) {
          const { present, neighbour } = UPPER_OF_TWO.prepare(starting, kind);
          return [
            [set(present, 'a value of the sleeper'), get(present)],
            [
              shrink(),
              clear(true),
              churn(120),
              shrink(),
              insert(neighbour, 'after the clear'),
              get(neighbour),
            ],
          ];
        },
      },
      { preemptions: 1, stride: 3, sparse: true, first: 0 },
    );

    explored({
      name: 'the map is cleared while chains are merged',
      prepare(starting) {
        const { present, neighbour, absent } = UPPER_OF_TWO.prepare(starting, kind);
        return (random) => [
          [set(neighbour, 1), get(present)],
          [clear(random.next() < 0.5), get(present), insert(present, 'a value after the clear')],
          [random.of([get(present), set(absent, 2), clear(), shrink()]), has(present), size()],
        ];
      },
    });

    explored({
      name: 'one shrinks the table, one reserves room, one writes',
      prepare(starting) {
        const { present, neighbour, absent } = INTO_TWO.prepare(starting, kind);
        const random4 = (random: { of<T>(items: readonly T[]): T }): MapOperation =>
          random.of([set(present, 7), insert(absent, 8), remove(neighbour), get(present)]);
        return (random) => [
          [shrink(), random4(random)],
          [random.of([reserve(ROOM_FOR_32), shrink(), clear(false)]), random4(random)],
          [random4(random), random.of([iterate(random.below(32)), size(), random4(random)])],
        ];
      },
    });

    exhausted(
      {
        name: 'a reader sleeps through a shrink to the smallest table and back',
        prepare(starting) {
          const { present, absent } = LOWER_OF_ONE.prepare(starting, kind);
          return [
            [get(absent), get(present)],
            [shrink(), reserve(ROOM_FOR_32), shrink()],
          ];
        },
      },
      { preemptions: 1, stride: 1 },
    );

    for (const half of ['lower', 'upper'] as const) {
      exhausted(
        {
          name: `chains are merged of which the ${half} was swept`,
          prepare(starting) {
            starting.widen();
            const old = [...starting.keys(3, 6, 5, kind), ...starting.keys(3, 22, 5, kind)];
            starting.fill(old, oldValue(kind));
            const before = starting.key(9);
            starting.set(before, 0);
            starting.shrink();
            starting.moveTo(6, before); // what was merged is passed over: the sweep begins behind
            starting.clear(false);
            const [x, y, free] = [6, 22, 9].map((ending) => starting.after(1).key(ending, 5, kind)) as Key[];
            const swept = (half === 'lower' ? x : y) as Key;
            const other = (half === 'lower' ? y : x) as Key;
            const writes = Array.from({ length: 5 }, (_, i) => set(free as Key, i));
            return [
              [insert(swept, 'a new value'), ...writes, get(swept)],
              [get(swept), insert(other, 5), size()],
            ];
          },
        },
        { preemptions: 1 },
      );
    }
  });
}

/** Says so if the table is below what was reserved. */
function below(chains: number): (table: SharedTable) => string | undefined {
  return ({ inspector }) => {
    const now = 2 ** ((inspector.b?.() as number) - (((inspector.work?.() as number) & 8) === 0 ? 0 : 1));
    return now < chains ? `${chains} chains were reserved, there are ${now}` : undefined;
  };
}

exhausted(
  {
    name: 'a delete that begins a shrink meets a reservation',
    wrong: below(32),
    prepare(starting) {
      starting.widen();
      const keys = starting.keys(2, 3, 5);
      starting.fill(keys);
      return [[remove(keys[0] as Key), remove(keys[1] as Key)], [reserve(ROOM_FOR_32)]];
    },
  },
  { preemptions: 2, stride: 1 },
);

exhausted(
  {
    name: 'a map that is filled while it shrinks keeps its larger table',
    pages: 40,
    prepare(starting) {
      starting.widen();
      starting.pad(0, 100);
      const more = starting.keys(8, 0, 4);
      starting.shrink();
      return [
        more.slice(0, 4).map((key, i) => insert(key, i)),
        more.slice(4).map((key, i) => insert(key, 10 + i)),
      ];
    },
  },
  { preemptions: 1, stride: 4, kills: true },
);

for (const left of [0, 1]) {
  exhausted(
    {
      name: `chains cannot be merged for want of buckets: ${left} left`,
      pages: 5,
      scarce: true,
      prepare(starting) {
        starting.widen();
        const xs = starting.keys(16, 0, 5);
        const ys = starting.keys(16, 16, 5);
        starting.fill([...xs, ...ys]);
        starting.table.hoard(left);
        starting.shrink();
        const fresh = starting.key(16, 5);
        return [
          [set(ys[0] as Key, 1), remove(xs[0] as Key), get(ys[15] as Key)],
          [insert(fresh, 2), remove(ys[15] as Key), shrink(), get(ys[1] as Key)],
        ];
      },
    },
    { preemptions: 1, kills: true },
  );
}

exhausted(
  {
    name: 'all keys have one hash and the table shrinks',
    hash: 'constant',
    prepare(starting) {
      starting.widen();
      const keys = starting.keys(18, 0, 0);
      starting.fill(keys.slice(0, 17));
      starting.shrink();
      return [
        [shrink(), get(keys[16] as Key)],
        [set(keys[16] as Key, 'a value'), insert(keys[17] as Key, 1), iterate(0)],
      ];
    },
  },
  { preemptions: 1, kills: true },
);

test('a shrink that cannot go on becomes a growth when the map is filled', () => {
  const starting = new StartingTable('real', 5);
  starting.widen();
  starting.fill([...starting.keys(16, 0, 5), ...starting.keys(16, 16, 5)]);
  starting.pad(0, 100);
  starting.attach();
  starting.table.hoard(0);
  starting.shrink();
  const { inspector } = starting.table;
  starting.fill(starting.keys(4, 11));
  expect(inspector.work?.()).toBe(8);
  starting.fill(starting.keys(7, 12));
  expect([inspector.work?.(), inspector.growths?.()]).toEqual([1, 2]);
  starting.fill(starting.keys(6, 13)); // each splits three chains, of 16
  expect([inspector.work?.(), inspector.b?.(), inspector.promotions?.()]).toEqual([0, 5, 2]);
});
