// Threads, more of them than there are cores, work on one map for as long as wanted; some are killed now and then. In
// the end the map must be sound, and as large as it was: node dist/workers/soak/soak.js --minutes 15. Exits with 1 if not.

import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { SharedMap } from 'threadmap';
import { expectNothingLeft, expectSound } from '../kill-storm/kill-storm-judge.js';
import { belongsTo, indexOf, keyOf, valueAfter } from '../marked-values.js';
import { Random } from '../random.js';
import { loseSlot } from '../slots.js';
import { Watch } from '../watch.js';
import { Crew } from './soak-crew.js';
import { anyValue, WINDOW } from './soak-thread.js';
import { type Counted, MOST_THREADS, SoakWords } from './soak-words.js';

const USAGE = `Usage: npm run soak -- [--minutes n] [--threads n] [--seed n] [--max-bytes n]

  --minutes n     how long, default 15; Ctrl-C ends it before, with the same verdict
  --threads n     threads at work at a time, default 8
  --max-bytes n   of the map, default 512 MiB
  --patience s    how long one call may take, default 60
  --break what    breaks something on purpose: torn, leak, rise, hang`;

const BREAKS = ['torn', 'leak', 'rise', 'hang'] as const;
/** s */
const EVERY = 10;
const MINUTE = 60;
/** When the map's memory must have come to its size, and how much it may rise from there. */
const SETTLED = 2 * MINUTE;
const RISE = 1.1;
const LONGEST_BETWEEN_CLEARS = 30;

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '15' },
    threads: { type: 'string', default: '8' },
    seed: { type: 'string', default: '1' },
    'max-bytes': { type: 'string', default: String(512 * 2 ** 20) },
    patience: { type: 'string', default: '60' },
    break: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const length = Number(values.minutes) * MINUTE;
const threads = Number(values.threads);
const seed = Number(values.seed);
const patience = Number(values.patience) * 1000;
const broken = BREAKS.find((name) => name === values.break);

if (values.help) {
  console.log(USAGE);
  process.exit(0);
}
if (
  !(length > 0) ||
  !(threads > 0 && threads <= MOST_THREADS) ||
  !Number.isInteger(seed) ||
  !(patience > 0) ||
  broken !== values.break
) {
  console.error(USAGE);
  process.exit(1);
}

const violations: string[] = [];
const report = (violation: string): void => void violations.push(violation);
const random = new Random(seed);
const map = new SharedMap({ maxBytes: Number(values['max-bytes']) }) as SharedMap<unknown, unknown>;
const words = new SoakWords();
const watch = new Watch(threads);
const crew = new Crew(map, words, watch, random, report);

/** Everything that was counted, since the beginning. */
const totals = new Map<Counted, number>();
function total(what: Counted): number {
  const sum = (totals.get(what) ?? 0) + words.taken(what);
  totals.set(what, sum);
  return sum;
}

let began = performance.now();
const seconds = (): number => (performance.now() - began) / 1000;
const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

interface Size {
  readonly at: number;
  readonly committed: number;
  readonly rss: number;
}

function sizeNow(): Size {
  return { at: seconds(), committed: map.stats().bytesCommitted, rss: process.memoryUsage.rss() };
}

const shown = ({ at, committed, rss }: Size): string =>
  `at ${at.toFixed(0)} s bytesCommitted ${committed} (${mebibytes(committed)}), RSS ${mebibytes(rss)}`;

let lastSteps = 0;
let lastTime = 0;
function printLine(): void {
  const steps = total('steps');
  const rate = (steps - lastSteps) / (seconds() - lastTime);
  [lastSteps, lastTime] = [steps, seconds()];
  const { count, bytesUsed, bytesCommitted, growths, sameSizeGrowths, promotions } = map.stats();
  console.log(
    `${seconds().toFixed(0).padStart(5)} s: ${rate.toFixed(0)} operations/s, ${count} entries, ` +
      `used ${mebibytes(bytesUsed)}, committed ${mebibytes(bytesCommitted)}, RSS ${mebibytes(process.memoryUsage.rss())}, ` +
      `growths ${growths}, same-size ${sameSizeGrowths}, promotions ${promotions}, retries ${total('retries')}, kills ${crew.killed}`,
  );
}

