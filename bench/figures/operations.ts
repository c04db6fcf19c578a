// npm run bench:operations: what each operation costs, beside `get`, as a Markdown table.

import { parseArgs } from 'node:util';
import { describeMachine } from './machine.js';
import { measure } from './measure.js';
import type { Costs } from './operation-costs.js';
import { type Keys, operations } from './operation-steps.js';

const USAGE = `Usage: npm run bench:operations -- [--only <operation>]... [--quick]

Measures each operation of SharedMap beside its get, on a map of 100,000 entries; some minutes.

  --only <text>  operations whose name contains it; may be given more than once
  --quick        few and short rounds: a trial of the program, whose figures mean nothing`;

const ENTRIES = 100_000;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});

async function costsOf(call: string, keys: Keys): Promise<Costs> {
  const effort = values.quick ? { count: 100_000, rounds: 3 } : { count: 1_000_000, rounds: 9 };
  return measure('operation', { call, keys, entries: ENTRIES, ...effort });
}

const nanoseconds = (ns: number) => `${ns.toFixed(ns < 100 ? 1 : 0)} ns`;

function cells(costs: Costs | undefined): string[] {
  if (costs === undefined) return ['', ''];
  const { get, operation } = costs;
  return [nanoseconds(operation.best), (operation.best / get.best).toFixed(2)];
}

if (values.help) console.log(USAGE);
else {
  const { only } = values;
  const chosen = operations.filter(
    ({ call }) => only === undefined || only.some((text) => call.includes(text)),
  );
  if (chosen.length === 0) {
    console.error(`There is no such operation.\n\n${USAGE}`);
    process.exitCode = 1;
  }
  console.log('| operation | number keys | x get | string keys | x get |\n|---|---|---|---|---|');
  for (const { call, on } of chosen) {
    const [numbers, strings] = on ? [on[0], undefined] : (['number', 'string'] as const);
    const left = await costsOf(call, numbers as Keys);
    const right = strings === undefined ? undefined : await costsOf(call, strings);
    console.log(`| ${[call, ...cells(left), ...cells(right)].join(' | ')} |`);
  }
  console.log(
    `\nPer operation, the loop included, best of the rounds, in turns with get; ${describeMachine()}.`,
  );
}
