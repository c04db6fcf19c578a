// npm start: the words of a folder, counted by all cores, and then a quick look at the maps side by side.

import { BenchError } from '../harness/needs.js';
import { benchCommand } from './bench-command.js';

const wantsHelp = process.argv.includes('--help') || process.argv.includes('-h');

await import('../../workers/count-words/count-words.js');
if (process.exitCode === undefined && !wantsHelp) {
  console.log('\nThe maps side by side, for a quick look (npm run bench measures in full):\n');
  try {
    process.exitCode = await benchCommand(['--quick']);
  } catch (error) {
    if (!(error instanceof BenchError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
