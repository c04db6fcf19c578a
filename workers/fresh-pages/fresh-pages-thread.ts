// A thread that fills its share of a map, for fresh-pages.ts.

import { workerData } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { DONE, type FillData, GO, type KeyKind, READY } from './fresh-pages-told.js';

const { handle, kind, keys, index, threads, words } = workerData as FillData;
/** A string key has so many characters: it lies in a record. */
const LENGTH = 16;
/** Sets until the code is compiled to its last form. */
const WARM = 60_000;

const keyOf = (kind: KeyKind, i: number): number | string =>
  kind === 'number' ? i : `${i}`.padStart(LENGTH, 'k');

const mine = Array.from({ length: Math.ceil((keys - index) / threads) }, (_, i) =>
  keyOf(kind, index + i * threads),
);

function fill(map: SharedMap<unknown, unknown>, from: number, to: number): void {
  for (let i = from; i < to; i++) map.set(mine[i], i);
}

const other = new SharedMap({ maxBytes: 2 ** 28 }) as SharedMap<unknown, unknown>;
for (let done = 0; done < WARM; done += WARM / 4) {
  fill(other, 0, WARM / 4);
  other.clear();
}
const map = SharedMap.attach(handle);
// The engine makes a key's copy, and its hash, at the first use: not while faults are counted.
for (const key of mine) other.has(key);

Atomics.add(words, READY, 1);
Atomics.wait(words, GO, 0);
fill(map, 0, mine.length);
Atomics.add(words, DONE, 1);
Atomics.notify(words, DONE);
