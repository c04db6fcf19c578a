import { compareAndDelete, deleteIf, getAndDelete, getAndSet, replace, update } from './exchanges.js';
import { exhausted, explored } from './explored.js';
import { clear, get, insert, type Key, remove, set } from './operations.js';
import { CHANGES, EXCHANGES, programs, READS } from './programs.js';
import { needsOf, STARTS } from './tables.js';

// Operations that give back the old value, and those that depend on it: nothing is lost between two of them, and what one
// takes out is whole, whoever sets, deletes, moves or clears it.

const long = (n: number): string => `${n}`.padEnd(70_000, '.');
/** Entries of a table that grows by the next one. */
const BEFORE_GROWTH = 104;
const ANYTHING = [...EXCHANGES, ...EXCHANGES, ...CHANGES];

for (const kind of ['number', 'string'] as const) {
  const old = (i: number) => (kind === 'string' ? `old value ${i}` : i);

  for (const entries of [1, 9]) {
    for (const values of ['records', 'both'] as const) {
      explored({
        name: `${entries} ${kind} keys in one chain are exchanged, ${values}`,
        victim: 1,
        prepare(table) {
          const keys = table.keys(entries, 3, 4, kind);
          table.fill(keys, old);
          return programs({
            keys: [keys[entries - 1] as Key, table.key(3, 4, kind)],
            verbs: [ANYTHING, EXCHANGES, [...EXCHANGES, ...READS]],
            values,
          });
        },
      });
    }
  }

  for (const start of STARTS.filter(({ name }) => /split|merged|same size|not swept|one hash/.test(name))) {
    explored(
      {
        name: `${kind} keys are exchanged on ${start.name}`,
        victim: 1,
        ...needsOf(start),
        prepare(table) {
          const { present, neighbour, absent } = start.prepare(table, kind);
          return programs({
            keys: [present, present, neighbour, absent],
            verbs: [ANYTHING, ANYTHING, [...EXCHANGES, ...READS]],
            most: 2,
          });
        },
      },
      600,
    );
  }

  explored(
    {
      name: `${kind} keys are exchanged while the map is cleared`,
      victim: 1,
      prepare(table) {
        const keys = table.keys(9, 3, 4, kind);
        table.fill(keys, old);
        return programs({
          keys: [keys[0] as Key, keys[8] as Key],
          verbs: [['clear', 'clear', 'getAndSet'], EXCHANGES, ANYTHING],
        });
      },
    },
    1500,
  );

  exhausted(
    {
      name: `a ${kind} key is updated while its value changes and its record is used again`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        table.set(key, 'the value of old');
        return [
          [update(key, 'an updated value')],
          [set(key, 'the value of one'), set(key, 'the value of two'), get(key)],
        ];
      },
    },
    { preemptions: 2, stride: 3, kills: true },
  );

  exhausted(
    {
      name: `a ${kind} key is deleted on a condition while its value changes and its record is used again`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        table.set(key, 'the value of old');
        return [
          [deleteIf(key, 'the value of old')],
          [set(key, 'the value of one'), set(key, 'the value of two'), get(key)],
        ];
      },
    },
    { preemptions: 2, stride: 3, kills: true },
  );

  exhausted(
    {
      name: `two update the same ${kind} key`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        table.set(key, 5);
        return [
          [update(key, 1), update(key, 10)],
          [update(key, 100), get(key)],
        ];
      },
    },
    { preemptions: 2, stride: 5, kills: true },
  );

  exhausted(
    {
      name: `two exchange large values of a ${kind} key`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        table.set(key, long(0));
        return [
          [getAndSet(key, long(1)), getAndDelete(key)],
          [getAndSet(key, long(2)), update(key, 'short')],
        ];
      },
    },
    { preemptions: 1, stride: 3, kills: true },
  );

  exhausted(
    {
      name: `two take the same ${kind} key out`,
      prepare(table) {
        const keys = table.keys(9, 3, 4, kind);
        table.fill(keys, (i) => `a value of old ${i}`);
        const key = keys[8] as Key;
        return [
          [getAndDelete(key), insert(key, 'the value of one')],
          [getAndDelete(key), get(key)],
        ];
      },
    },
    { preemptions: 2, stride: 9, kills: true },
  );

  exhausted(
    {
      name: `a ${kind} key is replaced while it is deleted`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        table.set(key, 'the value of old');
        return [
          [replace(key, 'the value of one'), replace(key, 'the value of three')],
          [remove(key), get(key)],
        ];
      },
    },
    { preemptions: 2, stride: 5 },
  );

  exhausted(
    {
      name: `a ${kind} key is compared while it moves to another chain and its cell is filled`,
      prepare(table) {
        const ys = table.keys(3, 21, 5, kind);
        table.fill(ys, (i) => `old value ${i}`);
        table.pad(5, BEFORE_GROWTH);
        const [present, neighbour] = ys as [Key, Key];
        const filler = insert(table.key(5, 5, kind), 'no value');
        return [
          [compareAndDelete(present, 'old value 0')],
          [insert(table.key(0), 1), set(neighbour, 'a value that moves the chain'), filler],
        ];
      },
    },
    { preemptions: 1, first: 0 },
  );

  exhausted(
    {
      name: `a ${kind} key is taken out while it moves to another bucket of its chain`,
      prepare(table) {
        const [neighbour, ...ys] = table.keys(8, 21, 5, kind) as [Key, ...Key[]];
        const present = table.key(5, 5, kind);
        table.fill([neighbour, ...ys, present], (i) => `old value ${i}`);
        table.pad(5, BEFORE_GROWTH);
        return [
          [getAndDelete(present)],
          [insert(table.key(0), 1), set(neighbour, 'a value that moves the chain')],
        ];
      },
    },
    { preemptions: 1, first: 0 },
  );

  exhausted(
    {
      name: `a ${kind} key is exchanged while the map is cleared and it comes back`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        table.set(key, 'the value of old');
        return [
          [update(key, 'an updated value'), getAndDelete(key)],
          [clear(), insert(key, 'the value of old'), get(key)],
        ];
      },
    },
    { preemptions: 2, stride: 17, sparse: true },
  );
}
