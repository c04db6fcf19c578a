import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  answersValue,
  type KeyOperation,
  keyModel,
  NOT_NUMBER,
  showKeyOperation,
  VERBS,
  type Verb,
} from '../../workers/histories/key-model.js';
import { judge, tell } from '../../workers/histories/linearizability.js';
import { Random } from '../random.js';

const NEVER = Number.POSITIVE_INFINITY;
/** The code of a text. */
const TEXT = -7;

/** An operation: thread, from, to, verb, result, what is written, what is compared with. */
function op(
  ...[thread, invoked, responded, verb, result, argument = 0, expected = 0]: [
    ...[
      thread: number,
      from: number,
      to: number,
      verb: Verb,
      result?: number,
      argument?: number,
      expected?: number,
    ],
  ]
): KeyOperation {
  return { thread, invoked, responded, verb, result: result ?? 0, argument, expected };
}

const set = (thread: number, from: number, to: number, value: number) =>
  op(thread, from, to, 'set', 0, value);
const get = (thread: number, from: number, to: number, value: number) => op(thread, from, to, 'get', value);
const add = (thread: number, from: number, to: number, sum: number, delta = 1) =>
  op(thread, from, to, 'add', sum, delta);

describe('accepted', () => {
  test.each<[string, KeyOperation[]]>([
    ['nothing at all', []],
    [
      'one thread after another',
      [set(0, 1, 2, 5), get(1, 3, 4, 5), op(0, 5, 6, 'delete', 1), get(1, 7, 8, 0)],
    ],
    ['a read during a write that sees it', [set(0, 1, 9, 5), get(1, 2, 3, 5)]],
    ['a read during a write that does not', [set(0, 1, 9, 5), get(1, 2, 3, 0)]],
    ['old, then new, while a write is under way', [set(0, 1, 9, 5), get(1, 2, 3, 0), get(1, 4, 5, 5)]],
    ['equal times count as overlap', [set(0, 1, 2, 5), get(1, 2, 3, 0)]],
    ['one winner of an insert', [op(0, 1, 5, 'insert', 1, 5), op(1, 2, 6, 'insert', 0, 6), get(0, 7, 8, 5)]],
    [
      'two winners with a delete in between',
      [op(0, 1, 9, 'insert', 1, 5), op(1, 1, 9, 'delete', 1), op(2, 1, 9, 'insert', 1, 6)],
    ],
    [
      'two writes in the order that the reads show',
      [set(0, 1, 9, 5), set(1, 1, 9, 6), get(2, 2, 3, 6), get(2, 4, 5, 5)],
    ],
    ['sums in the order of the answers', [add(0, 1, 9, 2), add(1, 2, 8, 1), add(2, 3, 7, 3)]],
    [
      'a value that goes from hand to hand',
      [
        set(0, 1, 2, 5),
        op(0, 3, 9, 'getAndSet', 7, 6),
        op(1, 3, 9, 'getAndSet', 5, 7),
        op(2, 3, 9, 'getAndDelete', 6),
      ],
    ],
    ['one who inserts for all', [op(0, 1, 9, 'getOrInsert', 6, 5), op(1, 2, 8, 'getOrInsert', 6, 6)]],
    ['an update of what the other made', [op(0, 1, 9, 'update', 6, 5), op(1, 1, 9, 'update', 0, 6)]],
    ['add to a text', [set(0, 1, 2, TEXT), add(0, 3, 4, NOT_NUMBER), get(0, 5, 6, TEXT)]],
    [
      'a chain of compareAndSet',
      [set(0, 1, 2, 5), op(0, 3, 9, 'compareAndSet', 1, 7, 6), op(1, 3, 9, 'compareAndSet', 1, 6, 5)],
    ],
    ['without a response, and seen', [set(0, 1, NEVER, 5), get(1, 100, 101, 0), get(1, 200, 201, 5)]],
    ['without a response, and never seen', [set(0, 1, NEVER, 5), get(1, 100, 101, 0)]],
    [
      'without a response, seen and overwritten',
      [op(0, 1, NEVER, 'add', 0, 2), get(1, 2, 3, 2), set(1, 4, 5, 9), get(1, 6, 7, 9)],
    ],
  ])('%s', (_name, history) => {
    expect(judge(history, keyModel)).toMatchObject({ isLinearizable: true, witness: [] });
  });
});

