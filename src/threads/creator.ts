import diagnostics from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import { currentThreadId } from '../late-modules.js';
import { livingTable } from './living.js';
import { isNode } from './runtime.js';

// What the creator of a Worker learns: that it was made, and that its thread has ended, however that came
// about. Importing this library in that thread, before the Worker is made, is enough.

type Listener = (threadId: number) => void;

const listeners = new Set<Listener>();

/** Hears of a Worker's end once, whatever listeners its owner takes away, and however often the owner says 'exit'. */
function follow(worker: Worker): void {
  const id = worker.threadId;
  if (!(id >= 0)) return;
  if (isNode) livingTable()?.enter(id, currentThreadId());
  let ended = false;
  const onExit = (): void => {
    if (ended || (isNode && worker.threadId !== -1)) return;
    ended = true;
    worker.off('removeListener', onRemoved);
    worker.off('exit', onExit);
    if (isNode) livingTable()?.end(id);
    for (const listener of listeners) listener(id);
  };
  const onRemoved = (_name: unknown, listener: unknown): void => {
    // Not at once: whoever takes all away is not done yet.
    if (listener === onExit && !ended) queueMicrotask(listen);
  };
  const listen = (): void => {
    if (ended) return;
    if (!worker.listeners('exit').includes(onExit)) worker.on('exit', onExit);
    if (!worker.listeners('removeListener').includes(onRemoved)) worker.on('removeListener', onRemoved);
  };
  listen();
}

let subscribed = false;

/** Calls `listener` with the id of each thread that ends after it was started by this one. */
export function onOwnWorkerEnd(listener: Listener): void {
  listeners.add(listener);
  if (subscribed) return;
  subscribed = true;
  livingTable(); // Workers are handed it when they are made
  diagnostics.subscribe('worker_threads', (message) => follow((message as { worker: Worker }).worker));
}
