// One of the two threads of test/litmus/store-buffering.test.ts, whose kernel says what they do.

import { parentPort, workerData } from 'node:worker_threads';

interface Kernel {
  batch(me: number, before: bigint, control: number): number;
  rounds(): number;
}

interface WebAssemblyInterface {
  readonly Instance: new (module: object, imports: object) => { readonly exports: unknown };
}

export interface StoreBuffering {
  /** A WebAssembly.Module, and a WebAssembly.Memory that both threads have. */
  readonly module: object;
  readonly memory: object;
  /** 0 or 1. */
  readonly me: number;
  /** The word that is looked at: the control word, or a cell. */
  readonly control: boolean;
  /** How many batches there are at most. */
  readonly batches: number;
  /** Ends after the first batch in which both threads read an old state. */
  readonly untilSeen: boolean;
  /** One word, for thread 1: whether it is to go on. */
  readonly words: SharedArrayBuffer;
}

/** What thread 0 answers: rounds done, and in how many both threads read an old state. */
export interface Judged {
  readonly rounds: number;
  readonly both: number;
}

/** Whether both threads end. The word: the batch that thread 0 judged, negative to end. */
function decideOrHear(words: Int32Array, me: number, batch: number, ends: boolean): boolean {
  if (me === 0) {
    Atomics.store(words, 0, ends ? -batch : batch);
    Atomics.notify(words, 0);
    return ends;
  }
  for (;;) {
    const word = Atomics.load(words, 0);
    if (Math.abs(word) === batch) return word < 0;
    Atomics.wait(words, 0, word);
  }
}

function judge(data: StoreBuffering): Judged {
  const { module, memory, me, control, batches, untilSeen } = data;
  const { Instance } = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;
  const kernel = new Instance(module, { env: { memory } }).exports as Kernel;
  const words = new Int32Array(data.words);
  const each = kernel.rounds();
  let both = 0;
  for (let batch = 1; ; batch++) {
    const found = kernel.batch(me, BigInt((batch - 1) * each), Number(control)) >>> 0;
    if (found > each) throw new Error('a lock that nobody else takes was not to be had');
    both += found;
    const ends = batch === batches || (untilSeen && both > 0);
    if (decideOrHear(words, me, batch, ends)) return { rounds: batch * each, both };
  }
}

parentPort?.postMessage(judge(workerData as StoreBuffering));
