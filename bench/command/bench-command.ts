// `threadmap bench`: measures, prints the table, writes results.json and the report, compares.

import { dirname, join, resolve } from 'node:path';
import { bench } from '../harness/bench.js';
import { compareResults } from '../harness/compare.js';
import type { BenchOptions } from '../harness/options.js';
import type { Results } from '../harness/results.js';
import { readResults, writeResults } from '../harness/results-file.js';
import { Statistics } from '../harness/statistics.js';
import { formatComparison, formatResults } from '../harness/text-table.js';
import { writeReport } from '../report/write-report.js';
import { type Command, readCommand, USAGE } from './arguments.js';
import { listAll } from './list.js';
import { openSubjects, openWorkloads } from './modules.js';
import { showProgress } from './progress.js';
import { readNotes, remakeReport } from './remake-report.js';

export const EXIT_BAD = 1;
const EXIT_INTERRUPTED = 130;
/** Where what was measured goes. */
const OUT = 'bench-results';

/** Returns the exit code. Throws BenchError for what the user can mend. */
export async function benchCommand(args: readonly string[]): Promise<number> {
  const command = readCommand(args);
  if (command === undefined) {
    console.log(USAGE);
    return 0;
  }
  if (command.list) {
    console.log(await listAll());
    return 0;
  }
  if (command.reportOf.length > 0) {
    console.log(await remakeReport(command));
    return 0;
  }
  const notes = command.notes === undefined ? undefined : readNotes(command.notes);
  const options = {
    ...command.options,
    workloads: await openWorkloads(command.workloads),
    subjects: await openSubjects(command.subjects),
  };
  // Before hours of measuring: the old run has to be readable.
  const old = command.compare === undefined ? undefined : readResults(command.compare);
  const file = resolve(join(command.out ?? OUT, 'results.json'));
  const measured = await measure(options, file);
  const results = notes === undefined ? measured : { ...measured, notes };
  writeResults(file, results, { small: command.small });
  console.log(command.json ? JSON.stringify(results) : formatResults(results));
  const regressed = old !== undefined && (await compare(old, results, command));
  tell(command, `\nResults: ${file}`);
  if (command.withReport) await report(results, join(dirname(file), 'report.html'), command);
  if (!results.complete) return EXIT_INTERRUPTED;
  const isBad = results.cells.some(({ outcome }) => outcome !== 'measured');
  return isBad || regressed ? EXIT_BAD : 0;
}

async function measure(options: BenchOptions, file: string): Promise<Results> {
  const interruption = new AbortController();
  // The second one does not wait for what is under way. It exits, so that files of databases go with the process.
  const interrupt = () => {
    if (interruption.signal.aborted) process.exit(EXIT_INTERRUPTED);
    interruption.abort();
  };
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  const shown = await showProgress();
  try {
    return await bench({
      ...options,
      signal: interruption.signal,
      onProgress: (progress) => shown.tell(progress),
      onPartial: (results) => writeResults(file, results),
    });
  } finally {
    shown.stop();
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

/** The last line is where it is. */
async function report(results: Results, path: string, command: Command): Promise<void> {
  const { missing } = await writeReport(path, results);
  if (missing !== undefined) tell(command, `The report has no plots: ${missing}`);
  tell(command, `Report: ${path}`);
}

/** Tells whether something has become slower, or wrong. */
async function compare(old: Results, now: Results, command: Command): Promise<boolean> {
  const comparison = compareResults(old, now, await Statistics.load(), command.tolerance);
  tell(command, `\nCompared with ${command.compare}, of ${old.started}:\n${formatComparison(comparison)}`);
  return comparison.broken.length > 0 || comparison.compared.some(({ verdict }) => verdict === 'slower');
}

/** With --json stdout is the results' alone. */
function tell({ json }: Command, text: string): void {
  if (json) console.error(text);
  else console.log(text);
}
