// Which call each thread of a stress run is in, in shared memory: so that who watches can tell the call that does not
// return. Each thread has a seat; a thread that takes a dead one's place takes its seat.

import type { SharedMap } from 'threadmap';

const CALLS = [
  ...[
    'no call',
    'attach',
    'detach',
    'get',
    'has',
    'set',
    'delete',
    'insert',
    'compareAndSet',
    'add',
    'clear',
  ],
  ...[
    'size',
    'keys',
    'values',
    'entries',
    'forEach',
    'stats',
    'reserve',
    'shrink',
    'check',
    'isEmpty',
    'getOrDefault',
  ],
  ...['replace', 'compareAndDelete', 'getAndSet', 'getAndDelete', 'getOrInsert', 'getOrInsertComputed'],
  ...['update', 'merge', 'deleteIf', 'retain', 'replaceAll', 'waitForSync'],
] as const;
export type Call = (typeof CALLS)[number];

const NO_CALL = 0;
const CALL = 0;
const COUNT = 1;
/** A cache line each. */
const WORDS = 16;

/** A thread's place to say what it does. */
export class Seat {
  readonly #words: Int32Array;
  readonly #at: number;

  constructor(words: Int32Array, index: number) {
    this.#words = words;
    this.#at = index * WORDS;
  }

  /** Runs a call under its name. One that throws has returned, too. */
  in<T>(call: Call, run: () => T): T {
    const words = this.#words;
    const outer = Atomics.exchange(words, this.#at + CALL, CALLS.indexOf(call));
    Atomics.add(words, this.#at + COUNT, 1);
    try {
      return run();
    } finally {
      Atomics.add(words, this.#at + COUNT, 1);
      Atomics.store(words, this.#at + CALL, outer);
    }
  }

  /** Whoever sat here has ended, maybe within a call. */
  leave(): void {
    Atomics.store(this.#words, this.#at + CALL, NO_CALL);
  }
}

export class Watch {
  readonly buffer: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #seen: { count: number; since: number }[] = [];

  /** Makes one with so many seats, or opens the one in a buffer. */
  constructor(from: number | SharedArrayBuffer) {
    this.buffer = typeof from === 'number' ? new SharedArrayBuffer(from * WORDS * 4) : from;
    this.#words = new Int32Array(this.buffer);
  }

  seat(index: number): Seat {
    return new Seat(this.#words, index);
  }

  /** Those that have been in one call for longer than `patience` ms, as far as this watcher has seen. `now` in ms. */
  stuck(now: number, patience: number): string[] {
    const found: string[] = [];
    for (let seat = 0; seat * WORDS < this.#words.length; seat++) {
      const call = Atomics.load(this.#words, seat * WORDS + CALL);
      const count = Atomics.load(this.#words, seat * WORDS + COUNT);
      const seen = this.#seen[seat];
      if (seen === undefined || seen.count !== count || call === NO_CALL) {
        this.#seen[seat] = { count, since: now };
      } else if (now - seen.since > patience) {
        found.push(
          `seat ${seat}: ${CALLS[call]} has not returned for ${Math.round((now - seen.since) / 1000)} s`,
        );
      }
    }
    return found;
  }
}

type AnyMap = SharedMap<unknown, unknown>;

const iterating: ReadonlySet<PropertyKey> = new Set(['keys', 'values', 'entries']);

/** The same map, each call of which is told to a seat; of an iteration each step. */
export function watched(map: AnyMap, seat: Seat): AnyMap {
  const methods = new Map<PropertyKey, unknown>();
  return new Proxy(map, {
    get(target, name) {
      if (name === 'size') return seat.in('size', () => target.size);
      if (name === 'handle') return target.handle;
      let method = methods.get(name);
      if (method === undefined) {
        const call = name as Call;
        const own = Reflect.get(target, name) as (...args: unknown[]) => unknown;
        if (!CALLS.includes(call)) throw new TypeError(`${String(name)} is not watched`);
        method = iterating.has(name)
          ? () => watchedSteps(own.call(target) as Iterator<unknown>, call, seat)
          : (...args: unknown[]) => seat.in(call, () => own.apply(target, args));
        methods.set(name, method);
      }
      return method;
    },
  });
}

function* watchedSteps(iterator: Iterator<unknown>, call: Call, seat: Seat): Generator<unknown> {
  try {
    for (;;) {
      const step = seat.in(call, () => iterator.next());
      if (step.done) return;
      yield step.value;
    }
  } finally {
    iterator.return?.();
  }
}
