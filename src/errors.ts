/** What went wrong, in a form that does not change from version to version. */
export type SharedMapErrorCode =
  | 'ERR_SHARED_MAP_OPTION'
  | 'ERR_SHARED_MAP_KEY_TYPE'
  | 'ERR_SHARED_MAP_VALUE_TYPE'
  | 'ERR_SHARED_MAP_VALUE_TOO_LARGE'
  | 'ERR_SHARED_MAP_FULL'
  | 'ERR_SHARED_MAP_HANDLE'
  | 'ERR_SHARED_MAP_VERSION'
  | 'ERR_SHARED_MAP_CODEC'
  | 'ERR_SHARED_MAP_THREADS'
  | 'ERR_SHARED_MAP_CURSOR'
  | 'ERR_SHARED_MAP_CORRUPT';

const typeErrors: ReadonlySet<SharedMapErrorCode> = new Set<SharedMapErrorCode>([
  'ERR_SHARED_MAP_KEY_TYPE',
  'ERR_SHARED_MAP_VALUE_TYPE',
]);

/**
 * Every error that this package throws. The map is as it was before the call; in a call for many keys, before the
 * operation that failed.
 *
 * One whose `code` says that a key or a value is of the wrong type is `instanceof TypeError` as well.
 */
export class SharedMapError extends Error {
  readonly code: SharedMapErrorCode;
  /** Of a call for many keys: how many of them were done before the one that failed. */
  declare readonly done?: number;

  constructor(code: SharedMapErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = 'SharedMapError';
  }

  /** A wrong key or value is a TypeError too: JavaScript has no second base class, so `instanceof` asks here. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return Function.prototype[Symbol.hasInstance].call(SharedMapError, value) || isMarked(value);
  }
}

const mark = Symbol.for('threadmap.error');

/** The error for a wrong type: a real TypeError, with the same `code` and the same answer to `instanceof SharedMapError`. */
class SharedMapTypeError extends TypeError {
  readonly code: SharedMapErrorCode;
  declare readonly done?: number;

  constructor(code: SharedMapErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = 'SharedMapError';
    Object.defineProperty(this, mark, { value: true });
  }
}

function isMarked(value: unknown): boolean {
  return typeof value === 'object' && value !== null && mark in value;
}

/** Makes the error for a code. `cause` is kept where there is one. */
export function sharedMapError(code: SharedMapErrorCode, message: string, cause?: unknown): SharedMapError {
  const options = cause === undefined ? undefined : { cause };
  if (typeErrors.has(code))
    return new SharedMapTypeError(code, message, options) as unknown as SharedMapError;
  return new SharedMapError(code, message, options);
}

/** An error that a call for many keys ends with: it says how many were done. What is no error of this package stays as it is. */
export function afterSome(error: unknown, done: number): unknown {
  if (error instanceof SharedMapError)
    Object.defineProperty(error, 'done', { value: done, configurable: true });
  return error;
}

/** How a value is called in a message: short, and whatever it is, none of its code runs that could throw. */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return `the string ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case 'number':
    case 'boolean':
      return `${typeof value} ${value}`;
    case 'object':
      return value === null ? 'null' : `an object (${className(value)})`;
    case 'undefined':
      return 'undefined';
    default:
      return `a ${typeof value}`;
  }
}

function className(value: object): string {
  try {
    return Object.prototype.toString.call(value).slice(8, -1).slice(0, 40);
  } catch {
    return 'Object';
  }
}
