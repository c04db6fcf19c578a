// Damages maps, seed after seed, and asks them everything: the process that hostile-storm watches. What it is about to do
// goes to file descriptor 3 first, so the watcher knows what it was that did not come back.

import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { Kernel } from '../../src/wasm/kernel.js';
import { wasm } from '../../src/wasm/web-assembly.js';
import { callsOf } from './hostile-calls.js';
import { bend, Dice, damage } from './hostile-damage.js';
import type { GuestData } from './hostile-guest.js';
import { type AnyMap, type StartingMap, startingMaps } from './hostile-maps.js';
import { isTold } from './hostile-told.js';

/** Turns that a writer waits for a chain whose lock bit was set by the damage. */
const PATIENCE = 1;
/** One damaged map in so many goes to another thread too. */
const GUESTS = 40;
/** Bytes that the process may come to, with maps of 3 MiB. */
const MOST_MEMORY = 768 * 2 ** 20;

const { values } = parseArgs({
  options: { from: { type: 'string' }, to: { type: 'string' }, pretend: { type: 'string' } },
});
Kernel.patience = PATIENCE;

const tell = (line: object) => void writeSync(3, `${JSON.stringify(line)}\n`);

function ask(name: string, call: () => unknown): void {
  tell({ call: name });
  try {
    call();
  } catch (error) {
    if (isTold(error)) tell({ code: error.code });
    else tell({ violation: `${name}: ${(error as Error)?.stack ?? String(error)}` });
  }
}

/** Misbehaves in the middle of a call, for those who want to see that the watcher sees it. */
const pretences: Record<string, () => unknown> = {
  hang() {
    for (;;);
  },
  crash: () => process.kill(process.pid, 'SIGSEGV'),
  exit: () => process.exit(0),
  throw() {
    throw new RangeError('not an error of the library');
  },
  trap() {
    throw new wasm.RuntimeError('unreachable');
  },
  async reject() {
    throw new Error('nobody awaits this');
  },
  fill: () => new Uint8Array(MOST_MEMORY * 1.2).fill(1),
};

async function invite(handle: AnyMap['handle'], seed: number): Promise<void> {
  tell({ call: 'attach in a new thread' });
  const workerData: GuestData = { handle, seed, patience: PATIENCE };
  const guest = new Worker(new URL('./hostile-guest.js', import.meta.url), { workerData });
  let said: string[] | undefined;
  guest.on('message', (wrong: string[]) => {
    said = wrong;
  });
  guest.on('error', (error) => tell({ violation: `a thread failed: ${error.stack}` }));
  await new Promise((resolve) => guest.once('exit', resolve));
  for (const violation of said ?? ['a thread said nothing']) tell({ violation });
}

/** Where a memory says of which kinds its map is, and in how many bytes (src/attach/handle.ts). */
const KINDS_AT = 48;
const KINDS_BYTES = 16;

const known = new Map<string, Uint8Array>();

/** What the memory of a map of these kinds says there. */
function kindsOf(key: 'any' | 'string' | 'number', value: 'any' | 'json' | 'bytes' | 'string' | 'number') {
  const name = `${key} ${value}`;
  let bytes = known.get(name);
  if (bytes === undefined) {
    const map = new SharedMap({ key, value, maxBytes: 2 ** 20 });
    bytes = new Uint8Array(map.handle.memory.buffer, KINDS_AT, KINDS_BYTES).slice();
    map.detach();
    known.set(name, bytes);
  }
  return bytes;
}

async function torment(start: StartingMap, seed: number): Promise<void> {
  const dice = new Dice(seed);
  // Other kinds than the map was made with are damage too.
  const value = dice.of(['any', 'any', 'any', 'any', 'json', 'bytes', 'string', 'number'] as const);
  const key = dice.of(['any', 'any', 'any', 'any', 'string', 'number'] as const);
  const handle: AnyMap['handle'] = { ...start.open(), key, value };
  const { buffer } = handle.memory;
  new Uint8Array(buffer).set(kindsOf(key, value), KINDS_AT);
  // Either a thread is attached when it happens, or one attaches afterwards.
  const early = dice.below(4) > 0;
  let map: AnyMap | undefined = early ? (SharedMap.attach(handle) as AnyMap) : undefined;
  const done = dice.below(12) === 0 ? bend(buffer, dice) : damage(buffer, dice);
  tell({ seed, map: start.name, done });
  ask('attach', () => {
    map ??= SharedMap.attach(handle) as AnyMap;
  });
  if (map !== undefined) {
    const there = map;
    if (values.pretend !== undefined) ask('a pretence', () => pretences[values.pretend as string]?.());
    for (const { name, run } of callsOf(dice)) ask(name, () => run(there));
    if (seed % GUESTS === 0) await invite(handle, seed);
    ask('detach again', () => there.detach());
  }
  ask('attach anew', () => (SharedMap.attach(handle) as AnyMap).detach());
  const peak = process.resourceUsage().maxRSS * 1024;
  if (peak > MOST_MEMORY) tell({ violation: `the process has come to ${Math.round(peak / 2 ** 20)} MiB` });
}

const maps = startingMaps();
for (let seed = Number(values.from ?? 1); seed < Number(values.to ?? 2); seed++) {
  await torment(maps[seed % maps.length] as StartingMap, seed);
}
tell({ end: true });
