import { corrupt, isUndecodable, ofKey } from '../errors.js';
import { isTrap } from './brands.js';

/**
 * What a call threw, as its caller is to see it. A trap of the kernel means that the memory is damaged: it was led out of
 * it, or found what cannot be (`damaged` in the kernel's status.ts). Entering a `try` costs nothing, so it may stand
 * around the shortest paths.
 */
export function trapped(error: unknown): unknown {
  return isTrap(error) ? corrupt('the kernel found what cannot be', error) : error;
}

/** The same of a call for one key: an error that a value cannot be decoded names the key. */
export function trappedAt(error: unknown, key: unknown): unknown {
  return isUndecodable(error) ? ofKey(error, key) : trapped(error);
}
