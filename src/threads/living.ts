import { types } from 'node:util';
import type { Serializable } from 'node:worker_threads';
import { workerThreads } from '../late-modules.js';
import { isNode } from './runtime.js';

// The table of living threads, for where the system has none to read: a process-wide list of the Workers
// that were made by threads with this library. A creator enters a Worker when it is made, and takes it out
// when Node says that its thread has ended.
//
// One table for the process: the first thread that imports this library makes it, and the environment data
// hand it to every Worker that is made later, and to theirs. Where the main thread has not imported it,
// branches have tables of their own; a table's number says which one a thread was entered in, and no other
// table is asked about it.
//
//   0          8 .. 8 x (1 + ROWS)
//   ┌────────┬──────────────────────────────────────────┐
//   │ number │ rows: (thread id + 1) << 32 | (id of its  │   a row is written by one CAS from 0, and taken
//   │        │ creator + 1), 0 = free                    │   out by one CAS to 0: it is never half there
//   └────────┴──────────────────────────────────────────┘
//
// A creator that ends takes its Workers with it: Node joins them first. So who takes a thread out takes its
// Workers out before it, and theirs; if that is cut short, the thread still is there and it happens again.

const NAME = 'threadmap.living.1';
/** Numbers of tables. A thread makes one at most, and Node uses no id of a thread twice. */
const MOST = 2 ** 30 - 1;

/** Threads that may be entered at once: a Worker takes a megabyte or more, so no process has as many. */
const ROWS = 1024;

type Row = bigint;

const rowOf = (threadId: number, creator: number): Row => (BigInt(threadId + 1) << 32n) | BigInt(creator + 1);
const threadOf = (row: Row): number => Number(row >> 32n) - 1;
const creatorOf = (row: Row): number => Number(row & 0xffff_ffffn) - 1;

function isTable(value: unknown): value is SharedArrayBuffer {
  return types.isSharedArrayBuffer(value) && value.byteLength === 8 * (1 + ROWS);
}

class Living {
  readonly #words: BigInt64Array;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new BigInt64Array(buffer);
  }

  get number(): number {
    return Number(Atomics.load(this.#words, 0));
  }

  has(threadId: number): boolean {
    for (let i = 1; i <= ROWS; i++) if (threadOf(Atomics.load(this.#words, i)) === threadId) return true;
    return false;
  }

  enter(threadId: number, creator: number): void {
    if (this.has(threadId)) return;
    const row = rowOf(threadId, creator);
    for (let i = 1; i <= ROWS; i++) if (Atomics.compareExchange(this.#words, i, 0n, row) === 0n) return;
  }

  /** Takes a thread out, its Workers before it. */
  end(threadId: number): void {
    for (let i = 1; i <= ROWS; i++) {
      const row = Atomics.load(this.#words, i);
      // Node counts upward, so that no row can lead round in a circle.
      if (creatorOf(row) === threadId && threadOf(row) > threadId) this.end(threadOf(row));
    }
    for (let i = 1; i <= ROWS; i++) {
      const row = Atomics.load(this.#words, i);
      if (threadOf(row) === threadId) Atomics.compareExchange(this.#words, i, row, 0n);
    }
  }
}

let living: Living | undefined;

/** This thread's table, undefined where no creator ever tells. Made at the first call: before any Worker is. */
export function livingTable(): Living | undefined {
  if (living !== undefined || !isNode) return living;
  const threads = workerThreads();
  const found = threads.getEnvironmentData(NAME) as unknown;
  let buffer: SharedArrayBuffer;
  if (isTable(found)) buffer = found;
  else {
    buffer = new SharedArrayBuffer(8 * (1 + ROWS));
    new BigInt64Array(buffer)[0] = BigInt((threads.threadId % MOST) + 1);
    threads.setEnvironmentData(NAME, buffer as unknown as Serializable);
  }
  living = new Living(buffer);
  return living;
}
