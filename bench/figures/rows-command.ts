// A program that measures rows: its options, its table, and what is told on the way.

import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type Line, passes } from './line.js';
import { describeMachine } from './machine.js';
import type { Row } from './rows.js';
import { formatTable } from './table.js';

export interface RowsCommand {
  /** The npm script. */
  readonly script: string;
  /** What it measures, and for how long: a sentence of the usage. */
  readonly about: string;
  readonly rows: readonly Row[];
  /** What the table's first figures are of. */
  readonly base: string;
  /** How it was measured: the last line below the table. */
  readonly method: string;
}

interface Arguments {
  readonly chosen: readonly Row[];
  readonly json: boolean;
  readonly quick: boolean;
}

type RowLine = Line & { readonly row: string };

function usageOf({ script, about, rows }: RowsCommand): string {
  return `Usage: npm run ${script} -- [--only <row>]... [--json] [--quick]

${about}; leave the machine alone meanwhile.

  --only <row>  this row only; may be given more than once. Rows:
                ${rows.map(({ id }) => id).join('\n                ')}
  --json        figures with their details instead of a table
  --quick       smaller maps, few and short rounds: a trial of the program, whose figures mean nothing`;
}

/** Undefined when only the usage was asked for. Throws on what it does not know. */
function readArguments({ rows }: RowsCommand): Arguments | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const { only, json, quick } = values;
  const unknown = only?.find((name) => !rows.some(({ id }) => id === name));
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}`);
  return { chosen: rows.filter(({ id }) => only === undefined || only.includes(id)), json, quick };
}

/** All lines of the chosen rows; a row that fails is told and left out. */
async function measureRows({ chosen, quick }: Arguments): Promise<RowLine[]> {
  const lines: RowLine[] = [];
  for (const { id, measure } of chosen) {
    const start = performance.now();
    try {
      for (const line of await measure({ quick })) lines.push({ row: id, ...line });
      console.error(`${id}: ${((performance.now() - start) / 1000).toFixed(0)} s`);
    } catch (error) {
      console.error(`${id} failed: ${error instanceof Error ? error.message : error}`);
      process.exitCode = 1;
    }
  }
  return lines;
}

function print(lines: readonly RowLine[], { json, quick }: Arguments, command: RowsCommand): void {
  const machine = describeMachine();
  if (json) {
    const judged = lines.map((line) => ({ ...line, passes: passes(line) }));
    console.log(JSON.stringify({ machine, quick, lines: judged }, undefined, 2));
    return;
  }
  console.log(`${formatTable(lines, command.base)}\n`);
  console.log(`Measured with \`npm run ${command.script}\` on ${machine}.`);
  console.log(command.method);
  if (quick) console.log('--quick: a trial, not a measurement.');
}

/** Reads the arguments of the process, measures, prints; the exit code is 1 when a row fails. */
export async function runRowsCommand(command: RowsCommand): Promise<void> {
  let given: Arguments | undefined;
  try {
    given = readArguments(command);
    if (given === undefined) console.log(usageOf(command));
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usageOf(command)}`);
    process.exitCode = 1;
  }
  if (given !== undefined) print(await measureRows(given), given, command);
}
