// A report of what was measured before.

import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { BenchError } from '../harness/needs.js';
import type { Results } from '../harness/results.js';
import { readResults, writeResults } from '../harness/results-file.js';
import { Statistics } from '../harness/statistics.js';
import { mergeResults } from '../report/merge.js';
import { writeReport } from '../report/write-report.js';
import type { Command } from './arguments.js';

/** Returns what to tell: where the report is. Throws BenchError for files that cannot be read or merged. */
export async function remakeReport({ reportOf, out, notes, small }: Command): Promise<string> {
  const [first] = reportOf as [string];
  if (out === undefined && (reportOf.length > 1 || small))
    throw new BenchError(
      '--report of several runs, and --small, write a results.json: name its folder with --out',
    );
  const read = await readAll(reportOf);
  const results = notes === undefined ? read : { ...read, notes: readNotes(notes) };
  const folder = resolve(out ?? dirname(first));
  const told: string[] = [];
  if (out !== undefined) {
    const file = join(folder, 'results.json');
    writeResults(file, results, { small });
    told.push(`Results: ${file}`);
  }
  const path = join(folder, 'report.html');
  const { missing } = await writeReport(path, results);
  if (missing !== undefined) told.push(`The report has no plots: ${missing}`);
  return [...told, `Report: ${path}`].join('\n');
}

async function readAll(paths: readonly string[]): Promise<Results> {
  const runs = paths.map(readResults);
  return runs.length === 1 ? (runs[0] as Results) : mergeResults(runs, await Statistics.load());
}

/** Paragraphs are what blank lines part. */
export function readNotes(path: string): string[] {
  try {
    return readFileSync(path, 'utf8')
      .split(/\n\s*\n/)
      .map((paragraph) => paragraph.trim().replace(/\s*\n\s*/g, ' '))
      .filter((paragraph) => paragraph !== '');
  } catch (error) {
    throw new BenchError(`${path} cannot be read: ${(error as Error).message}`);
  }
}
