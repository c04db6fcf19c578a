import { describe } from 'vitest';
import { exhaustedOn } from './explored.js';
import {
  add,
  churn,
  clear,
  compareAndSet,
  get,
  has,
  insert,
  iterate,
  type MapOperation,
  remove,
  set,
} from './operations.js';
import type { Program } from './scenario.js';
import { type Keys, oldValue, STARTS } from './tables.js';

// A thread stops at any step of any operation. The others go on: the map doubles twice, is cleared, doubles again, and
// what the sleeper held pointers to is freed and used for something else. Then it wakes up. Where it sleeps inside a
// section, the others wait for that chain, and go on once it has left it.

/** A table of 16 chains doubles at 105 entries and at 209. */
const TWO_GROWTHS = 230;
/** Records enough to use again what was freed. */
const REUSE = 24;

function sleepers({ present, absent, neighbour }: Keys, kind: 'number' | 'string'): MapOperation[] {
  return [
    get(present),
    has(absent),
    set(present, 'a value of the sleeper'),
    set(present, 77),
    set(absent, 'a value of the sleeper'),
    set(present, 'sleeper '.padEnd(70_000, '.')),
    insert(absent, 78),
    add(absent, 5),
    remove(present),
    remove(neighbour),
    compareAndSet(present, oldValue(kind)(0), 'a value of the sleeper'),
    clear(true),
    iterate(3),
  ];
}

function upheavals({ present, neighbour }: Keys): MapOperation[][] {
  return [
    [set(present, 'a value that replaces'), remove(neighbour), churn(REUSE), churn(TWO_GROWTHS)],
    [churn(TWO_GROWTHS), clear(true), set(present, 'a value after the clear'), churn(TWO_GROWTHS)],
    [clear(false), churn(REUSE), clear(true), set(neighbour, 'a value after two clears')],
  ];
}

const SLEPT_ON = [
  'one entry',
  'one entry in the only overflow bucket',
  'the Y half of a chain of one that is to be split',
  'the Y half of a chain of two that is to be split',
  'the last chain before a promotion',
  'the upper of two chains of two that are to be merged',
  'the last chains before the table has shrunk',
  'a growth of the same size',
];

for (const kind of ['number', 'string'] as const) {
  describe(`${kind} keys`, () => {
    for (const start of STARTS.filter(({ name }) => SLEPT_ON.includes(name))) {
      exhaustedOn(
        { ...start, pages: 40 },
        kind,
        `a sleeper on ${start.name}`,
        { preemptions: 1, stride: 20, sparse: true, first: 0 },
        (keys): Program[] =>
          sleepers(keys, kind).flatMap((sleeper) =>
            upheavals(keys).map((upheaval) => [[sleeper, get(keys.present)], upheaval]),
          ),
      );
    }
  });
}
