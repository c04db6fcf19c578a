import { describe } from 'vitest';
import { compareAndDelete, getAndDelete } from './exchanges.js';
import { exhausted, exhaustedOn, explored } from './explored.js';
import {
  add,
  clear,
  compareAndSet,
  get,
  insert,
  type Key,
  type MapOperation,
  remove,
  set,
  waitFor,
  waitForAbsence,
} from './operations.js';
import { programs } from './programs.js';
import type { Program } from './scenario.js';
import { type Keys, oldValue, STARTS, startNamed } from './tables.js';

// Waiting for a key: whoever sleeps although what it waits for is there has lost a wake-up, and breaks its run. Who writes
// may die, who waits may die; a third thread, whose turn comes last, writes what is waited for.

const record = (n: number): string => `a new value, the ${n}th`;

/** What comes before the value that is waited for, and brings it or leaves that to the third thread. */
function writers({ present, absent, neighbour }: Keys, kind: 'number' | 'string'): MapOperation[][] {
  return [
    [set(absent, 1)],
    [insert(absent, record(1))],
    [add(absent, 2), add(absent, 3)],
    [set(neighbour, record(4)), set(absent, record(5))],
    [remove(neighbour), remove(present)],
    [compareAndSet(present, oldValue(kind)(0), 6)],
    [clear(true), get(absent)],
    [clear(false), insert(neighbour, 7)],
  ];
}

/** Each of them beside who waits for the absent key, and for another value of the present one. */
function waits(keys: Keys, kind: 'number' | 'string'): Program[] {
  return writers(keys, kind).flatMap((write) => [
    [[waitFor(keys.absent)], write, [insert(keys.absent, 10)]],
    [[waitFor(keys.present, 11)], write, [set(keys.present, 11)]],
  ]);
}

/** What takes the present key away, or leaves that to the third thread, who waits for its end beside it. */
function endings({ present, absent, neighbour }: Keys, kind: 'number' | 'string'): Program[] {
  const writes: MapOperation[][] = [
    [remove(present)],
    [set(absent, record(1)), remove(present)],
    [remove(neighbour), getAndDelete(present)],
    [compareAndDelete(present, oldValue(kind)(0)), insert(present, 2)],
    [clear(true)],
    [clear(false), insert(present, 3)],
    [set(present, record(4))],
  ];
  return writes.map((write) => [[waitForAbsence(present)], write, [remove(present)]]);
}

