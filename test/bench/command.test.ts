import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Results } from '../../bench/index.js';
import { commandFile, root } from './harness.js';

const main = fileURLToPath(commandFile);
const fixture = (name: string) => fileURLToPath(new URL(`fixtures/${name}.mjs`, import.meta.url));
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'threadmap-bench-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(args: readonly string[], env: Record<string, string> = {}, file = main): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, env: { ...process.env, ...env }, maxBuffer: 2 ** 26 };
    execFile(process.execPath, [file, ...args], options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
    });
  });
}

const bench = (args: string, env?: Record<string, string>) => run(['bench', ...args.split(' ')], env);
const readResults = (out: string): Results =>
  JSON.parse(readFileSync(join(folder, out, 'results.json'), 'utf8')) as Results;

/** One small cell for each subject. */
const TINY = '--threads 2 --entries 2000 --keys int --seconds 0.05 --repeat 3 --no-latency --no-limits';

describe('what it does not understand it says, and what to do', () => {
  test.each([
    ['grid-51', /There is no workload 'grid-51': did you mean .*grid-50.*--list/],
    ['grid-50 --subjects redis-like', /There is no subject 'redis-like'/],
    ['grid-50 --threads 0', /threads must be whole numbers from 1 to 128, not 0/],
    ['grid-50 --threads 1,two', /--threads takes a number, such as 2 or 1e5, not 'two'/],
    ['grid-50 --entries 1.5', /entries must be whole numbers .*, not 1.5/],
    ['grid-50 --keys symbol', /There are no keys 'symbol': use int, string, fresh, long/],
    ['grid-50 --keys long', /has keys of the kind long: grid-50 has int, string/],
    ['grid-50 --seconds 0', /seconds must be above 0/],
    ['grid-50 --repeat 0', /repeat must be whole numbers/],
    ['grid-50 --rate -1', /--rate' argument is ambiguous|rate must be/],
    ['grid-50 --fast', /Unknown option '--fast'.*--help/],
    ['grid-50 --compare nowhere.json', /nowhere.json cannot be read/],
    ['./nowhere.mjs', /There is no file .\/nowhere.mjs/],
    ['grid-50 --subjects ./nowhere.mjs', /There is no file .\/nowhere.mjs/],
  ])('%s', async (args, message) => {
    const { code, out, err } = await bench(args);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/\n\s+at /);
    expect(out).toBe('');
    expect(code).toBe(2);
    expect(existsSync(join(folder, 'bench-results'))).toBe(false);
  });

  test('another command, or none', async () => {
    expect(await run(['measure'])).toMatchObject({ code: 2, err: expect.stringContaining('no command') });
    expect((await run([])).code).toBe(2);
    const { code, out } = await run(['--help']);
    expect([code, out]).toEqual([0, expect.stringContaining('threadmap bench')]);
  });

  test('a file that is no results', async () => {
    writeFileSync(join(folder, 'other.json'), '{"cells":1}');
    const { code, err } = await bench('grid-50 --compare other.json');
    expect([code, err]).toEqual([2, expect.stringContaining('is no results.json of threadmap bench')]);
  });
});

