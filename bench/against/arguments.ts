// The command line of bench:against.

import { parseArgs } from 'node:util';
import { LEAST_ROUNDS } from './judge.js';
import { type AgainstRow, againstRows } from './rows.js';

/** Rounds of each row: the interval then leaves out the lowest and the highest ratio. */
const ROUNDS = 9;
const QUICK_ROUNDS = 2;

export const USAGE = `Usage: npm run bench:against -- <commit> [--only <row>]... [--rounds <n>] [--json] [--quick]

Builds the commit beside this tree and measures the two in turns, in some minutes; leave the machine
alone meanwhile. The exit code is 1 when a row is slower beyond the noise or fails, 2 when nothing
could be measured.

  --only <row>   this row only, or those that begin so; may be given more than once. Rows:
                 ${againstRows.map(({ id }) => id).join('\n                 ')}
  --rounds <n>   times that each row is measured with each build: ${ROUNDS}, at least ${LEAST_ROUNDS}
  --json         all figures instead of a table
  --quick        small maps and ${QUICK_ROUNDS} rounds: a trial of the program, which judges nothing`;

export interface AgainstArguments {
  readonly commit: string;
  readonly rows: readonly AgainstRow[];
  readonly rounds: number;
  readonly json: boolean;
  readonly quick: boolean;
}

/** Undefined when only the usage was asked for. Throws on what it does not know. */
export function readAgainstArguments(args: readonly string[]): AgainstArguments | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      only: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      json: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h' },
    },
  });
  if (values.help) return undefined;
  const [commit, ...others] = positionals;
  if (commit === undefined || others.length > 0) throw new Error('It takes one commit');
  const { only, json, quick } = values;
  const unknown = only?.find((name) => !againstRows.some(({ id }) => id.startsWith(name)));
  if (unknown !== undefined) throw new Error(`There is no row ${unknown}`);
  const rounds = values.rounds === undefined ? (quick ? QUICK_ROUNDS : ROUNDS) : Number(values.rounds);
  if (!Number.isInteger(rounds) || rounds < (quick ? 1 : LEAST_ROUNDS))
    throw new Error(`--rounds takes a whole number from ${LEAST_ROUNDS} on, not ${values.rounds}`);
  const isChosen = ({ id }: AgainstRow) => only === undefined || only.some((name) => id.startsWith(name));
  return { commit, rows: againstRows.filter(isChosen), rounds, json, quick };
}
