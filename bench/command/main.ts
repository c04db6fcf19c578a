#!/usr/bin/env node
// The command `threadmap`.

import { BenchError } from '../harness/needs.js';
import { benchCommand } from './bench-command.js';

const USAGE = `Usage: threadmap bench [workload...] [options]

Measures concurrent maps on real threads. \`threadmap bench --help\` tells more.`;

const EXIT_USAGE = 2;

async function main([command, ...args]: readonly string[]): Promise<number> {
  if (command === 'bench') return benchCommand(args);
  if (command === undefined || command === '--help' || command === '-h') {
    console.log(USAGE);
    return command === undefined ? EXIT_USAGE : 0;
  }
  throw new BenchError(`There is no command '${command}'.\n\n${USAGE}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  // What the user can mend needs no stack.
  console.error(error instanceof BenchError ? error.message : error);
  process.exitCode = EXIT_USAGE;
}