test('--help names every option, --list every workload and subject', async () => {
  const help = await bench('--help');
  expect(help.code).toBe(0);
  for (const option of [
    'threads',
    'entries',
    'keys',
    'subjects',
    'seconds',
    'repeat',
    'out',
    'quick',
    'list',
  ])
    expect(help.out).toContain(`--${option}`);
  expect(Math.max(...help.out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  const { code, out } = await bench('--list');
  expect(code).toBe(0);
  for (const name of [
    'grid-50',
    'ycsb-f',
    'go-load-mostly-hits',
    'insert-latency',
    'word-count',
    'message-map',
  ])
    expect(out).toMatch(new RegExp(`^ {2}${name} `, 'm'));
});

test('a run: a table, results.json with raw samples, and nothing else on stdout with --json', async () => {
  const { code, out } = await bench(`grid-50 ${TINY} --subjects threadmap,map --out one`);
  expect(code).toBe(0);
  expect(out).toMatch(/grid-50, int keys, 2,000 entries\n +subject +threads/);
  expect(out).toContain(`Results: ${join(folder, 'one', 'results.json')}`);
  const results = readResults('one');
  expect(results).toMatchObject({ format: 'threadmap-bench', complete: true, leftOut: [] });
  expect(results.cells.map(({ id }) => id).sort()).toEqual([
    'grid-50/int/2000/1/map',
    'grid-50/int/2000/2/threadmap',
  ]);
  for (const { samples } of results.cells) expect(samples).toHaveLength(3);
  // They took turns.
  const orders = results.cells.map(({ samples }) => samples.map(({ order }) => order));
  expect(orders.flat().sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  for (const [first, second, third] of orders) {
    expect(Math.max(second - first, third - second)).toBeLessThanOrEqual(3);
  }
  const json = await bench(`grid-50 ${TINY} --subjects threadmap --out two --json`);
  expect(JSON.parse(json.out).cells).toHaveLength(1);
});

test('a run of fixed operations ends when they are done, and the process with it', async () => {
  const { code } = await bench(
    'insert-latency --quick --threads 2 --entries 2000 --subjects threadmap --out fixed',
  );
  expect(code).toBe(0);
  expect(readResults('fixed').cells[0].samples[0].operations).toBe(2000);
});

describe('a module of one’s own', () => {
  const own = `--subjects ${fixture('careless')}`;

  test('is measured, and told as wrong when it is', async () => {
    const sound = await bench(`grid-50 ${TINY} ${own} --out own`);
    expect(sound).toMatchObject({ code: 0 });
    const wrong = await bench(`grid-50 ${TINY} ${own} --out own`, { MISTAKE: 'loses writes' });
    expect(wrong.code).toBe(1);
    expect(wrong.out).toMatch(/WRONG grid-50\/int\/2000\/2\/careless: at the end key \d+ holds/);
  });

  test('that became slower is named by --compare, with exit code 1', async () => {
    expect(await bench(`grid-50 ${TINY} ${own} --out before`)).toMatchObject({ code: 0 });
    const before = join(folder, 'before', 'results.json');
    const slow = await bench(`grid-50 ${TINY} ${own} --out after --compare ${before}`, { MISTAKE: 'slow' });
    expect(slow.out).toMatch(/SLOWER +grid-50\/int\/2000\/2\/careless/);
    expect(slow.out).toMatch(/1 cells compared: 1 slower, 0 faster/);
    expect(slow.code).toBe(1);
    // The other way round it is faster, which is no reproach.
    const after = join(folder, 'after', 'results.json');
    const fast = await bench(`grid-50 ${TINY} ${own} --out again --compare ${after}`);
    expect(fast.out).toMatch(/faster +grid-50\/int\/2000\/2\/careless/);
    expect(fast.code).toBe(0);
    // One that is wrong now is named too.
    const wrong = await bench(`grid-50 ${TINY} ${own} --out bad --compare ${before}`, { MISTAKE: 'forgets' });
    expect(wrong.out).toMatch(/Compared with[\s\S]*WRONG grid-50/);
    expect(wrong.code).toBe(1);
  });

  test('can be a workload with steps', async () => {
    const file = join(folder, 'mine.mjs');
    writeFileSync(
      file,
      `export const mine = { name: 'mine', title: 'mine', source: 'me', about: '', keys: ['int'], entries: [10], module: import.meta.url,
         steps: (map, { keys, entries }) => ({ step(i) { if (map.get(keys.at(i % entries)) === undefined) throw new Error('gone'); } }) };`,
    );
    const { code, out } = await bench(
      `./mine.mjs --threads 2 --seconds 0.05 --repeat 2 --no-limits --subjects threadmap`,
    );
    expect([code, out]).toEqual([0, expect.stringContaining('mine, int keys, 10 entries')]);
  });
});

describe('a program', () => {
  const program = `--subjects ${fixture('program')}`;

  test('is measured by what it says', async () => {
    const { code } = await bench(`grid-50 ${TINY} ${program} --out program`);
    expect(code).toBe(0);
    const [cell] = readResults('program').cells;
    expect(cell.samples.map(({ operations, perThread }) => [operations, perThread])).toEqual(
      Array.from({ length: 3 }, () => [3000, [1000, 2000]]),
    );
    expect(cell.memory).toEqual({ bytesPerEntry: 100, how: 'told by the subject' });
    expect(readResults('program').subjects[0].version).toBe('one');
  });

  test('that is wrong, missing, or ends is told as that', async () => {
    const wrong = await bench(`grid-50 ${TINY} ${program}`, { PROGRAM_WRONG: 'key 5 holds 6' });
    expect([wrong.code, wrong.out]).toEqual([1, expect.stringMatching(/WRONG .*program: key 5 holds 6/)]);
    const missing = await bench(`grid-50 ${TINY} ${program}`, {
      PROGRAM_MISSING: 'go is not installed: apt install golang',
    });
    expect([missing.code, missing.out]).toEqual([
      0,
      expect.stringContaining('go is not installed: apt install golang'),
    ]);
    const ended = await bench(`grid-50 ${TINY.replace('2000', '13')} ${program}`);
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/FAILED .*program ended without an answer[\s\S]*thirteen entries are too many/);
  });
});

/** The processes below one, by /proc. */
function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`;
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8').trim().split(' ').filter(Boolean).map(Number);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function until(condition: () => boolean, child: ChildProcess): Promise<void> {
  while (!condition()) {
    if (child.exitCode !== null) throw new Error('the command ended by itself');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s ends it: no process is left, and what was finished is kept',
  async (signal) => {
    const args = `grid-100 grid-50 --threads 2 --entries 2000 --keys int --seconds 0.3 --repeat 4 --no-latency --no-limits --out ${signal}`;
    const child = spawn(
      process.execPath,
      [main, 'bench', ...args.split(' '), '--subjects', `threadmap,${fixture('program')}`],
      { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    const exit = once(child, 'exit');
    const file = join(folder, signal, 'results.json');
    // The first group is done and written; the second one has begun.
    await until(() => existsSync(file), child);
    await until(() => childrenOf(child.pid as number).length > 0, child);
    const programs = childrenOf(child.pid as number);
    child.kill(signal);
    expect(await exit).toEqual([130, null]);
    expect(programs.filter(isAlive)).toEqual([]);
    const results = readResults(signal);
    expect(results.complete).toBe(false);
    const first = results.cells.filter(({ workload }) => workload === 'grid-100');
    expect(first.map(({ outcome, samples }) => [outcome, samples.length])).toEqual([
      ['measured', 4],
      ['measured', 4],
    ]);
    for (const { workload, outcome, reason } of results.cells.slice(2)) {
      expect(workload).toBe('grid-50');
      expect([outcome, reason]).toEqual(['failed', expect.stringContaining('was ended before')]);
    }
    expect(out).toContain('The run was ended before all was measured.');
  },
);

describe('where packages are missing', () => {
  let bare: string;

  beforeAll(() => {
    // The package as somebody has it who installed the map alone.
    bare = join(folder, 'bare');
    mkdirSync(bare);
    cpSync(fileURLToPath(new URL('dist', root)), join(bare, 'dist'), { recursive: true });
    cpSync(fileURLToPath(new URL('package.json', root)), join(bare, 'package.json'));
  });

  const bench = (args: string) =>
    run(['bench', ...args.split(' ')], {}, join(bare, 'dist/bench/command/main.js'));

  test('of the harness: the first is named with the command that adds it', async () => {
    const { code, err } = await bench('grid-50 --quick');
    expect(err).toMatch(/The harness needs piscina, .*npm install --save-dev piscina@\d/);
    expect(code).toBe(2);
  });

  test('of peers: --list names each with the command, and a run leaves them out', async () => {
    const { code, out } = await bench('--list');
    expect(code).toBe(0);
    expect(out).toMatch(/lmdb is not installed: npm install --no-save lmdb@3/);
    expect(out).toMatch(/ems is not installed/);
  });
});
