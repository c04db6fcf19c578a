// A writer beside a snapshot: sets random keys of the map, one clock reading around each, for as long as a phase lasts.

import { performance } from 'node:perf_hooks';
import { workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import { indexBelow, keyAt, next } from '../../bench/figures/sequence.js';

/** Words that director and writers share: the phase (0: wait, below 0: end), and how many are done with it. */
export const PHASE = 0;
export const DONE = 1;
export const CONTROL_WORDS = 2;

/** Figures of one writer in one phase. */
export const WRITES = 0;
export const LONGEST = 1; // ms
export const OVER = 2; // writes that took longer than LONG
export const FIGURES = 3;
/** Far above what a write takes, ms: a thread lost its processor, or met one that had with a chain locked. */
export const LONG = 0.1;

export interface SnapshotWriterData {
  readonly handle: SharedMapHandle<number, number>;
  readonly control: SharedArrayBuffer;
  readonly figures: SharedArrayBuffer;
  readonly index: number;
  readonly entries: number;
}

function write(
  map: SharedMap<number, number>,
  control: Int32Array,
  phase: number,
  entries: number,
): number[] {
  let seed = phase * 7919;
  let writes = 0;
  let longest = 0;
  let over = 0;
  while (Atomics.load(control, PHASE) === phase) {
    seed = next(seed);
    const at = indexBelow(seed, entries);
    const start = performance.now();
    // Whoever reads it can tell whether it belongs to the key.
    map.set(keyAt(at), at + phase * entries);
    const taken = performance.now() - start;
    if (taken > longest) longest = taken;
    if (taken > LONG) over++;
    writes++;
  }
  return [writes, longest, over];
}

if (workerData !== null && 'figures' in workerData) {
  const { handle, control: words, figures, index, entries } = workerData as SnapshotWriterData;
  const control = new Int32Array(words);
  const map = SharedMap.attach(handle);
  for (let phase = 0; phase >= 0; ) {
    Atomics.wait(control, PHASE, phase);
    phase = Atomics.load(control, PHASE);
    if (phase <= 0) continue;
    const found = write(map, control, phase, entries);
    new Float64Array(figures).set(found, index * FIGURES);
    Atomics.add(control, DONE, 1);
    Atomics.notify(control, DONE);
  }
}
