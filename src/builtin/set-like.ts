import { plainAnswer } from '../codec/thenable.js';
import { checkCallback, describe, sharedMapError } from '../errors.js';

/** What the operations of a set take: a size, whether it has a value, and a walk through all; `Set`, `Map` and SharedMap are some. */
export interface SetLike<T> {
  /** How many values it has: decides which of two sets is walked. */
  readonly size: number;
  /** Is this one of them? */
  has(value: T): boolean;
  /** Walks them; `return` of the iterator is called when the walk ends early. */
  keys(): Iterator<T>;
}

/** A set-like as it was when the operation began: asked once for its size and its methods. */
export interface Other {
  readonly size: number;
  has(value: unknown): boolean;
  /** Begins a walk at once; the result is for one `for … of`. An early end closes its iterator. */
  open(): Iterable<unknown>;
}

function wrong(method: string, what: string): never {
  throw sharedMapError('ERR_SHARED_MAP_ITERABLE', `${method} takes a set-like { size, has, keys }, ${what}`);
}

/** Throws ERR_SHARED_MAP_ITERABLE for what is no set-like, ERR_SHARED_MAP_CALLBACK when its methods are none. */
export function readOther(method: string, other: unknown): Other {
  if ((typeof other !== 'object' && typeof other !== 'function') || other === null)
    wrong(method, `not ${describe(other)}`);
  const given = other as { size: number; has: unknown; keys: unknown };
  // By the operator: that of a bigint or a symbol is a TypeError, as for Set.
  const size = +given.size;
  if (Number.isNaN(size)) wrong(method, 'this one has no size');
  if (Math.trunc(size) < 0) wrong(method, `this one has a size below 0`);
  // Each once, and in this order.
  const has = given.has as () => unknown;
  checkCallback(`${method}, for has,`, has);
  const keys = given.keys as () => unknown;
  checkCallback(`${method}, for keys,`, keys);
  const whose = `what ${method} was given`;
  return {
    size: Math.trunc(size),
    has: (value) => Boolean(plainAnswer(`has of ${whose}`, Reflect.apply(has, other, [value]))),
    open: () => walk(method, plainAnswer(`keys of ${whose}`, Reflect.apply(keys, other, []))),
  };
}

/** An iterator as something to iterate, asked for its `next` once. */
function walk(method: string, iterator: unknown): Iterable<unknown> {
  if (typeof iterator !== 'object' || iterator === null)
    wrong(method, `this one's keys gave ${describe(iterator)}`);
  const given = iterator as Iterator<unknown>;
  const { next } = given;
  const steps: Iterator<unknown> = {
    // Of an async iterator each step is a promise, which never is the last one.
    next: () => plainAnswer(`keys of what ${method} was given`, Reflect.apply(next, given, [])),
    return: () => given.return?.() ?? { done: true, value: undefined },
  };
  return { [Symbol.iterator]: () => steps };
}
