// What a race of two threads is: two short programs that begin together, and what may come of it.

import type { SharedMap } from 'threadmap';

/** Where a trial takes place. */
export interface Stage {
  readonly map: SharedMap<unknown, unknown>;
  /** How many trials there were on this map before. */
  readonly trial: number;
  /** Two keys of this trial, of a kind that changes from trial to trial. */
  readonly a: unknown;
  readonly b: unknown;
  /** A word of plain shared memory, 0 at first, used by this trial alone. */
  readonly plain: { value: number };
  /** The value that stands for a number: in some trials a number, in others a record. */
  value(n: number): unknown;
  /** The number of a value; ABSENT, or BROKEN for one that nobody wrote. */
  read(value: unknown): number;
}

export const ABSENT = -1;
export const BROKEN = -999;

/** What a result means: thread 0 came first, thread 1 did, or only an overlap brings it about. */
export type Meaning = 'first' | 'second' | 'between';

type Step = (stage: Stage) => number | boolean;

export interface Race {
  readonly name: string;
  /** Before each trial: only thread 0 is at work. */
  prepare(stage: Stage): void;
  readonly steps: readonly [Step, Step];
  /** After each trial, by thread 0 alone: what has become of it. */
  end?(stage: Stage): string;
  /** By what both threads and `end` have answered. Anything else is forbidden. */
  readonly outcomes: Readonly<Record<string, Meaning>>;
  /** Trials after which the map is made anew, for races about growth. */
  readonly trialsPerMap?: number;
}
