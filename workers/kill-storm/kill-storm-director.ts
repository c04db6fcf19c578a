// The thread that runs a kill storm: it makes the maps, starts the threads that die on them, and looks at what they
// leave behind. kill-storm.ts watches it, so that a call that does not return here is told, too.

import { setImmediate as turn } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { LANES } from '../marked-values.js';
import { Random } from '../random.js';
import { loseSlot } from '../slots.js';
import { Watch, watched } from '../watch.js';
import { ENDS, type End, nameOf } from './kill-storm-ends.js';
import { compareWithLedger, expectNothingLeft, expectSound } from './kill-storm-judge.js';
import { CLEARS, EXHAUSTED, LAPS, Ledger, READS, STABLE, stableKey } from './kill-storm-ledger.js';
import { live } from './kill-storm-life.js';
import { type PlaceData, type StormMap, stormCodec } from './kill-storm-place.js';
import type { KillStormData, Work } from './kill-storm-thread.js';
import { DIRECTOR_SEAT, type DirectorData, type Figures, type Told } from './kill-storm-told.js';

/** This lane's thread lives through the storm and must come to its end by itself. */
const WITNESS = LANES - 1;
/** Threads that die on the maps before they are looked at; of them, those that see clears. */
const BATCH = 40;
const CLEARING = 10;
const MAX_BYTES = 256 * 2 ** 20;
/** What the lasting map is filled with, far more than it needs in a storm; pages of overflow buckets stay what they are. */
const CEILING = 8 * 2 ** 20;
/** As many as make the table that all lanes need when they swell the map. */
const CEILING_ENTRIES = 25_000;
const OVERFLOW_PAGES = 16 * 65_536;

const works: readonly Work[] = [
  ...(['all', 'all', 'all', 'write', 'write', 'read', 'grow', 'grow', 'add', 'insert', 'swap'] as const),
  ...(['iterate', 'attach', 'attach', 'look', 'recurse', 'hammer', 'swell', 'swell', 'resize'] as const),
];
const ends: readonly End[] = ENDS.flatMap((end) => new Array<End>(end.weight).fill(end));

const { kills, seed, watch: watchBuffer, broken } = workerData as DirectorData;
const random = new Random(seed);
const seat = new Watch(watchBuffer).seat(DIRECTOR_SEAT);
const figures: Figures = {
  acknowledged: 0,
  reads: 0,
  laps: 0,
  clears: 0,
  exhausted: 0,
  growths: 0,
  shrinks: 0,
  midWrite: 0,
};
let failed = false;

function tell(told: Told): void {
  parentPort?.postMessage(told);
}

function report(text: string): void {
  failed = true;
  tell({ what: 'violation', text });
}

interface Ground {
  readonly name: string;
  readonly map: StormMap;
  readonly ledger: Ledger;
  readonly data: PlaceData;
}

/** A map with the keys that nobody changes and a new ledger, as the threads of a storm get it. */
function groundOf(
  name: string,
  map: StormMap,
  lives: number,
  kind: Pick<PlaceData, 'coded' | 'grows'>,
): Ground {
  const ledger = new Ledger(lives + 1); // the first one is the witness's
  for (let n = 0; n < STABLE; n++) map.set(stableKey(n), n);
  return { name, map, ledger, data: { handle: map.handle, ledger: ledger.buffer, ...kind } };
}

/** Lives one after the other in each lane, the lanes side by side, and one that lives all the time. */
async function storm(grounds: readonly Ground[], lives: number, clears: boolean): Promise<void> {
  const stop = new SharedArrayBuffer(4);
  const start = async (
    life: number,
    lane: number,
    end: End,
    work: Work,
    isWitness: boolean,
  ): Promise<void> => {
    const data: KillStormData = {
      places: grounds.map((ground) => ground.data),
      ...{ watch: watchBuffer, seat: lane, life, lane, clears, end, work, seed: random.below(2 ** 31) },
      stop: isWitness ? stop : undefined,
      broken: isWitness && (broken === 'hang' || broken === 'stray') ? broken : undefined,
    };
    const { problem, midWrite } = await live(data, random);
    new Watch(watchBuffer).seat(lane).leave();
    if (problem !== undefined) report(problem);
    if (midWrite) figures.midWrite++;
    if (!isWitness) tell({ what: 'end', way: nameOf(end) });
  };
  const witness = start(0, WITNESS, { how: 'return', where: 'anywhere', weight: 0 }, 'all', true);
  let next = 1;
  await Promise.all(
    Array.from({ length: WITNESS }, async (_, lane) => {
      while (next <= lives) {
        const end = random.of(ends);
        const isRandom = end.how === 'terminate' && end.where === 'anywhere';
        await start(next++, lane, end, isRandom && random.below(3) > 0 ? 'hammer' : random.of(works), false);
      }
    }),
  );
  Atomics.store(new Int32Array(stop), 0, 1);
  await witness;
  // Exit listeners of the library run in the same turn as ours, in either order.
  await turn();
}

