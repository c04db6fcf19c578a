import { expect, test } from 'vitest';
import { Statistics } from '../../bench/harness/statistics.js';

const statistics = await Statistics.load();

test('median, deviation and ends of known numbers', () => {
  expect(statistics.summarize([1, 2, 3, 4, 100])).toEqual({ count: 5, median: 3, mad: 1, min: 1, max: 100 });
  expect(statistics.summarize([4, 1])).toEqual({ count: 2, median: 2.5, mad: 1.5, min: 1, max: 4 });
  expect(statistics.summarize([7])).toEqual({ count: 1, median: 7, mad: 0, min: 7, max: 7 });
});

test('the ratio of medians, with an interval that has it in it', () => {
  const over = [20, 21, 22, 19, 20.5, 20.2, 19.8];
  const under = [10, 10.5, 9.5, 10.1, 9.9, 10.3, 9.8];
  const { value, low, high } = statistics.ratio(over, under);
  expect(value).toBe(20.2 / 10);
  expect(low).toBeLessThan(value);
  expect(high).toBeGreaterThan(value);
  expect(low).toBeGreaterThan(19 / 10.5);
  expect(high).toBeLessThan(22 / 9.5);
});

test('samples without spread have an interval without width', () => {
  expect(statistics.ratio([3, 3, 3], [2, 2, 2])).toEqual({ value: 1.5, low: 1.5, high: 1.5 });
});

test('the same samples give the same interval', () => {
  const [over, under] = [
    [5, 7, 6, 9],
    [1, 2, 3, 4],
  ];
  expect(statistics.ratio(over, under)).toEqual(statistics.ratio(over, under));
  expect(statistics.ratio(over, under, 2)).not.toEqual(statistics.ratio(over, under, 1));
});

test('the interval covers the true ratio about as often as it says', () => {
  // Both sets are drawn from one distribution: the ratio is 1.
  let seed = 1;
  const draw = () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) | 0;
    return 100 + ((seed >>> 8) / 2 ** 24) * 10;
  };
  let covered = 0;
  const rounds = 60;
  for (let round = 0; round < rounds; round++) {
    const { low, high } = statistics.ratio(
      Array.from({ length: 9 }, draw),
      Array.from({ length: 9 }, draw),
      round,
    );
    if (low <= 1 && high >= 1) covered++;
  }
  expect(covered).toBeGreaterThan(rounds * 0.85);
});
