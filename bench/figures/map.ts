// npm run bench:map: SharedMap beside Map, row by row, as a Markdown table. Each measurement has a process of its own.

import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { type Line, passes } from './line.js';
import { describeMachine } from './machine.js';
import { type Row, rows } from './rows.js';
import { formatTable } from './table.js';

const USAGE = `Usage: npm run bench:map -- [--only <row>]... [--json] [--quick]

Measures SharedMap beside Map, in some minutes; leave the machine alone meanwhile.

  --only <row>  this row only; may be given more than once. Rows:
                ${rows.map(({ id }) => id).join('\n                ')}
  --json        figures with their details instead of a table
  --quick       smaller maps, few and short rounds: a trial of the program, whose figures mean nothing`;

interface Arguments {
  readonly chosen: readonly Row[];
  readonly json: boolean;
  readonly quick: boolean;
}

/** Undefined when only the usage was asked for. Throws on what it does not know. */
function readArguments(): Arguments | undefined {
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
async function measureRows({ chosen, quick }: Arguments): Promise<(Line & { row: string })[]> {
  const lines: (Line & { row: string })[] = [];
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

function print(lines: readonly (Line & { row: string })[], { json, quick }: Arguments): void {
  const machine = describeMachine();
  if (json) {
    const judged = lines.map((line) => ({ ...line, passes: passes(line) }));
    console.log(JSON.stringify({ machine, quick, lines: judged }, undefined, 2));
    return;
  }
  console.log(`${formatTable(lines)}\n`);
  console.log(`Measured with \`npm run bench:map\` on ${machine}.`);
  console.log('Both maps took turns in one run; the cost of the loop is subtracted; best rounds.');
  if (quick) console.log('--quick: a trial, not a measurement.');
}

let given: Arguments | undefined;
try {
  given = readArguments();
  if (given === undefined) console.log(USAGE);
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exitCode = 1;
}
if (given !== undefined) print(await measureRows(given), given);
