import { withLongKey } from '../access/long-key.js';
import { ABSENT, getPlaced } from '../access/reading.js';
import type { Door } from '../attach/door.js';
import { doorOf } from '../attach/door-of.js';
import type { Argument } from '../codec/argument.js';
import { keyArgument } from '../codec/key.js';
import { describe, sharedMapError } from '../errors.js';
import { NO } from '../wasm/codes.js';
import type { Sleepers } from '../wasm/sleepers.js';
import { trapped } from '../wasm/trap.js';
import { readWaitOptions, type WaitSettings, type WaitSignal } from './wait-options.js';

// Waiting for a key: look, ask for a wake-up, look again, sleep. Why no wake-up is lost, src/kernel/wait.ts says.

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
function guarded<T>(call: (door: Door, argument: Argument) => T, door: Door, key: Argument): T {
  try {
    return call(door, key.copy);
  } catch (error) {
    throw trapped(error);
  }
}

const get = (door: Door, argument: Argument): unknown => getPlaced(door, argument, ABSENT);

/** The value that is waited for, or ABSENT. */
function look(door: Door, key: Argument, until: WaitSettings['until']): unknown {
  const value = guarded(get, door, key);
  return value === ABSENT || until === undefined || until(value) ? value : ABSENT;
}

/** The value that is waited for, or where to sleep until the next attempt. Where the value is there, it costs what a get costs. */
function attempt(door: Door, key: Argument, until: WaitSettings['until']): unknown {
  const first = look(door, key, until);
  if (first !== ABSENT) return first;
  const armed = guarded(arm, door, key);
  const second = look(door, key, until);
  return second === ABSENT ? armed : second;
}

function timedOut(key: unknown, timeout: number): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_TIMEOUT',
    `nothing that was waited for came under ${describe(key)} within ${timeout} ms`,
  );
}

/** Blocks this thread. */
export function waitForSync(door: Door, key: unknown, options: unknown): unknown {
  const { until, timeout } = readWaitOptions('waitForSync', ['until', 'timeout'], options);
  const argument = keyArgument(door.settings.key, key).own;
  const deadline = performance.now() + timeout;
  for (;;) {
    const found = attempt(door, argument, until);
    if (!(found instanceof Armed)) return found;
    const left = deadline - performance.now();
    if (left <= 0) throw timedOut(key, timeout);
    found.sleepers.block(found.stripe, found.seen, left);
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
    signal?.addEventListener('abort', this.#abort);
    this.#round();
    if (!this.#ended) this.#watchTime();
  }

  /** A round begins when the wake word was stepped, or the time is up: then what is there is still good. */
  readonly #round = (): void => {
    if (this.#ended) return;
    const { until, timeout } = this.#settings;
    try {
      this.#disarm();
      const found = attempt(doorOf(this.#map), this.#argument, until);
      if (this.#ended) return; // `until` has aborted it
      if (!(found instanceof Armed)) {
        this.#resolve(found);
        this.#end();
      } else if (performance.now() >= this.#deadline) {
        throw timedOut(this.#key, timeout);
      } else {
        this.#armed = found;
        found.sleepers.add(found.stripe, found.seen, this.#round);
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
    this.#armed?.sleepers.remove(this.#armed.stripe, this.#round);
    this.#armed = undefined;
  }

  #end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#disarm();
    this.#settings.signal?.removeEventListener('abort', this.#abort);
  }
}

/** A promise for what `waitForSync` returns; rejects where that throws. */
export function waitFor(map: unknown, key: unknown, options: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const settings = readWaitOptions('waitFor', ['until', 'timeout', 'signal'], options);
    new Wait(map, key, settings, resolve, reject).start();
  });
}
