import { workerData } from 'node:worker_threads';
import { SharedMap, type SharedMapHandle } from 'threadmap';
import { countFiles, type Tally } from './count-files.js';

export interface CountWordsData {
  counts: SharedMapHandle<string, number>;
}

const counts = SharedMap.attach((workerData as CountWordsData).counts);

/** Counts one batch of files into the map that every worker of the pool writes to, one `add` per occurrence. */
export default function countBatch(paths: string[]): Tally {
  return countFiles(paths, (word) => counts.add(word));
}
