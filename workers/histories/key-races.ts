// Races about one key or two: each tells what may come of it, in the order thread 0, thread 1, end; -1 is absent, true
// and false are 1 and 0.

import type { Race, Stage } from './race.js';

const nothing = () => {};
const endOf = ({ map, a, read }: Stage) => `${read(map.get(a))}`;
const setA = ({ map, a, value }: Stage) => void map.set(a, value(1));

export const KEY_RACES: readonly Race[] = [
  {
    name: 'insert | insert',
    prepare: nothing,
    steps: [({ map, a, value }) => map.insert(a, value(1)), ({ map, a, value }) => map.insert(a, value(2))],
    end: endOf,
    outcomes: { '1 0 1': 'first', '0 1 2': 'second' },
  },
  {
    name: 'insert | delete',
    prepare: nothing,
    steps: [({ map, a, value }) => map.insert(a, value(1)), ({ map, a }) => map.delete(a)],
    end: endOf,
    outcomes: { '1 1 -1': 'first', '1 0 1': 'second' },
  },
  {
    name: 'set | delete, has',
    prepare: setA,
    steps: [
      ({ map, a, value }) => {
        map.set(a, value(2));
        return 0;
      },
      ({ map, a }) => Number(map.delete(a)) * 10 + Number(map.has(a)),
    ],
    end: endOf,
    outcomes: { '0 10 -1': 'first', '0 10 2': 'second', '0 11 2': 'between' },
  },
  {
    name: 'add | add',
    prepare: nothing,
    steps: [({ map, a }) => map.add(a, 1), ({ map, a }) => map.add(a, 2)],
    end: ({ map, a }) => String(map.get(a)),
    outcomes: { '1 3 3': 'first', '3 2 3': 'second' },
  },
  {
    name: 'add | delete',
    prepare: ({ map, a }) => void map.set(a, 5),
    steps: [({ map, a }) => map.add(a, 1), ({ map, a }) => map.delete(a)],
    end: ({ map, a }) => String(map.get(a) ?? -1),
    outcomes: { '6 1 -1': 'first', '1 1 1': 'second' },
  },
  {
    name: 'compareAndSet | compareAndSet',
    prepare: setA,
    steps: [
      ({ map, a, value }) => map.compareAndSet(a, value(1), value(2)),
      ({ map, a, value }) => map.compareAndSet(a, value(1), value(3)),
    ],
    end: endOf,
    outcomes: { '1 0 2': 'first', '0 1 3': 'second' },
  },
  {
    name: 'compareAndSet | set',
    prepare: setA,
    steps: [
      ({ map, a, value }) => map.compareAndSet(a, value(1), value(2)),
      ({ map, a, value }) => {
        map.set(a, value(3));
        return 0;
      },
    ],
    end: endOf,
    outcomes: { '1 0 3': 'first', '0 0 3': 'second' },
  },
  {
    name: 'delete | delete',
    prepare: setA,
    steps: [({ map, a }) => map.delete(a), ({ map, a }) => map.delete(a)],
    end: endOf,
    outcomes: { '1 0 -1': 'first', '0 1 -1': 'second' },
  },
  {
    name: 'getAndSet | getAndSet',
    prepare: setA,
    steps: [
      ({ map, a, value, read }) => read(map.getAndSet(a, value(2))),
      ({ map, a, value, read }) => read(map.getAndSet(a, value(3))),
    ],
    end: endOf,
    outcomes: { '1 2 3': 'first', '3 1 2': 'second' },
  },
  {
    name: 'getAndDelete | getAndDelete',
    prepare: setA,
    steps: [({ map, a, read }) => read(map.getAndDelete(a)), ({ map, a, read }) => read(map.getAndDelete(a))],
    end: endOf,
    outcomes: { '1 -1 -1': 'first', '-1 1 -1': 'second' },
  },
  {
    name: 'getAndDelete | getAndSet',
    prepare: setA,
    steps: [
      ({ map, a, read }) => read(map.getAndDelete(a)),
      ({ map, a, value, read }) => read(map.getAndSet(a, value(2))),
    ],
    end: endOf,
    outcomes: { '1 -1 2': 'first', '2 1 -1': 'second' },
  },
  {
    name: 'getOrInsert | getOrInsertComputed',
    prepare: nothing,
    steps: [
      ({ map, a, value, read }) => read(map.getOrInsert(a, value(1))),
      ({ map, a, value, read }) => read(map.getOrInsertComputed(a, () => value(2))),
    ],
    end: endOf,
    outcomes: { '1 1 1': 'first', '2 2 2': 'second' },
  },
  {
    name: 'update | update',
    prepare: setA,
    steps: [
      ({ map, a, value, read }) => read(map.update(a, (old) => value(read(old) + 1))),
      ({ map, a, value, read }) => read(map.update(a, (old) => value(read(old) + 2))),
    ],
    end: endOf,
    outcomes: { '2 4 4': 'first', '4 3 4': 'second' },
  },
  {
    name: 'deleteIf | set',
    prepare: setA,
    steps: [
      ({ map, a, value, read }) => map.deleteIf(a, (old) => read(old) === read(value(1))),
      ({ map, a, value }) => {
        map.set(a, value(2));
        return 0;
      },
    ],
    end: endOf,
    outcomes: { '1 0 2': 'first', '0 0 2': 'second' },
  },
  {
    name: 'compareAndDelete | replace',
    prepare: setA,
    steps: [
      ({ map, a, value }) => map.compareAndDelete(a, value(1)),
      ({ map, a, value }) => map.replace(a, value(2)),
    ],
    end: endOf,
    outcomes: { '1 0 -1': 'first', '0 1 2': 'second' },
  },
  {
    name: 'delete, insert | get',
    prepare: setA,
    steps: [
      ({ map, a, value }) => Number(map.delete(a)) * 10 + Number(map.insert(a, value(2))),
      ({ map, a, read }) => read(map.get(a)),
    ],
    end: endOf,
    outcomes: { '11 2 2': 'first', '11 1 2': 'second', '11 -1 2': 'between' },
  },
  {
    name: 'set a, set b | get b, get a',
    prepare: ({ map, a, b, value }) => {
      map.set(a, value(0));
      map.set(b, value(0));
    },
    steps: [
      ({ map, a, b, value }) => {
        map.set(a, value(1));
        map.set(b, value(1));
        return 0;
      },
      ({ map, a, b, read }) => {
        const later = read(map.get(b));
        return later * 10 + read(map.get(a));
      },
    ],
    outcomes: { '0 11': 'first', '0 0': 'second', '0 1': 'between' },
  },
  {
    name: 'set a, get b | set b, get a',
    prepare: ({ map, a, b, value }) => {
      map.set(a, value(0));
      map.set(b, value(0));
    },
    steps: [
      ({ map, a, b, value, read }) => read(map.set(a, value(1)).get(b)),
      ({ map, a, b, value, read }) => read(map.set(b, value(1)).get(a)),
    ],
    outcomes: { '0 1': 'first', '1 0': 'second', '1 1': 'between' },
  },
  {
    name: 'plain write, set | get, plain read',
    prepare: ({ map, a, value }) => void map.set(a, value(0)),
    steps: [
      ({ map, a, value, plain }) => {
        plain.value = 1;
        map.set(a, value(1));
        return 0;
      },
      ({ map, a, read, plain }) => {
        const told = read(map.get(a));
        return told * 10 + plain.value;
      },
    ],
    outcomes: { '0 11': 'first', '0 0': 'second', '0 1': 'between' },
  },
];
