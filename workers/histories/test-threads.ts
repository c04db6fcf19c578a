// All that is judged of real threads, one after the other: histories of keys, small histories of the whole map, races.
// node dist/workers/histories/test-threads.js [--seconds n] [--trials n] [--seed n]: seconds for the histories, a third of it for
// the small ones; trials for each race. Exits with 1 when any of them finds a violation.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { seconds: { type: 'string' }, trials: { type: 'string' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds ?? 60);
const trials = values.trials ?? '20000';
const seed = values.seed ?? String(Date.now() % 1e9);

/** A race on a machine that is busy with other things has to end some time. */
const raceSeconds = Math.max(1, seconds / 20);

const parts: readonly (readonly string[])[] = [
  ['histories', '--seconds', String(seconds)],
  ['small-histories', '--seconds', String(seconds / 3)],
  ['races', '--trials', trials, '--seconds', String(raceSeconds)],
];

let failed = 0;
for (const [name, ...options] of parts) {
  const file = fileURLToPath(new URL(`./${name}.js`, import.meta.url));
  const { status } = spawnSync(process.execPath, [file, ...options, '--seed', seed], { stdio: 'inherit' });
  if (status !== 0) failed++;
}
console.log(
  failed === 0 ? '0 violations' : `${failed} of ${parts.length} parts found violations (seed ${seed})`,
);
process.exitCode = failed === 0 ? 0 : 1;
