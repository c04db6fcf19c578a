// Ends threads in the middle of their work, in every way and by the thousand, and looks at what they leave behind:
// node dist/workers/kill-storm/kill-storm.js 2000 [--seed n]. Exits with 1 when a promise is broken.

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Watch } from '../watch.js';
import { BREAKS, type DirectorData, type Figures, SEATS, type Told } from './kill-storm-told.js';

const USAGE = `Usage: npm run test:kill -- [kills] [--seed n]

  kills             threads to end, also as --kills; default 200
  --seed n          repeats the choices of a run, default 1
  --patience s      how long one call may take, default 60
  --break what      breaks something on purpose: ${BREAKS.join(', ')}`;

/** Without an end of any thread for this long, something hangs, s. */
const STANDSTILL = 2;
/** Between two lines of progress, ms. */
const EVERY = 10_000;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string' },
    seed: { type: 'string', default: '1' },
    patience: { type: 'string', default: '60' },
    break: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const kills = Number(values.kills ?? positionals[0] ?? 200);
const seed = Number(values.seed);
const patience = Number(values.patience) * 1000;
const broken = BREAKS.find((name) => name === values.break);

if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (!(kills > 0) || !Number.isInteger(seed) || !(patience > 0) || broken !== values.break) {
  console.error(USAGE);
  process.exit(1);
}

const began = performance.now();
const violations: string[] = [];
const ways = new Map<string, number>();
const committed: number[] = [];
let figures: Figures | undefined;
let ended = 0;
let lastEnd = performance.now();

const seconds = (): string => ((performance.now() - began) / 1000).toFixed(0);

function printProgress(): void {
  console.log(
    `${seconds()} s: ${ended} of ${kills} threads ended, ${committed.at(-1) ?? 0} bytes committed, ${violations.length} violations`,
  );
}

/** Constant memory: what the lasting map has taken from the system does not rise with the number of kills. */
function judgeMemory(): void {
  const first = committed[0] as number;
  const batch = committed.findIndex((bytes) => bytes > first);
  if (batch < 0) return;
  violations.push(
    `bytesCommitted of the lasting map rose from ${first} to ${committed[batch]} in batch ${batch + 1}`,
  );
}

function finish(): never {
  judgeMemory();
  if (!figures?.acknowledged || !figures.growths || !figures.shrinks || !figures.reads)
    violations.push('nothing was done');
  for (const violation of violations.slice(0, 20)) console.error(violation);
  for (const [way, n] of [...ways].sort(([a], [b]) => a.localeCompare(b))) console.log(`  ${way}: ${n}`);
  console.log(
    `acknowledged writes judged ${figures?.acknowledged ?? 0}, reads judged ${figures?.reads ?? 0}, ` +
      `whole laps ${figures?.laps ?? 0}, growths ${figures?.growths ?? 0}, shrinks ${figures?.shrinks ?? 0}, clears ${figures?.clears ?? 0}, ` +
      `stacks exhausted and gone on ${figures?.exhausted ?? 0}, ended with memory in hand ${figures?.midWrite ?? 0}`,
  );
  console.log(
    `bytesCommitted of the lasting map: first ${committed[0]}, last ${committed.at(-1)}, ` +
      `least ${Math.min(...committed)}, most ${Math.max(...committed)}`,
  );
  console.log(`${ended} threads ended in ${seconds()} s (seed ${seed}): ${violations.length} violations`);
  process.exit(violations.length > 0 ? 1 : 0);
}

const watch = new Watch(SEATS);
const data: DirectorData = { kills, seed, watch: watch.buffer, broken };
const director = new Worker(new URL('./kill-storm-director.js', import.meta.url), { workerData: data });
director.on('message', (told: Told) => {
  if (told.what === 'violation') violations.push(told.text);
  else if (told.what === 'end') {
    ways.set(told.way, (ways.get(told.way) ?? 0) + 1);
    ended++;
    lastEnd = performance.now();
  } else {
    figures = told.figures;
    committed.push(told.bytesCommitted);
  }
});
director.on('error', (error) => violations.push(`the storm itself failed: ${error.stack}`));
director.on('exit', finish);
setInterval(printProgress, EVERY);
setInterval(() => {
  const now = performance.now();
  const stuck = watch.stuck(now, patience);
  if (now - lastEnd > STANDSTILL * patience) stuck.push('no thread has ended for too long');
  if (stuck.length === 0) return;
  violations.push(...stuck);
  finish();
}, 500);
