import type { LogicalThread } from './logical-thread.js';
import { ENDED, type Key, listChain, type MapOperation, S_NEXT, word } from './operations.js';

// An iteration that one thread begins and another goes on with: what a cursor carries is all that they share.

interface Cursor {
  readonly since: number;
  readonly position: number;
  readonly done: boolean;
}

/**
 * Two operations, for the thread `first` and for another one: the first lists so many chains, and the other, when that thread
 * has done all that it has to do, the rest. The result of the second is that of an iteration.
 */
export function handOver(first: number, chains: number): [MapOperation, MapOperation] {
  let keys: Key[] = [];
  let cursor: Cursor = { since: 0, position: 0, done: true };
  return [
    {
      name: `scan ${chains} chains`,
      verb: 'other',
      reads: true,
      *start(thread) {
        keys = [];
        const since = yield () => thread.kernel.generation?.() as number;
        let position = 0;
        let done = false;
        for (let i = 0; i < chains && !done; i++) {
          const listed = yield* listChain(thread, position, 0, since);
          if (listed !== ENDED) keys.push(...listed);
          position = word(thread, S_NEXT);
          done = listed === ENDED || position === 0;
        }
        cursor = { since, position, done };
        return undefined;
      },
    },
    {
      name: 'go on with the scan',
      verb: 'iterate',
      reads: true,
      *start(thread) {
        const other = thread.peers[first] as LogicalThread;
        yield { until: () => other.done };
        const all: (Key | undefined)[] = [...keys];
        let { position, done } = cursor;
        if (done && position !== 0) return [...all, undefined];
        while (!done) {
          const listed = yield* listChain(thread, position, 0, cursor.since);
          if (listed === ENDED) return [...all, undefined];
          all.push(...listed);
          position = word(thread, S_NEXT);
          done = position === 0;
        }
        return all;
      },
    },
  ];
}
