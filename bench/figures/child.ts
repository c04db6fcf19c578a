// A process that takes one measurement: it is told which over IPC, answers with the figures, and ends.

import { answerOnce } from './answer.js';
import { measureBulk } from './bulk.js';
import { measureCachedValues } from './cached-values.js';
import { measureInsert } from './insert.js';
import { measureKinds } from './kinds.js';
import { measureLargest } from './largest.js';
import { measureLongestSet } from './longest-set.js';
import { measureMemory } from './memory.js';
import { measureNumberKeys } from './number-keys.js';
import { measureOperation } from './operation-costs.js';
import { measureStringKeys } from './string-keys.js';
import { measureThreads } from './threads.js';
import { measureValues } from './value-costs.js';
import { measureWaiting } from './waiting.js';

const measurements = {
  bulk: measureBulk,
  cachedValues: measureCachedValues,
  insert: measureInsert,
  kinds: measureKinds,
  largest: measureLargest,
  longestSet: measureLongestSet,
  memory: measureMemory,
  numberKeys: measureNumberKeys,
  operation: measureOperation,
  stringKeys: measureStringKeys,
  threads: measureThreads,
  values: measureValues,
  waiting: measureWaiting,
};

export type Measurements = typeof measurements;

/** What the parent asks for. */
export interface Request {
  readonly name: keyof Measurements;
  readonly options: unknown;
}

answerOnce(({ name, options }: Request) => {
  const run = measurements[name] as (options: unknown) => unknown;
  return run(options);
});
