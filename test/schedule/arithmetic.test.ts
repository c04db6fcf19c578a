import type { Random } from '../random.js';
import { type Arithmetic, compute, wide } from './computing.js';
import { getAndDelete, getAndSet, update } from './exchanges.js';
import { exhausted, explored } from './explored.js';
import {
  clear,
  get,
  has,
  insert,
  type Key,
  type MapOperation,
  remove,
  set,
  type Value,
} from './operations.js';
import type { Program } from './scenario.js';
import { needsOf, STARTS } from './tables.js';

// Arithmetic that meets other changes of its key: every result is of the value that was there, and is what the next one
// finds. Bigints come from the table into a record and back, and a record that was taken for a result is used or given back.

const VERBS: readonly Arithmetic[] = ['add', 'add', 'min', 'max', 'and', 'or', 'xor'];
/** A bigint whose sum with another of these needs a record, or needs none any more. */
const STEP = 2n ** 61n;
const LARGE = 2n ** 63n - 5n;
const wides = [1n, -1n, STEP, -STEP, LARGE, -LARGE, 3n * STEP].map(wide);

/** An operation on one of the keys. */
function wideOperation(random: Random, keys: readonly Key[]): MapOperation {
  const key = random.of(keys);
  const value = random.of(wides);
  const kinds: (() => MapOperation)[] = [
    () => compute(random.of(VERBS), 'int64', key, value),
    () => compute('add', 'int64', key, value),
    () => compute('add', 'int64', key, value),
    () => set(key, value),
    () => insert(key, value),
    () => getAndSet(key, value),
    () => getAndDelete(key),
    () => remove(key),
    () => get(key),
    () => has(key),
  ];
  return random.of(kinds)();
}

function wideProgram(keys: readonly Key[], most = 3): (random: Random) => Program {
  return (random) =>
    [0, 1, 2].map(() => Array.from({ length: 1 + random.below(most) }, () => wideOperation(random, keys)));
}

for (const entries of [1, 9]) {
  explored(
    {
      name: `bigints in a chain of ${entries}`,
      victim: 1,
      prepare(table) {
        const keys = table.keys(entries, 3);
        table.fill(keys, (i) => wides[i % wides.length] as Value);
        return wideProgram([keys[entries - 1] as Key, table.key(3)]);
      },
    },
    3000,
  );
}

for (const start of STARTS.filter(({ name }) =>
  /split|promotion|same size|not swept|one hash|want of buckets/.test(name),
)) {
  explored(
    {
      name: `bigints on ${start.name}`,
      victim: 1,
      ...needsOf(start),
      prepare(table) {
        // What the table begins with are numbers, each of which stands for a bigint, but 0.
        const { present, neighbour, absent } = start.prepare(table, 'number');
        if (start.scarce) return wideProgram([present, absent], 2);
        table.set(present, wides[4] as Value);
        table.set(neighbour, wides[0] as Value);
        return wideProgram([present, present, neighbour, absent], 2);
      },
    },
    500,
  );
}

explored(
  {
    name: 'bigints while the map is cleared',
    victim: 1,
    prepare(table) {
      const keys = table.keys(9, 3);
      table.fill(keys, () => wides[4] as Value);
      const some = wideProgram([keys[0] as Key, keys[8] as Key]);
      return (random) => [[clear(random.next() < 0.5), ...(some(random)[0] ?? [])], ...some(random).slice(1)];
    },
  },
  1500,
);

explored(
  {
    name: 'numbers and int32',
    victim: 1,
    prepare(table) {
      const keys = table.keys(9, 3);
      table.fill(keys);
      const [a, b] = [keys[8] as Key, table.key(3)];
      const operation = (random: Random, n: number): MapOperation => {
        const key = random.of([a, b]);
        const kinds: (() => MapOperation)[] = [
          () => compute(random.of(VERBS), 'int32', a, random.of([1, -1, 2 ** 31 - 1, -(2 ** 31), 6])),
          () => compute(random.of(['min', 'max']), 'number', b, random.of([n, -n, Number.NaN, -0, 5])),
          () => set(key, n),
          () => remove(key),
          () => update(b, n),
          () => get(key),
        ];
        return random.of(kinds)();
      };
      let n = 0;
      return (random) =>
        [0, 1, 2].map(() => Array.from({ length: 1 + random.below(3) }, () => operation(random, ++n)));
    },
  },
  2000,
);

exhausted(
  {
    name: 'two sums of one bigint, each of which needs a record',
    prepare(table) {
      const key = table.key(3);
      table.set(key, wide(LARGE));
      return [[compute('add', 'int64', key, wide(1n))], [compute('add', 'int64', key, wide(2n)), get(key)]];
    },
  },
  { preemptions: 2, kills: true },
);

exhausted(
  {
    name: 'a bigint is added to while its key is deleted and set again',
    prepare(table) {
      const key = table.key(3);
      table.set(key, wide(LARGE));
      return [[compute('add', 'int64', key, wide(LARGE))], [remove(key), set(key, wide(-LARGE)), get(key)]];
    },
  },
  { preemptions: 2, kills: true },
);

exhausted(
  {
    name: 'a maximum that changes nothing, while the value falls',
    prepare(table) {
      const key = table.key(3);
      table.set(key, wide(LARGE));
      return [
        [compute('max', 'int64', key, wide(5n)), get(key)],
        [set(key, wide(-LARGE)), get(key)],
      ];
    },
  },
  { preemptions: 2, kills: true },
);

exhausted(
  {
    name: 'a number is deleted, and its cell goes to a text of another key',
    prepare(table) {
      const [key, other] = table.keys(2, 3) as [Key, Key];
      table.set(key, 7);
      return [
        [compute('min', 'number', key, 5), get(key)],
        [remove(key), set(other, 'the text of a record'), get(key)],
      ];
    },
  },
  { preemptions: 2, kills: true },
);
