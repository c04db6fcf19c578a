import type { Protection } from '../protection.js';
import { locks } from './locks.js';
import { reads } from './reads.js';

/** What the kernel does to keep its promises. */
export const protections: readonly Protection[] = [...locks, ...reads];
