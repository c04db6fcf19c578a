// Terminates threads in the middle of their writes, by the hundred, and looks at what they leave behind:
// node dist/workers/kill-storm.js --kills 2000 [--seed n]. Exits with 1 when a promise is broken.

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { freshKey, KEYS, keyOf, LANES, Ledger, type State, SUMS, stateAfter } from './kill-storm-ledger.js';
import type { KillStormData } from './kill-storm-thread.js';

/** Threads that die on one map before it is looked at. */
const BATCH = 30;
/** The last of them clear the map now and then. */
const CLEARING = 6;
const LONGEST_LIFE = 40;
const MAX_BYTES = 512 * 2 ** 20;
const PAGE = 65_536;
const BUCKET = 152;

type Map = SharedMap<unknown, unknown>;

const { values } = parseArgs({ options: { kills: { type: 'string' }, seed: { type: 'string' } } });
const kills = Number(values.kills ?? 150);
const seed = Number(values.seed ?? 1);
let state = seed | 0;

function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) | 0;
  return (state >>> 8) / 2 ** 24;
}

const violations: string[] = [];

/** Starts a thread, lets it live for a moment and terminates it; some before they have begun. */
async function live(data: KillStormData): Promise<void> {
  const thread = new Worker(new URL('./kill-storm-thread.js', import.meta.url), { workerData: data });
  thread.on('error', (error) => violations.push(`a thread failed: ${error.stack}`));
  const ended = new Promise((resolve) => thread.once('exit', resolve));
  const attached = new Promise((resolve) => thread.once('message', resolve));
  const early = random() < 0.1;
  await Promise.race([early ? sleep(random() * 60) : attached, ended]);
  if (!early) await sleep(random() * LONGEST_LIFE);
  await thread.terminate();
  await ended;
}

/** Lives one after the other in each lane, the lanes side by side. */
async function storm(map: Map, ledger: Ledger, first: number, lives: number, clears: boolean): Promise<void> {
  let next = first;
  await Promise.all(
    Array.from({ length: LANES }, async (_, lane) => {
      while (next < first + lives) {
        await live({ handle: map.handle, ledger: ledger.buffer, life: next++, lane, clears });
      }
    }),
  );
  // Exit listeners of the library run in the same turn as ours, in either order.
  await turn();
}

function isIn(map: Map, key: unknown, expected: State): boolean {
  return (
    map.has(key) === expected.present &&
    (!expected.present || isDeepStrictEqual(map.get(key), expected.value))
  );
}

/** Compares the map with what the ledger says is done. Returns how many writes were acknowledged. */
function compareWithLedger(map: Map, ledger: Ledger, lives: number): number {
  let acknowledged = 0;
  let entries = 0;
  for (let index = 0; index < KEYS; index++) {
    const key = keyOf(index);
    const [begun, done] = [ledger.begun(index), ledger.done(index)];
    acknowledged += done;
    if (map.has(key)) entries++;
    if (isIn(map, key, stateAfter(index, done)) || isIn(map, key, stateAfter(index, begun))) continue;
    violations.push(`key ${index}: neither write ${done}, which was acknowledged, nor ${begun} is there`);
  }
  let [least, most] = [0, 0];
  for (let life = 0; life < lives; life++) {
    const fresh = ledger.fresh(life);
    acknowledged += fresh;
    for (let n = 0; n < fresh; n++) {
      if (map.get(freshKey(life, n)) !== n) violations.push(`life ${life}: new key ${n} of ${fresh} is lost`);
    }
    entries += fresh + (map.has(freshKey(life, fresh)) ? 1 : 0);
    const { begun, done } = ledger.adds(life);
    least += done;
    most += begun;
  }
  let sum = 0;
  for (let n = 0; n < SUMS; n++) {
    if (!map.has(`sum ${n}`)) continue;
    sum += map.get(`sum ${n}`) as number;
    entries++;
  }
  if (sum < least || sum > most) violations.push(`the sums are ${sum}, acknowledged ${least}, begun ${most}`);
  if (map.size !== entries) violations.push(`size is ${map.size}, there are ${entries} entries`);
  return acknowledged + least;
}

/** A quiet map without threads but this one: nothing locked, nothing lost, nothing left in a dead hand. */
function expectSound(map: Map, when: string): void {
  for (const problem of map.check()) violations.push(`${when}: ${problem}`);
  const { threads } = map.stats();
  if (threads !== 1) violations.push(`${when}: ${threads} slots are taken`);
}

/** An empty map holds its header, its table with the overflow buckets still linked, and this thread's scratch. */
function expectNothingLeft(map: Map, when: string): void {
  const { B, noverflow, bytesUsed, count } = map.stats();
  const needed = PAGE + PAGE + (2 ** B + noverflow) * BUCKET;
  if (count !== 0) violations.push(`${when}: ${count} entries are left`);
  if (bytesUsed !== needed)
    violations.push(`${when}: ${bytesUsed} bytes are in use, an empty map needs ${needed}`);
  expectSound(map, when);
}

let killed = 0;
let acknowledged = 0;
let growths = 0;
while (killed < kills && violations.length === 0) {
  const lives = Math.min(BATCH, kills - killed);
  const clearing = Math.min(CLEARING, lives >> 1);
  const map: Map = new SharedMap({ maxBytes: MAX_BYTES });
  const ledger = new Ledger(lives);
  await storm(map, ledger, 0, lives - clearing, false);
  expectSound(map, 'after the storm');
  acknowledged += compareWithLedger(map, ledger, lives - clearing);
  for (const key of [...map.keys()]) map.delete(key);
  expectNothingLeft(map, 'after deleting everything');
  growths += map.stats().growths;

  await storm(map, ledger, lives - clearing, clearing, true);
  expectSound(map, 'after the clears');
  map.clear();
  expectNothingLeft(map, 'after the last clear');
  map.detach();
  killed += lives;
}
if (acknowledged === 0 || growths === 0) violations.push('nothing was written');

for (const violation of violations.slice(0, 20)) console.error(violation);
console.log(
  `${killed} threads killed (seed ${seed}), ${acknowledged} acknowledged writes, ${growths} growths: ${violations.length} violations`,
);
process.exitCode = violations.length > 0 ? 1 : 0;
