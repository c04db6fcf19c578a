import diagnostics from 'node:diagnostics_channel';
import { threadId, type Worker } from 'node:worker_threads';
import { livingTable } from './living.js';
import { isNode } from './runtime.js';

// What the creator of a Worker learns: that it was made, and that its thread has ended, however that came
// about. Importing this library in that thread, before the Worker is made, is enough.

type Listener = (threadId: number) => void;

const listeners = new Set<Listener>();

/** Hears of a Worker's end once, whatever listeners its owner takes away. */
function follow(worker: Worker): void {
  const id = worker.threadId; // -1 once it has ended
  if (id < 0) return;
  livingTable()?.enter(id, threadId);
  let ended = false;
  const onExit = (): void => {
    if (ended) return;
    ended = true;
    worker.off('removeListener', onRemoved);
    if (isNode) livingTable()?.end(id);
    for (const listener of listeners) listener(id);
  };
  const onRemoved = (_name: unknown, listener: unknown): void => {
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
