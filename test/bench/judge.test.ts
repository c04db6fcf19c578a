import { describe, expect, test } from 'vitest';
import {
  balance,
  explains,
  type LastWrites,
  lastWritesBytes,
  openLastWrites,
  tellAgain,
} from '../../bench/harness/judge.js';
import { makeKeys } from '../../bench/harness/keys.js';
import { type LoopParts, MixLoop } from '../../bench/harness/mix-loop.js';
import { type CellPlan, cycleOf } from '../../bench/harness/plan.js';
import { makeSequence } from '../../bench/harness/sequence.js';
import { emptyTally } from '../../bench/harness/tally.js';
import { makeValues } from '../../bench/harness/values.js';
import { MapLike } from '../../bench/subjects/map-like.js';

const plan: CellPlan = {
  ...{ workload: 'w', workloadModule: undefined, subject: 's', subjectModule: '', sharing: 'shared' },
  ...{ threads: 2, entries: 50, keys: 'int', values: 'number', space: 80, filled: 50, presized: false },
  ...{ cycle: cycleOf({ get: 3, set: 3, delete: 2, insert: 2 }, 1), sequence: 'uniform', theta: 0 },
  ...{ seed: 1, perThread: null, timed: false, pipeline: 0 },
};

function partsOf(thread: number, of = plan): LoopParts {
  return {
    ...{ plan: of, thread, keys: makeKeys('int', of.space), values: makeValues('number', of.space) },
    sequence: makeSequence(of, thread),
  };
}

const KINDS = {
  ...{ nothing: 0, set: 1, deleted: 2, inserted: 4, setThenInsert: 5, deletedThenInsert: 6 },
  ...{ late: 8, setAndLate: 9, deletedAndLate: 10 },
};

describe('what can be there after the last operations of all threads', () => {
  const cases: [string, (keyof typeof KINDS)[], number | undefined, number | undefined, boolean][] = [
    // name, last operations (their values are 100, 200), what is there, what was filled, is it possible
    ['nobody came', ['nothing', 'nothing'], 7, 7, true],
    ['nobody came, and it is gone', ['nothing', 'nothing'], undefined, 7, false],
    ['nobody came, and it was never there', ['nothing', 'nothing'], undefined, undefined, true],
    ['one set', ['set', 'nothing'], 100, 7, true],
    ['one set, and it was lost', ['set', 'nothing'], 7, 7, false],
    ['two set', ['set', 'set'], 200, 7, true],
    ['two set, and an older value is there', ['set', 'set'], 300, 7, false],
    ['set and delete', ['set', 'deleted'], undefined, 7, true],
    ['set, and it is gone', ['set', 'set'], undefined, 7, false],
    ['deleted, and it is there again', ['deleted', 'nothing'], 7, 7, false],
    ['inserted', ['inserted', 'nothing'], 55, undefined, true],
    ['inserted, and it is not there', ['inserted', 'nothing'], undefined, undefined, false],
    ['an insert of what was there', ['inserted', 'nothing'], 7, 7, true],
    ['deleted and inserted by one', ['deletedThenInsert', 'nothing'], undefined, 7, false],
    ['inserted by one, deleted by the other', ['inserted', 'deleted'], undefined, undefined, true],
    ['set, then a failed insert', ['setThenInsert', 'nothing'], 100, undefined, true],
    ['written late', ['late', 'nothing'], 55, 7, true],
    ['written late, and it is gone', ['late', 'nothing'], undefined, 7, false],
    ['deleted after a late write', ['deletedAndLate', 'nothing'], undefined, 7, true],
    ['deleted before a late write', ['deletedAndLate', 'nothing'], 55, 7, true],
    ['set before a late write', ['setAndLate', 'nothing'], 55, 7, true],
    ['set after a late write', ['setAndLate', 'nothing'], 100, 7, true],
  ];
  test.each(cases)('%s', (_, last, found, initial, isPossible) => {
    const writers = last.map((kind, at) => ({
      kinds: Uint8Array.of(KINDS[kind]),
      numbers: Int32Array.of((at + 1) * 100),
    }));
    expect(explains(writers, 0, found, initial, () => true)).toBe(isPossible);
  });
});