/** Breaks the map as a fault of the library would. */
function breakMap({ map }: Ground): void {
  if (broken === 'lost') for (const key of [...map.keys()].slice(0, 20)) map.delete(key);
  if (broken === 'leak') loseSlot(map);
}

function empty(map: StormMap, byClear: boolean): void {
  if (byClear) map.clear();
  else for (const key of [...map.keys()]) map.delete(key);
}

async function batch(lives: number, number: number, lasting: StormMap): Promise<void> {
  const clearing = Math.floor((lives * CLEARING) / BATCH);
  const codec = stormCodec(
    () => {},
    () => {},
  );
  const make = (map: object): StormMap => watched(map as StormMap, seat);
  const fresh = make(new SharedMap({ maxBytes: MAX_BYTES }));
  const coded = make(new SharedMap({ maxBytes: MAX_BYTES, value: codec }));
  const grounds = (n: number): Ground[] => [
    groundOf('the new map', fresh, n, { coded: false, grows: true }),
    groundOf('the map with a codec', coded, n, { coded: true, grows: false }),
    groundOf('the lasting map', lasting, n, { coded: false, grows: false }),
  ];

  const kept = grounds(lives - clearing);
  await storm(kept, lives - clearing, false);
  breakMap(kept[0] as Ground);
  for (const { name, map, ledger } of kept) {
    expectSound(map, `${name}, after the storm`, report);
    const said = (text: string): void => report(`${name}: ${text}`);
    figures.acknowledged += compareWithLedger(map, ledger, said);
    countTallies(ledger);
    empty(map, number % 2 === 1);
    expectNothingLeft(map, `${name}, emptied`, report);
  }

  const cleared = grounds(clearing);
  await storm(cleared, clearing, true);
  for (const { name, map, ledger } of cleared) {
    expectSound(map, `${name}, after the clears`, report);
    countTallies(ledger);
    empty(map, number % 2 === 0);
    expectNothingLeft(map, `${name}, emptied after the clears`, report);
  }
  figures.growths += fresh.stats().growths + coded.stats().growths;
  figures.shrinks += fresh.stats().shrinks + coded.stats().shrinks;
  fresh.detach();
  coded.detach();
}

function countTallies(ledger: Ledger): void {
  figures.reads += ledger.tally(READS);
  figures.laps += ledger.tally(LAPS);
  figures.clears += ledger.tally(CLEARS);
  figures.exhausted += ledger.tally(EXHAUSTED);
}

/**
 * Takes the lasting map to a size that no storm needs, and empties it. From then on it must find room for almost as much
 * after every batch without a byte more from the system: a page that is neither used nor found again would show.
 */
function fill(map: StormMap, bytes: number): void {
  map.set('ceiling', new Uint8Array(bytes));
  for (let n = 0; n < CEILING_ENTRIES; n++) map.set(`ceiling ${n}`, n);
  empty(map, false);
}

const lasting = watched(new SharedMap({ maxBytes: MAX_BYTES }), seat);
fill(lasting, CEILING);
for (let killed = 0, number = 0; killed < kills && !failed; number++) {
  const lives = Math.min(BATCH, kills - killed);
  await batch(lives, number, lasting);
  killed += lives;
  fill(lasting, CEILING - OVERFLOW_PAGES);
  tell({ what: 'batch', figures, bytesCommitted: lasting.stats().bytesCommitted });
}
