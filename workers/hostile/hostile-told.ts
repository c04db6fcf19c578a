import { SharedMapError } from 'threadmap';

/** Is this what a map may throw: an error of the library's own, with a code? */
export function isTold(error: unknown): error is SharedMapError {
  return (
    error instanceof Error &&
    error instanceof SharedMapError &&
    /^ERR_SHARED_MAP_[A-Z_]+$/.test(error.code) &&
    error.message.length > 0
  );
}
