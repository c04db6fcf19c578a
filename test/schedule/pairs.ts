import { describe } from 'vitest';
import { compareAndDelete, deleteIf, getAndDelete, getAndSet, update } from './exchanges.js';
import { exhaustedOn } from './explored.js';
import {
  add,
  clear,
  compareAndSet,
  get,
  has,
  insert,
  iterate,
  type MapOperation,
  remove,
  set,
  size,
} from './operations.js';
import type { Program } from './scenario.js';
import { type Keys, oldValue, STARTS } from './tables.js';

// Every pair of operations, on every state of a table: all schedules with one preemption, and a death of either thread
// at every one of its steps. SCHEDULES=4 and more also tries every second preemption.

const record = (n: number): string => `a new value, the ${n}th`;
const long = (n: number): string => `${n}`.padEnd(70_000, '.');

/** What a thread may do, with values that no other operation brings. */
function operations(
  { present, absent, neighbour }: Keys,
  n: number,
  kind: 'number' | 'string',
): MapOperation[] {
  const old = oldValue(kind)(0);
  return [
    get(present),
    get(absent),
    has(present),
    set(present, 1000 + n),
    set(present, record(n)),
    set(absent, record(n)),
    set(absent, 1000 + n),
    set(neighbour, record(n)),
    remove(present),
    remove(neighbour),
    insert(present, record(n)),
    insert(absent, record(n)),
    insert(absent, 2000 + n),
    add(absent, 10 + n),
    add(present, 10 + n),
    compareAndSet(present, old, record(n)),
    clear(n % 2 === 0),
    iterate(3),
    size(),
    set(present, long(n)),
    getAndSet(present, record(n)),
    getAndDelete(present),
    compareAndDelete(present, old),
    update(present, record(n)),
    deleteIf(present, old),
  ];
}

/** All pairs; the second thread also looks at what it has done. */
function pairs(keys: Keys, kind: 'number' | 'string'): Program[] {
  const firsts = operations(keys, 1, kind);
  const seconds = operations(keys, 2, kind);
  return firsts.flatMap((first, i) =>
    seconds.slice(i).map((second) => [[first], [second, get(keys.present)]]),
  );
}

const DEEP = Number(process.env.SCHEDULES ?? 1) >= 4;
/** Of the first thread's steps in CI; SCHEDULES makes it denser. */
const STRIDE = 12;
/** Of each thread's preemptions in a deep run, times SCHEDULES. */
const PLACES = 4;

/** A test for each state of a table. */
export function explorePairs(kind: 'number' | 'string'): void {
  describe(`${kind} keys`, () => {
    for (const start of STARTS) {
      exhaustedOn(
        start,
        kind,
        `pairs of operations on ${start.name}`,
        DEEP
          ? { preemptions: 2, places: PLACES, kills: true }
          : { preemptions: 1, stride: STRIDE, sparse: true, kills: true },
        (keys) => pairs(keys, kind),
      );
    }
  });
}
