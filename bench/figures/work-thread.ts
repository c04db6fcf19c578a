// A thread of a measured work: it warms up, waits at the go word, works, and tells its times.

import { parentPort, workerData } from 'node:worker_threads';
import type { Share } from './work.js';
import { fillInOrder, partOf, stringKeys, tellWrites, verify } from './work-account.js';
import { isFilling, type Part, workLoops } from './work-loops.js';
import { makeMap, openMap, type WorkHandle } from './work-map.js';

export interface WorkThreadData {
  readonly share: Share;
  /** Of a SharedMap. */
  readonly handle: WorkHandle | undefined;
  /** The number of passes that may begin. */
  readonly go: Int32Array;
}

/** What the thread posts: it is ready for a pass, what the pass took, what it has written. */
export type Told =
  | { readonly kind: 'ready' }
  | { readonly kind: 'pass'; readonly start: bigint; readonly end: bigint; readonly wrong: number }
  | { readonly kind: 'account'; readonly account: Float64Array };

/** Warm maps in turn, and entries of each: V8 has compiled loop, calls and kernel by then. */
const WARM_MAPS = 3;
const WARM_ENTRIES = 100_000;

const { share, handle, go } = workerData as WorkThreadData;
const { operation, entries, keys, passes } = share;
const { run } = workLoops[operation];

const map = await openMap(share, handle);
const strings = keys === 'number' ? undefined : keysOf(share);
const current = Float64Array.from({ length: isFilling(operation) ? 0 : entries }, (_, index) => index);
if (isFilling(operation)) await warmByOthers();
else if (handle === undefined) fillInOrder(map, share);

// A filling operation is warm by other maps; any other one by a pass that does not count.
const first = isFilling(operation) ? 1 : 0;
for (let pass = first; pass <= passes; pass++) {
  const part = partOf(share, strings, current, pass);
  tell({ kind: 'ready' });
  Atomics.wait(go, 0, pass - first);
  const start = process.hrtime.bigint();
  const wrong = run(map, part);
  const end = process.hrtime.bigint();
  tell({ kind: 'pass', start, end, wrong });
}
const account = tellWrites(share);
if (handle === undefined) verify(map, share, [account]);
tell({ kind: 'account', account });

function tell(told: Told): void {
  parentPort?.postMessage(told);
}

function keysOf({ entries, thread, threads }: Share): string[] {
  if (isFilling(operation)) return stringKeys(entries, thread, threads);
  return stringKeys(operation === 'get-missing' ? 2 * entries : entries);
}

async function warmByOthers(): Promise<void> {
  const warm: Share = { ...share, entries: Math.min(WARM_ENTRIES, entries), thread: 0, threads: 1 };
  const part: Part = partOf(warm, strings === undefined ? undefined : keysOf(warm), current, 0);
  for (let round = 0; round < WARM_MAPS; round++) {
    const other = await makeMap({ ...warm, presized: false });
    run(other, part);
    if (share.subject === 'SharedMap') other.detach();
  }
}
