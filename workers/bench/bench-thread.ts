// One thread of a measurement: a SharedMap that others work on too, a Map of its own with the same entries, and the
// loops of bench/ over both, run on call.

import { workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import { getLoops, mixedLoops, type Range, setLoops } from '../../bench/figures/number-loops.js';
import { keyAt } from '../../bench/figures/sequence.js';
import { Barrier } from './bench-barrier.js';

const LOOPS = { get: getLoops, set: setLoops, mixed: mixedLoops };

export interface BenchThreadData {
  readonly index: number;
  readonly barrier: SharedArrayBuffer;
  readonly handle: SharedMapHandle<number, number>;
  readonly work: keyof typeof LOOPS;
  /** The entries that this thread works on. */
  readonly range: Range;
}

/** Operations between two looks at the stop word. */
const BATCH = 500;

const { index, barrier: buffer, handle, work, range } = workerData as BenchThreadData;
const barrier = new Barrier(buffer);
const map = new Map<number, number>();
for (let at = range.first; at < range.first + range.n; at++) map.set(keyAt(at), at);
const loops = LOOPS[work]({ map, shared: SharedMap.attach(handle) }, range);

let seed = index * 1_000_003;
let sum = 0;
for (let call = barrier.await(index, 0); call; call = barrier.await(index, call.phase)) {
  const loop = loops[call.kind];
  let operations = 0;
  do {
    seed = (seed + 1) | 0;
    sum += loop(BATCH, seed);
    operations += BATCH;
  } while (!barrier.stopped);
  barrier.report(index, operations);
}
if (Number.isNaN(sum)) throw new Error('An entry was missing');
