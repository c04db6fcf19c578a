import { withLongKey } from '../access/long-key.js';
import { ABSENT, getPlaced, hasPlaced } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { doorOf } from '../attach/door-of.js';
import { Deathwatch, LOOK } from '../attach/ends.js';
import type { Argument } from '../codec/argument.js';
import { keyArgument } from '../codec/key.js';
import { plainAnswer } from '../codec/thenable.js';
import { describe, sharedMapError } from '../errors.js';
import { NO } from '../wasm/codes.js';
import type { Sleepers } from '../wasm/sleepers.js';
import { trappedAt } from '../wasm/trap.js';
import { unwatch, watch } from './abort-signals.js';
import { inThisContext } from './async-context.js';
import { readWaitOptions, type WaitSettings, type WaitSignal } from './wait-options.js';

// Waiting for a key, or for its end: look, ask for a wake-up, look again, sleep. Why no wake-up is
// lost, src/kernel/wait.ts says.

const KEY = 0;

/** The longest delay that a timer takes, ms. */
const LONGEST_DELAY = 2 ** 31 - 1;

/** Where to sleep, and the wake word as it was before the last look. */
class Armed {
  readonly sleepers: Sleepers;
  readonly stripe: number;
  readonly seen: bigint;

  constructor(sleepers: Sleepers, stripe: number, seen: bigint) {
    this.sleepers = sleepers;
    this.stripe = stripe;
    this.seen = seen;
  }
}

/** Asks those who change the key for a wake-up. */
function arm(door: Door, argument: Argument): Armed {
  const { kernel } = door;
  const { exports } = kernel;
  let r: number;
  if (argument.exceeds(kernel.key)) {
    r = withLongKey(kernel, argument, (form) => exports.armKey(form, 0, 0));
  } else {
    argument.place(kernel, kernel.key, KEY, true);
    r = exports.armKey(argument.form, argument.length, argument.number);
  }
  if (r < NO) door.answer(r);
  return new Armed(kernel.sleepers, r, kernel.wakeWord[0] as bigint);
}

/** What the kernel throws, as the caller is to see it; what `until` throws is its own, and stands outside of this. */
function guarded<T>(
  call: (door: Door, argument: Argument) => T,
  door: Door,
  argument: Argument,
  key: unknown,
): T {
  try {
    return call(door, argument.copy);
  } catch (error) {
    throw trappedAt(error, key);
  }
}

const get = (door: Door, argument: Argument): unknown => getPlaced(door, argument, ABSENT);

/** What a look says of which the wait goes on. */
const NOT_YET: unique symbol = Symbol('not yet');

/** The value that is waited for; undefined for the end of a key; or NOT_YET. */
function look(door: Door, argument: Argument, { until, absent }: WaitSettings, key: unknown): unknown {
  if (absent) return guarded(hasPlaced, door, argument, key) ? NOT_YET : undefined;
  const value = guarded(get, door, argument, key);
  if (value === ABSENT) return NOT_YET;
  return until === undefined || plainAnswer('option until', until(value)) ? value : NOT_YET;
}

/** What is waited for, or where to sleep until the next attempt. Where it is so already, it costs what a get costs. */
function attempt(door: Door, argument: Argument, settings: WaitSettings, key: unknown): unknown {
  const first = look(door, argument, settings, key);
  if (first !== NOT_YET) return first;
  const armed = guarded(arm, door, argument, key);
  const second = look(door, argument, settings, key);
  return second === NOT_YET ? armed : second;
}

function timedOut(key: unknown, { timeout, absent }: WaitSettings): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_TIMEOUT',
    absent
      ? `${describe(key)} was still a key of the map after ${timeout} ms`
      : `nothing that was waited for came under ${describe(key)} within ${timeout} ms`,
  );
}

function threadEnded(key: unknown, { thread, absent }: WaitSettings): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_THREAD_ENDED',
    absent
      ? `thread ${thread} has ended, and ${describe(key)} is still a key of the map`
      : `thread ${thread} has ended, and nothing that was waited for is under ${describe(key)}`,
  );
}

function watchOver(door: Door, { thread }: WaitSettings): Deathwatch | undefined {
  return thread === undefined ? undefined : new Deathwatch(door, thread);
}

