import { explored } from './explored.js';
import { get, insert, type Key, remove, set } from './operations.js';
import { CHANGES, programs, READS } from './programs.js';

// Beginning and end of a growth, and the growth that keeps the size.

const ANYTHING = [...CHANGES, ...READS];

for (const kind of ['number', 'string'] as const) {
  explored({
    name: `several writers of ${kind} keys begin the same growth`,
    prepare(table) {
      const xs = table.keys(3, 5, 5, kind);
      const ys = table.keys(3, 21, 5, kind);
      table.fill([...xs, ...ys]);
      table.pad(5, 104);
      const fresh = table.keys(4, 6, 4, kind);
      return (random) => [
        [insert(fresh[0] as Key, 1), get(ys[0] as Key)],
        [insert(fresh[1] as Key, 2), set(ys[0] as Key, 100)],
        [random.of([remove(ys[0] as Key), get(ys[0] as Key)]), insert(fresh[2] as Key, 3), get(ys[1] as Key)],
      ];
    },
  });

  explored({
    name: `the last chain of ${kind} keys moves and the growth is promoted`,
    prepare(table) {
      const xs = table.keys(5, 15, 5, kind);
      const ys = table.keys(6, 31, 5, kind);
      table.fill([...xs, ...ys]);
      table.grow(15);
      const free = table.key(0, 5);
      table.set(free, 0);
      table.moveTo(15, free);
      return programs({
        keys: [xs[0] as Key, ys[0] as Key, ys[5] as Key, free],
        verbs: [ANYTHING, ANYTHING, READS],
      });
    },
  });

  explored({
    name: `chains of ${kind} keys are compacted while they are read and written`,
    prepare(table) {
      const keys = table.keys(25, 3, 4, kind);
      table.fill(keys);
      // Overflow buckets with one entry each, here and elsewhere, until a growth of the same size begins.
      for (const key of keys.slice(1, 8)) table.delete(key);
      for (const key of keys.slice(9, 16)) table.delete(key);
      table.crowd();
      return programs({
        keys: [keys[0] as Key, keys[8] as Key, keys[16] as Key, keys[24] as Key, table.key(3, 4, kind)],
        verbs: [ANYTHING, [...CHANGES, 'iterate'], [...READS, 'iterate']],
      });
    },
  });
}
