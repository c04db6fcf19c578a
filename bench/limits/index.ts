// The limit of a machine: what a map in shared memory costs at the least, measured as the maps are.

import { defineWorkload, type Workload } from '../harness/workload.js';
import type { Subject } from '../subjects/subject.js';
import emptyCall from './empty-call.js';
import encode from './encode.js';
import oneLine from './one-line.js';
import twoLines from './two-lines.js';

/** Those that read lines of memory, and those that read none: the number of entries does not matter to them. */
export const lineLimits: readonly Subject[] = [oneLine, twoLines];
export const callLimits: readonly Subject[] = [emptyCall];
export const encodeLimits: readonly Subject[] = [encode];

const SOURCE = 'the limit';

export const lineWorkload: Workload = defineWorkload({
  name: 'limit',
  title: 'the limit',
  source: SOURCE,
  about: 'A get of each key, uniform, by something that is no map and does only what no map can avoid.',
  keys: ['int'],
  entries: [1],
  mix: { get: 1 },
});

export const encodeWorkload: Workload = defineWorkload({
  ...lineWorkload,
  keys: ['string'],
  mix: { has: 1 },
});

/** Entries for the limits to which memory does not matter: few enough for their keys to stay in the caches. */
export const FEW = 1000;
