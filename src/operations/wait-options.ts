import { describe, sharedMapError } from '../errors.js';

/** How long to wait. */
interface WaitLimit {
  /**
   * Id, of node:worker_threads, of the thread that is to bring what is waited for. When it has
   * ended, and what it did last is not enough, the wait ends within a second with
   * ERR_SHARED_MAP_THREAD_ENDED. It counts as ended when it was attached to this map while it ended,
   * or is a Worker of this thread, or one that its creator has told of (docs/threads.md).
   */
  readonly thread?: number | undefined;
  /** Milliseconds, 0 or more; 0 looks once. Default: no limit. */
  readonly timeout?: number | undefined;
}

/** What gives a wait up that does not block its thread. */
interface WaitAbort {
  /** Gives the wait up: it rejects with the signal's reason. */
  readonly signal?: WaitSignal | undefined;
}

/** How long to wait, and for what value. */
export interface WaitSyncOptions<V> extends WaitLimit {
  /** Waits for a value. */
  readonly absent?: false | undefined;
  /**
   * Tells of a value whether it is the one; without it the first value is. Called with nothing
   * held, once or more for a value, in the async context of who waits; may call any operation of
   * the map. What it throws ends the wait, and so does a promise, with ERR_SHARED_MAP_CALLBACK.
   */
  readonly until?: ((value: V) => boolean) | undefined;
}

export interface WaitOptions<V> extends WaitSyncOptions<V>, WaitAbort {}

/** How long to wait for a key to go away. */
export interface AbsenceSyncOptions extends WaitLimit {
  /** Waits until the key is not in the map. No value is decoded; `until` cannot be given with it. */
  readonly absent: true;
  /** Of a wait for a value. */
  readonly until?: undefined;
}

export interface AbsenceOptions extends AbsenceSyncOptions, WaitAbort {}

/** What is needed of an AbortSignal. */
export interface WaitSignal {
  /** Has it been given up already? */
  readonly aborted: boolean;
  /** What the wait rejects with. */
  readonly reason: unknown;
  /** Called once for all waits that it has at a time, when the first of them begins. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Called once for all of them, when the last has ended. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a wait is told, checked. */
export interface WaitSettings {
  readonly until: ((value: unknown) => unknown) | undefined;
  /** Is it the key's end that is waited for? */
  readonly absent: boolean;
  /** The thread without which nothing is waited for. */
  readonly thread: number | undefined;
  /** ms, Infinity when there is no limit. */
  readonly timeout: number;
  readonly signal: WaitSignal | undefined;
}

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message, cause);
}

/** Reads each option once: getters may throw, or say something else the second time. */
function readGiven(method: string, options: unknown): { names: string[]; fields: Record<string, unknown> } {
  if (options === undefined) return { names: [], fields: {} };
  try {
    if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
      const { until, absent, thread, timeout, signal } = options as Record<string, unknown>;
      return { names: Object.keys(options), fields: { until, absent, thread, timeout, signal } };
    }
  } catch (cause) {
    wrong(`the options of ${method} cannot be read`, cause);
  }
  wrong(`${method} takes an object of options, not ${describe(options)}`);
}

function isSignal(value: unknown): value is WaitSignal {
  if (typeof value !== 'object' || value === null) return false;
  const { aborted, addEventListener, removeEventListener } = value as Record<string, unknown>;
  return (
    typeof aborted === 'boolean' &&
    typeof addEventListener === 'function' &&
    typeof removeEventListener === 'function'
  );
}

/** The options of `method`, of which these are known. Throws ERR_SHARED_MAP_OPTION. */
export function readWaitOptions(method: string, known: readonly string[], options: unknown): WaitSettings {
  const { names, fields } = readGiven(method, options);
  for (const name of names) {
    if (!known.includes(name)) wrong(`${method} has no option '${name}': use ${known.join(', ')}`);
  }
  const { until, absent = false, thread, timeout = Number.POSITIVE_INFINITY, signal } = fields;
  if (until !== undefined && typeof until !== 'function')
    wrong(`option until must be a function of a value, not ${describe(until)}`);
  if (typeof absent !== 'boolean') wrong(`option absent must be true or false, not ${describe(absent)}`);
  if (absent && until !== undefined)
    wrong(`${method} takes until or absent: where the key is absent there is no value to ask until of`);
  if (thread !== undefined && !(Number.isInteger(thread) && (thread as number) >= 0))
    wrong(`option thread must be the id of a thread, not ${describe(thread)}`);
  if (typeof timeout !== 'number' || !(timeout >= 0))
    wrong(`option timeout must be a number of milliseconds, 0 or more, not ${describe(timeout)}`);
  if (signal !== undefined && !isSignal(signal))
    wrong(`option signal must be an AbortSignal, not ${describe(signal)}`);
  return {
    until: until as WaitSettings['until'],
    absent,
    thread: thread as number | undefined,
    timeout,
    signal,
  };
}
