import { describe } from 'vitest';
import { exhausted, explored } from './explored.js';
import { getLong, removeLong } from './long-keys.js';
import {
  add,
  churn,
  clear,
  get,
  has,
  insert,
  iterate,
  type Key,
  type MapOperation,
  remove,
  set,
  size,
} from './operations.js';
import { startNamed } from './tables.js';

// Interleavings that broke earlier designs of such a map, each by name. test/schedule/README.md says which is where.

const Y_OF_ONE = startNamed('the Y half of a chain of one that is to be split');
const Y_OF_TWO = startNamed('the Y half of a chain of two that is to be split');
const X_OF_TWO = startNamed('the X half of a chain of two that is to be split');
const Y_OF_FIVE = startNamed('the Y half of a chain of five that is to be split');
const LAST_CHAIN = startNamed('the last chain before a promotion');
const SAME_SIZE = startNamed('a growth of the same size');
const BEFORE = startNamed('one entry before a growth');

const long = (n: number): string => `${n}`.padEnd(70_000, '.');

for (const kind of ['number', 'string'] as const) {
  describe(`${kind} keys`, () => {
    for (const table of [X_OF_TWO, Y_OF_ONE, Y_OF_TWO, Y_OF_FIVE]) {
      exhausted(
        {
          name: `a key is looked up while evacuation hides and moves it: ${table.name}`,
          prepare(starting) {
            const { present, absent, neighbour } = table.prepare(starting, kind);
            return [
              [get(present), get(absent), get(present)],
              [set(neighbour, 'a value that moves the chain')],
            ];
          },
        },
        { preemptions: 2, stride: 5 },
      );
    }

    exhausted(
      {
        name: 'a key is looked up while its chain is compacted',
        prepare(starting) {
          const { present, neighbour } = SAME_SIZE.prepare(starting, kind);
          return [[get(present), get(neighbour)], Array.from({ length: 3 }, (_, i) => set(neighbour, i))];
        },
      },
      { preemptions: 2, stride: 9 },
    );

    exhausted(
      {
        name: 'a chain is listed while it is split',
        prepare(starting) {
          const { neighbour } = Y_OF_TWO.prepare(starting, kind);
          return [[iterate(5)], [set(neighbour, 1)]];
        },
      },
      { preemptions: 2, stride: 9, sparse: true },
    );

    explored(
      {
        name: 'an entry that has moved is replaced and its record used again while a reader looks at the parent',
        prepare(starting) {
          const { present, neighbour, absent } = Y_OF_ONE.prepare(starting, 'string');
          return (random) => [
            [get(present), get(present)],
            [set(neighbour, 'a value that moves the chain')],
            [set(present, 'the value of two'), random.of([set(absent, 'foreign value'), remove(present)])],
          ];
        },
      },
      4000,
    );

    explored(
      {
        name: 'an overflow bucket that was let go is used by another chain while a reader stands in it',
        prepare(starting) {
          const { present } = X_OF_TWO.prepare(starting, kind);
          const others = starting.keys(2, 9, 4, kind);
          starting.fill(starting.keys(7, 9, 4, kind));
          return (random) => [
            [get(present), get(present)],
            [set(present, 5), random.of([remove(present), get(present)])],
            [insert(others[0] as Key, 6), insert(others[1] as Key, 7)],
          ];
        },
      },
      4000,
    );

    exhausted(
      {
        name: 'two threads split one chain',
        prepare(starting) {
          const { present, neighbour } = Y_OF_TWO.prepare(starting, kind);
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
        name: 'a thread comes late to a promotion, and to the growths after it',
        pages: 40,
        prepare(starting) {
          const { present } = LAST_CHAIN.prepare(starting, kind);
          return [[set(present, 5), get(present)], [churn(230)]];
        },
      },
      { preemptions: 1, first: 0 },
    );

    exhausted(
      {
        name: 'a thread that moved a chain of one growth counts it as moved in the next',
        pages: 40,
        prepare(starting) {
          const { present } = Y_OF_ONE.prepare(starting, kind);
          return [[set(present, 5), get(present)], [churn(230)]];
        },
      },
      { preemptions: 2, stride: 1500, sparse: false, first: 0 },
    );

    exhausted(
      {
        name: 'several threads begin the growth, and the one that reserves dies',
        prepare(starting) {
          const { present, absent } = BEFORE.prepare(starting, kind);
          return [[insert(absent, 1)], [insert(starting.key(3, 4, kind), 2), get(present)]];
        },
      },
      { preemptions: 2, stride: 15, kills: true },
    );

    exhausted(
      {
        name: 'a large record is linked, unlinked and freed by threads that die',
        prepare(starting) {
          const [a, b] = starting.keys(2, 3, 4, kind) as [Key, Key];
          starting.set(a, long(0));
          return [
            [set(a, long(1)), set(b, long(2)), remove(a)],
            [set(a, long(3)), remove(b)],
          ];
        },
      },
      { preemptions: 1, kills: true },
    );

    exhausted(
      {
        name: 'the lists of buckets of a split are freed by a thread that dies',
        prepare(starting) {
          const { present, neighbour } = Y_OF_FIVE.prepare(starting, kind);
          return [[set(present, 1)], [set(neighbour, 2)]];
        },
      },
      { preemptions: 1, kills: true },
    );

    exhausted(
      {
        name: 'the map is cleared while a thread is about to store, and grows and fills again before it does',
        pages: 40,
        prepare(starting) {
          const [a, b] = starting.after(1).keys(2, 3, 4, kind) as [Key, Key];
          starting.after(0).fill(starting.keys(3, 3, 4, kind));
          return [
            [set(a, 'a late value'), get(a)],
            [clear(false), insert(b, 1), churn(120), get(b)],
          ];
        },
      },
      { preemptions: 2, stride: 700, first: 0 },
    );

    for (const late of ['insert', 'add', 'set'] as const) {
      exhausted(
        {
          name: `${late} comes late to a chain whose entries a sweep takes out one by one`,
          prepare(starting) {
            const keys = starting.keys(3, 3, 4, kind);
            starting.fill(keys, (i) => `old value ${i}`);
            const key = keys[0] as Key;
            const write = { insert: insert(key, 'a new value'), add: add(key, 1), set: set(key, 7) }[late];
            return [[write, get(key)], [clear(true)]];
          },
        },
        { preemptions: 2, first: 0 },
      );

      exhausted(
        {
          name: `${late} finds the root as it was and the chain as it is four clears later`,
          prepare(starting) {
            const keys = starting.keys(3, 3, 4, kind);
            starting.fill(keys, (i) => `old value ${i}`);
            const key = keys[0] as Key;
            const write = { insert: insert(key, 'a new value'), add: add(key, 1), set: set(key, 7) }[late];
            return [
              [write, get(key)],
              [...Array.from({ length: 4 }, () => clear(true)), insert(keys[1] as Key, 5)],
            ];
          },
        },
        { preemptions: 1, first: 0 },
      );
    }

    explored({
      name: 'a chain is split and cleared at once: the child takes the generation of its parent',
      prepare(starting) {
        const { present, neighbour, absent } = Y_OF_ONE.prepare(starting, kind);
        return (random) => [
          [set(neighbour, 1), get(present)],
          [clear(random.next() < 0.5), get(present), insert(present, 'a value after the clear')],
          [random.of([get(present), set(absent, 2), clear()]), has(present), size()],
        ];
      },
    });

    exhausted(
      {
        name: 'an iteration meets a key again that was cleared and came back under another hash',
        prepare(starting) {
          const keys = starting.keys(3, 3, 4, kind);
          starting.fill(keys);
          const back = keys[0] as Key;
          return [[iterate(0)], [clear(true), insert(back, 1), get(back)]];
        },
      },
      { preemptions: 2, stride: 7 },
    );

    exhausted(
      {
        name: 'two clear at once, and one writes between them',
        prepare(starting) {
          const key = starting.key(3, 4, kind);
          starting.fill([key]);
          return [
            [clear(true), insert(key, 1)],
            [clear(false), add(key, 2)],
          ];
        },
      },
      { preemptions: 2, stride: 9, kills: true },
    );

    exhausted(
      {
        name: 'an entry comes to one chain and goes from another while they are counted',
        prepare(starting) {
          const [a, b] = [starting.key(15, 4, kind), starting.key(0, 4, kind)];
          starting.fill([b]);
          return [
            [size(), size()],
            [insert(a, 1), remove(b)],
          ];
        },
      },
      { preemptions: 2, stride: 3 },
    );

    exhausted(
      {
        name: 'a writer falls asleep on a locked chain in the middle of a commit',
        prepare(starting) {
          const { present, neighbour } = Y_OF_TWO.prepare(starting, kind);
          return [[set(neighbour, 1)], [set(present, 2), remove(neighbour), add(present, 1)]];
        },
      },
      { preemptions: 2, stride: 12 },
    );
  });
}

explored(
  {
    name: 'keys that no scratch holds are looked up and deleted while others come and go',
    prepare(starting) {
      const keys = starting.keys(4, 3, 4, 'string') as string[];
      starting.fill(keys.slice(0, 3), (i) => `old value ${i}`);
      const [a, b, , fresh] = keys as [string, string, string, string];
      const any = (random: { of<T>(items: readonly T[]): T }): MapOperation =>
        random.of([
          set(a, 'another'),
          remove(b),
          insert(fresh, 'a new value'),
          clear(false),
          set(fresh, 'one more'),
        ]);
      return (random) => [
        [getLong(a), random.of([getLong(fresh), removeLong(a), removeLong(b)]), getLong(a)],
        [any(random), any(random)],
        [random.of([removeLong(a), removeLong(fresh), getLong(b)]), any(random)],
      ];
    },
  },
  4000,
);

explored(
  {
    name: 'keys that no scratch holds and that share one hash',
    hash: 'constant',
    prepare(starting) {
      const keys = starting.keys(5, 0, 0, 'string') as string[];
      starting.fill(keys.slice(0, 4), (i) => `old value ${i}`);
      const [a, b, c, d, fresh] = keys as [string, string, string, string, string];
      return (random) => [
        [getLong(d), getLong(fresh), removeLong(c)],
        [random.of([remove(a), set(b, 1)]), insert(fresh, 'a new value'), insert(a, 'once more')],
        [random.of([removeLong(d), getLong(a)]), insert(d, 'once more')],
      ];
    },
  },
  4000,
);
