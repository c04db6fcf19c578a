// A thread of a kill storm: attaches, calls the maps without end, and ends as it was told to, in the middle of it.

import { parentPort, workerData } from 'node:worker_threads';
import { Random } from '../random.js';
import { Watch } from '../watch.js';
import type { End } from './kill-storm-ends.js';
import { Fuse } from './kill-storm-fuse.js';
import { Place, type PlaceData, stormCodec } from './kill-storm-place.js';
import { type Doer, steps } from './kill-storm-works.js';

export interface KillStormData {
  readonly places: readonly PlaceData[];
  readonly watch: SharedArrayBuffer;
  readonly seat: number;
  /** A number of its own for each thread that is started. */
  readonly life: number;
  readonly lane: number;
  readonly clears: boolean;
  readonly end: Pick<End, 'how' | 'where'>;
  /** What it does most of the time. */
  readonly work: Work;
  readonly seed: number;
  /** It goes on until this word is set, then returns. */
  readonly stop: SharedArrayBuffer | undefined;
  /** Makes the storm fail, to show that it can. */
  readonly broken: 'hang' | 'stray' | undefined;
}

export type Work = keyof typeof steps | 'all';

/** What `all` does, each as often as it stands here. */
const mix: readonly (keyof typeof steps)[] = [
  ...(['write', 'write', 'write', 'write', 'write', 'write', 'write', 'write', 'write'] as const),
  ...(['read', 'read', 'read', 'read', 'read', 'read', 'read', 'grow', 'grow', 'grow', 'grow'] as const),
  ...(['add', 'add', 'insert', 'insert', 'swap', 'swap', 'iterate', 'attach', 'look', 'clear'] as const),
  ...(['swell', 'resize'] as const),
];
/** Steps between two looks at the event loop. */
const STRIDE = 64;
/** Steps of a life that ends by itself, at most. */
const LONGEST = 300;

const data = workerData as KillStormData;
const random = new Random(data.seed);
const seat = new Watch(data.watch).seat(data.seat);
const fuse = new Fuse(data.end, random.below(data.end.where === 'anywhere' ? LONGEST : 20));
const doer: Doer = { ...data, random, fuse };

function isStopped(): boolean {
  return data.stop !== undefined && Atomics.load(new Int32Array(data.stop), 0) !== 0;
}

function step(places: readonly Place[]): void {
  const often = random.below(4) === 0 ? 'all' : data.work;
  const name = often === 'all' ? random.of(mix) : often;
  // A deep recursion takes as long as thousands of other steps.
  if (name === 'recurse' && random.below(16) !== 0) return;
  const place = random.of(places);
  if (name === 'clear') steps.write(place, doer);
  steps[name](place, doer);
}

/** Passes each place where it may have to end, soon, even if its work would seldom come there. */
function passPlaces(places: readonly Place[]): void {
  if (fuse.where === 'in an iteration') steps.iterate(random.of(places), doer);
  if (fuse.where !== 'in encode' && fuse.where !== 'in decode') return;
  for (const place of places) {
    if (!place.coded) continue;
    steps.swap(place, doer);
    steps.read(place, doer);
  }
}

async function live(): Promise<void> {
  parentPort?.postMessage('loaded');
  if (data.end.where === 'before attach') return fuse.end();
  // User code may call any operation, of the map that has called it too.
  const reenter = (): void => {
    if (fuse.where !== 'in decode' && random.below(32) === 0) steps.read(random.of(places), doer);
  };
  const codec = stormCodec(
    () => {
      fuse.burn('in encode');
      reenter();
    },
    () => fuse.burn('in decode'),
  );
  const places = data.places.map((place) => new Place(place, seat, codec));
  parentPort?.postMessage('attached');
  if (data.broken === 'stray') throw new Error('an error that nobody meant');
  if (data.broken === 'hang') seat.in('get', () => Atomics.wait(new Int32Array(data.watch), 3, 0));

  for (let n = 0; !isStopped(); n++) {
    step(places);
    passPlaces(places);
    fuse.burn('anywhere');
    if (data.end.how === 'return' && data.stop === undefined && fuse.isBurnt && data.end.where === 'anywhere')
      return;
    if (data.end.where === 'after detach' && n >= LONGEST / 10) {
      for (const place of places) place.detach();
      return fuse.end();
    }
    if (n % STRIDE === STRIDE - 1) await new Promise(setImmediate);
  }
}

await live();
