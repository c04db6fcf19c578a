// node --expose-gc dist/workers/waiting/waiting-collected.js: a map that only a pending wait knows is not collected, and one
// that nobody knows is, though a wait of it was given up.

import { setTimeout } from 'node:timers/promises';
import { type AnyKey, SharedMap, type SharedMapHandle } from 'threadmap';

type Tagged = SharedMap<AnyKey, unknown> & { tag?: string };
type Handle = SharedMapHandle<AnyKey, unknown>;

function make(wait: (map: Tagged) => Promise<unknown>): { handle: Handle; waiting: Promise<unknown> } {
  const map: Tagged = new SharedMap({ maxBytes: 2 ** 20 });
  map.tag = 'the first instance';
  return { handle: map.handle, waiting: wait(map) };
}

const waited = make((map) => map.waitFor('key'));
const given = make((map) => map.waitFor('key', { timeout: 1 }).catch(() => {}));
await given.waiting;
for (let i = 0; i < 20; i++) {
  (globalThis as unknown as { gc(): void }).gc();
  await setTimeout(5);
}
const [kept, fresh] = [SharedMap.attach(waited.handle) as Tagged, SharedMap.attach(given.handle) as Tagged];
kept.set('key', 1);
console.log(kept.tag, await waited.waiting, fresh.tag, fresh.stats().threads);
