import { sharedMapError } from '../errors.js';
import type { SharedMemory } from './web-assembly.js';

// Sleeping on the kernel's wake words (src/kernel/wake.ts).

/** Where they lie (layout.ts in the kernel), and how many of 8 bytes there are from one to the next. */
const WAKES = 2560;
const STRIPES = 16;
const WORDS_PER_STRIPE = 8;

/** ES2022 has not declared it yet; Node 20 has it. Looked up at each use: a startup snapshot is built without Atomics. */
interface AtomicsOfLater {
  readonly waitAsync?: (
    words: BigInt64Array,
    index: number,
    seen: bigint,
  ) => { readonly async: false } | { readonly async: true; readonly value: Promise<unknown> };
}

function unable(why: string, cause?: unknown): Error {
  return sharedMapError('ERR_SHARED_MAP_WAIT', why, cause);
}

/**
 * The sleepers of one thread in one map. Those that do not block the thread share one wait of the engine for each
 * stripe: such a wait cannot be called off, so who gave up would leave one behind each time.
 */
export class Sleepers {
  readonly #words: BigInt64Array;
  /** By stripe, as long as a wait of the engine is under way. */
  readonly #asleep = new Map<number, Set<() => void>>();

  constructor(memory: SharedMemory) {
    this.#words = new BigInt64Array(memory.buffer, WAKES, STRIPES * WORDS_PER_STRIPE);
  }

  /**
   * Blocks this thread while the wake word of the stripe is `seen`, for so many ms at most. Throws
   * ERR_SHARED_MAP_WAIT in a thread that may not block.
   */
  block(stripe: number, seen: bigint, ms: number): void {
    try {
      Atomics.wait(this.#words, stripe * WORDS_PER_STRIPE, seen, ms);
    } catch (cause) {
      throw unable('this thread may not block: await waitFor, or give waitForSync the timeout 0', cause);
    }
  }

  /**
   * Calls `wake` once, from the event loop, when the wake word of the stripe is not `seen` any more; maybe earlier. Never
   * before it returns, so whoever looks in vain again and again leaves the event loop its turns.
   * Throws ERR_SHARED_MAP_WAIT where the engine has no Atomics.waitAsync.
   */
  add(stripe: number, seen: bigint, wake: () => void): void {
    const others = this.#asleep.get(stripe);
    if (others !== undefined) {
      // The wait under way ends at the next step of the word. If it has ended by a former one, it is about to say so.
      others.add(wake);
      return;
    }
    const atomics = Atomics as unknown as AtomicsOfLater;
    if (atomics.waitAsync === undefined)
      throw unable('this runtime has no Atomics.waitAsync: call waitForSync in a thread that may block');
    const asleep = new Set([wake]);
    this.#asleep.set(stripe, asleep);
    const end = () => {
      this.#asleep.delete(stripe);
      for (const each of asleep) each();
    };
    const wait = atomics.waitAsync(this.#words, stripe * WORDS_PER_STRIPE, seen);
    if (wait.async) wait.value.then(end);
    else setImmediate(end);
  }

  /** `wake` need not be called any more. The last one ends the wait of the engine, which would hold the memory. */
  remove(stripe: number, wake: () => void): void {
    const asleep = this.#asleep.get(stripe);
    if (asleep?.delete(wake) && asleep.size === 0) this.#notify(stripe);
  }

  /** Everybody wakes up: the map is being let go of. */
  wakeAll(): void {
    for (const stripe of this.#asleep.keys()) this.#notify(stripe);
  }

  /** Whoever else sleeps there looks again, and sleeps on. */
  #notify(stripe: number): void {
    Atomics.notify(this.#words, stripe * WORDS_PER_STRIPE);
  }
}
