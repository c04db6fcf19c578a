import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RowWork } from '../../bench/against/rows.js';
import type { Work } from '../../bench/figures/work.js';
import { root } from './harness.js';

const built = (file: string): string => new URL(`dist/bench/${file}.js`, root).href;
const { readAgainstArguments } = (await import(
  built('against/arguments')
)) as typeof import('../../bench/against/arguments.js');
const { judgeRounds } = (await import(
  built('against/judge')
)) as typeof import('../../bench/against/judge.js');
const { compareBuilds } = (await import(
  built('against/compare')
)) as typeof import('../../bench/against/compare.js');
const { withCheckout } = (await import(
  built('against/checkout')
)) as typeof import('../../bench/against/checkout.js');
const { againstRows, quickly } = (await import(
  built('against/rows')
)) as typeof import('../../bench/against/rows.js');
const { formatCompared, isWorse, summarize } = (await import(
  built('against/table')
)) as typeof import('../../bench/against/table.js');
const { measureWork } = (await import(
  built('figures/measure-work')
)) as typeof import('../../bench/figures/measure-work.js');

const tree = new URL('dist/src/index.js', root).href;
const fixture = (name: string) => new URL(`fixtures/${name}.mjs`, import.meta.url).href;
const row = (id: string): RowWork => {
  const found = againstRows.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no row ${id}`);
  return quickly(found.work);
};

/** Rounds whose ratios new by old are these. */
const rounds = (...ratios: number[]) => ratios.map((ratio) => ({ old: 10, now: 10 * ratio }));

describe('what is called slower', () => {
  test('every round slower by a tenth, and every round faster', () => {
    const slower = judgeRounds(rounds(0.9, 0.91, 0.89, 0.9, 0.92, 0.88, 0.9, 0.9, 0.91));
    expect(slower.verdict).toBe('slower');
    expect([slower.ratio.value, slower.ratio.low, slower.ratio.high].map((one) => one.toFixed(3))).toEqual([
      ...['0.900', '0.890', '0.910'],
    ]);
    expect(judgeRounds(rounds(1.1, 1.2, 1.15, 1.1, 1.1, 1.3, 1.1, 1.2, 1.1)).verdict).toBe('faster');
  });

  test('one round that something has disturbed changes nothing, either way', () => {
    const nine = [0.9, 0.91, 0.89, 0.9, 0.92, 0.88, 0.9, 0.9];
    expect(judgeRounds(rounds(...nine, 3)).verdict).toBe('slower');
    expect(judgeRounds(rounds(1, 1.01, 0.99, 1, 1.02, 0.98, 1, 1, 0.1)).verdict).toBe('same');
    // Two of nine: the sign test is no longer sure.
    expect(judgeRounds(rounds(...nine.slice(1), 3, 2)).verdict).toBe('same');
  });

  test('a difference below the floor is none, however sure', () => {
    expect(judgeRounds(rounds(0.985, 0.985, 0.985, 0.985, 0.985, 0.985, 0.985)).verdict).toBe('same');
    expect(judgeRounds(rounds(1.015, 1.015, 1.015, 1.015, 1.015, 1.015, 1.015)).verdict).toBe('same');
    expect(judgeRounds(rounds(0.975, 0.975, 0.975, 0.975, 0.975, 0.975, 0.975)).verdict).toBe('slower');
  });

  test('noise is the same, though its median is far from 1', () => {
    expect(judgeRounds(rounds(0.7, 1.3, 0.8, 1.2, 0.85, 0.9, 1.4, 0.6, 0.95)).verdict).toBe('same');
  });

  test('five rounds are too few for any judgement, six that agree are enough', () => {
    expect(judgeRounds(rounds(0.5, 0.5, 0.5, 0.5, 0.5)).verdict).toBe('same');
    expect(judgeRounds(rounds(0.5, 0.5, 0.5, 0.5, 0.5, 0.5)).verdict).toBe('slower');
    expect(judgeRounds(rounds(0.5, 0.5, 0.5, 0.5, 0.5, 1.5)).verdict).toBe('same');
  });

  test('the interval leaves out what the binomial distribution allows', () => {
    const interval = (n: number) =>
      judgeRounds(rounds(...Array.from({ length: n }, (_, at) => at + 1))).ratio;
    // Of the tables of the sign test at 5 %, both sides.
    expect(interval(8)).toEqual({ value: 4.5, low: 1, high: 8 });
    expect(interval(9)).toEqual({ value: 5, low: 2, high: 8 });
    expect(interval(12)).toEqual({ value: 6.5, low: 3, high: 10 });
    expect(interval(20)).toEqual({ value: 10.5, low: 6, high: 15 });
  });
});

describe('a row', () => {
  const work = row('get/number');
  const builds = { old: 'old', now: 'new' };
  /** Times by build and by how often it was measured; notes who was asked. */
  const told = (time: (build: string, turn: number) => number | null) => {
    const asked: string[] = [];
    const measure = async ({ build }: Work) => {
      asked.push(build);
      return time(build, asked.filter((one) => one === build).length - 1);
    };
    return { asked, measure };
  };
  const compare = (rounds: number, { measure }: ReturnType<typeof told>) =>
    compareBuilds(work, builds, rounds, undefined, measure);

  test('the builds take turns, each first in every other round', async () => {
    const same = told(() => 10);
    expect(await compare(6, same)).toMatchObject({ verdict: 'same', again: false });
    expect(same.asked.join(' ')).toBe('old new new old old new new old old new new old');
  });

  test('slower once is measured again, and only the second rounds count', async () => {
    const chance = told((build, turn) => (build === 'new' && turn < 6 ? 20 : 10));
    expect(await compare(6, chance)).toMatchObject({ verdict: 'same', again: true, ratio: { value: 1 } });
    const slower = told((build) => (build === 'new' ? 20 : 10));
    const found = await compare(6, slower);
    expect(found).toMatchObject({ verdict: 'slower', again: true, ratio: { value: 0.5 } });
    expect(slower.asked).toHaveLength(24);
    const faster = told((build) => (build === 'new' ? 10 : 20));
    expect(await compare(6, faster)).toMatchObject({ verdict: 'faster', again: false });
  });

  test('a method that one build lacks, and a build that fails', async () => {
    expect(
      await compare(
        6,
        told((build) => (build === 'old' ? null : 10)),
      ),
    ).toEqual({ lacking: 'old' });
    const failing = async ({ build }: Work) => {
      if (build === 'new') throw new Error('3 wrong answers');
      return 10;
    };
    await expect(compareBuilds(work, builds, 6, undefined, failing)).rejects.toThrow(
      'this tree: 3 wrong answers',
    );
  });

  test('what is printed names them, and says whether to fail', async () => {
    const slow = await compare(
      6,
      told((build) => (build === 'new' ? 20 : 10)),
    );
    const same = await compare(
      6,
      told(() => 10),
    );
    const compared = [
      { id: 'slow', result: slow },
      { id: 'equal', result: same },
      { id: 'older', result: { lacking: 'old' } as const },
    ];
    const text = formatCompared(compared, true);
    expect(text).toMatch(
      /slow +100.00 Mop\/s +50.00 Mop\/s +0.500 +0.500 to 0.500 +SLOWER \(measured again\)/,
    );
    expect(text).toMatch(/older .* the commit has no such method/);
    expect(summarize(compared)).toBe('slower: slow\n1 of 3 rows are the same within the noise.');
    expect(isWorse(compared, true)).toBe(true);
    expect(isWorse(compared, false)).toBe(false);
    expect(isWorse(compared.slice(1), true)).toBe(false);
    expect(isWorse([{ id: 'wrong', result: { failed: 'it broke' } }], false)).toBe(true);
  });
});

describe('arguments', () => {
  const read = (line: string) => readAgainstArguments(line.split(' ').filter((word) => word !== ''));

  test('a commit, and what it may be asked besides', () => {
    expect(read('HEAD~2')).toEqual({
      ...{ commit: 'HEAD~2', rows: againstRows, rounds: 9, json: false, quick: false },
    });
    const asked = read('v1 --only get/number --only mixed --rounds 12 --json');
    expect(asked?.rows.map(({ id }) => id)).toEqual(['get/number', 'mixed/number', 'mixed/number/2-threads']);
    expect(asked).toMatchObject({ commit: 'v1', rounds: 12, json: true });
    expect(read('v1 --quick')?.rounds).toBe(2);
    expect(read('--help')).toBeUndefined();
  });

  test.each([
    ['', /one commit/],
    ['a b', /one commit/],
    ['HEAD --only nothing', /There is no row nothing/],
    ['HEAD --rounds 5', /from 6 on, not 5/],
    ['HEAD --rounds many', /not many/],
    ['HEAD --fast', /Unknown option '--fast'/],
  ])('%s', (line, message) => {
    expect(() => read(line)).toThrow(message);
  });

  test('each row has a name of its own', () => {
    expect(new Set(againstRows.map(({ id }) => id)).size).toBe(againstRows.length);
  });
});

describe('the checkout', () => {
  let repository: string;
  const git = (...args: string[]) => execFileSync('git', args, { cwd: repository, encoding: 'utf8' });
  const worktrees = () => git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length;
  const noPreparation = async () => {};

  beforeAll(() => {
    repository = mkdtempSync(join(realpathSync(tmpdir()), 'threadmap-repository-'));
    git('init', '--quiet');
    writeFileSync(join(repository, 'package.json'), '{"scripts":{"build":"exit 3"}}');
    writeFileSync(join(repository, 'package-lock.json'), '{"lockfileVersion":3,"packages":{}}');
    git('add', '.');
    git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '-m', 'one');
  });
  afterAll(() => rmSync(repository, { recursive: true, force: true }));

  test('has the files of the commit, not those of the tree, and is gone afterwards', async () => {
    writeFileSync(join(repository, 'later.txt'), '');
    let folder = '';
    const seen = await withCheckout(
      repository,
      'HEAD',
      async (checkout) => {
        folder = checkout.folder;
        expect(worktrees()).toBe(2);
        expect(existsSync(join(folder, 'later.txt'))).toBe(false);
        return [existsSync(join(folder, 'package.json')), checkout.commit];
      },
      undefined,
      noPreparation,
    );
    expect(seen).toEqual([true, git('rev-parse', 'HEAD').trim()]);
    expect([existsSync(folder), worktrees()]).toEqual([false, 1]);
  });

  test('is gone when what it is for throws, and when its build fails', async () => {
    const thrown = withCheckout(
      repository,
      'HEAD',
      () => Promise.reject(new Error('no use')),
      undefined,
      noPreparation,
    );
    await expect(thrown).rejects.toThrow('no use');
    expect(worktrees()).toBe(1);
    const unbuilt = withCheckout(repository, 'HEAD', () => Promise.reject(new Error('was built')));
    await expect(unbuilt).rejects.toThrow(/npm run build failed \(3\)/);
    expect(worktrees()).toBe(1);
  });

  test('is gone when the signal comes while a program runs', async () => {
    const controller = new AbortController();
    let folder = '';
    const ended = withCheckout(
      repository,
      'HEAD',
      async (checkout) => {
        folder = checkout.folder;
        const endless: Work = { ...row('get/number'), subject: 'SharedMap', build: tree, passes: 1e9 };
        setTimeout(() => controller.abort(new Error('enough')), 500);
        return await measureWork(endless, controller.signal);
      },
      controller.signal,
      noPreparation,
    );
    await expect(ended).rejects.toThrow('enough');
    expect([existsSync(folder), worktrees()]).toEqual([false, 1]);
  });

  test('a commit that is none', async () => {
    await expect(withCheckout(repository, 'nowhere', async () => 1)).rejects.toThrow(
      'There is no commit nowhere',
    );
    expect(worktrees()).toBe(1);
  });
});

describe('a measurement', () => {
  const measure = (id: string, build: string) => measureWork({ ...row(id), subject: 'SharedMap', build });

  test.each(
    // One of each operation, with both kinds of key, with one and with two threads.
    againstRows.filter(({ id }) => !id.includes('1e6') || !id.startsWith('fill-set')).map(({ id }) => id),
  )('%s gives a time', async (id) => {
    expect(await measure(id, tree)).toBeGreaterThan(0);
  });

  test.each(['fill-set/number/from-empty/2e5/1-thread', 'mixed/number', 'set/string', 'churn/number'])(
    '%s: a build that loses writes has no time',
    async (id) => {
      await expect(measure(id, fixture('losing-build'))).rejects.toThrow(
        /entries instead of|is .*, not|wrong/,
      );
    },
  );

  test.each(['get/number', 'mixed/number/2-threads', 'getMany/number'])(
    '%s: a build that answers wrongly has no time',
    async (id) => {
      await expect(measure(id, fixture('wrong-build'))).rejects.toThrow(/wrong answers/);
    },
  );

  test('a build without the method', async () => {
    expect(await measure('add/number', fixture('old-build'))).toBeNull();
  });
});

test('the program itself: this tree beside its own commit, ended by Ctrl-C, leaves nothing', async () => {
  const cwd = fileURLToPath(root);
  const list = () => execFileSync('git', ['worktree', 'list'], { cwd, encoding: 'utf8' });
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [fileURLToPath(built('against/main')), 'HEAD', ...args], { cwd });
  const child = start('--quick', '--only', 'get/number');
  let out = '';
  child.stdout?.on('data', (bytes) => {
    out += bytes;
  });
  const [code] = await once(child, 'close');
  expect(out).toMatch(/get\/number +[\d.]+ Mop\/s +[\d.]+ Mop\/s +[\d.]+\n/);
  expect(code).toBe(0);
  expect(list()).not.toContain('threadmap-against-');

  const ended = start();
  while (!list().includes('threadmap-against-')) await new Promise((resolve) => setTimeout(resolve, 20));
  ended.kill('SIGINT');
  expect(await once(ended, 'close')).toEqual([130, null]);
  expect(list()).not.toContain('threadmap-against-');
}, 300_000);