test('what came late is remembered when the thread goes on to set and delete', () => {
  const parts = partsOf(0, {
    ...plan,
    ...{ threads: 1, space: 1, filled: 1, pipeline: 4, cycle: cycleOf({ modify: 1, set: 1, delete: 1 }, 1) },
  });
  const [last] = openLastWrites(new SharedArrayBuffer(lastWritesBytes(1, 1)), 1, 1) as [LastWrites];
  tellAgain(parts, [{ phase: 1, operations: 3 }], last);
  // One of each has been done, in whatever order the cycle has them.
  expect(explains([last], 0, 12345, 7, () => true)).toBe(true);
  expect((last.kinds[0] as number) & KINDS.late).toBe(KINDS.late);
});

test('a thread that tells its phases again names what the map holds', () => {
  const map = new MapLike();
  const parts = partsOf(0, { ...plan, threads: 1 });
  for (let index = 0; index < plan.filled; index++)
    map.set(parts.keys.at(index), parts.values.make(index, 0));
  const loop = new MixLoop(map, parts);
  const past = [
    { phase: 3, operations: 700 },
    { phase: 4, operations: 333 },
  ];
  for (const { phase, operations } of past) {
    loop.begin(phase);
    loop.run(operations);
  }
  const [last] = openLastWrites(new SharedArrayBuffer(lastWritesBytes(plan.space, 1)), plan.space, 1);
  tellAgain(parts, past, last);
  let present = 0;
  let differ = 0;
  for (let index = 0; index < plan.space; index++) {
    const value = map.get(parts.keys.at(index));
    if (value !== undefined) present++;
    const initial = index < plan.filled ? parts.values.number(parts.values.make(index, 0)) : undefined;
    const found = value === undefined ? undefined : parts.values.number(value);
    const holds = (number: number | undefined) =>
      explains([last], index, number, initial, () => parts.values.belongs(value, index));
    expect(holds(found), `key ${index}`).toBe(true);
    if (!holds(0x7fff0000 + index)) differ++;
  }
  // And it does not hold for anything.
  expect(differ).toBeGreaterThan(plan.space / 4);
  expect(loop.tally.inserted).toBeGreaterThan(0);
  expect(loop.tally.deleted).toBeGreaterThan(0);
  expect(present).toBe(map.size);
});

test('the accounts of all threads must come out', () => {
  const only = { ...plan, cycle: cycleOf({ insert: 1, delete: 1 }, 1) };
  const tallies = [
    { ...emptyTally(), inserted: 10, deleted: 4 },
    { ...emptyTally(), inserted: 1, deleted: 3 },
  ];
  const finding = (present: number, sum = 0) => [{ present, sum }];
  expect(balance(only, tallies, finding(54))).toBe(undefined);
  expect(balance(only, tallies, finding(53))).toMatch(/53 entries are there, but the answers account for 54/);
  const counting = { ...plan, cycle: cycleOf({ add: 1 }, 1) };
  const added = [{ ...emptyTally(), added: 5 }, emptyTally()];
  expect(balance(counting, added, finding(1, 5))).toBe(undefined);
  expect(balance(counting, added, finding(1, 4))).toMatch(/counts come to 4, but 5 were added/);
  // Private maps are judged each alone.
  const own = { ...counting, sharing: 'private' as const };
  const two = [
    { ...emptyTally(), added: 5 },
    { ...emptyTally(), added: 3 },
  ];
  expect(
    balance(own, two, [
      { present: 1, sum: 5 },
      { present: 1, sum: 3 },
    ]),
  ).toBe(undefined);
  expect(
    balance(own, two, [
      { present: 1, sum: 4 },
      { present: 1, sum: 4 },
    ]),
  ).toMatch(/thread 0/);
});
