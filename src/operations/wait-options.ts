import { describe, sharedMapError } from '../errors.js';

/** How long to wait, and for what. */
export interface WaitSyncOptions<V> {
  /**
   * Tells of a value whether it is the one; without it the first value is. Called with nothing held, once or more for a
   * value; may call any operation of the map. What it throws ends the wait.
   */
  readonly until?: ((value: V) => boolean) | undefined;
  /** Milliseconds, 0 or more; 0 looks once. Default: no limit. */
  readonly timeout?: number | undefined;
}

export interface WaitOptions<V> extends WaitSyncOptions<V> {
  /** Gives the wait up: it rejects with the signal's reason. */
  readonly signal?: WaitSignal | undefined;
}

/** What is needed of an AbortSignal. */
export interface WaitSignal {
  /** Has it been given up already? */
  readonly aborted: boolean;
  /** What the wait rejects with. */
  readonly reason: unknown;
  /** Called once, when the wait begins. */
  addEventListener(type: 'abort', listener: () => void): void;
  /** Called once, when the wait ends. */
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What a wait is told, checked. */
export interface WaitSettings {
  readonly until: ((value: unknown) => unknown) | undefined;
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
      const { until, timeout, signal } = options as Record<string, unknown>;
      return { names: Object.keys(options), fields: { until, timeout, signal } };
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
  const { until, timeout = Number.POSITIVE_INFINITY, signal } = fields;
  if (until !== undefined && typeof until !== 'function')
    wrong(`option until must be a function of a value, not ${describe(until)}`);
  if (typeof timeout !== 'number' || !(timeout >= 0))
    wrong(`option timeout must be a number of milliseconds, 0 or more, not ${describe(timeout)}`);
  if (signal !== undefined && !isSignal(signal))
    wrong(`option signal must be an AbortSignal, not ${describe(signal)}`);
  return { until: until as WaitSettings['until'], timeout, signal };
}
