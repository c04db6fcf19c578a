import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { titlesOf } from './titles.js';

const here = new URL('.', import.meta.url);
const text = readFileSync(new URL('README.md', here), 'utf8');

/** What stands in the second column, cell by cell, part by part. */
function partsOf(table: string): string[] {
  const rows = table.split('\n').filter((line) => line.startsWith('| ') && !line.startsWith('| original'));
  return rows.flatMap((row) => (row.split(' | ')[1] ?? '').replace(/ \|$/, '').split('<br>'));
}

/** What is wrong with a table: files and titles that are not there, cells that say nothing. */
function wrongIn(table: string): string[] {
  return partsOf(table).flatMap((part) => {
    if (/^(left out|waits for): \w/.test(part)) return [];
    const [, file, names] = part.match(/^`([^`]+\.test\.ts)`(?:: (.+))?$/) ?? [];
    if (file === undefined) return [`what does this say: ${part}`];
    const url = new URL(file, here);
    if (!existsSync(url)) return [`there is no file ${file}`];
    if (names === undefined) return file.startsWith('../') ? [] : [`which test of ${file}`];
    const titles = titlesOf(url);
    return names.split(' / ').flatMap((name) => (titles.includes(name) ? [] : [`${file} has no '${name}'`]));
  });
}

/** The titles of this folder that a table does not name. */
function missingFrom(table: string): string[] {
  const files = readdirSync(here).filter((file) => file.endsWith('.test.ts') && file !== 'table.test.ts');
  const named = new Set(
    partsOf(table).flatMap((part) => {
      const [, file, names] = part.match(/^`([^`]+)`: (.+)$/) ?? [];
      return (names ?? '').split(' / ').map((name) => `${file}: ${name}`);
    }),
  );
  const all = files.flatMap((file) => titlesOf(new URL(file, here)).map((title) => `${file}: ${title}`));
  // Groups and rows that consist of a parameter alone tell nothing.
  return all.filter((title) => !named.has(title) && !/: %\w( \w+)?$/.test(title));
}

test('whatever the table names is there', () => {
  expect(partsOf(text).length).toBeGreaterThan(150);
  expect(wrongIn(text)).toEqual([]);
});

test('every test of this folder is in the table', () => {
  expect(missingFrom(text)).toEqual([]);
});

describe('a table is found out that', () => {
  const row = '| an original | `xsync.test.ts`: AtomicSnapshot |';

  test.each([
    ['names a test that is not there', row.replace('AtomicSnapshot', 'AtomicSnap'), "has no 'AtomicSnap'"],
    ['names one beside one that is there', row.replace('Snapshot', 'Snapshot / nothing'), "has no 'nothing'"],
    ['takes a job for a test', row.replace('AtomicSnapshot', 'insertRandom'), "has no 'insertRandom'"],
    ['names a file that is not there', row.replace('xsync', 'ysync'), 'there is no file ysync.test.ts'],
    ['names no test', row.replace(': AtomicSnapshot', ''), 'which test of xsync.test.ts'],
    ['says nothing', '| an original | |', 'what does this say'],
  ])('%s', (_name, table, says) => {
    expect(wrongIn(row)).toEqual([]);
    expect(wrongIn(table).join()).toContain(says);
  });

  test('leaves out a test', () => {
    expect(missingFrom(text.replace('`: LoadEmpty |', '`: LoadOrStore |'))).toEqual([
      'go-hash-trie-map.test.ts: LoadEmpty',
    ]);
  });
});
