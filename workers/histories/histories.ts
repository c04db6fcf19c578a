// Threads at work on the same few keys while the map grows, every call written down with its time, and a judge who looks
// for an order that explains each key's history:
// node dist/workers/histories/histories.js [--seconds n | --operations n] [--threads n] [--keys n] [--seed n] [--hash real|few|constant].
// Exits with 1 when there is none, and prints the shortest stretch that cannot be explained.

import { parseArgs } from 'node:util';
import type { SharedMap } from 'threadmap';
import { Random } from '../random.js';
import { clockSince } from './clock.js';
import { type Hash, mapWithHash } from './hashed-map.js';
import { historyKey } from './history-keys.js';
import { HistoryPool } from './history-pool.js';
import type { HistoryRound } from './history-thread.js';
import { codeOf, MIXES } from './history-values.js';
import { type KeyOperation, keyModel, showKeyOperation } from './key-model.js';
import { judge, tell } from './linearizability.js';
import { SpinBarrier } from './spin-barrier.js';

const MAX_BYTES = 16 * 2 ** 20;
const PAGE = 65_536;
const MOST_THREADS = 8;

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    operations: { type: 'string' },
    threads: { type: 'string' },
    keys: { type: 'string' },
    seed: { type: 'string' },
    hash: { type: 'string' },
  },
});
const wanted = values.operations === undefined ? Number.POSITIVE_INFINITY : Number(values.operations);
const seconds = Number(values.seconds ?? (values.operations === undefined ? 60 : Number.POSITIVE_INFINITY));
const seed = Number(values.seed ?? Date.now() % 1e9);
const random = new Random(seed);
const epoch = process.hrtime.bigint();
const clock = clockSince(epoch);

interface Plan {
  readonly hash: Hash;
  readonly round: HistoryRound;
  /** The operation in which a thread is ended, if one is. */
  readonly endAt: number | undefined;
  readonly maps: readonly SharedMap<unknown, unknown>[];
}

/** Fills the heap for a moment, so that the table stays small: chains get long, and are compacted instead of split. */
function crowd(map: SharedMap<unknown, unknown>, maxBytes: number): void {
  for (let bytes = maxBytes; ; bytes -= PAGE) {
    try {
      map.set('crowd', 'x'.repeat(bytes));
      break;
    } catch (error) {
      if (!/_FULL$|_TOO_LARGE$/.test((error as { code?: string }).code ?? '')) throw error;
    }
  }
  map.delete('crowd');
}

type Shape = Pick<HistoryRound, 'threads' | 'keys' | 'operations' | 'ballastShare' | 'ballast'> & {
  maps: number;
};

/** Many small maps that do little but grow. */
function growing(hash: Hash): Shape {
  return {
    maps: 16,
    threads: Number(values.threads ?? random.of([2, 2, 2, 3, 4])),
    keys: Number(values.keys ?? random.of([1, 2, 4])),
    operations: 100 + random.below(300),
    ballastShare: random.of([70, 85, 92]),
    // Where hashes are alike, few chains hold all entries: what is enough for some overflow buckets.
    ballast: hash === 'real' ? 2000 : 120,
  };
}

/** One map for long. */
function lasting(hash: Hash): Shape {
  const long = random.below(8) === 0;
  return {
    maps: 1,
    threads: Number(values.threads ?? random.of([2, 2, 2, 3, 3, 4, 5, 6, 8])),
    keys: Number(values.keys ?? random.of([1, 1, 2, 3, 4, 8, 16])),
    operations: long ? 6000 + random.below(12_000) : 400 + random.below(3000),
    ballastShare: random.of([10, 30, 60]),
    ballast: hash === 'real' ? random.of([50, 400, 3000]) : random.of([6, 30, 120]),
  };
}

