// Keys that a thread alone inserts and deletes, so that it knows the right answer to each operation and asks for that one.
// `window`: thread t has the indexes t, t + threads, t + 2 threads and so on; from its `oldest` to its `newest` they are there.
// `latest`: nothing is deleted; what was filled belongs to all, and reads go to the newest entries first.

import { type BenchMap, OPERATIONS, type Operation } from '../subjects/subject.js';
import { firstPlace, firstStamp, type Loop, type LoopParts } from './mix-loop.js';
import { emptyTally, wrongAnswer, wrongValue } from './tally.js';

const GET = OPERATIONS.indexOf('get');
const HAS = OPERATIONS.indexOf('has');
const SET = OPERATIONS.indexOf('set');
const DELETE = OPERATIONS.indexOf('delete');
const INSERT = OPERATIONS.indexOf('insert');
const MODIFY = OPERATIONS.indexOf('modify');

/** What such a mix can be made of. `set` is of a key that is there, `insert` of a new one, `delete` of the oldest. */
export const EXACT: readonly Operation[] = ['get', 'has', 'set', 'delete', 'insert', 'modify'];

export class ExactLoop implements Loop {
  readonly tally = emptyTally();
  readonly #map: Required<BenchMap>;
  readonly #parts: LoopParts;
  readonly #cycle: Uint8Array;
  readonly #latest: boolean;
  /** Does the subject have an insert that tells? Else a set does, of a key that is known to be absent. */
  readonly #inserts: boolean;
  #at = 0;
  #stamp = 0;

  constructor(map: BenchMap, parts: LoopParts) {
    const { plan, thread } = parts;
    this.#map = map as Required<BenchMap>;
    this.#parts = parts;
    this.#cycle = Uint8Array.from(plan.cycle);
    this.#latest = plan.sequence === 'latest';
    this.#inserts = map.insert !== undefined;
    // The own indexes below `filled` are there.
    this.tally.newest = Math.ceil((plan.filled - thread) / plan.threads);
  }

  begin(phase: number): void {
    this.#at = firstPlace(this.#parts.thread, this.#cycle.length);
    this.#stamp = firstStamp(phase, this.#parts.thread);
    this.#parts.sequence.restart(phase);
  }

  run(count: number): void {
    const { keys, values, sequence, plan, thread } = this.#parts;
    const map = this.#map;
    const tally = this.tally;
    const cycle = this.#cycle;
    let at = this.#at;
    for (let q = 0; q < count; q++) {
      const operation = cycle[at];
      at = at + 1 === cycle.length ? 0 : at + 1;
      this.#stamp++;
      if (operation === INSERT) {
        const index = thread + tally.newest * plan.threads;
        tally.newest++;
        const value = values.make(index, this.#stamp);
        if (!this.#inserts) map.set(keys.at(index), value);
        else if (!map.insert(keys.at(index), value)) wrongAnswer('insert', index, false, 'it was a new key');
      } else if (operation === DELETE) {
        // Nothing left: a key of its own that was never there.
        const present = tally.oldest < tally.newest;
        const index = thread + (present ? tally.oldest : tally.newest) * plan.threads;
        if (map.delete(keys.at(index)) === !present)
          wrongAnswer('delete', index, !present, present ? 'it was there' : 'it was absent');
        if (present) tally.oldest++;
      } else {
        this.#touch(
          operation as number,
          this.#latest ? this.#newest(sequence.next()) : this.#any(sequence.next()),
        );
      }
    }
    this.#at = at;
  }

  /** Own keys at random: bustle's find sequence goes over all that the thread will ever have, so some reads miss. */
  #any(drawn: number): number {
    const { threads, space } = this.#parts.plan;
    const { oldest } = this.tally;
    const span = Math.max(1, Math.floor(space / threads));
    return this.#parts.thread + (oldest + (drawn % span)) * threads;
  }

  #newest(rank: number): number {
    const { threads, filled } = this.#parts.plan;
    const first = Math.ceil((filled - this.#parts.thread) / threads);
    const own = this.tally.newest - first;
    if (rank < own) return this.#parts.thread + (this.tally.newest - 1 - rank) * threads;
    const before = filled - 1 - (rank - own);
    return before >= 0 ? before : rank % filled;
  }

  #touch(operation: number, index: number): void {
    const { keys, values, plan } = this.#parts;
    const key = keys.at(index);
    const own = Math.floor(index / plan.threads);
    const present = this.#latest || (own >= this.tally.oldest && own < this.tally.newest);
    if (operation === HAS) {
      if (this.#map.has(key) !== present) wrongAnswer('has', index, !present, told(present));
      return;
    }
    if (operation === GET || operation === MODIFY) {
      const value = this.#map.get(key);
      if (value === undefined ? present : !present) wrongAnswer('get', index, value, told(present));
      if (value !== undefined && !values.belongs(value, index)) wrongValue('get', index, value);
    }
    // An update of what is absent would be an insert.
    if ((operation === SET || operation === MODIFY) && present)
      this.#map.set(key, values.make(index, this.#stamp));
  }
}

function told(present: boolean): string {
  return present ? 'it was there' : 'it was absent';
}
