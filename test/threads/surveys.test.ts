import { describe, expect, test } from 'vitest';
import type { Verb } from '../../workers/histories/key-model.js';
import { judge } from '../../workers/histories/linearizability.js';
import { type MapOperation, type MapState, mapModel } from '../../workers/histories/map-model.js';
import { ordered, wrongSurveys } from '../../workers/histories/surveys.js';

/** A call on key 0 or 1. */
function call(
  ...[thread, invoked, responded, verb, key, result = 0, argument = 0]: [
    ...[
      thread: number,
      from: number,
      to: number,
      verb: Verb,
      key: number,
      result?: number,
      argument?: number,
    ],
  ]
): MapOperation {
  return { thread, invoked, responded, verb, key, result, argument, expected: 0 };
}

const size = (thread: number, invoked: number, responded: number, result: number): MapOperation => {
  return { thread, invoked, responded, verb: 'size', result };
};
const clear = (thread: number, invoked: number, responded: number): MapOperation => {
  return { thread, invoked, responded, verb: 'clear', result: 0 };
};
const iterate = (
  ...[thread, invoked, responded, entries, others = 0, isTwice = false]: [
    ...[
      thread: number,
      from: number,
      to: number,
      entries: [number, number][],
      others?: number,
      isTwice?: boolean,
    ],
  ]
): MapOperation => {
  return { thread, invoked, responded, verb: 'iterate', result: 0, survey: { entries, others, isTwice } };
};

const EMPTY: MapState = [0, 0, 0];
/** Key 0 has value 5, and there are ten others. */
const FULL: MapState = [5, 0, 10];

function problemsOf(history: MapOperation[], initial: MapState): string[] {
  const { isLinearizable } = judge(ordered(history), mapModel(initial));
  return [...wrongSurveys(history, initial), ...(isLinearizable ? [] : ['no order explains it'])];
}

describe('right', () => {
  test.each<[string, MapState, MapOperation[]]>([
    ['a size of what is there', FULL, [size(0, 1, 2, 11)]],
    ['a size after a write', EMPTY, [call(0, 1, 2, 'set', 0, 0, 7), size(0, 3, 4, 1)]],
    ['a size that counts a write under way', EMPTY, [call(0, 1, 9, 'set', 0, 0, 7), size(1, 3, 4, 1)]],
    ['a size that does not', EMPTY, [call(0, 1, 9, 'set', 0, 0, 7), size(1, 3, 4, 0)]],
    [
      'and not even one that was seen',
      EMPTY,
      [call(0, 1, 9, 'set', 0, 0, 7), call(1, 2, 3, 'has', 0, 1), size(1, 4, 5, 0)],
    ],
    [
      'a size before and after a clear under way',
      FULL,
      [clear(0, 1, 9), size(1, 2, 3, 11), size(1, 4, 5, 0)],
    ],
    ['an iteration of all', FULL, [iterate(0, 1, 2, [[0, 5]], 10)]],
    ['with a new value', FULL, [call(0, 1, 9, 'set', 0, 0, 7), iterate(1, 3, 4, [[0, 7]], 10)]],
    ['without what is deleted meanwhile', FULL, [call(0, 1, 9, 'delete', 0, 1), iterate(1, 3, 4, [], 10)]],
    ['with what is deleted meanwhile', FULL, [call(0, 1, 9, 'delete', 0, 1), iterate(1, 3, 4, [[0, 5]], 10)]],
    ['ended by a clear', FULL, [clear(0, 3, 4), iterate(1, 1, 9, [], 3)]],
    [
      'a clear at one instant',
      FULL,
      [clear(0, 1, 9), call(1, 2, 3, 'has', 0, 1), call(1, 4, 5, 'has', 0, 0)],
    ],
  ])('%s', (_name, initial, history) => {
    expect(problemsOf(history, initial)).toEqual([]);
  });
});

describe('wrong', () => {
  test.each<[string, MapState, MapOperation[], RegExp]>([
    ['a size of a quiet map', FULL, [size(0, 1, 2, 10)], /size is 10, not from 11 to 11/],
    [
      'a size that has forgotten the own write',
      EMPTY,
      [call(0, 1, 2, 'set', 0, 0, 7), size(0, 3, 4, 0)],
      /size is 0/,
    ],
    [
      'a size that counts one write twice',
      EMPTY,
      [call(0, 1, 9, 'set', 0, 0, 7), size(1, 3, 4, 2)],
      /from 0 to 1/,
    ],
    ['a negative size', EMPTY, [call(0, 1, 9, 'delete', 0, 0), size(1, 3, 4, -1)], /size is -1/],
    ['a size that a clear has left', FULL, [clear(0, 1, 2), size(1, 3, 4, 3)], /size is 3, not from 0 to 0/],
    ['missed', FULL, [iterate(0, 1, 2, [], 10)], /missed key 0/],
    [
      'missed after it was seen',
      EMPTY,
      [call(0, 1, 9, 'set', 0, 0, 7), call(1, 2, 3, 'has', 0, 1), iterate(1, 4, 5, [])],
      /missed key 0/,
    ],
    [
      'missed while its value changes',
      FULL,
      [call(0, 1, 9, 'set', 0, 0, 7), iterate(1, 3, 4, [], 10)],
      /missed key 0/,
    ],
    [
      'twice',
      FULL,
      [
        iterate(
          0,
          1,
          2,
          [
            [0, 5],
            [0, 5],
          ],
          10,
        ),
      ],
      /shown key 0 2 times/,
    ],
    ['another twice', FULL, [iterate(0, 1, 2, [[0, 5]], 10, true)], /a key twice/],
    ['others missed', FULL, [iterate(0, 1, 2, [[0, 5]], 9)], /9 others/],
    [
      'a deleted key',
      FULL,
      [call(0, 1, 2, 'delete', 0, 1), iterate(0, 3, 4, [[0, 5]], 10)],
      /which was absent/,
    ],
    ['a key from before a clear', FULL, [clear(0, 1, 2), iterate(0, 3, 4, [[0, 5]])], /which was absent/],
    ['a value that nobody wrote', FULL, [iterate(0, 1, 2, [[0, 6]], 10)], /which nobody wrote/],
    [
      'a clear that took two instants',
      [5, 6, 0],
      [clear(0, 1, 9), call(1, 2, 3, 'has', 0, 0), call(1, 4, 5, 'has', 1, 1)],
      /no order/,
    ],
    [
      'a clear that took what came later',
      EMPTY,
      [clear(0, 1, 2), call(0, 3, 4, 'set', 0, 0, 7), call(1, 5, 6, 'has', 0, 0)],
      /no order/,
    ],
  ])('%s', (_name, initial, history, problem) => {
    expect(problemsOf(history, initial).join('\n')).toMatch(problem);
  });
});