function breakMap(): void {
  const base = words.base;
  // A hundred ahead of the window, which nobody writes yet.
  for (let i = base; broken === 'torn' && i < base + WINDOW + 100; i++)
    map.set(keyOf(i), valueAfter(i + 1, 18));
  if (broken === 'leak') loseSlot(map);
  if (broken === 'rise') map.set('large', new Uint8Array(map.stats().bytesCommitted));
  if (broken === 'rise') map.delete('large');
  if (broken === 'hang') words.pause();
}

/** The whole window, as far as there is room: the map has its size from the start. */
function fill(): void {
  try {
    for (let index = 0; index < WINDOW; index++) map.set(keyOf(index), anyValue(index, random));
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_SHARED_MAP_FULL') throw error;
    map.clear(); // a thread that attaches needs a page
  }
}

let ending = false;
let settled: Size | undefined;

/** On time: lines, clears, pauses to check, until the end or a violation. */
async function watchOver(): Promise<void> {
  let [nextLine, nextClear, nextCheck] = [EVERY, 1, MINUTE];
  while (!ending && seconds() < length && violations.length === 0) {
    await sleep(100);
    if (seconds() >= nextLine) {
      printLine();
      nextLine += EVERY;
    }
    if (seconds() >= nextClear) {
      words.askForClear();
      nextClear += random.next() * Math.min(LONGEST_BETWEEN_CLEARS, length / 4);
    }
    if (seconds() >= nextCheck) {
      await crew.inPause(checkInPause);
      nextCheck += MINUTE;
    }
    if (settled === undefined && seconds() >= Math.min(SETTLED, length / 2)) {
      settled = sizeNow();
      breakMap();
    }
  }
}

function checkInPause(): void {
  for (const problem of map.check()) report(`in the pause: ${problem}`);
  const attached = map.stats().threads;
  if (attached !== threads + 1)
    report(`in the pause: ${attached} slots are taken by ${threads} threads and this one`);
  console.log(`${seconds().toFixed(0).padStart(5)} s: checked, ${violations.length} violations`);
}

function judgeMemory(last: Size): void {
  if (settled === undefined) {
    if (!ending && violations.length === 0) report('it was too short to judge memory');
    return;
  }
  console.log(`memory: ${shown(settled)}; ${shown(last)}`);
  if (last.committed > settled.committed * RISE) report('bytesCommitted has risen by more than 10 %');
}

/** Nobody is at work any more: the map is sound, gives up all that is in it, and then holds nothing. */
function judgeMap(): void {
  expectSound(map, 'at the end', report);
  for (const [key, value] of map) {
    const index = indexOf(key);
    if (index !== undefined && !belongsTo(index, value))
      report(`at the end: key ${index} has a value torn or of another key`);
  }
  for (const key of [...map.keys()]) map.delete(key);
  expectNothingLeft(map, 'after deleting everything', report);
}

function finish(): never {
  if (total('reads') === 0 || total('clears') === 0 || crew.killed === 0)
    report('too little was done to judge');
  for (const violation of violations.slice(0, 20)) console.error(violation);
  console.log(
    `${seconds().toFixed(0)} s with ${threads} threads (seed ${seed}): ${total('steps')} operations, ${total('reads')} reads judged, ` +
      `${total('laps')} whole laps, ${total('clears')} clears, ${total('attaches')} times attached again, ${crew.killed} kills, ` +
      `${total('left over')} keys that dead threads left, ${total('full')} times full`,
  );
  console.log(
    violations.length === 0
      ? `verdict: sound, memory ${settled === undefined ? 'not judged, it ended too soon' : 'flat'}`
      : `verdict: ${violations.length} violations`,
  );
  process.exit(violations.length > 0 ? 1 : 0);
}

process.once('SIGINT', () => {
  console.log('ending');
  ending = true;
});
setInterval(() => {
  const stuck = watch.stuck(performance.now(), patience);
  if (stuck.length === 0) return;
  violations.push(...stuck);
  finish();
}, 500);
fill();
for (let seat = 0; seat < threads; seat++) crew.start(seat);
void crew.terminateNowAndThen();
began = performance.now();
await watchOver();
const last = sizeNow();
// Who does not stop is in a call that does not return.
await Promise.race([crew.stop(), sleep(patience)]);
if (crew.size > 0) report(`${crew.size} threads do not stop`);
judgeMemory(last);
if (crew.size === 0) judgeMap();
finish();
