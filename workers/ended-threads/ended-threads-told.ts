// What the shapes of ended-threads.ts are, and what they tell.

/**
 * one job: a server keeps the handle, not the map, and hands it to a Worker for each job.
 * nested: a Worker starts one of its own, and is terminated with it.
 * no listeners: a pool removes all listeners of a Worker before it terminates it.
 * relayed: the map was made in a Worker; the main thread has not even imported the library.
 */
export const SHAPES = ['one job', 'nested', 'no listeners', 'relayed'] as const;
export type Shape = (typeof SHAPES)[number];

export interface ShapeReport {
  readonly started: number;
  /** Threads that have attached and written. */
  readonly attached: number;
  /** What stats().threads says at the end, and how many threads are attached and run. */
  readonly counted: number;
  readonly alive: number;
  /** Resident bytes after a fifth of the threads, and at the end. */
  readonly early: number;
  readonly late: number;
  readonly errors: readonly string[];
  /** What check() says. */
  readonly problems: readonly string[];
}

/** What the map says at the end. */
export interface MapReport {
  readonly attached: number;
  readonly counted: number;
  readonly problems: readonly string[];
}

/** What a thread is to do with the map. */
export interface EndedThreadData {
  readonly role: 'write and end' | 'write and stay' | 'start another' | 'make the map';
  readonly handle?: unknown;
}
