import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readResults } from '../../bench/harness/results-file.js';
import { putParts } from '../../bench/readme/marked-text.js';
import { partsOf } from '../../bench/readme/parts.js';
import { Drawer } from '../../bench/report/draw.js';
import { makeResults } from './fixtures/results.js';
import { root } from './harness.js';

const FOLDER = 'bench/results';
const readme = readFileSync(new URL('README.md', root), 'utf8');
const results = new URL(`${FOLDER}/results.json`, root);

/** Bytes: results lie in the repository for good. About a thousand for a cell, with all its samples. */
const MOST_BYTES = 640_000;

describe('the parts of README that are made', () => {
  test('have a place each, and putting them there again changes nothing', async () => {
    const { texts, files } = await partsOf(makeResults(), await Drawer.load(), FOLDER);
    const filled = putParts(readme, texts);
    for (const text of Object.values(texts)) expect(filled).toContain(text);
    expect(putParts(filled, texts)).toBe(filled);
    // What is around them stays.
    const without = (text: string) =>
      text.replace(/(bench:begin [\w-]+ -->)[\s\S]*?(<!-- bench:end)/g, '$1$2');
    expect(without(filled)).toBe(without(readme));
    for (const [, file] of filled.matchAll(/bench\/results\/([\w-]+\.svg)/g))
      expect(Object.keys(files)).toContain(file);
    expect(Object.keys(files).filter((name) => name.endsWith('-dark.svg'))).toHaveLength(4);
  });

  test('hold what others have written as text, in drawings the colours themselves', async () => {
    const { texts, files } = await partsOf(makeResults(), await Drawer.load(), FOLDER);
    for (const text of Object.values(texts))
      expect(text).not.toMatch(/(?<!\\)<(?!\/?(picture|source|img)\b)/);
    for (const svg of Object.values(files)) {
      expect(svg).not.toMatch(/var\(--|<script/);
      expect(svg.match(/<svg /g)?.length).toBe((svg.match(/<\/svg>/g) ?? []).length);
    }
  });

  test('that are missing, on either side, are named', () => {
    const text = '<!-- bench:begin one -->\nold\n<!-- bench:end -->\n';
    expect(putParts(text, { one: 'costs $& more' })).toBe(
      '<!-- bench:begin one -->\ncosts $& more\n<!-- bench:end -->\n',
    );
    expect(() => putParts(text, { two: '' })).toThrow(/no part 'one'/);
    expect(() => putParts(text, { one: '', two: '' })).toThrow(
      /no place for two: add <!-- bench:begin two -->/,
    );
  });

  test.skipIf(!existsSync(results))(`are those of ${FOLDER}/results.json`, async () => {
    expect(readFileSync(results).length).toBeLessThan(MOST_BYTES);
    const { texts, files } = await partsOf(readResults(results.pathname), await Drawer.load(), FOLDER);
    expect(putParts(readme, texts)).toBe(readme);
    for (const [name, svg] of Object.entries(files))
      expect(readFileSync(new URL(`${FOLDER}/${name}`, root), 'utf8'), name).toBe(svg);
  });
});
