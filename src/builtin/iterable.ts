import { forsake, isThenable } from '../codec/thenable.js';
import { describe, sharedMapError } from '../errors.js';

/** What a constructor of this package is given: what to begin with, and options. */
export interface Given {
  /** Walks what the map or set begins with; undefined: it begins empty. */
  readonly items: Iterable<unknown> | undefined;
  readonly options: unknown;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}

function noIterable(what: string, value: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_ITERABLE', `${what}, not ${describe(value)}`);
}

const ARRAY_STEPS = Array.prototype[Symbol.iterator] as unknown;

/**
 * An iterator, each of whose steps is looked at: that of an async one is a promise, which never is
 * the last. Throws ERR_SHARED_MAP_ITERABLE at the first.
 */
function syncSteps(given: object, what: string): Iterator<unknown> {
  const { next } = given as { next: () => IteratorResult<unknown> };
  return {
    next() {
      const step = Reflect.apply(next, given, []);
      if (!isThenable(step)) return step;
      forsake(step);
      noIterable(what, step);
    },
    return() {
      const end = (given as Partial<Iterator<unknown>>).return;
      return end === undefined || end === null
        ? { done: true, value: undefined }
        : (Reflect.apply(end, given, []) as IteratorResult<unknown>);
    },
  };
}

/**
 * The iterable that a value is, asked for its iterator once, when the walk begins. Throws ERR_SHARED_MAP_ITERABLE for one
 * that is none, with a message that begins with `what`.
 */
export function iterableOf(value: unknown, what: string): Iterable<unknown> {
  if (value === undefined || value === null) noIterable(what, value);
  const iterator = (value as { [Symbol.iterator]?: unknown })[Symbol.iterator];
  if (typeof iterator !== 'function') noIterable(what, value);
  return {
    [Symbol.iterator]: () => {
      const steps = Reflect.apply(iterator, value, []);
      return iterator === ARRAY_STEPS || !isObject(steps) ? steps : syncSteps(steps, what);
    },
  };
}

/** Is it an object of options, and nothing that is to be iterated? */
function isOptions(first: unknown): boolean {
  if (typeof first !== 'object' || first === null) return false;
  try {
    return !(Symbol.iterator in first);
  } catch (cause) {
    throw sharedMapError('ERR_SHARED_MAP_OPTION', 'the options cannot be read', cause);
  }
}

/** `(items, options)`, `(options)` or `()`: options are an object that is not iterable. Throws ERR_SHARED_MAP_ITERABLE, _OPTION. */
export function readGiven(first: unknown, second: unknown, what: string): Given {
  if (first === undefined || first === null) return { items: undefined, options: second };
  if (second === undefined && isOptions(first)) return { items: undefined, options: first };
  return { items: iterableOf(first, what), options: second };
}

/**
 * Gives each entry to the method that adds one, as `new Map(entries)` does: looked up once, by whatever subclass has one.
 * When something throws half way, the iterator is closed.
 */
export function addEntries(map: { readonly set: unknown }, entries: Iterable<unknown>): void {
  const set = adder(map.set, 'set');
  for (const entry of entries) {
    if (!isObject(entry) || isThenable(entry)) {
      forsake(entry);
      noIterable('each entry must be an array of key and value', entry);
    }
    const { 0: key, 1: value } = entry as [unknown, unknown];
    Reflect.apply(set, map, [key, value]);
  }
}

/** The same for values, as `new Set(values)` does. */
export function addValues(set: { readonly add: unknown }, values: Iterable<unknown>): void {
  const add = adder(set.add, 'add');
  for (const value of values) Reflect.apply(add, set, [value]);
}

type Method = (...args: unknown[]) => unknown;

function adder(method: unknown, name: string): Method {
  if (typeof method === 'function') return method as Method;
  throw sharedMapError('ERR_SHARED_MAP_CALLBACK', `the method ${name} is ${describe(method)}`);
}
