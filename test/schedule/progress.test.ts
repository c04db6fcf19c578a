import { expect, test } from 'vitest';
import { Random } from '../random.js';
import { get, insert, type Key, type MapOperation, set } from './operations.js';
import { type Plan, Scenario } from './scenario.js';
import { oldValue, startNamed } from './tables.js';

// Who must get on whatever the others do: a reader beside neighbours that are written without end, a growth whose chain
// is written without end, a writer beside a growth that cannot go on.

function scenario(plan: Plan): Scenario {
  const made = new Scenario(plan);
  made.program(new Random(1));
  return made;
}

/** Steps of thread 0 alone, and beside thread 1, which does a whole operation after each `every` of them. */
function besideOther(plan: Plan, every: number): { alone: number; beside: number } {
  const made = scenario(plan);
  made.begin();
  made.run(0, 1e6);
  const alone = made.steps[0] as number;
  made.begin();
  while (!made.threads[0]?.done) {
    made.run(0, every);
    made.runOperation(1);
    if ((made.steps[0] as number) > 100 * alone + 1000) break;
  }
  const beside = made.steps[0] as number;
  made.finish();
  made.judgeMemory();
  return { alone, beside };
}

const WRITES = 3000;

for (const every of [1, 3, 10]) {
  test(`a long value is read while a neighbour is set after each ${every} steps`, () => {
    const { alone, beside } = besideOther(
      {
        name: 'a neighbour is set without end',
        pages: 40,
        prepare(table) {
          const [a, b] = table.keys(2, 3, 4, 'string') as [Key, Key];
          table.set(a, 'x'.repeat(200_000));
          table.set(b, 'the first value');
          return [[get(a)], Array.from({ length: WRITES }, (_, i) => set(b, `the value of ${i}`))];
        },
      },
      every,
    );
    // Updates and inserts step the sequence, not the version: nothing to begin again for.
    expect(beside).toBe(alone);
  });
}

// A write that loses to another begins again: it needs a stretch of its own steps as long as one attempt.
for (const every of [80, 150]) {
  for (const name of [
    'the Y half of a chain of one that is to be split',
    'the Y half of a chain of five that is to be split',
  ]) {
    test(`a write gets on while another key of ${name} is set after each ${every} of its steps`, () => {
      const { alone, beside } = besideOther(
        {
          name: 'a hot key in a chain that is to be split',
          prepare(table) {
            const { present, absent } = startNamed(name).prepare(table, 'number');
            return [[insert(absent, 1)], Array.from({ length: WRITES }, (_, i) => set(present, i))];
          },
        },
        every,
      );
      expect(beside).toBeLessThanOrEqual(10 * alone + 200);
    });
  }
}

for (const kind of ['number', 'string'] as const) {
  for (const name of [
    'the Y half of a chain of one that is to be split',
    'the Y half of a chain of five that is to be split',
    'the upper of two chains that are to be merged into two buckets',
    'the upper of two chains of two that are to be merged',
  ]) {
    test(`a change of size ends although all threads set the same key: ${kind} keys, ${name}`, () => {
      const made = scenario({
        name: 'one hot key',
        prepare(table) {
          const { present } = startNamed(name).prepare(table, kind);
          const hot = (): MapOperation[] =>
            Array.from({ length: 60 }, (_, i) => set(present, oldValue(kind)(i)));
          return [hot(), hot(), hot()];
        },
      });
      for (let seed = 1; seed <= 20; seed++) {
        const random = new Random(seed);
        made.begin();
        for (let ready = [0, 1, 2]; ready.length > 0; ready = ready.filter((id) => !made.threads[id]?.done)) {
          const id = random.of(ready);
          if (made.canRun(id)) made.run(id, 1 + random.below(12));
        }
        expect(made.isResizing, `seed ${seed}`).toBe(false);
        made.judgeMemory();
      }
    });
  }
}