/** Blocks this thread. */
export function waitForSync(door: Door, key: unknown, options: unknown): unknown {
  const settings = readWaitOptions('waitForSync', ['until', 'absent', 'thread', 'timeout'], options);
  const argument = keyArgument(door.settings.key, key).own;
  const deadline = performance.now() + settings.timeout;
  const watch = watchOver(door, settings);
  for (;;) {
    // Before the look: what the thread did last is seen.
    const isOver = guarded(() => watch?.hasEnded === true, door, argument, key);
    const found = attempt(door, argument, settings, key);
    if (!(found instanceof Armed)) return found;
    if (isOver) throw threadEnded(key, settings);
    const left = deadline - performance.now();
    if (left <= 0) throw timedOut(key, settings);
    found.sleepers.block(found.stripe, found.seen, watch === undefined ? left : Math.min(left, LOOK));
  }
}

/** A wait that does not block its thread. It knows the map, not only its door: a map that nobody else knows must stay. */
class Wait {
  readonly #map: unknown;
  readonly #key: unknown;
  readonly #argument: Argument;
  readonly #settings: WaitSettings;
  readonly #deadline: number;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;
  #armed: Armed | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The next round, in the async context of who waits: another wait of this thread may begin it. */
  #wake: (() => void) | undefined;
  /** Of the thread that is to bring what is waited for. */
  #unwatch: (() => void) | undefined;
  #isOver = false;
  #ended = false;

  constructor(
    map: unknown,
    key: unknown,
    settings: WaitSettings,
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    this.#map = map;
    this.#key = key;
    this.#argument = keyArgument(doorOf(map).settings.key, key).own;
    this.#settings = settings;
    this.#deadline = performance.now() + settings.timeout;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  start(): void {
    const { signal } = this.#settings;
    if (signal?.aborted) {
      this.#reject(signal.reason);
      return;
    }
    const deathwatch = watchOver(doorOf(this.#map), this.#settings);
    this.#isOver = deathwatch?.hasEnded === true;
    if (signal !== undefined) watch(signal, this.#abort);
    this.#round();
    if (this.#ended) return;
    this.#watchTime();
    this.#unwatch = deathwatch?.listen(inThisContext(this.#threadEnds));
  }

  /** What the thread did last is still good: a look follows. */
  readonly #threadEnds = (): void => {
    this.#isOver = true;
    this.#round();
  };

  /** A round begins when the wake word was stepped, or the time is up: then what is there is still good. */
  readonly #round = (): void => {
    if (this.#ended) return;
    try {
      this.#disarm();
      const found = attempt(doorOf(this.#map), this.#argument, this.#settings, this.#key);
      if (this.#ended) return; // `until` has aborted it
      if (!(found instanceof Armed)) {
        this.#resolve(found);
        this.#end();
      } else if (this.#isOver) {
        throw threadEnded(this.#key, this.#settings);
      } else if (performance.now() >= this.#deadline) {
        throw timedOut(this.#key, this.#settings);
      } else {
        this.#wake ??= inThisContext(this.#round); // the first round runs while the caller does
        this.#armed = found;
        found.sleepers.add(found.stripe, found.seen, this.#wake);
      }
    } catch (error) {
      this.#reject(error);
      this.#end();
    }
  };

  readonly #abort = (): void => {
    this.#reject((this.#settings.signal as WaitSignal).reason);
    this.#end();
  };

  /** The timer also keeps the event loop alive, which a wait of the engine does not. */
  #watchTime(): void {
    const left = this.#deadline - performance.now();
    this.#timer = setTimeout(
      () => {
        if (performance.now() < this.#deadline) this.#watchTime();
        else this.#round();
      },
      Math.min(left, LONGEST_DELAY),
    );
  }

  #disarm(): void {
    if (this.#wake !== undefined) this.#armed?.sleepers.remove(this.#armed.stripe, this.#wake);
    this.#armed = undefined;
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#unwatch?.();
    this.#disarm();
    const { signal } = this.#settings;
    if (signal !== undefined) unwatch(signal, this.#abort);
  }
}

/** A promise for what `waitForSync` returns; rejects where that throws. */
export function waitFor(map: unknown, key: unknown, options: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settings = readWaitOptions('waitFor', ['until', 'absent', 'thread', 'timeout', 'signal'], options);
    new Wait(map, key, settings, resolve, reject).start();
  });
}
