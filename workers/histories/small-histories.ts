// Small histories of the whole map, by the thousand: clear, size and iteration beside the operations of single keys.
// node dist/workers/histories/small-histories.js [--seconds n] [--seed n]. Exits with 1 when a promise is broken.

import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { Random } from '../random.js';
import { type Hash, mapWithHash } from './hashed-map.js';
import { judge, tell } from './linearizability.js';
import { type MapOperation, mapModel, showMapOperation } from './map-model.js';
import type { SmallJob, SmallRound, SmallThreadData } from './small-history-thread.js';
import { SpinBarrier } from './spin-barrier.js';
import { ordered, wrongSurveys } from './surveys.js';

const MAX_BYTES = 16 * 2 ** 20;
const MOST_THREADS = 4;
/** A map begins to grow above so many entries. */
const THRESHOLDS = [104, 208, 416];
/** Rounds close to each: what the keys add makes the map grow in one of them. */
const CLOSE = 6;
/** Rounds on one map that does not grow. */
const ROUNDS = 60;
/** Jobs after which the threads make way for new ones, and with them all the maps they have seen. */
const LIFE = 100;

const { values } = parseArgs({ options: { seconds: { type: 'string' }, seed: { type: 'string' } } });
const seconds = Number(values.seconds ?? 20);
const seed = Number(values.seed ?? Date.now() % 1e9);
const random = new Random(seed);
const epochOfSmall = process.hrtime.bigint();
const violations: string[] = [];
/** How many other keys there are in the rounds on one map. */
function others(): number[] {
  if (random.below(4) === 0) return new Array<number>(ROUNDS).fill(random.of([0, 0, 5, 30]));
  return THRESHOLDS.flatMap((threshold) => Array.from({ length: CLOSE }, (_, i) => threshold - CLOSE + i));
}

const total = { rounds: 0, operations: 0, overlapping: 0, surveys: 0, growths: 0 };

function start(): Worker[] {
  return Array.from({ length: MOST_THREADS }, (_, index) => {
    const data: SmallThreadData = { index, epochOfSmall };
    return new Worker(new URL('./small-history-thread.js', import.meta.url), { workerData: data });
  });
}

function answerOf(worker: Worker, job: SmallJob): Promise<SmallRound[]> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (rounds: SmallRound[]) => {
      worker.off('error', reject);
      resolve(rounds);
    });
    worker.postMessage(job);
  });
}

function judgeRound(answers: readonly SmallRound[], name: string): void {
  const { initial } = answers[0] as SmallRound;
  const history = answers.flatMap(({ operations }) => operations);
  total.rounds++;
  total.operations += history.length;
  const first = (operations: MapOperation[]) => operations[0] as MapOperation;
  const last = (operations: MapOperation[]) => operations.at(-1) as MapOperation;
  const begin = Math.max(...answers.slice(1).map(({ operations }) => first(operations).invoked));
  const end = Math.min(...answers.slice(1).map(({ operations }) => last(operations).responded));
  const own = first((answers[0] as SmallRound).operations);
  if (own.invoked <= end && begin <= own.responded) total.overlapping++;
  total.surveys += history.filter(({ verb }) => verb === 'size' || verb === 'iterate').length;
  const problems = wrongSurveys(history, initial);
  const { isLinearizable } = judge(ordered(history), mapModel(initial));
  if (!isLinearizable) problems.push('no order explains it');
  if (problems.length === 0) return;
  const lines = tell(history, showMapOperation);
  violations.push([`${name}, begun with ${initial}: ${problems.join('; ')}`, ...lines].join('\n'));
}

let threads = start();
const until = Date.now() + seconds * 1000;
for (let jobs = 1; Date.now() < until && violations.length === 0; jobs++) {
  const hash = random.of<Hash>(['real', 'real', 'few', 'constant']);
  const map = mapWithHash(hash, MAX_BYTES);
  const taking = threads.slice(0, random.of([2, 2, 2, 3, 4]));
  const job: SmallJob = {
    handle: map.handle,
    barrier: new SpinBarrier(taking.length).buffer,
    threads: taking.length,
    seed: random.below(2 ** 31),
    keys: 1 + random.below(4),
    others: others(),
  };
  const answers = await Promise.all(taking.map((worker) => answerOf(worker, job)));
  for (let round = 0; round < job.others.length; round++) {
    judgeRound(
      answers.map((rounds) => rounds[round] as SmallRound),
      `round ${round} of seed ${job.seed}, ${hash} hash`,
    );
  }
  for (const problem of map.check()) violations.push(`after seed ${job.seed}: ${problem}`);
  total.growths += map.stats().growths;
  map.detach();
  if (jobs % LIFE !== 0) continue;
  await Promise.all(threads.map((worker) => worker.terminate()));
  threads = start();
}
await Promise.all(threads.map((worker) => worker.terminate()));
if (total.overlapping === 0 || total.growths === 0) violations.push('nothing was looked at');

for (const violation of violations.slice(0, 5)) console.error(violation);
console.log(
  `small histories: seed ${seed}, ${total.rounds} rounds, ${total.operations} operations judged, ${total.surveys} sizes and iterations\n` +
    `  first operations overlapped in ${total.overlapping} rounds, ${total.growths} growths: ${violations.length} violations`,
);
process.exitCode = violations.length > 0 ? 1 : 0;