for (const kind of ['number', 'string'] as const) {
  describe(`${kind} keys`, () => {
    for (const start of STARTS) {
      exhaustedOn(
        start,
        kind,
        `a key is waited for: ${start.name}`,
        { preemptions: 1, stride: 3, sparse: true, kills: true },
        (keys) => waits(keys, kind),
      );
    }

    for (const start of STARTS) {
      exhaustedOn(
        start,
        kind,
        `a key's end is waited for: ${start.name}`,
        { preemptions: 1, stride: 3, sparse: true, kills: true },
        (keys) => endings(keys, kind),
      );
    }

    exhausted(
      {
        name: 'a key is deleted while a thread begins to wait for its end',
        prepare(starting) {
          const { absent, present } = startNamed('a bucket with one cell left').prepare(starting, kind);
          return [[waitForAbsence(present)], [remove(present), set(absent, 1)]];
        },
      },
      { preemptions: 2 },
    );

    exhausted(
      {
        name: 'the map is cleared while a thread begins to wait for the end of a key',
        prepare(starting) {
          const { present } = startNamed('a bucket with one cell left').prepare(starting, kind);
          return [[waitForAbsence(present)], [clear(false)]];
        },
      },
      { preemptions: 2 },
    );

    const growing = startNamed('the Y half of a chain of two that is to be split');
    const shared = startNamed('a bucket with one cell left');

    exhausted(
      {
        name: 'a thread waits for a key of a chain in the middle of a commit',
        prepare(starting) {
          const { absent, neighbour } = growing.prepare(starting, kind);
          return [[waitFor(absent)], [set(neighbour, 1)], [set(absent, 2)]];
        },
      },
      { preemptions: 2, stride: 5 },
    );

    for (const name of [
      'the upper of two chains that are to be merged',
      'the upper of two chains of two that are to be merged',
      'the last chains before the table has shrunk',
    ]) {
      const merging = startNamed(name);
      exhausted(
        {
          name: `a thread waits for a key whose chain is merged: ${name}`,
          prepare(starting) {
            const { absent, neighbour } = merging.prepare(starting, kind);
            return [[waitFor(absent)], [set(neighbour, 1), remove(neighbour)], [set(absent, 2)]];
          },
        },
        { preemptions: 2, stride: 15 },
      );
    }

    exhausted(
      {
        name: 'a key is set while a thread begins to wait',
        prepare(starting) {
          const { absent, present } = shared.prepare(starting, kind);
          return [[waitFor(absent)], [set(absent, 1), remove(present)]];
        },
      },
      { preemptions: 2 },
    );

    exhausted(
      {
        name: 'two threads wait for one key',
        prepare(starting) {
          const { absent, neighbour } = shared.prepare(starting, kind);
          return [[waitFor(absent)], [waitFor(absent)], [set(neighbour, 1), insert(absent, 2)]];
        },
      },
      { preemptions: 2, stride: 3, kills: true },
    );

    exhausted(
      {
        name: 'one thread waits, and writes what another waits for',
        prepare(starting) {
          const { absent, present } = shared.prepare(starting, kind);
          return [
            [waitFor(absent, 1), set(present, 2), waitFor(absent, 3)],
            [set(absent, 1), waitFor(present, 2), set(absent, 3)],
          ];
        },
      },
      { preemptions: 2, stride: 7 },
    );

    exhausted(
      {
        name: 'the map is cleared while a thread begins to wait, and the key comes back under another hash',
        prepare(starting) {
          const { absent } = shared.prepare(starting, kind);
          return [[waitFor(absent)], [clear(false)], [insert(absent, 2)]];
        },
      },
      { preemptions: 2, stride: 3, kills: true },
    );

    explored(
      {
        name: 'who clears the map dies, and another sets the key that a thread waits for',
        victim: 1,
        prepare(starting) {
          const { absent } = shared.prepare(starting, kind);
          return [[waitFor(absent)], [clear(false)], [get(absent), insert(absent, 2)]];
        },
      },
      4000,
    );

    explored(
      {
        name: 'who writes dies, and another sets the key that a thread waits for',
        victim: 1,
        prepare(starting) {
          const { absent, neighbour } = growing.prepare(starting, kind);
          return [[waitFor(absent)], [set(neighbour, 1), remove(neighbour)], [get(absent), add(absent, 2)]];
        },
      },
      4000,
    );

    exhausted(
      {
        name: 'the map is cleared twice while a thread begins to wait',
        prepare(starting) {
          const { absent } = shared.prepare(starting, kind);
          return [[waitFor(absent)], [clear(true), clear(false)], [insert(absent, 2)]];
        },
      },
      { preemptions: 2, stride: 40 },
    );

    exhausted(
      {
        name: 'a writer and a waiter sleep on one chain',
        prepare(starting) {
          const { absent, neighbour } = shared.prepare(starting, kind);
          return [[set(neighbour, 'a value')], [add(absent, 2)], [waitFor(absent)]];
        },
      },
      { preemptions: 2, stride: 9, kills: true },
    );

    explored({
      name: 'a key is waited for while others write, clear and grow',
      prepare(starting) {
        const keys = growing.prepare(starting, kind);
        const rest = programs({
          keys: [keys.absent, keys.neighbour],
          verbs: [
            ['set', 'insert', 'add', 'delete', 'clear'],
            ['set', 'insert', 'compareAndSet', 'delete'],
          ],
        });
        return (random) => [
          random.of<MapOperation[]>([
            [waitFor(keys.absent as Key), get(keys.absent)],
            [waitFor(keys.absent), remove(keys.absent), waitFor(keys.absent)],
          ]),
          ...rest(random),
        ];
      },
    });
  });
}
