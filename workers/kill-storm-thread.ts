// A thread of a kill storm: writes without end and is killed in the middle of it.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import { freshKey, KEYS, keyOf, LANES, Ledger, SUMS, stateAfter } from './kill-storm-ledger.js';

export interface KillStormData {
  readonly handle: SharedMapHandle<unknown, unknown>;
  readonly ledger: SharedArrayBuffer;
  /** A number of its own for each thread that is started. */
  readonly life: number;
  readonly lane: number;
  /** Clears now and then, and keeps no ledger. */
  readonly clears: boolean;
}

const { handle, ledger: buffer, life, lane, clears } = workerData as KillStormData;
const map = SharedMap.attach(handle);
const ledger = new Ledger(buffer);
parentPort?.postMessage('attached');

function writeAndKeepLedger(index: number): void {
  const write = ledger.begun(index) + 1;
  const key = keyOf(index);
  const state = stateAfter(index, write);
  ledger.begin(index, write);
  if (!state.present) map.delete(key);
  else {
    const current = map.get(key);
    const swapped = typeof current === 'string' && map.compareAndSet(key, current, state.value);
    if (!swapped) map.set(key, state.value);
  }
  ledger.end(index, write);
}

let random = (life * 0x9e3779b9) | 0;
for (let n = 0; ; n++) {
  random = (Math.imul(random, 1103515245) + 12345) | 0;
  const index = (((random >>> 8) % (KEYS / LANES)) * LANES + lane) % KEYS;
  if (clears) {
    const { present, ...state } = stateAfter(index, n % 1000);
    if (present) map.set(keyOf(index), (state as { value: unknown }).value);
    else map.delete(keyOf(index));
    if (random >>> 24 === 0) map.clear();
  } else {
    writeAndKeepLedger(index);
  }
  for (let i = 0; i < 4; i++) {
    const fresh = 4 * n + i;
    map.set(freshKey(life, fresh), fresh);
    if (!clears) ledger.countFresh(life);
  }
  if (!clears) ledger.countAdd(life, () => map.add(`sum ${n % SUMS}`, 1));
}
