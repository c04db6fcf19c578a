// What a workload is: a record of parameters. Most are a mix of operations over a sequence of keys, a few lines each; one
// whose operations follow from each other's answers brings steps of its own.

import {
  type BenchMap,
  type KeyKind,
  OPERATIONS,
  type Operation,
  type ValueKind,
} from '../subjects/subject.js';
import type { Keys } from './keys.js';

/**
 * `uniform`, `zipf` (scrambled): over all keys, shared by all threads. `private`: uniform over the thread's own part.
 * `ascending`: one after the other, from a place of the thread's own. `latest`: zipf, the newest entries first; inserts add new ones.
 * `window`: each thread has keys of its own, inserts after them, deletes the oldest and reads at random; every answer is known.
 */
export type SequenceKind = 'uniform' | 'zipf' | 'private' | 'ascending' | 'latest' | 'window';

export interface Workload {
  /** For the command line and ids. Lower case, digits and hyphens. */
  readonly name: string;
  readonly title: string;
  /** Where its parameters come from. */
  readonly source: string;
  /** What it does, and how it departs from its source where it does. */
  readonly about: string;
  readonly keys: readonly KeyKind[];
  /** Default `number`. */
  readonly values?: ValueKind;
  /** Numbers of entries, a cell each. */
  readonly entries: readonly number[];
  /** Entries for --quick; default the first of `entries`. */
  readonly quick?: number;
  /** Share of the entries that is there when the clock starts. Default 1. */
  readonly filled?: number;
  /** Keys are drawn from so many times the entries: above 1 some reads miss. Default 1. */
  readonly space?: number;
  /** Do maps that can grow make room for all entries at once? Default false. */
  readonly presized?: boolean;
  /** Weights: a cycle of as many operations as their sum is shuffled once and gone through again and again. */
  readonly mix?: Readonly<Partial<Record<Operation, number>>>;
  readonly sequence?: SequenceKind;
  /** For zipf and latest. Default 0.99. */
  readonly theta?: number;
  /** Operations in all, per entry, instead of a time: then each repetition begins with a new map, in new threads. */
  readonly perEntry?: number;
  /** Is each single operation timed? Growth is recorded then. */
  readonly timed?: boolean;
  /** Operations per second of all threads, in an open loop, for one that is `timed`. */
  readonly rate?: number;
  /** Threads per core instead of the threads asked for. */
  readonly threadsPerCore?: readonly number[];
  /** Operations of its own. */
  readonly steps?: MakeSteps;
  /** What `steps` call, for subjects that lack some. */
  readonly uses?: readonly Operation[];
  /** With `steps`: `import.meta.url` of a module that exports this workload, alone, in an array or a record; workers import it. */
  readonly module?: string;
}

/** Where steps are done. */
export interface Place {
  readonly thread: number;
  readonly threads: number;
  readonly entries: number;
  readonly keys: Keys;
}

/** Steps of one thread. Its own mistakes and the map's it tells by throwing `WrongResult`. */
export interface Steps {
  /** Does step `i`, one operation as its source counts them; `i` begins at thread x 2^24. */
  step(i: number): void;
  /** After the last step, off the clock, when all threads have stopped. */
  check?(): void;
}

/** Called in each thread after the fill, with a map that has the operations in `uses`. */
export type MakeSteps = (map: Required<BenchMap>, place: Place) => Steps;

/** A subject gave an answer that no correct map gives. */
export class WrongResult extends Error {
  override readonly name = 'WrongResult';
}

/** Checks a workload's record: `defineWorkload({ name: 'half', mix: { get: 1, set: 1 }, ... })`. */
export function defineWorkload(workload: Workload): Workload {
  const { name, mix, steps, module, entries, keys, filled = 1, space = 1 } = workload;
  const wrong = (what: string): never => {
    throw new TypeError(`Workload ${JSON.stringify(name)}: ${what}`);
  };
  if (typeof name !== 'string' || !/^[a-z0-9][a-z0-9-]*$/.test(name))
    wrong('the name must be lower case letters, digits and hyphens');
  if ((mix === undefined) === (steps === undefined)) wrong('give either a mix or steps');
  if (steps !== undefined && module === undefined)
    wrong('one with steps needs module: import.meta.url, which workers import');
  for (const [operation, weight] of Object.entries(mix ?? {})) {
    if (!(OPERATIONS as readonly string[]).includes(operation))
      wrong(`there is no operation ${operation}: use ${OPERATIONS.join(', ')}`);
    if (!Number.isInteger(weight) || weight <= 0)
      wrong(`the weight of ${operation} must be a whole number above 0`);
  }
  if (mix !== undefined && Object.keys(mix).length === 0) wrong('the mix is empty');
  if (entries.length === 0 || entries.some((count) => !Number.isInteger(count) || count < 1))
    wrong('entries must be whole numbers above 0');
  if (keys.length === 0) wrong('name at least one kind of key');
  if (!(filled >= 0 && filled <= 1)) wrong('filled is a share from 0 to 1');
  if (!(space >= 1)) wrong('space is 1 or more');
  return workload;
}
