// All workloads of the project, in the order of tables.

import type { Workload } from '../harness/workload.js';
import { concMapBench } from './conc-map-bench.js';
import { counting } from './counting.js';
import { goSyncMap } from './go-sync-map.js';
import { grid } from './grid.js';
import { growth } from './growth.js';
import { objects } from './objects.js';
import { oversubscription } from './oversubscription.js';
import { parlayhash } from './parlayhash.js';
import { xsync } from './xsync.js';
import { ycsb } from './ycsb.js';

export const workloads: readonly Workload[] = [
  ...[grid, objects, counting, growth, oversubscription].flat(),
  ...[ycsb, xsync, parlayhash, concMapBench, goSyncMap].flat(),
];

/** What --quick measures: one of each sort. */
export const QUICK: readonly string[] = ['grid-0', 'grid-50', 'object-get', 'insert-latency', 'churn'];
