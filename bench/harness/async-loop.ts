// The mix for maps that answer by promises, with some operations under way at once. Answers are checked as they come.

import { type AsyncBenchMap, OPERATIONS } from '../subjects/subject.js';
import { firstPlace, firstStamp, type Loop, type LoopParts } from './mix-loop.js';
import { isCounting, mayMiss } from './plan.js';
import { emptyTally, wrongAnswer, wrongValue } from './tally.js';

export class AsyncLoop implements Omit<Loop, 'run'> {
  readonly tally = emptyTally();
  readonly #map: Required<AsyncBenchMap>;
  readonly #parts: LoopParts;
  readonly #mayMiss: boolean;
  readonly #counting: boolean;
  #at = 0;
  #stamp = 0;

  constructor(map: AsyncBenchMap, parts: LoopParts) {
    this.#map = map as Required<AsyncBenchMap>;
    this.#parts = parts;
    this.#mayMiss = mayMiss(parts.plan);
    this.#counting = isCounting(parts.plan);
  }

  begin(phase: number): void {
    this.#at = firstPlace(this.#parts.thread, this.#parts.plan.cycle.length);
    this.#stamp = firstStamp(phase, this.#parts.thread);
    this.#parts.sequence.restart(phase);
  }

  /** Keeps `pipeline` operations under way until `count` are done. */
  async run(count: number): Promise<void> {
    const lanes = Math.min(count, this.#parts.plan.pipeline);
    let left = count;
    const lane = async () => {
      while (left > 0) {
        left--;
        await this.one();
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  /** The next operation of the cycle. */
  one(): Promise<void> {
    const { plan, sequence } = this.#parts;
    const operation = OPERATIONS[plan.cycle[this.#at] as number];
    this.#at = this.#at + 1 === plan.cycle.length ? 0 : this.#at + 1;
    this.#stamp++;
    return this.#perform(operation as string, sequence.next(), this.#stamp);
  }

  async #perform(operation: string, index: number, stamp: number): Promise<void> {
    const { keys, values } = this.#parts;
    const map = this.#map;
    const key = keys.at(index);
    switch (operation) {
      case 'get':
        return this.#checkRead(index, await map.get(key));
      case 'set':
        await map.set(key, values.make(index, stamp));
        return;
      case 'modify':
        this.#checkRead(index, await map.get(key));
        await map.set(key, values.make(index, stamp));
        return;
      case 'has':
        if (!(await map.has(key)) && !this.#mayMiss) wrongAnswer('has', index, false, 'it was never deleted');
        return;
      case 'delete':
        if (await map.delete(key)) this.tally.deleted++;
        return;
      case 'insert':
        if (await map.insert(key, values.make(index, stamp))) this.tally.inserted++;
        return;
      case 'add':
        if (!((await map.add(key, 1)) >= 1)) wrongAnswer('add', index, 'less than 1', 'it had counted up');
        this.tally.added++;
        return;
      default:
        throw new TypeError(`Operation ${operation} is not for subjects that answer by promises`);
    }
  }

  #checkRead(index: number, value: unknown): void {
    if (value === undefined) {
      if (!this.#mayMiss) wrongAnswer('get', index, undefined, 'it was never deleted');
    } else if (this.#counting ? !((value as number) >= 0) : !this.#parts.values.belongs(value, index))
      wrongValue('get', index, value);
  }
}
