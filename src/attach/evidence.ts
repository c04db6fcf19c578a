import diagnostics from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';

// Evidence that a thread has ended: Node tells the thread that made a Worker of its exit, however it came about.
// Importing this library there, before the Worker is made, is enough.

type Listener = (threadId: number) => void;

const listeners = new Set<Listener>();

function onWorker(message: unknown): void {
  const { worker } = message as { worker: Worker };
  const id = worker.threadId; // -1 once it has ended
  worker.once('exit', () => {
    for (const listener of listeners) listener(id);
  });
}

let subscribed = false;

/** Calls `listener` with the id of each thread that ends after it was started by this one. */
export function onThreadEnd(listener: Listener): void {
  listeners.add(listener);
  if (subscribed) return;
  subscribed = true;
  diagnostics.subscribe('worker_threads', onWorker);
}
