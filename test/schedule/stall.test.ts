import { explored } from './explored.js';
import { get, has, iterate, type Key } from './operations.js';
import { CHANGES, programs } from './programs.js';

// A writer stops anywhere, in the middle of its stores too. Readers of every key finish without it.

for (const kind of ['number', 'string'] as const) {
  const old = (i: number) => (kind === 'string' ? `old value ${i}` : i);

  explored({
    name: `a writer of ${kind} keys stops while its neighbours are read`,
    sleeper: 1,
    prepare(table) {
      const keys = table.keys(9, 3, 4, kind);
      table.fill(keys, old);
      const some = [keys[0] as Key, keys[8] as Key, table.key(3, 4, kind)];
      return (random) => [
        [...some.map(get), ...some.map(has)],
        ...programs({ keys: some, verbs: [CHANGES] })(random),
        [iterate(random.below(16)), ...some.map(get)],
      ];
    },
  });

  for (const [buckets, n] of [
    [1, 3],
    [2, 7],
    [5, 20],
  ] as const) {
    explored({
      name: `a thread stops that evacuates a chain of ${buckets} with ${kind} keys`,
      sleeper: 1,
      prepare(table) {
        const xs = table.keys(n, 5, 5, kind);
        const ys = table.keys(n, 21, 5, kind);
        table.fill(
          xs.flatMap((x, i) => [x, ys[i] as Key]),
          old,
        );
        table.grow(5);
        const some = [xs[0], ys[0], xs[n - 1], ys[n - 1], table.key(21, 5, kind)].filter(
          (key) => key !== undefined,
        );
        return (random) => [
          some.map(get),
          ...programs({ keys: some, verbs: [CHANGES] })(random),
          [iterate(random.of([5, 21, 9]))],
        ];
      },
    });
  }

  for (const n of [3, 12]) {
    explored({
      name: `a thread stops that merges chains of ${n} ${kind} keys`,
      sleeper: 1,
      prepare(table) {
        table.widen();
        const xs = table.keys(n, 0, 5, kind);
        const ys = table.keys(n, 16, 5, kind);
        table.fill([...xs, ...ys], old);
        table.shrink();
        const some = [xs[0], ys[0], xs[n - 1], ys[n - 1], table.key(16, 5, kind)].filter(
          (key) => key !== undefined,
        );
        return (random) => [
          some.map(get),
          ...programs({ keys: some, verbs: [CHANGES] })(random),
          [iterate(random.of([0, 16, 9]))],
        ];
      },
    });
  }

  explored({
    name: `a thread stops that clears ${kind} keys`,
    sleeper: 1,
    prepare(table) {
      const keys = table.keys(10, 3, 4, kind);
      table.fill(keys, old);
      const some = [keys[0] as Key, keys[9] as Key];
      return (random) => [
        some.map(get),
        ...programs({ keys: some, verbs: [['clear', 'clear', 'set']] })(random),
        [iterate(random.below(16)), ...some.map(get)],
      ];
    },
  });
}
