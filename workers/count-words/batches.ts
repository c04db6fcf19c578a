import type { FoundFile } from './text-files.js';

/** Files that one task counts together. */
export interface Batch {
  paths: string[];
  bytes: number;
}

/** Opening a file costs about as much as counting this many bytes of text. */
const COST_OF_OPENING = 1024;

/** Enough batches for the threads to finish together, few enough for a batch to be worth its message. */
const BATCHES_PER_THREAD = 32;

/** Deals files into batches of about equal work, the largest first, so that no thread is left alone with a large one. */
export function batchesOf(files: FoundFile[], threads: number): Batch[] {
  const work = files.reduce((sum, { bytes }) => sum + bytes + COST_OF_OPENING, 0);
  const share = work / (threads * BATCHES_PER_THREAD);
  const batches: Batch[] = [];
  let room = 0;
  for (const { path, bytes } of [...files].sort((a, b) => b.bytes - a.bytes)) {
    if (batches.length === 0 || room <= 0) {
      batches.push({ paths: [], bytes: 0 });
      room = share;
    }
    const batch = batches[batches.length - 1];
    batch.paths.push(path);
    batch.bytes += bytes;
    room -= bytes + COST_OF_OPENING;
  }
  return batches;
}
