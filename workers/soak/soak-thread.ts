// A thread of a soak: every kind of call on keys of a window that moves slowly, until it is stopped, terminated, or ends
// itself in the middle of it.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import type { End } from '../kill-storm/kill-storm-ends.js';
import { Fuse } from '../kill-storm/kill-storm-fuse.js';
import { belongsTo, indexOf, keyOf, LARGE, valueAfter } from '../marked-values.js';
import { Random } from '../random.js';
import { Watch, watched } from '../watch.js';
import { SoakWords } from './soak-words.js';

export interface SoakData {
  readonly handle: SharedMapHandle<unknown, unknown>;
  readonly words: SharedArrayBuffer;
  readonly watch: SharedArrayBuffer;
  readonly seat: number;
  readonly seed: number;
  readonly end: Pick<End, 'how' | 'where'>;
}

/** Keys in use at a time. */
export const WINDOW = 10_000;
/** Further behind the window no key may be found for long: a lap deletes what a terminated thread has left there. */
const BEHIND = 200;
const WRITES = 2 ** 20;
/** Steps that a thread which ends itself does before, at most. */
const LONGEST = 100_000;
const STRIDE = 64;

export function expectFitting(index: number, value: unknown): void {
  if (value === undefined || belongsTo(index, value)) return;
  throw new Error(`broken: key ${index} has ${String(value).slice(0, 60)}, torn or of another key`);
}

/** A value of a key. Which keys have large ones is fixed, so that what the window needs stays about the same. */
export function anyValue(index: number, random: Random): unknown {
  const write = 1 + random.below(WRITES);
  if (index % LARGE === 0) return valueAfter(index, write * LARGE);
  return valueAfter(index, write % LARGE === 0 ? write + 1 : write);
}

function run(data: SoakData): void {
  const random = new Random(data.seed);
  const words = new SoakWords(data.words);
  const seat = new Watch(data.watch).seat(data.seat);
  const fuse = new Fuse(data.end, random.below(LONGEST));
  const isFull = (error: unknown): boolean => (error as { code?: unknown }).code === 'ERR_SHARED_MAP_FULL';

  /** A full map has no room for another thread's scratch until somebody deletes. */
  function attach(): SharedMap<unknown, unknown> {
    for (;;) {
      try {
        const attached = seat.in('attach', () => SharedMap.attach(data.handle));
        return watched(attached, seat);
      } catch (error) {
        if (!isFull(error)) throw error;
        words.count('full');
        words.rest(data.seat);
        if (words.isStopped) process.exit();
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      }
    }
  }

  let map = attach();
  let retries = 0;

  /** Full is an answer, too, where the map is small. */
  function write(put: () => void): void {
    try {
      put();
    } catch (error) {
      if (!isFull(error)) throw error;
      words.count('full');
    }
  }

  function change(index: number): void {
    const key = keyOf(index);
    const current = map.get(key);
    expectFitting(index, current);
    const next = anyValue(index, random);
    write(() => {
      if (current === undefined) map.insert(key, next);
      else map.compareAndSet(key, current, next);
    });
  }

  function look(entries: number): void {
    let left = entries;
    for (const [key, value] of map.entries()) {
      const index = indexOf(key);
      if (index !== undefined) expectFitting(index, value);
      if (left-- === 0) return;
    }
  }

  function lap(): void {
    const found = new Set<unknown>();
    for (const key of map.keys()) {
      if (found.has(key)) throw new Error(`broken: ${String(key).slice(0, 60)} came twice in one lap`);
      found.add(key);
      const index = indexOf(key);
      if (index === undefined || index >= words.base - BEHIND) continue;
      map.delete(key);
      words.count('left over');
    }
    words.count('laps');
  }

  function again(): void {
    countRetries();
    map.detach();
    map = attach();
    retries = 0;
    words.count('attaches');
  }

  /** `stats()` tells those of this instance alone. */
  function countRetries(): void {
    const now = map.stats().retries;
    words.count('retries', now - retries);
    retries = now;
  }

  function step(): void {
    const index = words.base + random.below(WINDOW);
    const chance = random.below(10_000);
    if (chance < 4500) {
      expectFitting(index, map.get(keyOf(index)));
      words.count('reads');
    } else if (chance < 5000) map.has(keyOf(index));
    else if (chance < 7300) write(() => map.set(keyOf(index), anyValue(index, random)));
    else if (chance < 8300) map.delete(keyOf(index));
    else if (chance < 9200) change(index);
    else if (chance < 9500) write(() => map.add(`sum ${'of all'.repeat(random.below(5))}`));
    else if (chance < 9900) map.delete(keyOf(words.advance()));
    else if (chance < 9950) look(random.below(200));
    else if (chance < 9952) lap();
    else if (chance < 9980) again();
    else if (map.size < 0) throw new Error(`broken: size is ${map.size}`);
    if (words.takeClear()) {
      map.clear();
      words.count('clears');
    }
  }

  while (!words.isStopped) {
    words.rest(data.seat);
    for (let i = 0; i < STRIDE; i++) {
      step();
      fuse.burn('anywhere');
    }
    words.count('steps', STRIDE);
    if (random.below(16) === 0) countRetries();
  }
}

if (parentPort !== null && (workerData as Partial<SoakData> | null)?.words !== undefined)
  run(workerData as SoakData);
