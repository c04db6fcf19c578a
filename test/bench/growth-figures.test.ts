import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { root } from './harness.js';

const main = fileURLToPath(new URL('dist/bench/figures/growth.js', root));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

interface Line {
  readonly row: string;
  readonly work: string;
  readonly map: number;
  readonly shared: number;
  readonly value: number;
  readonly bar: { readonly atLeast: number };
  readonly passes: boolean;
  readonly details: Readonly<Record<'over' | 'under', readonly number[]>>;
}

test('the ratio of a line is the median of the ratios of its rounds, and is held against its bar', async () => {
  const { code, out } = await run('--quick', '--json', '--only', 'number-1e6', '--only', 'mixed');
  expect(code).toBe(0);
  const { lines, quick } = JSON.parse(out) as { lines: Line[]; quick: boolean };
  expect(quick).toBe(true);
  expect(lines.map(({ work, bar }) => [work.replace(/^.*: /, ''), bar.atLeast])).toEqual([
    ['two threads against one', 1.4],
    ['two threads against Map in one', 1.1],
    ['two threads against one', 1.8],
    ['from empty against presized', 0.8],
    ['insert against set', 0.95],
    ['two threads against one', 1.4],
  ]);
  for (const { value, bar, passes, details } of lines) {
    const { over, under } = details;
    expect([over.length, under.length]).toEqual([2, 2]);
    for (const rate of [...over, ...under]) expect(rate).toBeGreaterThan(0);
    const ratios = over.map((rate, round) => rate / (under[round] as number));
    expect(value).toBe(Math.max(...ratios));
    expect(passes).toBe(value >= bar.atLeast);
  }
  // One run of a subject serves all lines that it stands in.
  expect(lines[0]?.details.over).toEqual(lines[1]?.details.over);
});

test('a table with a mark at each bar, and what the program does not know', async () => {
  const { out } = await run('--quick', '--only', 'number-2e5');
  expect(out).toMatch(/\| work +\| against +\| SharedMap +\| ratio \| bar +\|/);
  expect(out).toMatch(/from empty: two threads against one .*\| ≥ 1\.4 +\| (PASS|below) +\|/);
  const { code, err } = await run('--only', 'nothing');
  expect([code, err]).toEqual([1, expect.stringMatching(/There is no row nothing\n\nUsage: .*bench:growth/)]);
});
