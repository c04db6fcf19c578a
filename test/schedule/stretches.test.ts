import { exhausted, explored } from './explored.js';
import { clear, get, insert, type Key, remove, set, shrink } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';

// Stretches: threads claim neighbouring chains, four here, and do each its own. What one thread cannot do, or leaves behind
// when it dies, others do in the next round.

for (const kind of ['number', 'string'] as const) {
  exhausted(
    {
      name: `${kind} keys a chain is locked while the stretch that it lies in is moved`,
      prepare(table) {
        const xs = table.keys(4, 15, 5, kind);
        const ys = table.keys(4, 31, 5, kind);
        table.fill([...xs, ...ys]);
        table.grow(15);
        const free = table.key(0, 5);
        table.set(free, 0);
        table.moveTo(12, free);
        // Both move the last four chains; the first also writes in one of them.
        return [
          [set(xs[0] as Key, 100), get(ys[0] as Key)],
          [set(free, 1), set(free, 2), set(free, 3), get(ys[0] as Key), get(xs[0] as Key)],
        ];
      },
    },
    { preemptions: 2, stride: 3 },
  );

  exhausted(
    {
      name: `${kind} keys the last stretch of a growth is moved by threads that die`,
      prepare(table) {
        const xs = table.keys(3, 15, 5, kind);
        const ys = table.keys(3, 31, 5, kind);
        table.fill([...xs, ...ys]);
        table.grow(15);
        const free = table.key(0, 5);
        table.set(free, 0);
        table.moveTo(9, free);
        return [
          [set(free, 1), set(free, 2)],
          [set(free, 3), set(free, 4), set(free, 5), get(ys[0] as Key), insert(table.key(31, 5, kind), 1)],
        ];
      },
    },
    { preemptions: 1, kills: true },
  );

  exhausted(
    {
      name: `${kind} keys the last stretch of a shrink is merged by threads that die`,
      prepare(table) {
        table.widen();
        const xs = table.keys(3, 15, 5, kind);
        const ys = table.keys(3, 31, 5, kind);
        table.fill([...xs, ...ys]);
        table.shrink();
        const free = table.key(0, 5);
        table.set(free, 0);
        table.moveTo(9, free);
        return [
          [set(free, 1), set(free, 2)],
          [set(free, 3), shrink(), get(ys[0] as Key), remove(xs[0] as Key)],
        ];
      },
    },
    { preemptions: 1, kills: true },
  );

  exhausted(
    {
      name: `${kind} keys a map is cleared and swept while a chain is split`,
      prepare(table) {
        const xs = table.keys(3, 1, 5, kind);
        const ys = table.keys(3, 17, 5, kind);
        table.fill([...xs, ...ys], (i) => `old value ${i}`);
        table.grow(1);
        return [
          [set(xs[0] as Key, 'a value that moves the chain')],
          [clear(), get(ys[0] as Key), get(xs[1] as Key)],
        ];
      },
    },
    { preemptions: 2, stride: 7 },
  );

  explored({
    name: `${kind} keys chains with overflow buckets are cleared, swept and filled`,
    prepare(table) {
      const keys = table.keys(20, 3, 4, kind);
      table.fill(keys);
      return programs({
        keys: keys.slice(0, 6),
        verbs: [['clear', ...CHANGES], CHANGES, READS],
      });
    },
  });

  for (const victim of [undefined, 1]) {
    explored({
      ...(victim === undefined ? {} : { victim }),
      name: `${kind} keys three threads move all chains of a growth${victim === undefined ? '' : ', one of whom dies'}`,
      prepare(table) {
        const xs = table.keys(3, 5, 5, kind);
        const ys = table.keys(3, 21, 5, kind);
        table.fill([...xs, ...ys]);
        table.grow(5);
        const some = [xs[0], ys[0], ys[1], table.key(9, 5, kind), table.key(25, 5, kind)] as Key[];
        return programs({ keys: some, verbs: [CHANGES, CHANGES, [...CHANGES, ...READS, 'clear']], most: 5 });
      },
    });
  }
}
