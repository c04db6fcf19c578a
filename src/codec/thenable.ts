import { types } from 'node:util';
import { sharedMapError } from '../errors.js';

// Functions that answer with a promise where the answer itself is needed. A promise is truthy, is
// no value of any map, and its JSON is {}: taken for the answer it would delete, keep or store what
// nobody meant.

/** Is it a promise, or an object that `await` takes for one? */
export function isThenable(value: unknown): value is object {
  if ((typeof value !== 'object' || value === null) && typeof value !== 'function') return false;
  try {
    return typeof (value as { then?: unknown }).then === 'function';
  } catch {
    return false; // whoever needs more of it hears of its getter
  }
}

/** Nobody will await a promise that was refused: a rejection of it is no reason to end the process. */
export function forsake(value: unknown): void {
  if (!types.isPromise(value)) return; // what is only like one may begin its work when it is asked
  try {
    Promise.prototype.then.call(value, undefined, () => {});
  } catch {}
}

/** Returns what `who` has answered. Throws ERR_SHARED_MAP_CALLBACK when it is thenable. */
export function plainAnswer<T>(who: string, answer: T): T {
  if (!isThenable(answer)) return answer;
  forsake(answer);
  throw sharedMapError(
    'ERR_SHARED_MAP_CALLBACK',
    `${who} returned a promise, and its answer is needed at once: await first, then call with a plain function`,
  );
}
