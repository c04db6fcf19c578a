// The ways in which a thread of a kill storm may end, and what Node must tell of each: whatever else it tells is a
// violation.

import { inspect } from 'node:util';

/** What ends the thread. */
export type How = 'terminate' | 'exit' | 'error' | 'rejection' | 'heap' | 'stack' | 'return';

/** Where it is at that moment. */
export type Where =
  | 'anywhere'
  | 'before attach'
  | 'while attaching'
  | 'after detach'
  | 'in encode'
  | 'in decode'
  | 'in an iteration';

export interface End {
  readonly how: How;
  readonly where: Where;
  /** How often, beside the others. */
  readonly weight: number;
}

export const ENDS: readonly End[] = [
  { how: 'terminate', where: 'anywhere', weight: 60 },
  { how: 'terminate', where: 'before attach', weight: 3 },
  { how: 'terminate', where: 'while attaching', weight: 6 },
  { how: 'terminate', where: 'after detach', weight: 3 },
  { how: 'terminate', where: 'in encode', weight: 3 },
  { how: 'terminate', where: 'in decode', weight: 3 },
  { how: 'terminate', where: 'in an iteration', weight: 3 },
  { how: 'exit', where: 'anywhere', weight: 5 },
  { how: 'exit', where: 'before attach', weight: 2 },
  { how: 'exit', where: 'after detach', weight: 2 },
  { how: 'exit', where: 'in encode', weight: 3 },
  { how: 'exit', where: 'in decode', weight: 3 },
  { how: 'exit', where: 'in an iteration', weight: 3 },
  { how: 'error', where: 'anywhere', weight: 5 },
  { how: 'error', where: 'before attach', weight: 2 },
  { how: 'error', where: 'after detach', weight: 2 },
  { how: 'error', where: 'in encode', weight: 4 },
  { how: 'error', where: 'in decode', weight: 4 },
  { how: 'error', where: 'in an iteration', weight: 4 },
  { how: 'rejection', where: 'anywhere', weight: 4 },
  { how: 'heap', where: 'anywhere', weight: 5 },
  { how: 'stack', where: 'anywhere', weight: 4 },
  { how: 'return', where: 'anywhere', weight: 3 },
  { how: 'return', where: 'after detach', weight: 1 },
];

export function nameOf(end: End): string {
  return end.where === 'anywhere' ? end.how : `${end.how} ${end.where}`;
}

/** What the storm's own errors say. */
export const INTENDED = 'thrown on purpose';
export const EXIT_CODE = 7;

/** The error that ended a thread, as the thread that made it sees it. */
export interface ThreadError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly cause?: unknown;
}

/** Did the stack run out here, or in user code that the map called? */
export function isExhausted(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { name, message, cause } = error as ThreadError;
  return (name === 'RangeError' && String(message).includes('call stack')) || isExhausted(cause);
}

function isIntended(error: ThreadError, where: Where): boolean {
  if (where !== 'in encode' && where !== 'in decode') return error.message === INTENDED;
  const verb = where === 'in encode' ? 'encode' : 'decode';
  return (
    error.code === `ERR_SHARED_MAP_${verb.toUpperCase()}` &&
    String(error.message).includes(`could not ${verb}`) &&
    (error.cause as ThreadError | undefined)?.message === INTENDED
  );
}

const codes: Record<How, number> = {
  terminate: 1,
  exit: EXIT_CODE,
  error: 1,
  rejection: 1,
  heap: 1,
  stack: 1,
  return: 0,
};

/** What is wrong with the way a thread has ended, or undefined. */
export function problemOf(
  { how, where }: Pick<End, 'how' | 'where'>,
  error: ThreadError | undefined,
  code: number,
  started = true,
): string | undefined {
  const meant = `meant to end by ${how} ${where}`;
  if (error !== undefined) {
    const fits =
      how === 'error' || how === 'rejection'
        ? isIntended(error, where)
        : how === 'heap'
          ? error.code === 'ERR_WORKER_OUT_OF_MEMORY'
          : how === 'stack' && isExhausted(error);
    if (!fits) return `a thread that was ${meant} failed: ${inspect(error)}`;
  } else if (how === 'error' || how === 'rejection' || how === 'heap' || how === 'stack') {
    return `a thread that was ${meant} ended without an error, with code ${code}`;
  }
  // One that is terminated before its first line ends with 0.
  if (how === 'terminate' && !started && code === 0) return undefined;
  return code === codes[how] ? undefined : `a thread that was ${meant} ended with code ${code}`;
}
