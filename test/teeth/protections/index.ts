import type { Protection } from '../protection.js';
import { arithmetic } from './arithmetic.js';
import { clear } from './clear.js';
import { dumps } from './dumps.js';
import { exchanges } from './exchanges.js';
import { growth } from './growth.js';
import { hands } from './hands.js';
import { litmus } from './litmus.js';
import { locks } from './locks.js';
import { many } from './many.js';
import { overflowSplit } from './overflow-split.js';
import { publication } from './publication.js';
import { reads } from './reads.js';
import { records } from './records.js';
import { routes } from './routes.js';
import { shrink } from './shrink.js';
import { split } from './split.js';
import { waiting } from './waiting.js';

/** What the kernel does to keep its promises. */
export const protections: readonly Protection[] = [
  ...locks,
  ...reads,
  ...many,
  ...dumps,
  ...records,
  ...hands,
  ...publication,
  ...split,
  ...overflowSplit,
  ...growth,
  ...shrink,
  ...clear,
  ...exchanges,
  ...arithmetic,
  ...routes,
  ...waiting,
  ...litmus,
];
