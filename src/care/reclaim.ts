import type { Door } from '../attach/door.js';
import { describe, sharedMapError } from '../errors.js';
import { lookForEnds } from './thread-ends.js';

/** Ids above it would be taken for other ones by the kernel. */
const MAX_THREAD_ID = 2 ** 31 - 1;

/** Takes back what an ended thread still held; false for one that runs. Throws ERR_SHARED_MAP_OPTION. */
export function reclaim(door: Door, threadId: unknown): boolean {
  if (!Number.isInteger(threadId) || (threadId as number) < 0 || (threadId as number) > MAX_THREAD_ID) {
    throw sharedMapError(
      'ERR_SHARED_MAP_OPTION',
      `reclaim takes the id of a thread that has ended, not ${describe(threadId)}`,
    );
  }
  const any = door.kernel.slots.reclaim(threadId as number);
  lookForEnds(door);
  return any;
}