describe('refused', () => {
  test.each<[string, KeyOperation[]]>([
    ['a stale read', [set(0, 1, 2, 5), set(0, 3, 4, 6), get(1, 5, 6, 5)]],
    ['a lost update', [set(0, 1, 2, 5), set(1, 3, 4, 6), get(0, 5, 6, 5), get(1, 7, 8, 6)]],
    ['a value that nobody wrote', [set(0, 1, 2, 5), get(1, 3, 4, 6)]],
    ['a value that nobody can have written', [set(0, 1, 9, 5), get(1, 3, 4, Number.NaN)]],
    ['a value before it was written', [get(1, 1, 2, 5), set(0, 3, 4, 5)]],
    [
      'a key that comes back after its delete',
      [set(0, 1, 2, 5), op(0, 3, 4, 'delete', 1), op(1, 5, 6, 'has', 1)],
    ],
    ['a key that is lost', [set(0, 1, 2, 5), op(1, 3, 4, 'has', 0)]],
    [
      'a key that was missed for a moment',
      [set(0, 1, 2, 5), set(0, 3, 9, 6), get(1, 4, 5, 0), get(1, 6, 7, 6)],
    ],
    ['two winners of one insert', [op(0, 1, 9, 'insert', 1, 5), op(1, 2, 8, 'insert', 1, 6)]],
    ['no winner of an insert', [op(0, 1, 9, 'insert', 0, 5), op(1, 2, 8, 'insert', 0, 6)]],
    [
      'two winners of one compareAndSet',
      [set(0, 1, 2, 5), op(0, 3, 9, 'compareAndSet', 1, 6, 5), op(1, 3, 9, 'compareAndSet', 1, 7, 5)],
    ],
    ['two deletes of one entry', [set(0, 1, 2, 5), op(0, 3, 9, 'delete', 1), op(1, 3, 9, 'delete', 1)]],
    [
      'two who take the same value out',
      [set(0, 1, 2, 5), op(0, 3, 9, 'getAndDelete', 5), op(1, 3, 9, 'getAndSet', 5, 6)],
    ],
    ['two updates of one value', [op(0, 1, 9, 'update', 0, 5), op(1, 1, 9, 'update', 0, 6)]],
    ['a replaced key that was absent', [op(0, 1, 2, 'replace', 1, 5)]],
    [
      'a delete of a value that was gone',
      [set(0, 1, 2, 5), set(0, 3, 4, 6), op(1, 5, 6, 'deleteIf', 1, 0, 5)],
    ],
    [
      'two who insert, and do not agree',
      [op(0, 1, 9, 'getOrInsert', 5, 5), op(1, 2, 8, 'getOrInsert', 6, 6)],
    ],
    ['a lost add', [add(0, 1, 9, 1), add(1, 2, 8, 1)]],
    ['an add that was counted twice', [add(0, 1, 2, 1), add(1, 3, 4, 3)]],
    ['one thread that reads backwards', [set(0, 1, 9, 5), get(1, 2, 3, 5), get(1, 4, 5, 0)]],
    [
      'two threads that read two writes in different orders',
      [set(0, 1, 2, 5), set(1, 1, 2, 6), get(2, 3, 4, 5), get(3, 5, 6, 6)],
    ],
    ['a write that came before, read across a third', [set(0, 1, 2, 5), get(1, 3, 10, 6), set(2, 11, 12, 6)]],
    ['without a response, happened twice', [op(0, 1, NEVER, 'add', 0, 2), get(1, 2, 3, 2), get(1, 4, 5, 4)]],
    ['without a response, taken back', [set(0, 1, NEVER, 5), get(1, 2, 3, 5), get(1, 4, 5, 0)]],
    ['an add to a text that succeeded', [set(0, 1, 2, TEXT), add(0, 3, 4, 1)]],
  ])('%s', (_name, history) => {
    const { isLinearizable, witness } = judge(history, keyModel);
    expect(isLinearizable).toBe(false);
    expect(witness.length).toBeGreaterThan(0);
  });
});

/** Every order that keeps real time, tried one by one: what the search must agree with. */
function isLinearizableByForce(history: readonly KeyOperation[]): boolean {
  const tryFrom = (state: number, rest: readonly KeyOperation[]): boolean => {
    if (rest.every(({ responded }) => responded === NEVER)) return true;
    return rest.some((next) => {
      if (rest.some((other) => other.responded < next.invoked)) return false;
      const after = keyModel.step(state, next);
      const others = rest.filter((other) => other !== next);
      return after !== undefined && tryFrom(after, others);
    });
  };
  return tryFrom(keyModel.initial, history);
}

/** Random operations of up to four threads, their times close together, their results from a few values. */
const anyHistory = fc
  .array(
    fc.record({
      thread: fc.nat(3),
      gap: fc.nat(4),
      length: fc.nat(6),
      verb: fc.constantFrom(...VERBS),
      argument: fc.integer({ min: 1, max: 2 }),
      expected: fc.integer({ min: 1, max: 2 }),
      result: fc.integer({ min: 0, max: 3 }),
      isCut: fc.nat(9),
    }),
    { maxLength: 7 },
  )
  .map((steps) => {
    const at = [0, 0, 0, 0];
    const cut = new Set<number>();
    const history: KeyOperation[] = [];
    for (const { thread, gap, length, verb, argument, expected, result, isCut } of steps) {
      if (cut.has(thread)) continue;
      const invoked = (at[thread] as number) + gap;
      at[thread] = invoked + length;
      if (isCut === 0) cut.add(thread);
      const truth = answersValue(verb) || verb === 'add' ? result : result % 2;
      history.push(
        op(thread, invoked, isCut === 0 ? NEVER : invoked + length, verb, truth, argument, expected),
      );
    }
    return history;
  });

