// The loop over a mix of operations on keys that threads share. It is one text for all subjects, but each cell runs in workers of
// its own, so each place of call sees one kind of map, of key and of value, and V8 compiles it for that.

import { type BenchMap, OPERATIONS } from '../subjects/subject.js';
import type { Keys } from './keys.js';
import { type CellPlan, isCounting, mayMiss } from './plan.js';
import type { Sequence } from './sequence.js';
import { emptyTally, type Tally, wrongAnswer, wrongValue } from './tally.js';
import type { Values } from './values.js';

const GET = OPERATIONS.indexOf('get');
const HAS = OPERATIONS.indexOf('has');
const SET = OPERATIONS.indexOf('set');
const DELETE = OPERATIONS.indexOf('delete');
const INSERT = OPERATIONS.indexOf('insert');
const ADD = OPERATIONS.indexOf('add');
const COMPARE_AND_SET = OPERATIONS.indexOf('compareAndSet');
const MODIFY = OPERATIONS.indexOf('modify');
const GET_AND_SET = OPERATIONS.indexOf('getAndSet');
const GET_AND_DELETE = OPERATIONS.indexOf('getAndDelete');
const RANGE = OPERATIONS.indexOf('range');

/** A prime: threads begin their cycles at different places. */
const CYCLE_STEP = 7919;

/** What all loops have: a phase is begun, some operations are done, and the accounts are kept over all phases. */
export interface Loop {
  readonly tally: Tally;
  begin(phase: number): void;
  run(count: number): void;
}

export interface LoopParts {
  readonly plan: CellPlan;
  readonly thread: number;
  readonly keys: Keys;
  readonly values: Values;
  readonly sequence: Sequence;
}

export class MixLoop implements Loop {
  readonly tally = emptyTally();
  readonly #map: Required<BenchMap>;
  readonly #parts: LoopParts;
  readonly #cycle: Uint8Array;
  readonly #mayMiss: boolean;
  readonly #counting: boolean;
  #at = 0;
  #stamp = 0;

  constructor(map: BenchMap, parts: LoopParts) {
    this.#map = map as Required<BenchMap>;
    this.#parts = parts;
    this.#cycle = Uint8Array.from(parts.plan.cycle);
    this.#mayMiss = mayMiss(parts.plan);
    this.#counting = isCounting(parts.plan);
  }

  begin(phase: number): void {
    this.#at = firstPlace(this.#parts.thread, this.#cycle.length);
    this.#stamp = firstStamp(phase, this.#parts.thread);
    this.#parts.sequence.restart(phase);
  }

  run(count: number): void {
    const { keys, values, sequence } = this.#parts;
    const map = this.#map;
    const cycle = this.#cycle;
    let at = this.#at;
    let stamp = this.#stamp;
    for (let q = 0; q < count; q++) {
      const operation = cycle[at];
      at = at + 1 === cycle.length ? 0 : at + 1;
      const index = sequence.next();
      const key = keys.at(index);
      stamp++;
      if (operation === GET) {
        this.#checkRead('get', index, map.get(key));
      } else if (operation === SET) {
        map.set(key, values.make(index, stamp));
      } else if (operation === HAS) {
        if (!map.has(key) && !this.#mayMiss) wrongAnswer('has', index, false, 'it was never deleted');
      } else if (operation === DELETE) {
        if (map.delete(key)) this.tally.deleted++;
      } else if (operation === INSERT) {
        if (map.insert(key, values.make(index, stamp))) {
          if (!this.#mayMiss) wrongAnswer('insert', index, true, 'it was there');
          this.tally.inserted++;
        }
      } else if (operation === ADD) {
        const sum = map.add(key, 1);
        if (!(sum >= 1)) wrongAnswer('add', index, sum, 'it had counted up');
        this.tally.added++;
      } else {
        this.#runRare(operation as number, index, stamp);
      }
    }
    this.#at = at;
    this.#stamp = stamp;
  }

  #checkRead(name: string, index: number, value: unknown): void {
    if (value === undefined) {
      if (!this.#mayMiss) wrongAnswer(name, index, undefined, 'it was never deleted');
    } else if (this.#counting) {
      if (!((value as number) >= 0)) wrongValue(name, index, value);
    } else if (!this.#parts.values.belongs(value, index)) wrongValue(name, index, value);
  }

  /** What few workloads have: out of the loop that all have to carry. */
  #runRare(operation: number, index: number, stamp: number): void {
    const { keys, values } = this.#parts;
    const map = this.#map;
    const key = keys.at(index);
    if (operation === MODIFY) {
      this.#checkRead('get', index, map.get(key));
      map.set(key, values.make(index, stamp));
    } else if (operation === COMPARE_AND_SET) {
      const value = map.get(key) as number | undefined;
      this.#checkRead('get', index, value);
      if (value !== undefined && map.compareAndSet(key, value, value + 1)) this.tally.added++;
    } else if (operation === GET_AND_SET) {
      this.#checkRead('getAndSet', index, map.getAndSet(key, values.make(index, stamp)));
    } else if (operation === GET_AND_DELETE) {
      const value = map.getAndDelete(key);
      this.#checkRead('getAndDelete', index, value);
      if (value !== undefined) this.tally.deleted++;
    } else if (operation === RANGE) {
      let visited = 0;
      map.range(() => ++visited > 0);
      if (visited === 0 && !this.#mayMiss) wrongAnswer('range', index, 'no entry', 'the map is not empty');
    }
  }
}

/** Where a thread begins in a cycle of so many operations. */
export function firstPlace(thread: number, length: number): number {
  return (thread * CYCLE_STEP) % length;
}

/** Stamps of a phase: threads and phases begin apart, as far as the few bits above an index can tell. */
export function firstStamp(phase: number, thread: number): number {
  return Math.imul(phase * 31 + thread, 0x2545f491) >>> 8;
}
