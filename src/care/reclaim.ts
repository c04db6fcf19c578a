import { describe, sharedMapError } from '../errors.js';
import type { Kernel } from '../wasm/kernel.js';

/** Ids above it would be taken for other ones by the kernel. */
const MAX_THREAD_ID = 2 ** 31 - 1;

/** Takes back what an ended thread still held. Throws ERR_SHARED_MAP_OPTION. */
export function reclaim(kernel: Kernel, threadId: unknown): boolean {
  if (!Number.isInteger(threadId) || (threadId as number) < 0 || (threadId as number) > MAX_THREAD_ID) {
    throw sharedMapError(
      'ERR_SHARED_MAP_OPTION',
      `reclaim takes the id of a thread that has ended, not ${describe(threadId)}`,
    );
  }
  return kernel.exports.reclaim(threadId as number, kernel.threadId) === 1;
}
