// Two threads that do one or two things at the same moment, tens of thousands of times, and what came of it:
// node dist/workers/histories/races.js [--trials n] [--seconds n (for each race)] [--seed n] [--race part of a name]. Exits with 1 when anything forbidden came.

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type Hash, mapWithHash } from './hashed-map.js';
import type { Race } from './race.js';
import { ANSWERS, type Counts, RACES, type RaceJob, type RaceThreadData } from './race-thread.js';
import { SpinBarrier } from './spin-barrier.js';

const MAX_BYTES = 16 * 2 ** 20;
/** Trials on one map. */
const PER_MAP = 250;
/** Both orders came this often, so that an overlap was to be expected. */
const OFTEN = 500;

const { values } = parseArgs({
  options: {
    trials: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    race: { type: 'string' },
  },
});
const trials = Number(values.trials ?? 20_000);
const seconds = Number(values.seconds ?? 60);
const firstSeed = Number(values.seed ?? Date.now() % 1e9);
let seed = firstSeed;

const violations: string[] = [];
const notes: string[] = [];

function racer(index: 0 | 1): Worker {
  const data: RaceThreadData = { isRacer: true, index };
  return new Worker(new URL('./race-thread.js', import.meta.url), { workerData: data });
}

function answerOf(worker: Worker, job: RaceJob): Promise<Counts> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(error);
    worker.once('error', fail);
    worker.once('message', (counts: Counts) => {
      worker.off('error', fail);
      resolve(counts);
    });
    worker.postMessage(job);
  });
}

/** Runs a race, half of it with a hash of few values, and returns how often each result came. */
async function run(race: Race): Promise<Map<string, number>> {
  const sum = new Map<string, number>();
  // New threads for each race: V8 compiles it as if it was the only one, and the maps of the one before are let go.
  const racers = [racer(0), racer(1)] as const;
  const size = Math.min(trials, race.trialsPerMap ?? PER_MAP);
  const until = Date.now() + seconds * 1000;
  for (let done = 0, n = 0; done < trials && Date.now() < until; done += size, n++) {
    const hash: Hash = n % 2 === 0 ? 'real' : 'few';
    const map = mapWithHash(hash, MAX_BYTES);
    const job: RaceJob = {
      race: RACES.indexOf(race),
      trials: size,
      seed: seed++,
      handle: map.handle,
      barrier: new SpinBarrier(2).buffer,
      words: new SharedArrayBuffer(4 * (ANSWERS + size)),
    };
    const [counts] = await Promise.all(racers.map((worker) => answerOf(worker, job)));
    for (const [result, count] of Object.entries(counts as Counts))
      sum.set(result, (sum.get(result) ?? 0) + count);
    for (const problem of map.check()) violations.push(`${race.name}: ${problem}`);
    map.detach();
  }
  await Promise.all(racers.map((worker) => worker.terminate()));
  return sum;
}

/** Prints what came of a race, and notes what should not have come, or should have. */
function report({ name, outcomes }: Race, counts: ReadonlyMap<string, number>): number {
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  console.log(`${name}: ${total} trials`);
  const known = Object.entries(outcomes);
  const often = (meaning: string) => {
    const results = known.filter(([, each]) => each === meaning);
    return results.every(([result]) => (counts.get(result) ?? 0) >= OFTEN);
  };
  for (const [result, meaning] of known) {
    const count = counts.get(result) ?? 0;
    console.log(`  ${result.padEnd(14)} ${String(count).padStart(8)}  ${meaning}`);
    if (count === 0 && meaning === 'between' && often('first') && often('second'))
      notes.push(`${name}: ${result} never came`);
  }
  for (const [result, count] of counts) {
    if (result in outcomes) continue;
    console.log(`  ${result.padEnd(14)} ${String(count).padStart(8)}  FORBIDDEN`);
    violations.push(`${name}: ${result} came ${count} times`);
  }
  return total;
}

let races = 0;
let all = 0;
for (const race of RACES) {
  if (!race.name.includes(values.race ?? '')) continue;
  races++;
  all += report(race, await run(race));
}
if (races === 0) violations.push(`there is no race ${values.race}`);

for (const note of notes) console.log(note);
for (const violation of violations.slice(0, 20)) console.error(violation);
console.log(`races: seed ${firstSeed}, ${races} races, ${all} trials: ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
