import { clearInterval, setInterval } from 'node:timers';
import { isEndedWorker, onOwnWorkerEnd } from '../threads/creator.js';
import { livingTable } from '../threads/living.js';
import { exitIsLast } from '../threads/runtime.js';
import type { KernelExports } from '../wasm/exports.js';
import type { Door } from './door.js';

// Hearing of threads that end while they are attached to a map. The kernel's log of ends has each of them
// once, in one order (src/kernel/slot.ts); somebody has to look for the ended ones, and listeners do.

/** ms between two looks: a listener hears of an end within a second, also on a busy machine. */
export const LOOK = 400;
/** Ends that the log keeps (ENDS_KEPT in the kernel). */
const KEPT = 1024;

type Listener = (threadId: number) => void;

/** Reads the log of ends from where it was last read. */
class Reader {
  readonly #exports: KernelExports;
  #next: number;
  /** Numbers of ends that were being written when they were looked for. */
  readonly #unwritten = new Set<number>();

  constructor(exports: KernelExports, next: number) {
    this.#exports = exports;
    this.#next = next;
  }

  /** The threads that were logged since the last call. */
  read(): number[] {
    const last = this.#exports.ends();
    for (this.#next = Math.max(this.#next, last + 1 - KEPT); this.#next <= last; this.#next++)
      this.#unwritten.add(this.#next);
    const found: number[] = [];
    for (const number of this.#unwritten) {
      const thread = this.#exports.endAt(number);
      if (thread === 0) continue;
      this.#unwritten.delete(number);
      if (thread > 0) found.push(thread - 1);
    }
    return found;
  }
}

/** The ends of the threads of one map, as long as somebody in this thread listens. */
export class Ends {
  readonly #door: Door;
  readonly #listeners = new Set<Listener>();
  /** Those that the listeners were told of: a thread with two slots in the map, as two realms have, is logged twice. */
  readonly #told = new Set<number>();
  #reader: Reader | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(door: Door) {
    this.#door = door;
  }

  /** Calls `listener` for each thread whose end is logged from now on. Returns what ends that. The timer keeps no process alive. */
  listen(listener: Listener): () => void {
    if (this.#listeners.size === 0) {
      const { exports } = this.#door.kernel;
      this.#reader = new Reader(exports, exports.ends() + 1);
      this.#timer = setInterval(() => this.#lookUnlessDamaged(), LOOK);
      this.#timer.unref?.();
      this.#door.onClose.add(this.#close);
    }
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#close();
    };
  }

  /** Looks for threads that have ended, and tells the listeners. */
  look(): void {
    if (this.#reader === undefined) return;
    this.#door.kernel.slots.bury();
    for (const threadId of this.#reader.read()) {
      if (this.#told.has(threadId)) continue;
      this.#told.add(threadId);
      if (this.#told.size > KEPT) this.#told.delete([...this.#told][0] as number);
      for (const listener of [...this.#listeners]) call(listener, threadId);
    }
  }

  /** From a timer there is nobody to tell: who uses the map next hears that it is damaged. */
  #lookUnlessDamaged(): void {
    try {
      this.look();
    } catch {
      this.#close();
    }
  }

  readonly #close = (): void => {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#reader = undefined;
    this.#listeners.clear();
    this.#door.onClose.delete(this.#close);
  };
}

/** One listener's exception is nothing to the others: it is thrown on its own, as those of timers are. */
function call(listener: Listener, threadId: number): void {
  try {
    listener(threadId);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

/**
 * Whether one thread has ended, for somebody who depends on it. Three may know: the map's log, once the
 * thread was attached; the table of the living, if its creator has entered it; and, where it is a Worker of
 * this thread, its 'exit'.
 */
export class Deathwatch {
  readonly #threadId: number;
  readonly #door: Door;
  readonly #reader: Reader;
  /** It was in the table of the living when the watch began, or since. */
  #lived = false;
  #ended = false;

  constructor(door: Door, threadId: number) {
    const { exports } = door.kernel;
    this.#threadId = threadId;
    this.#door = door;
    // Those that the log still keeps count as well: it may have ended before anybody watched.
    this.#reader = new Reader(exports, Math.max(1, exports.ends() + 1 - KEPT));
  }

  /** Looks. Throws what a detached map throws. */
  get hasEnded(): boolean {
    if (this.#ended) return true;
    this.#door.kernel.slots.bury(({ thread }) => thread === this.#threadId);
    const lives = livingTable()?.has(this.#threadId) === true;
    this.#ended =
      this.#reader.read().includes(this.#threadId) ||
      (this.#lived && !lives) ||
      (exitIsLast && isEndedWorker(this.#threadId));
    this.#lived ||= lives;
    return this.#ended;
  }

  /** Calls `ended` once, when it has ended; that it has already is told by `hasEnded` only. Returns what ends that. */
  listen(ended: () => void): () => void {
    const tell = (): void => {
      stop();
      ended();
    };
    const timer = setInterval(() => {
      try {
        if (this.hasEnded) tell();
      } catch {
        stop(); // damaged: who waits hears of it when it looks again
      }
    }, LOOK);
    timer.unref?.();
    const onOwn = (threadId: number): void => {
      if (threadId !== this.#threadId) return;
      this.#ended = true;
      tell();
    };
    const stopOwn = exitIsLast ? onOwnWorkerEnd(onOwn) : undefined;
    const stop = (): void => {
      clearInterval(timer);
      stopOwn?.();
      this.#door.onClose.delete(stop);
    };
    this.#door.onClose.add(stop);
    return stop;
  }
}
