import { exhausted, explored } from './explored.js';
import { clear, get, insert, iterate, type Key, remove, set, size } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';

// clear steps the generation at one instant; chains are emptied later, by whoever comes.

const ANYTHING = [...CHANGES, ...READS];

for (const kind of ['number', 'string'] as const) {
  const old = (i: number) => (kind === 'string' ? `old value ${i}` : i);

  explored({
    name: `a map with ${kind} keys is cleared while it is read and written`,
    prepare(table) {
      const keys = table.keys(4, 3, 4, kind);
      table.fill(keys, old);
      table.fill(table.keys(2, 9, 4, kind), old);
      return programs({
        keys: [...keys.slice(0, 2), table.key(3, 4, kind)],
        verbs: [['clear', 'clear', 'get'], ANYTHING, ANYTHING],
      });
    },
  });

  explored({
    name: `a map with ${kind} keys is cleared in the middle of a growth`,
    prepare(table) {
      const xs = table.keys(5, 5, 5, kind);
      const ys = table.keys(6, 21, 5, kind);
      table.fill([...xs, ...ys], old);
      table.grow(5);
      const keys = [xs[0], ys[0], ys[5], table.key(21, 5, kind)].filter((key) => key !== undefined);
      return programs({ keys, verbs: [['clear'], ANYTHING, [...ANYTHING, 'size', 'iterate']], most: 2 });
    },
  });

  explored({
    name: `a map with ${kind} keys is cleared again before the sweep is done`,
    prepare(table) {
      const keys = table.keys(3, 3, 4, kind);
      table.fill(keys, old);
      table.fill(table.keys(10, 9, 4, kind), old);
      table.clear(false);
      const more = table.after(1).keys(2, 3, 4, kind);
      table.fill(more.slice(0, 1), old);
      return programs({
        keys: [...keys.slice(0, 1), ...more],
        verbs: [['clear'], [...ANYTHING, 'clear'], ANYTHING],
        most: 2,
      });
    },
  });

  explored({
    name: `a growth begins and ends about a clear of ${kind} keys`,
    prepare(table) {
      const xs = table.keys(4, 5, 5, kind);
      const ys = table.keys(4, 21, 5, kind);
      table.fill([...xs, ...ys], old);
      table.pad(5, 104);
      const fresh = table.keys(3, 6, 4, kind);
      return (random) => [
        [insert(fresh[0] as string, 1), clear(random.next() < 0.5)],
        [insert(fresh[1] as string, 2), get(xs[0] as string), set(ys[0] as string, 3)],
        [random.of([insert(fresh[2] as string, 1), clear(), get(ys[1] as string)]), get(ys[0] as string)],
      ];
    },
  });
}

explored({
  name: 'size and iteration about a clear',
  prepare(table) {
    table.fill(table.keys(3, 3));
    table.fill(table.keys(3, 12));
    const key = table.key(3);
    return (random) => [
      [clear(random.next() < 0.5)],
      [size(), iterate(random.below(16)), size()],
      [set(key, 1), size(), random.of([clear(), set(key, 2)])],
    ];
  },
});

explored({
  name: 'a chain is emptied and its keys come back under the next seed',
  prepare(table) {
    const [a, b] = table.keys(2, 3) as [number, number];
    table.fill([a, b]);
    return [
      [clear(false), insert(a, 100)],
      [get(a), get(a), insert(a, 200)],
      [clear(), get(a)],
    ];
  },
});

exhausted(
  {
    name: 'a chain of the next generation gets an overflow bucket, and loses it',
    prepare(table) {
      table.fill(table.keys(9, 3));
      table.clear(true);
      const keys = table.after(1).keys(9, 3);
      table.fill(keys.slice(0, 8));
      const last = keys[8] as Key;
      return [[insert(last, 7), remove(last)], [get(last)]];
    },
  },
  { preemptions: 1, stride: 3 },
);

for (const kind of ['number', 'string'] as const) {
  exhausted(
    {
      name: `a sweeper comes late and finds ${kind} keys of the next generation`,
      prepare(table) {
        const old = table.keys(2, 3, 4, kind);
        table.fill(old, (i) => `old value ${i}`);
        const [a, b] = table.after(2).keys(2, 9, 4, kind) as [Key, Key];
        return [[clear()], [clear(), set(a, 'a new value'), set(b, 5), get(a)]];
      },
    },
    { preemptions: 1 },
  );
}

exhausted(
  {
    name: 'what was cleared stays absent before it is swept, though all keys have one hash',
    hash: 'constant',
    prepare(table) {
      const keys = table.keys(10, 0, 0, 'string');
      table.fill(keys, (i) => `old value ${i}`);
      const [a, b] = keys as [Key, Key];
      return [
        [clear(false), get(a), get(b)],
        [get(b), insert(b, 'a new value'), get(b)],
      ];
    },
  },
  { preemptions: 1 },
);
