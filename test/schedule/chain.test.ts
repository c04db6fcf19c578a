import { exhausted, explored } from './explored.js';
import { add, compareAndSet, get, insert, type Key, remove, set } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';

// One chain, no growth: readers and writers of the same key and of its neighbours.

const ANYTHING = [...CHANGES, ...READS];

for (const kind of ['number', 'string'] as const) {
  for (const entries of [1, 7, 8, 9, 17]) {
    explored({
      name: `${entries} ${kind} keys in one chain are read and written`,
      prepare(table) {
        const keys = table.keys(entries, 3, 4, kind);
        table.fill(keys, (i) => (kind === 'string' ? `value ${i} of old` : i));
        const last = keys[entries - 1] as Key;
        return programs({
          keys: [keys[0] as Key, last, last, table.key(3, 4, kind)],
          verbs: [ANYTHING, ANYTHING, READS],
        });
      },
    });
  }

  exhausted(
    {
      name: `a ${kind} key is deleted and comes back while it is read`,
      prepare(table) {
        const [a, b] = table.keys(2, 3, 4, kind) as [Key, Key];
        table.set(a, 'a value that is old');
        return [
          [remove(a), insert(b, 'b value that is new'), insert(a, 'a value that is new')],
          [get(a), get(a)],
        ];
      },
    },
    { preemptions: 2, stride: 7 },
  );

  exhausted(
    {
      name: `two insert the same ${kind} key`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        table.fill(table.keys(8, 3, 4, kind));
        return [[insert(key, 'the value of one')], [insert(key, 'the value of two'), get(key)]];
      },
    },
    { preemptions: 2, stride: 7 },
  );

  exhausted(
    {
      name: `two add to the same ${kind} key`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        return [
          [add(key, 1), add(key, 2)],
          [add(key, 4), remove(key)],
        ];
      },
    },
    { preemptions: 2, stride: 7 },
  );

  exhausted(
    {
      name: `numbers of a ${kind} key are compared and added to`,
      prepare(table) {
        const [key, neighbour] = table.keys(2, 3, 4, kind) as [Key, Key];
        table.set(key, 1);
        table.set(neighbour, 50);
        return [
          [compareAndSet(key, 1, 2), compareAndSet(key, 2, 3), get(key)],
          [add(key, 10), compareAndSet(key, 11, 2), remove(key)],
        ];
      },
    },
    { preemptions: 2, stride: 5 },
  );

  exhausted(
    {
      name: `another takes the cell of a ${kind} key whose number is compared`,
      prepare(table) {
        const [leaves] = table.keys(1, 21, 5, kind) as [Key];
        const [first, second, ...others] = table.keys(8, 5, 5, kind) as [Key, Key, ...Key[]];
        table.fill([leaves, ...others], (i) => 100 + i);
        table.pad(5, 104);
        // A growth begins, the chain is split, and what it gets next takes the cell of what has left.
        return [[compareAndSet(leaves, 100, 7)], [insert(first, 1), set(second, 2), get(leaves)]];
      },
    },
    { preemptions: 1 },
  );

  exhausted(
    {
      name: `another takes the cell of a ${kind} key whose number is read`,
      prepare(table) {
        const [leaves] = table.keys(1, 21, 5, kind) as [Key];
        const [first, second, ...others] = table.keys(8, 5, 5, kind) as [Key, Key, ...Key[]];
        table.fill([leaves, ...others], (i) => 100 + i);
        table.pad(5, 104);
        // A growth begins, the chain is split, and what it gets next takes the cell of what has left.
        return [[get(leaves)], [insert(first, 1), set(second, 2), get(leaves)]];
      },
    },
    { preemptions: 1 },
  );

  exhausted(
    {
      name: `a compareAndSet meets a set of a ${kind} key`,
      prepare(table) {
        const key = table.key(3, 4, kind);
        table.set(key, 'the value of old');
        return [
          [compareAndSet(key, 'the value of old', 'the value of one')],
          [set(key, 'the value of two'), get(key)],
        ];
      },
    },
    { preemptions: 2, stride: 7 },
  );

  exhausted(
    {
      name: `the last ${kind} key of an overflow bucket goes while others are read`,
      prepare(table) {
        const keys = table.keys(18, 3, 4, kind);
        table.fill(keys);
        for (const key of keys.slice(8, 15)) table.delete(key);
        return [
          [remove(keys[15] as Key), insert(table.key(3, 4, kind), 1)],
          [get(keys[17] as Key), get(keys[15] as Key)],
        ];
      },
    },
    { preemptions: 2, stride: 7 },
  );
}

for (const kind of ['number', 'string'] as const) {
  exhausted(
    {
      name: `a ${kind} takes the cell of another by a short set while it is read`,
      prepare(table) {
        const [a, b] = table.keys(2, 3, 4, kind) as [Key, Key];
        table.set(a, 3);
        return [
          [remove(a), set(b, 7)],
          [get(b), get(b)],
        ];
      },
    },
    { preemptions: 2, stride: kind === 'number' ? 1 : 3 },
  );
}

exhausted(
  {
    name: 'a full chain gets an overflow bucket while it is read',
    prepare(table) {
      table.fill(table.keys(8, 3));
      const [a, b] = table.keys(2, 3) as [Key, Key];
      return [
        [insert(a, 7), insert(b, 'a record')],
        [get(a), get(b), get(a)],
      ];
    },
  },
  { preemptions: 2, stride: 2 },
);

explored(
  {
    name: 'a record value is replaced again and again while it is read',
    prepare(table) {
      const key = table.key(3, 4, 'string');
      table.set(key, 'the first value of all');
      const text = (n: number) => `value ${n} `.repeat(4);
      return [
        [set(key, text(1)), set(key, text(2)), set(key, text(3))],
        [get(key), get(key)],
        [set(key, text(4)), set(key, text(5))],
      ];
    },
  },
  3000,
);

for (const kind of ['number', 'string'] as const) {
  for (const hash of ['few', 'constant'] as const) {
    const values = hash === 'few' ? 'few values' : 'one value';
    explored({
      name: `a table of ${kind} keys under a hash of ${values} is read and written`,
      hash,
      prepare(table) {
        const only = hash === 'few' ? 3 : 0;
        const keys = table.keys(20, 0, only, kind);
        table.fill(keys);
        return programs({ keys: [keys[0] as Key, keys[19] as Key, table.key(0, only, kind)] });
      },
    });
  }
}
