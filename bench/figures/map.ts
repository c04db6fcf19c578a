// npm run bench:map: SharedMap beside Map, row by row, each measurement in its own process.

import { rows } from './rows.js';
import { runRowsCommand } from './rows-command.js';

await runRowsCommand({
  script: 'bench:map',
  about: 'Measures SharedMap beside Map, in some minutes',
  rows,
  base: 'Map',
  method: 'Both maps took turns in one run; the cost of the loop is subtracted; best rounds.',
});
