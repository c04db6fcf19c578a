import type { Door } from '../attach/door.js';
import { Ends } from '../attach/ends.js';
import { checkCallback } from '../errors.js';
import { inThisContext } from '../operations/async-context.js';

/** Of each map that somebody in this thread listens to. */
const endsOf = new WeakMap<Door, Ends>();

/** A listener keeps the map: its threads are to be watched, whoever else lets go of it. */
export function onThreadEnd(map: unknown, door: Door, listener: unknown): () => void {
  checkCallback('onThreadEnd', listener);
  let ends = endsOf.get(door);
  if (ends === undefined) {
    ends = new Ends(door);
    endsOf.set(door, ends);
  }
  let ended = 0;
  const tell = inThisContext(() => held.listener(ended));
  const held = { map, listener: listener as (threadId: number) => void };
  return ends.listen((threadId) => {
    ended = threadId;
    tell();
  });
}

/** Threads may have ended: those who listen need not wait for their next look. */
export function lookForEnds(door: Door): void {
  endsOf.get(door)?.look();
}
