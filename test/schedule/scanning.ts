import type { LogicalThread, Request } from './logical-thread.js';
import {
  type Key,
  keyOf,
  listChain,
  type MapOperation,
  S_NEXT,
  WORDS_PER_ENTRY,
  word,
} from './operations.js';

// An iteration that one thread begins and another goes on with: what a cursor carries is all that they share.

interface Cursor {
  readonly since: number;
  readonly position: number;
  readonly done: boolean;
  /** By a clear. */
  readonly ended: boolean;
}

interface Listed {
  readonly keys: Key[];
  readonly next: number;
}

/** The keys of one chain, and where the next one begins; undefined when a clear has come. */
function* keysOfChain(
  thread: LogicalThread,
  from: number,
  since: number,
): Generator<Request, Listed | undefined, number> {
  const entries = (yield* listChain(thread, from, 0, since)) as number[] | undefined;
  if (entries === undefined) return undefined;
  const next = word(thread, S_NEXT);
  const keys: Key[] = [];
  for (let i = 0; i < entries.length; i += WORDS_PER_ENTRY) {
    const key = yield* keyOf(thread, entries, i);
    if (key !== undefined) keys.push(key as Key);
  }
  return { keys, next };
}

/**
 * Two operations, for the thread `first` and for another one: the first lists so many chains, and the other, when that thread
 * has done all that it has to do, the rest. The result of the second is that of an iteration.
 */
export function handOver(first: number, chains: number): [MapOperation, MapOperation] {
  let keys: Key[] = [];
  let cursor: Cursor = { since: 0, position: 0, done: true, ended: false };
  return [
    {
      name: `scan ${chains} chains`,
      verb: 'other',
      reads: true,
      *start(thread) {
        keys = [];
        const since = yield () => thread.kernel.generation?.() as number;
        let position = 0;
        let ended = false;
        let done = false;
        for (let i = 0; i < chains && !done; i++) {
          const listed = yield* keysOfChain(thread, position, since);
          keys.push(...(listed?.keys ?? []));
          position = listed?.next ?? 0;
          ended = listed === undefined;
          done = position === 0;
        }
        cursor = { since, position, done, ended };
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
        if (cursor.ended) return [...all, undefined];
        while (!done) {
          const listed = yield* keysOfChain(thread, position, cursor.since);
          if (listed === undefined) return [...all, undefined];
          all.push(...listed.keys);
          position = listed.next;
          done = position === 0;
        }
        return all;
      },
    },
  ];
}
