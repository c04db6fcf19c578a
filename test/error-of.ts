import { SharedMapError } from 'threadmap';
import { expect } from 'vitest';

/** The error that a call throws, which must be one of the package's own. */
export function errorOf(call: () => unknown): SharedMapError {
  let error: unknown;
  try {
    call();
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(Error);
  expect(error).toBeInstanceOf(SharedMapError);
  return error as SharedMapError;
}

/** Its code, without the prefix that all share. */
export function codeOf(call: () => unknown): string {
  return errorOf(call).code.replace('ERR_SHARED_MAP_', '');
}
