// The main job: all threads count the words of every text file below a folder into one SharedMap. Then one thread
// does the same with a Map, for its time and to compare every count.

import { statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { SharedMap } from 'threadmap';
import { batchesOf } from './batches.js';
import { firstDifference } from './compare-counts.js';
import { countWithMap, countWithPool } from './count-runs.js';
import { withProgress } from './progress.js';
import { findFiles } from './text-files.js';
import { formatFacts, formatNumber, formatWords, mostFrequent } from './word-report.js';

const USAGE = `Usage: npm start -- [folder]

Counts the words (runs of Unicode letters and digits, in lower case) of every
text file (UTF-8 without NUL) below the folder, by default node_modules.`;

const NODE_MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url));

/** Room for tens of millions of words; what is never touched costs nothing. */
const MAX_BYTES = 2 ** 31;

/** What the message alone explains: no stack is printed with it. */
class JobError extends Error {}

/** The folder to count, or undefined when only the usage was asked for. */
function readArguments(): string | undefined {
  try {
    const { positionals, values } = parseArgs({
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (positionals.length > 1) throw new Error(`Expected one folder, not ${positionals.length}`);
    return values.help ? undefined : (positionals[0] ?? NODE_MODULES);
  } catch (error) {
    throw new JobError(`${(error as Error).message}\n\n${USAGE}`);
  }
}

async function countWords(folder: string): Promise<void> {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new JobError(`There is no folder ${folder}`);
  }
  const { files, unreadable } = findFiles(folder);
  const threads = availableParallelism();
  const batches = batchesOf(files, threads);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);

  const counts = new SharedMap({ key: 'string', value: 'number', maxBytes: MAX_BYTES });
  const pool = await withProgress(`SharedMap, ${threads} threads`, bytes, (advance) =>
    countWithPool(counts, batches, threads, advance),
  );
  const expected = new Map<string, number>();
  const single = await withProgress('Map, one thread', bytes, (advance) =>
    countWithMap(expected, batches, advance),
  );

  const { texts, words } = pool.tally;
  unreadable.push(...pool.tally.unreadable);
  if (unreadable.length > 0) {
    console.error(`Not readable and left out: ${unreadable.length}, the first of them ${unreadable[0]}`);
  }
  if (texts === 0) {
    console.log(`There is no text file below ${folder}: nothing to count.`);
    return;
  }
  const { growths, promotions } = counts.stats();
  console.log(`${formatWords(mostFrequent(counts, 20))}\n`);
  console.log(
    formatFacts({
      files: formatNumber(texts),
      words: formatNumber(words),
      'distinct words': formatNumber(counts.size),
      seconds: `${pool.seconds.toFixed(2)} with ${threads} threads and one SharedMap`,
      '': `${single.seconds.toFixed(2)} with one thread and a Map`,
      growths: formatNumber(growths),
      promotions: formatNumber(promotions),
    }),
  );

  if (texts !== single.tally.texts || words !== single.tally.words) {
    throw new JobError(
      `Not verified: the single thread found ${formatNumber(single.tally.words)} words in ` +
        `${formatNumber(single.tally.texts)} files. Did the files change meanwhile?`,
    );
  }
  const broken = counts.check();
  if (broken.length > 0) throw new JobError(`Not verified: check() found\n${broken.join('\n')}`);
  const difference = firstDifference(counts, expected);
  if (difference) throw new JobError(`Not verified: ${difference}`);
  console.log('\nverified: check() found nothing, and every count is the one of the Map');
}

try {
  const folder = readArguments();
  if (folder === undefined) console.log(USAGE);
  else await countWords(folder);
} catch (error) {
  console.error(error instanceof JobError ? error.message : error);
  process.exitCode = 1;
}
