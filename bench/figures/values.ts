// npm run bench:values: what it costs to encode, decode and keep an object, beside other encodings,
// as a Markdown table.

import { parseArgs } from 'node:util';
import { missingPeers } from '../harness/needs.js';
import { describeMachine } from './machine.js';
import { measure } from './measure.js';
import { MSGPACKR } from './value-costs.js';
import { samples } from './value-samples.js';

const USAGE = `Usage: npm run bench:values -- [--only <sample>]... [--quick]

Encodes and decodes objects, beside JSON, v8.serialize and, where it is installed, msgpackr;
two minutes. npm run bench:peers:install adds msgpackr, which lmdb brings along.

  --only <text>  samples whose name contains it; may be given more than once
  --quick        few and short rounds: a trial of the program, whose figures mean nothing`;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    quick: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h' },
  },
});

if (values.help) console.log(USAGE);
else {
  const { only } = values;
  const chosen = samples.filter(({ name }) => only === undefined || only.some((text) => name.includes(text)));
  if (chosen.length === 0) {
    console.error(`There is no such sample.\n\n${USAGE}`);
    process.exitCode = 1;
  }
  const missing = missingPeers([MSGPACKR]);
  if (missing !== undefined) console.error(missing);
  const effort = values.quick ? { roundMs: 2, rounds: 3 } : { roundMs: 10, rounds: 61 };
  console.log('| value | encoding | encode, ns | decode, ns | bytes |\n|---|---|---|---|---|');
  for (const { name } of chosen) {
    const found = await measure('values', { sample: name, msgpackr: missing === undefined, ...effort });
    for (const { contender, encode, decode, bytes } of found) {
      const cells = [name, contender, encode.toFixed(0), decode.toFixed(0), bytes ?? ''];
      console.log(`| ${cells.join(' | ')} |`);
    }
  }
  console.log(`\nBest of the rounds, all encodings in turns; ${describeMachine()}.`);
}
