import { describe, sharedMapError } from '../errors.js';

/** What `detach` takes. */
export interface DetachOptions {
  /**
   * Lets go at once, whatever uses of the map there still are in this thread. Default false: ends
   * one use.
   */
  readonly all?: boolean | undefined;
}

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message, cause);
}

/** Is everything to be let go of? Throws ERR_SHARED_MAP_OPTION. */
export function readAll(options: unknown): boolean {
  if (options === undefined) return false;
  if (typeof options !== 'object' || options === null)
    wrong(`detach takes { all: true } or nothing, not ${describe(options)}`);
  let names: string[];
  let all: unknown;
  try {
    names = Object.keys(options);
    ({ all } = options as { all?: unknown });
  } catch (cause) {
    wrong('the options of detach cannot be read', cause);
  }
  const unknown = names.find((name) => name !== 'all');
  if (unknown !== undefined) wrong(`detach has no option '${unknown}': use all`);
  if (all !== undefined && typeof all !== 'boolean')
    wrong(`option all of detach must be true or false, not ${describe(all)}`);
  return all === true;
}

/** A detach that nobody's attach belongs to. */
export function detachedTooOften(): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_HANDLE',
    'detach() was called more often than this thread has attached the map: each new, attach, fromSnapshot and load is one use, which one detach() ends',
  );
}
