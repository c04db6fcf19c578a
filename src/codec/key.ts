import { describe, sharedMapError } from '../errors.js';
import type { KeyKind } from '../options.js';
import { type Argument, primitiveArgument } from './argument.js';

/** String keys up to this length go to the kernel without an Argument. */
export const SHORT_KEY = 1024;

function wrongKey(kind: KeyKind, key: unknown): Error {
  const wanted = kind === 'any' ? 'a string, number, bigint, boolean, null or undefined' : `a ${kind}`;
  return sharedMapError(
    'ERR_SHARED_MAP_KEY_TYPE',
    `this map's keys are of kind '${kind}': ${wanted}, not ${describe(key)}`,
  );
}

/** A key as the kernel takes it. Throws ERR_SHARED_MAP_KEY_TYPE. */
export function keyArgument(kind: KeyKind, key: unknown): Argument {
  const argument = kind === 'any' || typeof key === kind ? primitiveArgument(key) : undefined;
  if (argument === undefined) throw wrongKey(kind, key);
  return argument;
}
