// npm run bench:snapshot: a snapshot of 5 million entries taken while two threads write, by snapshot() and by save(): how
// long it takes, how large it is, the longest write meanwhile beside that without it; and is what comes back equal?

import { rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import {
  CONTROL_WORDS,
  DONE,
  FIGURES,
  LONG,
  LONGEST,
  OVER,
  PHASE,
  type SnapshotWriterData,
  WRITES,
} from '../../workers/bench/snapshot-writer.js';
import { describeMachine } from './machine.js';
import { keyAt } from './sequence.js';

const WRITERS = 2;
const MiB = 2 ** 20;

const { values } = parseArgs({ options: { entries: { type: 'string', default: '5000000' } } });
const entries = Number(values.entries);
const control = new Int32Array(new SharedArrayBuffer(CONTROL_WORDS * 4));
const figures = new Float64Array(new SharedArrayBuffer(WRITERS * FIGURES * 8));
const map = new SharedMap({ key: 'number', value: 'number' });

function fill(): void {
  for (let at = 0; at < entries; at++) map.set(keyAt(at), at);
}

function startWriters(): void {
  for (let index = 0; index < WRITERS; index++) {
    const workerData: SnapshotWriterData = {
      handle: map.handle,
      control: control.buffer as SharedArrayBuffer,
      figures: figures.buffer as SharedArrayBuffer,
      index,
      entries,
    };
    new Worker(new URL('../../workers/bench/snapshot-writer.js', import.meta.url), { workerData });
  }
}

let phases = 0;

/** Does something while both threads write, and prints what became of the writes. */
async function beside<T>(what: string, work: () => T | Promise<T>): Promise<{ result: T; seconds: number }> {
  Atomics.store(control, DONE, 0);
  Atomics.store(control, PHASE, ++phases);
  Atomics.notify(control, PHASE);
  const start = performance.now();
  const result = await work();
  const seconds = (performance.now() - start) / 1000;
  Atomics.store(control, PHASE, 0);
  while (Atomics.load(control, DONE) < WRITERS) await new Promise((resolve) => setTimeout(resolve, 1));
  const each = Array.from({ length: WRITERS }, (_, index) =>
    figures.subarray(index * FIGURES, (index + 1) * FIGURES),
  );
  const sum = (figure: number) => each.reduce((total, of) => total + (of[figure] as number), 0);
  const longest = Math.max(...each.map((of) => of[LONGEST] as number));
  console.log(
    `${what.padEnd(26)} ${seconds.toFixed(2).padStart(6)} s  ` +
      `${(sum(WRITES) / seconds / 1e6).toFixed(2).padStart(6)} million writes/s  ` +
      `longest ${longest.toFixed(3).padStart(8)} ms  ${String(sum(OVER)).padStart(5)} over ${LONG} ms`,
  );
  return { result, seconds };
}

/** Keeps this thread as busy as a snapshot does, with nothing that the others could notice. */
function compute(seconds: number): void {
  const end = performance.now() + seconds * 1000;
  while (performance.now() < end);
}

/** Each key there once, with a value that was written under it. */
function judge(copy: SharedMap<number, number>): void {
  if (copy.size !== entries) throw new Error(`${copy.size} entries instead of ${entries}`);
  for (let at = 0; at < entries; at++) {
    const value = copy.get(keyAt(at));
    if (value === undefined || value % entries !== at) throw new Error(`entry ${at} has the value ${value}`);
  }
}

/** The same entries with the same values, when nobody writes. */
function expectEqual(copy: SharedMap<number, number>): void {
  for (let at = 0; at < entries; at++) {
    if (copy.get(keyAt(at)) !== map.get(keyAt(at))) throw new Error(`entry ${at} differs`);
  }
  if (copy.size !== map.size) throw new Error(`${copy.size} entries instead of ${map.size}`);
}

async function timed<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const start = performance.now();
  const result = await work();
  console.log(`${what.padEnd(26)} ${((performance.now() - start) / 1000).toFixed(2).padStart(6)} s`);
  return result;
}

fill();
startWriters();
const path = join(tmpdir(), `threadmap-bench-${process.pid}`);
console.log(
  `${entries.toLocaleString('en-US')} entries, number to number; two threads write random keys of them meanwhile\n`,
);
await beside('(warm-up)', () => new Promise((resolve) => setTimeout(resolve, 500)));
const { result: snapshot, seconds } = await beside('snapshot()', () => map.snapshot());
await beside('save()', () => map.save(path));
await beside('another thread computes', () => compute(seconds));
await beside('nothing else', () => new Promise((resolve) => setTimeout(resolve, seconds * 1000)));
console.log('');
const copy = await timed('fromSnapshot()', () => SharedMap.fromSnapshot<number, number>(snapshot));
judge(copy);
copy.detach();
const loaded = await timed('load()', () => SharedMap.load<number, number>(path));
judge(loaded);
loaded.detach();
Atomics.store(control, PHASE, -1);
Atomics.notify(control, PHASE);
const quiet = await timed('snapshot(), no writers', () => map.snapshot());
expectEqual(SharedMap.fromSnapshot<number, number>(quiet));
console.log(`
${snapshot.length.toLocaleString('en-US')} bytes (${(snapshot.length / entries).toFixed(1)} an entry), the file ${(await stat(path)).size.toLocaleString('en-US')}; resident memory ${Math.round(process.memoryUsage.rss() / MiB)} MiB
What was taken under the writers holds every key once, with a value that was written under it; what was taken without
them is equal.

Measured with \`npm run bench:snapshot\` on ${describeMachine()}.`);
await rm(path);
