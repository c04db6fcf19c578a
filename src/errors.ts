/** What went wrong, in a form that does not change from version to version. */
export type SharedMapErrorCode =
  | 'ERR_SHARED_MAP_OPTION'
  | 'ERR_SHARED_MAP_KEY_TYPE'
  | 'ERR_SHARED_MAP_VALUE_TYPE'
  | 'ERR_SHARED_MAP_CALLBACK'
  | 'ERR_SHARED_MAP_ITERABLE'
  | 'ERR_SHARED_MAP_VALUE_TOO_LARGE'
  | 'ERR_SHARED_MAP_FULL'
  | 'ERR_SHARED_MAP_HANDLE'
  | 'ERR_SHARED_MAP_VERSION'
  | 'ERR_SHARED_MAP_CODEC'
  | 'ERR_SHARED_MAP_THREADS'
  | 'ERR_SHARED_MAP_CURSOR'
  | 'ERR_SHARED_MAP_SNAPSHOT'
  | 'ERR_SHARED_MAP_TIMEOUT'
  | 'ERR_SHARED_MAP_BUSY'
  | 'ERR_SHARED_MAP_DECODE'
  | 'ERR_SHARED_MAP_ENCODE'
  | 'ERR_SHARED_MAP_WAIT'
  | 'ERR_SHARED_MAP_THREAD_ENDED'
  | 'ERR_SHARED_MAP_MEMORY'
  | 'ERR_SHARED_MAP_PLATFORM'
  | 'ERR_SHARED_MAP_CORRUPT';

const typeErrors: ReadonlySet<SharedMapErrorCode> = new Set<SharedMapErrorCode>([
  'ERR_SHARED_MAP_KEY_TYPE',
  'ERR_SHARED_MAP_VALUE_TYPE',
  'ERR_SHARED_MAP_CALLBACK',
  'ERR_SHARED_MAP_ITERABLE',
]);

/**
 * Every error that this package throws. The map is as it was before the call; in a call for many keys, before the
 * operation that failed.
 *
 * One whose `code` says that a key, a value, a function or an iterable is of the wrong type is `instanceof TypeError` as well.
 */
export class SharedMapError extends Error {
  /** What went wrong; messages may change, codes do not. */
  readonly code: SharedMapErrorCode;
  /**
   * Of a call for many keys: how many of them were done before the one that failed. Of `retain` and
   * `replaceAll` that met values which could not be decoded: how many entries they have changed.
   */
  declare readonly done?: number;
  /**
   * Of ERR_SHARED_MAP_DECODE: the key whose value could not be decoded. There is no such property
   * where the key itself could not (a bigint longer than this engine's).
   */
  declare readonly key?: unknown;

  /** @internal */
  constructor(code: SharedMapErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = 'SharedMapError';
    brand(this);
  }
}

/** The same symbol in all copies of this package and in all realms. */
const errorBrand = Symbol.for('threadmap.error');

function brand(error: object): void {
  Object.defineProperty(error, errorBrand, { value: true });
}

function isBranded(value: unknown): boolean {
  return typeof value === 'object' && value !== null && errorBrand in value;
}

const ordinary = Function.prototype[Symbol.hasInstance] as (this: unknown, value: unknown) => boolean;

// By the brand: an error that is a TypeError (JavaScript has no second base class), and one of
// another copy of this package or of another realm, is a SharedMapError as well. A subclass asks as
// classes do.
Object.defineProperty(SharedMapError, Symbol.hasInstance, {
  value(value: unknown): boolean {
    return Reflect.apply(ordinary, this, [value]) || (this === SharedMapError && isBranded(value));
  },
});

/** Makes the error for a code. `cause` is kept where there is one. */
export function sharedMapError(code: SharedMapErrorCode, message: string, cause?: unknown): SharedMapError {
  const options = cause === undefined ? undefined : { cause };
  return typeErrors.has(code)
    ? typeError(code, message, options)
    : new SharedMapError(code, message, options);
}

