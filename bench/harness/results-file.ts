import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { packResults, unpackResults } from './columns.js';
import { BenchError } from './needs.js';
import { RESULTS_VERSION, type Results } from './results.js';

/** Reads a results.json. Throws BenchError for what is none. */
export function readResults(path: string): Results {
  let parsed: Partial<Results> | null;
  try {
    parsed = JSON.parse(readFileSync(path, 'utf8')) as Partial<Results> | null;
  } catch (error) {
    throw new BenchError(`${path} cannot be read: ${(error as Error).message}`);
  }
  if (parsed?.format !== 'threadmap-bench' || !Array.isArray(parsed.cells))
    throw new BenchError(`${path} is no results.json of threadmap bench`);
  if (parsed.version !== RESULTS_VERSION)
    throw new BenchError(
      `${path} is of version ${parsed.version}, and this threadmap knows ${RESULTS_VERSION}: measure again`,
    );
  return unpackResults(parsed as Results);
}

/** Writes results so that whoever reads the file finds all of them, the old or the new ones. */
export function writeResults(path: string, results: Results, { small = false } = {}): void {
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.part`;
  writeFileSync(partial, small ? packResults(results) : `${JSON.stringify(results, undefined, 1)}\n`);
  renameSync(partial, path);
}
