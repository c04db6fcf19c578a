// One piece of work on one map by one or more threads: what is done, on which build, and how often.

import type { Operation } from './work-loops.js';

export interface Work {
  /** A Map belongs to one thread. */
  readonly subject: 'Map' | 'SharedMap';
  /** The address of the built module that SharedMap is imported from. */
  readonly build: string;
  readonly operation: Operation;
  /** Numbers scattered over the int32s; or strings of 16 characters, made off the clock. */
  readonly keys: 'number' | 'string';
  /** In the map before the clock starts; of a filling operation, when it stops. */
  readonly entries: number;
  readonly threads: number;
  /** Is the map made with room for all entries? */
  readonly presized: boolean;
  /** Operations of each thread in one pass; a filling operation does one for each entry. */
  readonly operations: number;
  /** Timed passes, of which the best counts: of a filling operation one. */
  readonly passes: number;
}

/** A thread's share of the work. */
export interface Share extends Work {
  readonly thread: number;
}