/**
 * An error that a call for many keys ends with: it says how many were done. What is no error of this
 * package stays as it is.
 */
export function afterSome(error: unknown, done: number): unknown {
  if (!(error instanceof SharedMapError)) return error;
  Object.defineProperty(error, 'done', { value: done, configurable: true });
  if (done > 0)
    tellDone(error, `this call has done ${done} of its keys (error.done), repeat it for the others`);
  return error;
}

/** The same for a walk through the map, whose repetition finds what is left to do. */
export function afterChanges(error: unknown, changed: number): unknown {
  if (changed > 0 && error instanceof SharedMapError)
    tellDone(error, `this call has changed ${changed} entries, which stay so; repeat it for the others`);
  return error;
}

/** Has a value, or a key, been found whole that this thread cannot read? */
export function isUndecodable(error: unknown): error is SharedMapError {
  return error instanceof SharedMapError && error.code === 'ERR_SHARED_MAP_DECODE';
}

/** Says whose value it is. */
export function ofKey(error: SharedMapError, key: unknown): SharedMapError {
  return Object.defineProperty(error, 'key', { value: key, configurable: true });
}

/**
 * The error of a walk that has done all entries but `count`, which could not be decoded: that of
 * the first. `changed` is for a walk that changes entries.
 */
export function afterAll(first: SharedMapError, count: number, changed?: number): SharedMapError {
  const all = `This call has met ${count} such ${count === 1 ? 'entry' : 'entries'}, and has done all others`;
  const message = `${first.message}. ${all}${changed === undefined ? '' : `: ${changed} were changed`}`;
  const error = sharedMapError(first.code, message, first.cause);
  if (Object.hasOwn(first, 'key')) ofKey(error, first.key);
  if (changed !== undefined) afterSome(error, changed);
  return error;
}

function tellDone(error: SharedMapError, what: string): void {
  if (error.code !== 'ERR_SHARED_MAP_BUSY') return;
  error.message = error.message.replace(UNCHANGED, what);
  if (error.stack !== undefined) error.stack = error.stack.replace(UNCHANGED, what);
}

/** The error for a wrong type: a plain TypeError as `Map` throws it, with a `code`, and a yes to `instanceof SharedMapError`. */
function typeError(code: SharedMapErrorCode, message: string, options?: ErrorOptions): SharedMapError {
  const error = Object.assign(new TypeError(message, options), { code, name: 'SharedMapError' });
  brand(error);
  return error as unknown as SharedMapError;
}

/** Longer bigints are not written out. */
const LONG = 2n ** 72n;

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
    case 'bigint':
      return value >= -LONG && value <= LONG ? `bigint ${value}` : 'a bigint of more than 72 bits';
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

/** Throws ERR_SHARED_MAP_CALLBACK unless `callback` can be called. */
export function checkCallback(method: string, callback: unknown): void {
  if (typeof callback !== 'function')
    throw sharedMapError('ERR_SHARED_MAP_CALLBACK', `${method} takes a function, not ${describe(callback)}`);
}

export function full(): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_FULL',
    'the map is full: delete entries, or make it with a larger maxBytes',
  );
}

/** What BUSY says of the map, where the call is for one key. */
const UNCHANGED = 'this call has changed nothing, repeat it';

/** The error of a call that another thread has kept from its work for `turns` turns of `ms` each. */
export function busy(turns: number, ms: number): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_BUSY',
    `another thread holds a part of the map, and did not go on in ${turns} waits of ${ms} ms: ${UNCHANGED}. If that does not help, see whether a debugger has stopped a thread; check() tells of damage`,
  );
}

/** The memory is damaged: a structure that cannot be. What is whole and of no use to a caller has codes of its own. */
export function corrupt(what: string, cause?: unknown): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_CORRUPT',
    `the map's memory is damaged (${what}): make a new one`,
    cause,
  );
}
