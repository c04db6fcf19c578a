import type { Body, LogicalThread } from './logical-thread.js';
import {
  assign,
  call,
  decode,
  FULL,
  type Key,
  MAX_SMALL,
  type MapOperation,
  put,
  S_EXPECTED,
  S_KEY,
  S_VALUE,
  STAGED,
  short,
  stage,
  type Value,
  word,
} from './operations.js';

// Operations that give back the old value or depend on it, as SharedMap makes them out of calls of the kernel.

const S_STAMP = 16;
const S_EPOCH = 24;
const S_WORD = 48;
const COMPARE = 4;
const MATCH = 6;

const BUSY = 64 + 1;
const FULL_STATUS = 64 + 2;
const LARGE = 32;
const FAILED = 64;

/** Calls the kernel for an old value until it does not meet a locked chain. */
function* oldValue(thread: LogicalThread, run: () => number): Body {
  for (;;) {
    const result = yield run;
    if (!Number.isNaN(result)) return result;
    const status = word(thread, 0);
    if (status === BUSY) {
      yield* thread.park();
      continue;
    }
    if (status === FULL_STATUS) return FULL;
    const value = yield* decode(thread, result);
    if (value === null) throw new Error('a value has changed in the hand');
    if (status >= LARGE && status < FAILED) {
      yield () => {
        thread.kernel.settle?.();
        return 0;
      };
    }
    return value;
  }
}

export function getAndSet(key: Key, value: Value): MapOperation {
  return {
    name: `getAndSet(${key}, ${short(value)})`,
    verb: 'getAndSet',
    key,
    value,
    *start(thread) {
      const isLong = typeof value === 'string' && value.length > MAX_SMALL;
      if (isLong && !(yield* stage(thread, value))) return FULL;
      const k = put(thread, key, S_KEY);
      const v = isLong ? { form: STAGED, length: 0, number: 0 } : put(thread, value, S_VALUE);
      return yield* oldValue(
        thread,
        () => thread.kernel.getAndSet?.(k.form, k.length, k.number, v.form, v.length, v.number) as number,
      );
    },
  };
}

export function getAndDelete(key: Key): MapOperation {
  return {
    name: `getAndDelete(${key})`,
    verb: 'getAndDelete',
    key,
    *start(thread) {
      const k = put(thread, key, S_KEY);
      return yield* oldValue(
        thread,
        () => thread.kernel.getAndDelete?.(k.form, k.length, k.number) as number,
      );
    },
  };
}

export function replace(key: Key, value: Value): MapOperation {
  return {
    name: `replace(${key}, ${short(value)})`,
    verb: 'replace',
    key,
    value,
    start: (thread) => assign(thread, 'replace', key, value),
  };
}

function* removeIf(thread: LogicalThread, verb: number, key: Key): Body {
  const k = put(thread, key, S_KEY);
  const r = yield* call(thread, () => thread.kernel.removeIf?.(verb, k.form, k.length, k.number) as number);
  if (r !== 0 && r !== 1) throw new Error(`removeIf answers ${r}`);
  return r === 1;
}

export function compareAndDelete(key: Key, expected: Value): MapOperation {
  return {
    name: `compareAndDelete(${key}, ${short(expected)})`,
    verb: 'compareAndDelete',
    key,
    expected,
    *start(thread) {
      const e = put(thread, expected, S_EXPECTED);
      yield () => {
        thread.kernel.expect?.(e.form, e.length, e.number);
        return 0;
      };
      return yield* removeIf(thread, COMPARE, key);
    },
  };
}

/** What `update` makes of a value: whoever knows it knows the one before. */
export function updated(old: Value | undefined, value: Value): Value {
  if (old === undefined) return value;
  if (typeof old === 'number' && typeof value === 'number') return old + value;
  return `${value} after ${String(old).slice(0, 24)}`;
}

/** Reads with a token, lets `fn` decide, and writes by the token; again if the key has changed in between. */
function* byToken(thread: LogicalThread, key: Key, write: (old: Value | undefined) => Body): Body {
  const { kernel } = thread;
  for (;;) {
    const k = put(thread, key, S_KEY);
    const found = yield () => kernel.look?.(k.form, k.length, k.number) as number;
    const token = [S_WORD, S_WORD + 4, S_STAMP, S_STAMP + 4, S_EPOCH].map((at) => word(thread, at));
    const old = yield* decode(thread, found);
    if (old === null) continue;
    yield () => {
      kernel.expectToken?.(...token);
      return 0;
    };
    const done = yield* write(old as Value | undefined);
    if (done !== AGAIN) return done;
  }
}

const AGAIN = Symbol('again');

export function update(key: Key, value: Value): MapOperation {
  return {
    name: `update(${key}, ${short(value)})`,
    verb: 'update',
    key,
    value,
    start: (thread) =>
      byToken(thread, key, function* (old) {
        const next = updated(old, value);
        const done = yield* assign(thread, old === undefined ? 'insert' : 'match', key, next);
        if (done === FULL) return FULL;
        return done === true ? next : AGAIN;
      }),
  };
}

/** Deletes the key if the value that it has just read is `expected`. */
export function deleteIf(key: Key, expected: Value): MapOperation {
  return {
    name: `deleteIf(${key}, ${short(expected)})`,
    verb: 'deleteIf',
    key,
    expected,
    start: (thread) =>
      byToken(thread, key, function* (old) {
        if (old !== expected) return false;
        return (yield* removeIf(thread, MATCH, key)) === true ? true : AGAIN;
      }),
  };
}
