// What the director of a kill storm is told at its start, and what it tells to who watches it.

import { LANES } from '../marked-values.js';

/** One for each lane, the last one the director's own. */
export const DIRECTOR_SEAT = LANES;
export const SEATS = LANES + 1;

/** What can be broken on purpose, to show that the storm notices. */
export const BREAKS = ['lost', 'leak', 'hang', 'stray'] as const;
export type Break = (typeof BREAKS)[number];

export interface DirectorData {
  readonly kills: number;
  readonly seed: number;
  readonly watch: SharedArrayBuffer;
  readonly broken: Break | undefined;
}

/** What was done and judged so far. */
export interface Figures {
  acknowledged: number;
  reads: number;
  laps: number;
  clears: number;
  exhausted: number;
  growths: number;
  shrinks: number;
  /** Threads that ended within a write, with memory in their hands. */
  midWrite: number;
}

export type Told =
  | { readonly what: 'end'; readonly way: string }
  | { readonly what: 'violation'; readonly text: string }
  | { readonly what: 'batch'; readonly figures: Figures; readonly bytesCommitted: number };