test('agrees with every order tried one by one', () => {
  let right = 0;
  let wrong = 0;
  fc.assert(
    fc.property(anyHistory, (history) => {
      const { isLinearizable } = judge(history, keyModel);
      if (isLinearizable) right++;
      else wrong++;
      expect(isLinearizable).toBe(isLinearizableByForce(history));
    }),
    { numRuns: 20_000 },
  );
  // Both answers were asked for, often.
  expect(right).toBeGreaterThan(2000);
  expect(wrong).toBeGreaterThan(2000);
});

/** What `threads` threads would have seen that worked one after the other, each call stretched to both sides. */
function stretched(random: Random, threads: number, length: number): KeyOperation[] {
  const history: KeyOperation[] = [];
  const free = new Array<number>(threads).fill(0);
  let state = 0;
  for (let n = 1; n <= length; n++) {
    const at = n * 100;
    const thread = random.below(threads);
    const invoked = Math.max((free[thread] as number) + 1, at - random.below(100 * threads));
    if (invoked > at) continue;
    const verb = random.of(VERBS);
    const asked = op(thread, invoked, NEVER, verb, 0, verb === 'add' ? 1 : n * 1000, random.of([state, 5]));
    const after = keyModel.step(state, asked);
    const answers = [0, 1, state, state + 1, asked.argument];
    const result = answers.find(
      (answer) => keyModel.step(state, { ...asked, responded: at, result: answer }) === after,
    );
    const responded = at + random.below(100 * threads);
    free[thread] = responded;
    history.push({ ...asked, responded, result: result as number });
    state = after as number;
  }
  return history;
}

test('a sequential run with stretched times is accepted, and refused with one result changed', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const history = stretched(random, 2 + (seed % 6), 2000);
    expect(judge(history, keyModel).isLinearizable, `seed ${seed}`).toBe(true);
    const reads = history.filter(({ verb, result }) => verb === 'get' && result !== 0);
    const read = random.of(reads);
    const changed = history.map((each) => (each === read ? { ...each, result: read.result + 500 } : each));
    const { isLinearizable, witness } = judge(changed, keyModel);
    expect(isLinearizable, `seed ${seed}`).toBe(false);
    // The stretch is about the read that was changed, and short.
    expect(
      witness.some(({ result }) => result === read.result + 500),
      `seed ${seed}`,
    ).toBe(true);
    expect(witness.length, `seed ${seed}`).toBeLessThan(40);
  }
});

test('agrees with every order on short runs with two results swapped', () => {
  let wrong = 0;
  for (let seed = 1; seed <= 3000; seed++) {
    const random = new Random(seed);
    const history = stretched(random, 3, 8);
    const [i, j] = [random.below(history.length), random.below(history.length)];
    const swapped = history.map((each, at) => {
      const from = at === i ? j : at === j ? i : at;
      return { ...each, result: (history[from] as KeyOperation).result };
    });
    const { isLinearizable } = judge(swapped, keyModel);
    if (!isLinearizable) wrong++;
    expect(isLinearizable, `seed ${seed}`).toBe(isLinearizableByForce(swapped));
  }
  expect(wrong).toBeGreaterThan(300);
});

test('a hundred thousand operations on one key, one of them open all the time', () => {
  const history = stretched(new Random(1), 6, 100_000);
  const last = Math.max(...history.map(({ responded }) => responded));
  history.push(op(90, 0, last + 1, 'set', 0, 777));
  const { isLinearizable, most } = judge(history, keyModel);
  expect(isLinearizable).toBe(true);
  expect(most).toBeLessThan(500);
});

test('a witness tells who did what when', () => {
  const history = [set(0, 1, 2, 5), get(1, 3, 4, 5), set(0, 1000, 1010, 6), get(1, 1020, 1030, 5)];
  const { witness } = judge(history, keyModel);
  // What came before the last write has nothing to do with it.
  expect(tell(witness, showKeyOperation)).toEqual([
    '  thread 0          0 ..        10 ns  set 6',
    '  thread 1         20 ..        30 ns  get -> 5',
  ]);
});

test('refuses what is no history', () => {
  expect(() => judge([set(0, 1, 5, 5), get(0, 3, 4, 5)], keyModel)).toThrow('at the same time');
  expect(() => judge([set(0, 5, 1, 5)], keyModel)).toThrow('before its invocation');
});
