// Garbage collection of this thread: how long it took while a phase ran.

import { PerformanceObserver } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

export interface Collected {
  readonly gcMilliseconds: number;
  readonly gcCount: number;
}

export class GcWatch {
  #milliseconds = 0;
  #count = 0;
  readonly #observer = new PerformanceObserver((list) => this.#add(list.getEntries()));

  constructor() {
    this.#observer.observe({ entryTypes: ['gc'] });
  }

  /** What has come since the last call. Entries are handed over by the event loop, which gets two turns for it. */
  async take(): Promise<Collected> {
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
    this.#add(this.#observer.takeRecords());
    const collected = { gcMilliseconds: this.#milliseconds, gcCount: this.#count };
    this.#milliseconds = 0;
    this.#count = 0;
    return collected;
  }

  #add(entries: readonly { readonly duration: number }[]): void {
    for (const { duration } of entries) this.#milliseconds += duration;
    this.#count += entries.length;
  }
}

let collect: (() => void) | undefined;

/** Collects this thread's garbage now. Node gives the function to whoever asks for the flag; later contexts have it. */
export function collectGarbage(): void {
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
}
