import { performance } from 'node:perf_hooks';
import { Piscina } from 'piscina';
import type { SharedMap } from 'threadmap';
import type { Batch } from './batches.js';
import { addTally, countFiles, emptyTally, type Tally } from './count-files.js';
import type { CountWordsData } from './count-words-task.js';

/** One way through all batches: what was met, and how long it took. */
export interface Run {
  tally: Tally;
  seconds: number;
}

type Advance = (bytes: number) => void;

/** Counts with a pool of workers that all write into `counts`. The time includes the start of the workers. */
export async function countWithPool(
  counts: SharedMap<string, number>,
  batches: Batch[],
  threads: number,
  advance: Advance,
): Promise<Run> {
  const tally = emptyTally();
  const start = performance.now();
  const pool = new Piscina<string[], Tally>({
    filename: new URL('./count-words-task.js', import.meta.url).href,
    minThreads: threads,
    maxThreads: threads,
    workerData: { counts: counts.handle } satisfies CountWordsData,
  });
  try {
    const countBatch = async ({ paths, bytes }: Batch) => {
      addTally(tally, await pool.run(paths));
      advance(bytes);
    };
    await Promise.all(batches.map(countBatch));
    return { tally, seconds: (performance.now() - start) / 1000 };
  } finally {
    await pool.destroy();
  }
}

/** The same work in this thread, with a Map. */
export function countWithMap(counts: Map<string, number>, batches: Batch[], advance: Advance): Run {
  const tally = emptyTally();
  const count = (word: string) => counts.set(word, (counts.get(word) ?? 0) + 1);
  const start = performance.now();
  for (const { paths, bytes } of batches) {
    addTally(tally, countFiles(paths, count));
    advance(bytes);
  }
  return { tally, seconds: (performance.now() - start) / 1000 };
}