function plan(): Plan {
  const hash =
    (values.hash as Hash | undefined) ?? random.of<Hash>(['real', 'real', 'real', 'few', 'constant']);
  const { maps: count, ...shape } = random.below(2) === 0 ? growing(hash) : lasting(hash);
  const crowded = count === 1 && random.below(6) === 0;
  const maps = Array.from({ length: count }, () => mapWithHash(hash, MAX_BYTES));
  if (crowded) crowd(maps[0] as SharedMap<unknown, unknown>, MAX_BYTES);
  const round: HistoryRound = {
    ...shape,
    handles: maps.map(({ handle }) => handle),
    starts: maps.map(() => new SpinBarrier(shape.threads).buffer),
    seed: random.below(2 ** 31),
    mix: random.of(MIXES),
  };
  const ends = count === 1 && random.below(3) === 0;
  return { hash, round, maps, endAt: ends ? random.below(round.operations) : undefined };
}

const total = {
  ...{ rounds: 0, maps: 0, histories: 0, operations: 0, longest: 0 },
  ...{ ended: 0, growths: 0, sameSize: 0, positions: 1, cuts: 0 },
};
const violations: string[] = [];

/** What is at the keys when all have ended, as one more thread's last reads. */
function lastReads({ maps, round }: Plan): (KeyOperation & { key: number })[] {
  return maps.flatMap((map, which) =>
    Array.from({ length: round.keys }, (_, i) => {
      const key = which * round.keys + i;
      const invoked = clock();
      const result = codeOf(map.get(historyKey(i, round.seed % 100)));
      const times = { thread: round.threads, invoked, responded: clock() };
      return { ...times, key, verb: 'get', argument: 0, expected: 0, result } as const;
    }),
  );
}

function judgeRound(plan: Plan, pool: HistoryPool): void {
  const { round, maps } = plan;
  const histories = Array.from({ length: maps.length * round.keys }, (): KeyOperation[] => []);
  for (const [thread, log] of pool.logs(round.threads).entries()) {
    for (const operation of log.read(thread)) (histories[operation.key] as KeyOperation[]).push(operation);
  }
  for (const operation of lastReads(plan)) (histories[operation.key] as KeyOperation[]).push(operation);
  const where = `${plan.hash} hash, ${round.threads} threads, seed of the round ${round.seed}`;
  for (const [key, history] of histories.entries()) {
    const { isLinearizable, most, cuts, witness } = judge(history, keyModel);
    total.histories++;
    total.operations += history.length;
    total.longest = Math.max(total.longest, history.length);
    total.positions = Math.max(total.positions, most);
    total.cuts += cuts;
    if (isLinearizable) continue;
    const name = String(historyKey(key % round.keys, round.seed % 100)).slice(0, 30);
    violations.push(
      [`key ${name}, ${where}: no order explains`, ...tell(witness, showKeyOperation)].join('\n'),
    );
  }
  for (const map of maps) {
    for (const problem of map.check()) violations.push(`after a round, ${where}: ${problem}`);
    const { growths, sameSizeGrowths } = map.stats();
    total.growths += growths;
    total.sameSize += sameSizeGrowths;
    map.detach();
  }
}

const pool = new HistoryPool(Number(values.threads ?? MOST_THREADS), epoch);
const until = Date.now() + seconds * 1000;
while (Date.now() < until && total.operations < wanted && violations.length === 0) {
  const next = plan();
  const problems = await pool.play(next.round, next.endAt);
  for (const problem of problems) violations.push(`${problem}; seed of the round ${next.round.seed}`);
  if (problems.some((problem) => problem.endsWith('hangs'))) break;
  judgeRound(next, pool);
  total.rounds++;
  total.maps += next.maps.length;
  if (next.endAt !== undefined) total.ended++;
}
await pool.end();
if (total.operations === 0 || total.growths === 0) violations.push('nothing was looked at');

for (const violation of violations.slice(0, 5)) console.error(violation);
console.log(
  [
    `histories: seed ${seed}, ${total.rounds} rounds (${total.ended} with a thread ended), ${total.maps} maps, ${total.histories} histories`,
    `${total.operations} operations judged, longest history ${total.longest}, at most ${total.positions} positions, ${total.cuts} quiescent points`,
    `${total.growths} growths, ${total.sameSize} same-size growths: ${violations.length} violations`,
  ].join('\n  '),
);
process.exitCode = violations.length > 0 ? 1 : 0;
