// What the process of fresh-pages.ts and its threads tell each other, and what it tells the test.

import type { SharedMapHandle } from 'threadmap';

export type KeyKind = 'number' | 'string';

/** Words of `FillData.words`. */
export const READY = 0;
export const GO = 1;
export const DONE = 2;

export interface FillData {
  readonly handle: SharedMapHandle<unknown, unknown>;
  readonly kind: KeyKind;
  /** Of the whole map. */
  readonly keys: number;
  readonly index: number;
  readonly threads: number;
  /** Threads that are ready; 1 when they may begin; threads that are done. */
  readonly words: Int32Array;
}

export interface FreshPages {
  /** Minor faults of the process while the map grew. */
  readonly faults: number;
  /** Bytes that the map has committed meanwhile. */
  readonly bytes: number;
  /** Entries at the end. */
  readonly size: number;
  /** What check() says. */
  readonly problems: readonly string[];
}
