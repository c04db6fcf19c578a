import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SharedMap } from 'threadmap';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchesOf } from '../workers/count-words/batches.js';
import { firstDifference } from '../workers/count-words/compare-counts.js';
import { findFiles, readText } from '../workers/count-words/text-files.js';
import { formatFacts, formatWords, mostFrequent } from '../workers/count-words/word-report.js';
import { wordsOf } from '../workers/count-words/words.js';

const words = (text: string) => [...wordsOf(Buffer.from(text))];

describe('words', () => {
  test.each([
    ['', []],
    [' \n.,-', []],
    ['One two', ['one', 'two']],
    ["it's snake_case, kebab-case", ['it', 's', 'snake', 'case', 'kebab', 'case']],
    ['Ärger ÜBER Straße', ['ärger', 'über', 'straße']],
    ['ПРИВЕТ мир 日本語 ١٢٣', ['привет', 'мир', '日本語', '١٢٣']],
    ['a1b2 3c', ['a1b2', '3c']],
    ['x😀y', ['x', 'y']],
    ['𝒜𝒷', ['𝒜𝒷']],
  ])('of %j', (text, expected) => expect(words(text)).toEqual(expected));

  test('that lie across the pieces in which a long text is read', () => {
    const text = `${'wörter über längen '.repeat(400_000)}ende`;
    const counts = new Map<string, number>();
    for (const word of words(text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    expect(Object.fromEntries(counts)).toEqual({ wörter: 400_000, über: 400_000, längen: 400_000, ende: 1 });
    expect(words(`${'a'.repeat(5_000_000)} b`).map((word) => word.length)).toEqual([5_000_000, 1]);
  });

  test('of millions of letters each are words, too', () => {
    expect(words(`${'ж'.repeat(6_000_000)} b`).map((word) => word.length)).toEqual([6_000_000, 1]);
  });
});

describe('batches', () => {
  test('hold every file once, the largest first', () => {
    const files = Array.from({ length: 1000 }, (_, i) => ({ path: `f${i}`, bytes: (i * 7919) % 50_000 }));
    const batches = batchesOf(files, 4);
    expect(batches.flatMap((batch) => batch.paths).sort()).toEqual(files.map((file) => file.path).sort());
    expect(batches.reduce((sum, batch) => sum + batch.bytes, 0)).toBe(
      files.reduce((sum, f) => sum + f.bytes, 0),
    );
    expect(batches.length).toBeGreaterThan(32);
    expect(batches.length).toBeLessThan(4 * 32 + 2);
    const work = batches.map((batch) => batch.bytes + batch.paths.length * 1024);
    expect(Math.max(...work)).toBeLessThan((3 * work.reduce((a, b) => a + b)) / work.length);
  });

  test('of nothing and of one', () => {
    expect(batchesOf([], 8)).toEqual([]);
    expect(batchesOf([{ path: 'a', bytes: 5 }], 8)).toEqual([{ paths: ['a'], bytes: 5 }]);
  });
});

describe('the comparison finds', () => {
  const expected = new Map([
    ['a', 1],
    ['b', 2],
  ]);
  const counts = (entries: [string, number][]) => {
    const map = new SharedMap({ key: 'string', value: 'number', maxBytes: 2 ** 20 });
    for (const [word, count] of entries) map.set(word, count);
    return map;
  };

  test.each([
    [
      'nothing where nothing is',
      [
        ['a', 1],
        ['b', 2],
      ],
      undefined,
    ],
    ['a word too few', [['a', 1]], 'holds 1 words, the Map 2'],
    [
      'a word too many',
      [
        ['a', 1],
        ['b', 2],
        ['c', 3],
      ],
      'holds 3 words, the Map 2',
    ],
    [
      'another word',
      [
        ['a', 1],
        ['c', 2],
      ],
      'get("b") is undefined',
    ],
    [
      'another count',
      [
        ['a', 1],
        ['b', 3],
      ],
      'get("b") is 3 in the SharedMap, 2 in the Map',
    ],
  ] as [string, [string, number][], string | undefined][])('%s', (_name, entries, says) => {
    const difference = firstDifference(counts(entries), expected);
    if (says === undefined) expect(difference).toBe(undefined);
    else expect(difference).toContain(says);
  });
});

describe('the report', () => {
  test('takes the most frequent words, equal ones in order', () => {
    const counts: [string, number][] = [
      ['d', 1],
      ['b', 5],
      ['a', 5],
      ['c', 9],
      ['e', 1],
    ];
    expect(mostFrequent(counts, 3)).toEqual([
      ['c', 9],
      ['a', 5],
      ['b', 5],
    ]);
    expect(mostFrequent(counts, 10).map(([word]) => word)).toEqual(['c', 'a', 'b', 'd', 'e']);
    expect(mostFrequent([], 3)).toEqual([]);
    const many = Array.from({ length: 5000 }, (_, i): [string, number] => [`w${i}`, (i * 7919) % 5003]);
    const sorted = [...many].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, 20);
    expect(mostFrequent(many, 20)).toEqual(sorted);
  });

  test('aligns counts and facts, and cuts long words', () => {
    expect(
      formatWords([
        ['the', 12_345],
        ['of', 6],
      ]),
    ).toBe('12,345  the\n     6  of');
    expect(formatWords([['x'.repeat(100), 1]])).toBe(`1  ${'x'.repeat(40)}…`);
    expect(formatFacts({ files: '1', 'distinct words': '2' })).toBe('files           1\ndistinct words  2');
  });
});

describe('with a folder of files', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'threadmap-words-'));
    mkdirSync(join(folder, 'deep', 'er'), { recursive: true });
    for (let i = 0; i < 120; i++) {
      const lines = Array.from({ length: 200 }, (_, j) => `the number${(i * j) % 3000} Über line${j}`);
      writeFileSync(join(folder, i % 2 ? 'deep/er' : 'deep', `file${i}.txt`), lines.join('\n'));
    }
    writeFileSync(join(folder, 'binary'), Buffer.from([0x61, 0, 0x62]));
    writeFileSync(join(folder, 'latin1'), Buffer.from('caf\xe9', 'latin1'));
    writeFileSync(join(folder, 'empty'), '');
    symlinkSync(folder, join(folder, 'loop'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('every file is found once, and text told from other things', () => {
    const { files, unreadable } = findFiles(folder);
    expect(unreadable).toEqual([]);
    expect(files.length).toBe(123);
    expect(new Set(files.map((file) => file.path)).size).toBe(123);
    expect(readText(join(folder, 'binary'))).toBe(undefined);
    expect(readText(join(folder, 'latin1'))).toBe(undefined);
    expect(readText(join(folder, 'empty'))?.length).toBe(0);
    expect(readText(join(folder, 'deep/file0.txt'))?.subarray(0, 11).toString()).toBe('the number0');
    expect(findFiles(join(folder, 'not there'))).toEqual({
      files: [],
      unreadable: [join(folder, 'not there')],
    });
  });

  const job = fileURLToPath(new URL('../dist/workers/count-words/count-words.js', import.meta.url));
  const count = (...args: string[]) => promisify(execFile)(process.execPath, [job, ...args]);

  test('the job counts them with all threads, and is verified', async () => {
    const { stdout } = await count(folder);
    expect(stdout).toMatch(/^24,000 {2}the\n24,000 {2}über\n/);
    expect(stdout).toMatch(/^files +121$/m);
    expect(stdout).toMatch(/^words +96,000$/m);
    expect(stdout).toMatch(/^growths +[1-9]/m);
    expect(stdout).toMatch(/^promotions +[1-9]/m);
    expect(stdout).toMatch(/^verified: /m);
  });

  test('the job says what is wrong with its arguments', async () => {
    await expect(count(join(folder, 'not there'))).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no folder'),
    });
    await expect(count('a', 'b')).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Usage'),
    });
    expect((await count('--help')).stdout).toContain('Usage');
  });
});
