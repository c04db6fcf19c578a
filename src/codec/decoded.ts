import { types } from 'node:util';
import { corrupt, sharedMapError } from '../errors.js';
import { textBigint } from './argument.js';

// What can go wrong when stored bytes become a value. The bytes are whole: versions have said so.

/**
 * What engines say when stack or memory end. By no regular expression: to compile one where little
 * stack is left ends the process on Node 20 and 22.
 */
const ENDS = ['call stack', 'llocation failed', 'ut of memory'];

/** Stack or memory of this thread are at their end. That says nothing of a value, so it passes as it is. */
export function isExhaustion(error: unknown): boolean {
  if (!types.isNativeError(error) || error.name !== 'RangeError') return false;
  const { message } = error;
  for (const end of ENDS) if (message.includes(end)) return true;
  return false;
}

/**
 * The error for a value that is there and that this thread cannot make of its bytes. `how` names the
 * decoder, `what` what it met.
 */
export function undecodable(how: string, cause: unknown, what = ''): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_DECODE',
    `${how} could not decode a value${what}: it is stored whole, and the cause says why this thread cannot read it. keys() and has() still show its key; delete it or set it anew`,
    cause,
  );
}

/** Throws ERR_SHARED_MAP_DECODE for what `decode` throws, unless stack or memory have ended. */
export function decoded<T>(how: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    throw isExhaustion(cause) ? cause : undecodable(how, cause);
  }
}

/** The error for a key that is there and that this thread cannot make of its bytes. */
function undecodableKey(cause: unknown): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_DECODE',
    'BigInt could not decode a key: it is stored whole, and the cause says why this thread cannot ' +
      'read it. A thread of an engine with longer bigints can, and can delete it',
    cause,
  );
}

/**
 * A bigint of its digits. This library wrote them: other ones are damage; too many are more than an
 * engine takes, and `refused` makes the error of that.
 */
function bigintOf(text: string, refused: (cause: unknown) => Error): bigint {
  try {
    return textBigint(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) throw corrupt('a bigint has other digits', cause);
    throw isExhaustion(cause) ? cause : refused(cause);
  }
}

export const decodedBigint = (text: string) => bigintOf(text, (cause) => undecodable('BigInt', cause));

export const decodedBigintKey = (text: string) => bigintOf(text, undecodableKey);
