import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeResults } from './fixtures/results.js';
import { commandFile, root } from './harness.js';

const TINY = '--threads 1 --entries 500 --keys int --seconds 0.03 --repeat 2 --no-latency --no-limits';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'threadmap-report-'));
  const results = makeResults();
  const only = (workload: string) => results.cells.filter((cell) => cell.workload === workload);
  const write = (name: string, more: object) =>
    writeFileSync(join(folder, name), JSON.stringify({ ...results, notes: [], ...more }));
  write('early.json', { started: '2026-01-01T00:00:00Z', cells: only('grid-0') });
  write('late.json', { started: '2026-01-02T00:00:00Z', cells: only('grid-50') });
  write('elsewhere.json', { machine: { ...results.machine, cpu: 'Another' } });
  writeFileSync(join(folder, 'notes.md'), 'Bound by `memory`,\nas perf shows.\n\nAnother paragraph.\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function bench(
  args: string,
  file = fileURLToPath(commandFile),
): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [file, 'bench', ...args.split(' ')], { cwd: folder }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err });
    });
  });
}
const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');

test('a run ends with the path of its report, unless none is wanted', async () => {
  const { code, out } = await bench(`grid-50 ${TINY} --subjects threadmap,map --notes notes.md --out run`);
  expect(code).toBe(0);
  expect(out.trimEnd().split('\n').at(-1)).toBe(`Report: ${join(folder, 'run', 'report.html')}`);
  expect(read('run', 'report.html')).toContain('grid-50');
  expect(read('run', 'report.html')).toContain('<p>Bound by <code>memory</code>, as perf shows.</p>');
  const without = await bench(`grid-50 ${TINY} --subjects map --out without --no-report`);
  expect(without.out).not.toContain('Report:');
  expect(existsSync(join(folder, 'without', 'results.json'))).toBe(true);
  expect(existsSync(join(folder, 'without', 'report.html'))).toBe(false);
});

test('--report makes it again beside the file, and measures nothing', async () => {
  const { code, out } = await bench('--report early.json');
  expect([code, out]).toEqual([0, `Report: ${join(folder, 'report.html')}\n`]);
  expect(read('report.html')).toContain('work grid-0');
});

test('--report of several runs is of all of them; notes are kept', async () => {
  const { code, out } = await bench(
    '--report late.json --report early.json --notes notes.md --small --out both',
  );
  expect([code, out]).toEqual([
    0,
    `Results: ${join(folder, 'both', 'results.json')}\nReport: ${join(folder, 'both', 'report.html')}\n`,
  ]);
  const page = read('both', 'report.html');
  for (const text of ['work grid-0', 'work grid-50', '<code>memory</code>', '<p>Another paragraph.</p>'])
    expect(page).toContain(text);
  // What it wrote is read again, notes and all.
  expect((await bench('--report both/results.json --out again')).code).toBe(0);
  expect(read('again', 'report.html')).toContain('<p>Another paragraph.</p>');
});

test.each([
  ['--report nowhere.json', /nowhere.json cannot be read/],
  ['--report early.json --report late.json', /name its folder with --out/],
  ['--report early.json --report elsewhere.json --out both', /cannot be merged: cpu is/],
  ['--report early.json --notes nowhere.md', /nowhere.md cannot be read/],
  ['grid-0 --notes nowhere.md', /nowhere.md cannot be read/],
])('%s', async (args, message) => {
  const { code, out, err } = await bench(args);
  expect([code, out]).toEqual([2, '']);
  expect(err).toMatch(message);
  expect(err).not.toMatch(/\n\s+at /);
});

describe('where vega is missing', () => {
  test('there is a report without plots, which names the command that adds it', async () => {
    const bare = join(folder, 'bare');
    mkdirSync(bare);
    cpSync(fileURLToPath(new URL('dist', root)), join(bare, 'dist'), { recursive: true });
    cpSync(fileURLToPath(new URL('package.json', root)), join(bare, 'package.json'));
    const { code, out } = await bench(
      '--report early.json --out plain',
      join(bare, 'dist/bench/command/main.js'),
    );
    expect(code).toBe(0);
    expect(out).toMatch(/The report has no plots: The harness needs vega, .*npm install --save-dev .*vega@6/);
    const page = read('plain', 'report.html');
    expect(page).toContain('There are no plots: The harness needs vega');
    expect(page).not.toContain('<section id="throughput"');
    expect(page).toContain('<section id="cells"');
  });
});
