import { describe, sharedMapError } from '../errors.js';
import type { Codec } from '../settings/kinds.js';
import { codecOf } from '../settings/options.js';

/** How far `save` or `load` has come. */
export interface SnapshotProgress {
  /** Entries written or read so far. */
  readonly entries: number;
  /** Bytes of the snapshot written or read so far. */
  readonly bytes: number;
  /** Entries that the map had when the snapshot was begun: an estimate of the end. */
  readonly expected: number;
}

/** What `save` takes. */
export interface SaveOptions {
  /** Ends it: the promise rejects with the signal's reason, and nothing is left behind. */
  readonly signal?: AbortSignal | undefined;
  /** Called after each part of some 256 KiB; may call any operation. What it throws, `save` rejects with. */
  readonly onProgress?: ((progress: SnapshotProgress) => void) | undefined;
}

/** What `SharedMap.fromSnapshot` takes. */
export interface FromSnapshotOptions<V = unknown> {
  /** The codec, for a map that has one: of the name that it had. */
  readonly value?: Codec<V> | undefined;
  /** As for a new map. Default: what the map had. */
  readonly maxBytes?: number | undefined;
  /** As for a new map. Default: what the entries need. */
  readonly capacity?: number | undefined;
}

/** What `SharedMap.load` takes. */
export interface LoadOptions<V = unknown> extends FromSnapshotOptions<V>, SaveOptions {}

/** Options after reading: what a caller wrote, read once, of the right types. */
export interface RestoreOptions extends SaveOptions {
  readonly codec: Codec<unknown> | undefined;
  readonly maxBytes: number | undefined;
  readonly capacity: number | undefined;
}

const SAVE = ['signal', 'onProgress'] as const;
const RESTORE = ['value', 'maxBytes', 'capacity'] as const;

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message, cause);
}

/** The fields of an object of options, read once: getters may throw, or say something else the second time. */
function readFields(method: string, options: unknown, known: readonly string[]): Record<string, unknown> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null)
    wrong(`${method} takes an object of options, not ${describe(options)}`);
  let names: string[];
  let fields: Record<string, unknown>;
  try {
    names = Object.keys(options);
    fields = Object.fromEntries(known.map((name) => [name, (options as Record<string, unknown>)[name]]));
  } catch (cause) {
    wrong(`the options of ${method} cannot be read`, cause);
  }
  for (const name of names) {
    if (!known.includes(name)) wrong(`${method} has no option '${name}': use ${known.join(', ')}`);
  }
  return fields;
}

/** An AbortSignal of any realm, told by what is needed of it. Throws ERR_SHARED_MAP_OPTION. */
function isSignal(value: unknown): value is AbortSignal {
  if (typeof value !== 'object' || value === null) return false;
  try {
    return typeof (value as Partial<AbortSignal>).aborted === 'boolean' && 'reason' in value;
  } catch (cause) {
    wrong('option signal cannot be read', cause);
  }
}

/** Throws the reason of a signal that was given, when that has been aborted. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw signal.reason;
}

function saveFields({ signal, onProgress }: Record<string, unknown>): SaveOptions {
  if (signal !== undefined && !isSignal(signal))
    wrong(`option signal must be an AbortSignal, not ${describe(signal)}`);
  if (onProgress !== undefined && typeof onProgress !== 'function')
    wrong(`option onProgress must be a function, not ${describe(onProgress)}`);
  return { signal, onProgress: onProgress as SaveOptions['onProgress'] };
}

function restoreFields(fields: Record<string, unknown>): Omit<RestoreOptions, keyof SaveOptions> {
  const { value, maxBytes, capacity } = fields;
  let codec: Codec<unknown> | undefined;
  try {
    codec = codecOf(value);
  } catch (cause) {
    wrong('option value cannot be read', cause);
  }
  if (value !== undefined && codec === undefined)
    wrong(
      `option value must be a codec { name, encode, decode }, not ${describe(value)}: kinds are in the snapshot`,
    );
  // Numbers are checked with the map's other options.
  return { codec, maxBytes: maxBytes as number | undefined, capacity: capacity as number | undefined };
}

/** Throws ERR_SHARED_MAP_OPTION, as the two below. */
export function readSaveOptions(options: unknown): SaveOptions {
  return saveFields(readFields('save', options, SAVE));
}

export function readFromSnapshotOptions(options: unknown): RestoreOptions {
  return restoreFields(readFields('fromSnapshot', options, RESTORE));
}

export function readLoadOptions(options: unknown): RestoreOptions {
  const fields = readFields('load', options, [...RESTORE, ...SAVE]);
  return { ...restoreFields(fields), ...saveFields(fields) };
}
