// A map with the bugs that the suites of test/others are there to find, to show that they would.

import type { SharedMap } from 'threadmap';

const still = new Int32Array(new SharedArrayBuffer(4));

/** Lets another thread come in between. */
function dawdle(calls: number): void {
  if (calls % 4 === 0) Atomics.wait(still, 0, 0, 0.1);
}

/** Compound operations in two steps, deletes that now and then come back, iteration that tells some keys twice. */
export class Careless {
  readonly #map: SharedMap<unknown, unknown>;
  #calls = 0;

  constructor(map: SharedMap<unknown, unknown>) {
    this.#map = map;
  }

  get(key: unknown): unknown {
    return this.#map.get(key);
  }

  has(key: unknown): boolean {
    return this.#map.has(key);
  }

  set(key: unknown, value: unknown): this {
    this.#map.set(key, value);
    return this;
  }

  add(key: unknown, delta = 1): number {
    const sum = ((this.#map.get(key) as number | undefined) ?? 0) + delta;
    dawdle(++this.#calls);
    this.#map.set(key, sum);
    return sum;
  }

  insert(key: unknown, value: unknown): boolean {
    if (this.#map.has(key)) return false;
    dawdle(++this.#calls);
    this.#map.set(key, value);
    return true;
  }

  compareAndSet(key: unknown, expected: unknown, value: unknown): boolean {
    if (!this.#map.has(key) || this.#map.get(key) !== expected) return false;
    dawdle(++this.#calls);
    this.#map.set(key, value);
    return true;
  }

  getAndSet(key: unknown, value: unknown): unknown {
    const old = this.#map.get(key);
    dawdle(++this.#calls);
    this.#map.set(key, value);
    return old;
  }

  getAndDelete(key: unknown): unknown {
    const old = this.#map.get(key);
    dawdle(++this.#calls);
    this.#map.delete(key);
    return old;
  }

  update(key: unknown, fn: (value: unknown, present: boolean) => unknown): unknown {
    const next = fn(this.#map.get(key), this.#map.has(key));
    dawdle(++this.#calls);
    if (next === undefined) this.#map.delete(key);
    else this.#map.set(key, next);
    return next;
  }

  delete(key: unknown): boolean {
    const value = this.#map.get(key);
    if (!this.#map.has(key)) return false;
    dawdle(++this.#calls);
    this.#map.delete(key);
    if (this.#calls % 50 === 0) this.#map.set(key, value);
    return true;
  }

  clear(): void {
    this.#map.clear();
  }

  get size(): number {
    return this.#map.size;
  }

  *keys(): Generator<unknown> {
    for (const key of this.#map.keys()) {
      yield key;
      if (++this.#calls % 100 === 0) yield key;
    }
  }

  *entries(): Generator<[unknown, unknown]> {
    for (const key of this.keys()) yield [key, this.#map.get(key)];
  }

  detach(): void {
    this.#map.detach();
  }
}
