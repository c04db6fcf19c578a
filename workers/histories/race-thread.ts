// One of the two threads of a race: trial after trial both begin within some ten nanoseconds of each other.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import { Random } from '../random.js';
import { KEY_RACES } from './key-races.js';
import { MAP_RACES } from './map-races.js';
import { ABSENT, BROKEN, type Race, type Stage } from './race.js';
import { SpinBarrier } from './spin-barrier.js';

export const RACES: readonly Race[] = [...KEY_RACES, ...MAP_RACES];

export interface RaceJob {
  /** Its place among RACES. */
  readonly race: number;
  readonly trials: number;
  readonly seed: number;
  readonly handle: SharedMapHandle<unknown, unknown>;
  readonly barrier: SharedArrayBuffer;
  /** A word for each thread's answer and one for each trial. */
  readonly words: SharedArrayBuffer;
}

export interface RaceThreadData {
  readonly isRacer: true;
  /** 0 prepares, ends and counts. */
  readonly index: 0 | 1;
}

/** How often each result came. */
export type Counts = Readonly<Record<string, number>>;

/** Loops of waiting before a thread begins, at most: as long as a call or two. */
const STAGGER = 60;
/** Words before those of the trials. */
export const ANSWERS = 16;

function keyOf(trial: number, which: string): unknown {
  switch (trial % 4) {
    case 0:
      return trial * 2 + (which === 'a' ? 0.25 : 0.75);
    case 1:
      return which + (trial % 1000);
    case 2:
      return `the key of a record ${which} ${trial}`;
    default:
      return (1n << 80n) + BigInt(trial * 2 + (which === 'a' ? 0 : 1));
  }
}

const recordOf = (n: number) => `the value of ${n}`;
const RECORDS = new Map(Array.from({ length: 10 }, (_, n) => [recordOf(n), n]));

function stageOf(map: Stage['map'], trial: number, words: Int32Array): Stage {
  const inRecords = (trial >> 2) % 2 === 0;
  const place = ANSWERS + trial;
  return {
    map,
    trial,
    a: keyOf(trial, 'a'),
    b: keyOf(trial, 'b'),
    plain: {
      get value() {
        return words[place] as number;
      },
      set value(n) {
        words[place] = n;
      },
    },
    value: (n) => (inRecords ? recordOf(n) : n),
    read: (value) => {
      if (value === undefined) return ABSENT;
      return typeof value === 'number' ? value : (RECORDS.get(value as string) ?? BROKEN);
    },
  };
}

const idle = new Int32Array(1);

function stagger(random: Random): void {
  for (let n = random.below(STAGGER); n > 0; n--) Atomics.load(idle, 0);
}

/** A call that throws is an answer that no race allows; the other thread must not wait for it. */
function answerOf(step: () => number | boolean): number {
  try {
    return Number(step());
  } catch (error) {
    console.error(error);
    return BROKEN;
  }
}

function run(
  { trials, seed, handle, barrier: buffer, words: shared, race: number }: RaceJob,
  index: 0 | 1,
): Counts {
  const race = RACES[number] as Race;
  const map = SharedMap.attach(handle);
  const words = new Int32Array(shared);
  const barrier = new SpinBarrier(2, buffer);
  const random = new Random(seed + index);
  const counts: Record<string, number> = {};
  for (let trial = 0; trial < trials; trial++) {
    const stage = stageOf(map, trial, words);
    if (index === 0) race.prepare(stage);
    barrier.await();
    stagger(random);
    words[index] = answerOf(() => race.steps[index](stage));
    barrier.await();
    if (index !== 0) continue;
    const end = race.end === undefined ? '' : ` ${race.end(stage)}`;
    const result = `${words[0]} ${words[1]}${end}`;
    counts[result] = (counts[result] ?? 0) + 1;
    map.delete(stage.a);
    map.delete(stage.b);
  }
  map.detach();
  return counts;
}

if (parentPort !== null && (workerData as Partial<RaceThreadData> | null)?.isRacer === true) {
  const port = parentPort;
  port.on('message', (job: RaceJob) => port.postMessage(run(job, (workerData as RaceThreadData).index)));
}
