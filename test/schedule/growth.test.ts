import { expect, test } from 'vitest';
import { explore } from './explorer.js';
import { get, insert, remove, set } from './operations.js';

test('a chain of one bucket is evacuated', () => {
  expect(
    explore(
      {
        name: 'evacuation, one bucket',
        prepare(table) {
          const xs = table.keys(3, 5, 5);
          const ys = table.keys(3, 21, 5);
          table.fill([...xs, ...ys], (i) => 100 + i);
          table.grow(5);
          const [x, y] = [xs[0] as number, ys[0] as number];
          return [
            [set(x, 1), remove(y)],
            [get(y), get(x), get(y)],
            [set(y, 2), insert(table.key(21, 5), 7)],
          ];
        },
      },
      3000,
    ),
  ).toBeGreaterThan(0);
});
