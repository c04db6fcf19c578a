// A thread that is handed a damaged map: it attaches, asks, and ends. Says what it must not have thrown.

import { parentPort, workerData } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { Kernel } from '../../src/wasm/kernel.js';
import { callsOf } from './hostile-calls.js';
import { Dice } from './hostile-damage.js';
import type { AnyMap } from './hostile-maps.js';
import { isTold } from './hostile-told.js';

export interface GuestData {
  readonly handle: AnyMap['handle'];
  readonly seed: number;
  readonly patience: number;
}

const { handle, seed, patience } = workerData as GuestData;
Kernel.patience = patience;
const wrong: string[] = [];

function ask(name: string, call: () => unknown): void {
  try {
    call();
  } catch (error) {
    if (!isTold(error)) wrong.push(`${name} in a thread: ${(error as Error)?.stack ?? String(error)}`);
  }
}

ask('attach', () => {
  const map = SharedMap.attach(handle) as AnyMap;
  for (const { name, run } of callsOf(new Dice(seed)).slice(0, 60)) ask(name, () => run(map));
});
parentPort?.postMessage(wrong);
