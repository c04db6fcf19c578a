import { expect, test } from 'vitest';
import { explored } from './explored.js';
import { churn, clear, ENDED, type Key, remove, set } from './operations.js';
import { handOver } from './scanning.js';
import { SharedTable } from './shared-table.js';
import { needsOf, STARTS } from './tables.js';

// A cursor is handed from one thread to another while a third changes the table under it.

for (const kind of ['number', 'string'] as const) {
  for (const table of STARTS.filter(({ hash, scarce }) => hash === undefined && !scarce)) {
    explored(
      {
        ...needsOf(table),
        name: `a cursor is handed over while ${kind} keys come and go: ${table.name}`,
        prepare(starting) {
          const { present, neighbour, absent } = table.prepare(starting, kind);
          return (random) => {
            const [first, rest] = handOver(0, random.below(20));
            const changes = [
              set(neighbour as Key, 1),
              random.of([set(absent, 2), remove(present), clear(), churn(4)]),
              random.of([set(present, 3), remove(neighbour), churn(20)]),
            ];
            return [[first], changes, [rest]];
          };
        },
      },
      250,
    );
  }

  explored(
    {
      name: `a cursor stands while ${kind} keys make the table grow`,
      pages: 40,
      prepare(table) {
        table.fill(
          Array.from({ length: 16 }, (_, ending) => table.keys(6, ending, 4, kind)).flat(),
          (i) => `v${i}`,
        );
        return (random) => {
          const [first, rest] = handOver(0, 1 + random.below(15));
          return [[first], [churn(14 + random.below(30)), churn(8)], [rest]];
        };
      },
    },
    150,
  );
}

test('the number of a generation begins again after 4096 clears: a cursor of then has ended', () => {
  const { inspector: kernel } = new SharedTable('real', 20 * 65536, 0);
  const list = (since: number) => kernel.list?.(0, 0, 0, 0, since) as number;
  const since = kernel.generation?.() as number;
  expect(list(since)).toBe(0);
  for (let i = 0; i < 4096; i++) {
    kernel.clear?.();
    kernel.sweep?.();
    expect(list(since)).toBe(ENDED);
  }
  expect(list(kernel.generation?.() as number)).toBe(0);
});
