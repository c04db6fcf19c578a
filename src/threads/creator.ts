import diagnostics from 'node:diagnostics_channel';
import { errorMonitor } from 'node:events';
import type { Worker } from 'node:worker_threads';
import { currentThreadId } from '../late-modules.js';
import { livingTable } from './living.js';
import { isNode } from './runtime.js';

// What the creator of a Worker learns: that it was made, and that its thread has ended, however that came
// about. Importing this library in that thread, before the Worker is made, is enough.

type Listener = (threadId: number) => void;

/** What all copies of this library in the thread share: a Worker is followed once. */
interface Creator {
  readonly listeners: Set<Listener>;
  /** Workers of this thread that have ended, the last of them. */
  readonly ended: Set<number>;
}

/** Ended Workers that are remembered. */
const REMEMBERED = 1024;

const place = Symbol.for('threadmap.creator.1');
const scope = globalThis as { [place]?: Creator };

/** Hears of a Worker's end once, whatever listeners its owner takes away, and however often the owner says 'exit'. */
function follow(worker: Worker, { listeners, ended }: Creator): void {
  const id = worker.threadId;
  if (!(id >= 0)) return;
  if (isNode) livingTable()?.enter(id, currentThreadId());
  let isOver = false;
  const onEnd = (): void => {
    if (isOver || (isNode && worker.threadId !== -1)) return;
    isOver = true;
    for (const event of events) worker.off(event, onEnd);
    worker.off('removeListener', onRemoved);
    if (isNode) livingTable()?.end(id);
    ended.add(id);
    if (ended.size > REMEMBERED) ended.delete(ended.values().next().value as number);
    for (const listener of [...listeners]) listener(id);
  };
  const onRemoved = (_name: unknown, listener: unknown): void => {
    // Not at once: whoever takes all away is not done yet.
    if (listener === onEnd && !isOver) queueMicrotask(listen);
  };
  const listen = (): void => {
    if (isOver) return;
    for (const event of events) if (!worker.listeners(event).includes(onEnd)) worker.on(event, onEnd);
    if (!worker.listeners('removeListener').includes(onRemoved)) worker.on('removeListener', onRemoved);
  };
  listen();
}

/** A Worker that dies of an error to which nobody listens has no 'exit': the error is thrown before. */
const events = ['exit', errorMonitor] as const;

/** Calls `listener` with the id of each thread that ends after it was started by this one. Returns what ends that. */
export function onOwnWorkerEnd(listener: Listener): () => void {
  let creator = scope[place];
  if (creator === undefined) {
    const made: Creator = { listeners: new Set(), ended: new Set() };
    creator = made;
    scope[place] = made;
    livingTable(); // Workers are handed it when they are made
    diagnostics.subscribe('worker_threads', (message) =>
      follow((message as { worker: Worker }).worker, made),
    );
  }
  const { listeners } = creator;
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/** Is it a Worker of this thread that has ended, one of the last thousand? */
export function isEndedWorker(threadId: number): boolean {
  return scope[place]?.ended.has(threadId) === true;
}
