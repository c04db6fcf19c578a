// npm run bench:growth: maps that grow under one and two threads, beside what is asked of them.

import { growthWorkRows } from './growth-work.js';
import { runRowsCommand } from './rows-command.js';

await runRowsCommand({
  script: 'bench:growth',
  about: 'Measures how maps grow under one and two threads, in some minutes',
  rows: growthWorkRows,
  base: 'against',
  method:
    'The subjects of a row took turns, each in a process of its own: medians of the rates, and of the ' +
    'ratios of each round. Keys and threads were there, and code warm, before the clock started.',
});
