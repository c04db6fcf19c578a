import type { Computation } from './computing.js';
import type { Body, LogicalThread, Operation } from './logical-thread.js';
import { GHOST } from './shared-table.js';

// The operations of a map, as SharedMap makes them out of calls of the kernel. Each carries what the model needs.

export type Key = number | string;
export type Value = number | string;

/** What an operation does to one key, or to the whole map. */
export type Effect =
  | { readonly verb: 'get' | 'has' | 'delete' | 'getAndDelete'; readonly key: Key }
  | {
      readonly verb: 'set' | 'insert' | 'add' | 'replace' | 'getAndSet' | 'update';
      readonly key: Key;
      readonly value: Value;
    }
  | ({ readonly verb: 'compute'; readonly key: Key; readonly value: Value } & Computation)
  | { readonly verb: 'compareAndDelete' | 'deleteIf'; readonly key: Key; readonly expected: Value }
  | { readonly verb: 'compareAndSet'; readonly key: Key; readonly expected: Value; readonly value: Value }
  | { readonly verb: 'waitFor'; readonly key: Key; readonly wanted: Value | undefined }
  | { readonly verb: 'waitForAbsence'; readonly key: Key }
  | { readonly verb: 'clear' | 'size' | 'iterate' | 'dump' | 'other' }
  | { readonly verb: 'many'; readonly parts: readonly MapOperation[] };

export type MapOperation = Operation & Effect;

/** The result of a write that found no memory. */
export const FULL = 'full';

/** Part of the result of an operation on many keys, where nobody says what it was for this one. */
export const ANY: unique symbol = Symbol('any');

export const BUSY = -1;
export const S_LENGTH = 4;
const S_FIRST = 12;
export const S_NEXT = 28;
export const S_MORE = 32;
const S_TWICE = 40;
export const S_KEY = 1024;
export const S_VALUE = 16384;
export const S_EXPECTED = 49152;
const PAGE = 65536;
export const MAX_SMALL = 32768 - 16;
export const STAGED = 7;
const WIDE = /[\u0100-\uffff]/;

interface Argument {
  readonly form: number;
  readonly length: number;
  readonly number: number;
}

/** Puts a key or a value where the kernel looks for it. */
export function put(thread: LogicalThread, value: Value, at: number): Argument {
  if (typeof value === 'number') return { form: 0, length: 0, number: value };
  const wide = WIDE.test(value);
  const length = thread.bytes.write(value, thread.scratch + at, wide ? 'utf16le' : 'latin1');
  return { form: wide ? 2 : 1, length, number: 0 };
}

export function word(thread: LogicalThread, at: number): number {
  return thread.words[(thread.scratch + at) >> 2] as number;
}

/** Calls the kernel until it does not meet a locked chain. */
export function* call(thread: LogicalThread, run: () => number): Body {
  for (;;) {
    const result = yield run;
    if (result !== BUSY) return result;
    yield* thread.park();
  }
}

/** A long value goes into pages of its own first. False: there are none. */
export function* stage(thread: LogicalThread, value: string): Body {
  const { kernel } = thread;
  if ((yield* call(thread, () => kernel.stage?.(1, 1, value.length, 1) as number)) !== 1) return false;
  for (let done = 0; done < value.length; done += PAGE) {
    const page = (yield () => kernel.largePage?.(word(thread, S_NEXT)) as number) >>> 0;
    thread.wrote(page, thread.bytes.write(value.slice(done, done + PAGE), page, 'latin1'));
  }
  return true;
}

const VERBS = { set: 0, insert: 1, compareAndSet: 4, replace: 5, match: 6 } as const;

export function* assign(thread: LogicalThread, verb: keyof typeof VERBS, key: Key, value: Value): Body {
  const { kernel } = thread;
  if (typeof value === 'string' && value.length > MAX_SMALL) {
    if (!(yield* stage(thread, value))) return FULL;
    const k = put(thread, key, S_KEY);
    const r = yield* call(
      thread,
      () => kernel.assign?.(VERBS[verb], k.form, k.length, k.number, STAGED, 0, 0) as number,
    );
    return r === -2 ? FULL : r === 1;
  }
  const k = put(thread, key, S_KEY);
  const v = put(thread, value, S_VALUE);
  const long = () =>
    kernel.assign?.(VERBS[verb], k.form, k.length, k.number, v.form, v.length, v.number) as number;
  let result = BUSY;
  if ((verb === 'set' || verb === 'insert') && typeof value === 'number') {
    const inserts = verb === 'insert';
    const ofNumber = inserts ? kernel.insertNumber : kernel.setNumber;
    const ofText = inserts ? kernel.insertText : kernel.setText;
    if (typeof key === 'number') result = yield () => ofNumber?.(key, value) as number;
    else result = yield () => ofText?.(k.form, k.length, value) as number;
    // As SharedMap does: whoever has met a locked chain goes the long way, which gives back what it has taken.
    if (result === BUSY) yield* thread.park();
  }
  if (result === BUSY) result = (yield* call(thread, long)) as number;
  if (result !== 0 && result !== 1 && result !== -2) throw new Error(`assign answers ${result}`);
  return result === -2 ? FULL : result === 1;
}

/** What a get leaves behind: the value, undefined when the key is absent, null when a large one has changed. */
export function* decode(thread: LogicalThread, result: number): Body {
  if (!Number.isNaN(result)) return result;
  const status = word(thread, 0);
  if (status === 0) return undefined;
  if (status === 1) return Number.NaN;
  const length = word(thread, S_LENGTH);
  if (status >= 64) throw new Error(`get answers ${64 - status}`);
  if (status < 32) {
    const wide = status === 16 + 2;
    return thread.bytes.toString(
      wide ? 'utf16le' : 'latin1',
      thread.scratch + S_VALUE,
      thread.scratch + S_VALUE + length,
    );
  }
  let text = '';
  let page = word(thread, S_FIRST);
  while (text.length < length) {
    const number = page;
    const address = (yield () => thread.kernel.largePage?.(number) as number) >>> 0;
    if (address === 0) return null;
    const end = address + Math.min(PAGE, length - text.length);
    text += thread.bytes.toString('latin1', address, end);
    page = word(thread, S_NEXT);
  }
  return (yield () => thread.kernel.stillLarge?.() as number) ? text : null;
}

export function get(key: Key): MapOperation {
  return {
    name: `get(${key})`,
    verb: 'get',
    reads: true,
    key,
    *start(thread) {
      const { kernel } = thread;
      for (;;) {
        const k = put(thread, key, S_KEY);
        const run =
          typeof key === 'number'
            ? () => kernel.getNumber?.(key) as number
            : () => kernel.getText?.(k.form, k.length) as number;
        const value = yield* decode(thread, yield run);
        if (value !== null) return value;
      }
    },
  };
}

export function has(key: Key): MapOperation {
  return {
    name: `has(${key})`,
    verb: 'has',
    reads: true,
    key,
    *start(thread) {
      const k = put(thread, key, S_KEY);
      return (yield () => thread.kernel.has?.(k.form, k.length, k.number) as number) === 1;
    },
  };
}

export function short(value: Value): string {
  return typeof value === 'string' && value.length > 20 ? `${value.slice(0, 8)}…${value.length}` : `${value}`;
}

export function set(key: Key, value: Value): MapOperation {
  return {
    name: `set(${key}, ${short(value)})`,
    verb: 'set',
    key,
    value,
    start: (thread) => assign(thread, 'set', key, value),
  };
}

export function insert(key: Key, value: Value): MapOperation {
  return {
    name: `insert(${key}, ${short(value)})`,
    verb: 'insert',
    key,
    value,
    start: (thread) => assign(thread, 'insert', key, value),
  };
}

export function compareAndSet(key: Key, expected: Value, value: Value): MapOperation {
  return {
    name: `compareAndSet(${key}, ${short(expected)}, ${short(value)})`,
    verb: 'compareAndSet',
    key,
    expected,
    value,
    *start(thread) {
      if (typeof expected === 'number' && typeof value === 'number') {
        const k = put(thread, key, S_KEY);
        const { kernel } = thread;
        const result = yield () =>
          (typeof key === 'number'
            ? kernel.compareNumber?.(key, expected, value)
            : kernel.compareText?.(k.form, k.length, expected, value)) as number;
        if (result !== BUSY) return result === 1;
        yield* thread.park();
      }
      const e = put(thread, expected, S_EXPECTED);
      yield () => {
        thread.kernel.expect?.(e.form, e.length, e.number);
        return 0;
      };
      return yield* assign(thread, 'compareAndSet', key, value);
    },
  };
}

export function add(key: Key, value: number): MapOperation {
  return {
    name: `add(${key}, ${value})`,
    verb: 'add',
    key,
    value,
    *start(thread) {
      const { kernel } = thread;
      for (let isFirst = true; ; isFirst = false) {
        const k = put(thread, key, S_KEY);
        const short = () =>
          (typeof key === 'number'
            ? kernel.addNumber?.(key, value)
            : kernel.addText?.(k.form, k.length, value)) as number;
        // As SharedMap does: after a locked chain the long way, which gives back what it has taken.
        const long = () => kernel.add?.(k.form, k.length, k.number, value) as number;
        const sum = yield isFirst ? short : long;
        if (!Number.isNaN(sum)) return sum;
        const status = word(thread, 0);
        if (status === 64 + 2) return FULL;
        if (status === 64 + 3) return 'not a number';
        if (status !== 64 + 1) throw new Error(`add answers ${64 - status}`);
        yield* thread.park();
      }
    },
  };
}

export function remove(key: Key): MapOperation {
  return {
    name: `delete(${key})`,
    verb: 'delete',
    key,
    *start(thread) {
      const k = put(thread, key, S_KEY);
      const r = yield* call(thread, () => thread.kernel.remove?.(k.form, k.length, k.number) as number);
      if (r !== 0 && r !== 1) throw new Error(`remove answers ${r}`);
      return r === 1;
    },
  };
}

/** `swept`: false leaves the sweep to whoever comes. */
export function clear(swept = true): MapOperation {
  return {
    name: swept ? 'clear()' : 'clear() without a sweep',
    verb: 'clear',
    *start(thread) {
      yield* call(thread, () => thread.kernel.clear?.() as number);
      if (swept) yield* call(thread, () => thread.kernel.sweep?.() as number);
      return undefined;
    },
  };
}

export function size(): MapOperation {
  return {
    name: 'size',
    verb: 'size',
    reads: true,
    *start(thread) {
      return yield () => thread.kernel.count?.() as number;
    },
  };
}

export const ENDED = -5;
export const WORDS_PER_ENTRY = 6;

/** Was the word of this entry listed before? */
function listedBefore(entries: readonly number[], [low, high]: readonly number[]): boolean {
  for (let i = 0; i < entries.length; i += WORDS_PER_ENTRY) {
    if (entries[i] === low && entries[i + 1] === high) return true;
  }
  return false;
}

/** The entries of one chain, one after the other; undefined when a clear has come. Leaves the next position at S_NEXT. */
export function* listChain(thread: LogicalThread, from: number, end: number, generation: number): Body {
  const { kernel } = thread;
  let entries: number[] = [];
  let skip = 0;
  let twice = false;
  for (;;) {
    const looked = skip;
    const n = yield () => kernel.list?.(from, end, looked, 0, generation) as number;
    if (n === ENDED) return undefined;
    if (n < 0) {
      entries = [];
      skip = 0;
      continue;
    }
    const at = (thread.scratch + S_VALUE) >> 2;
    for (let i = 0; i < n; i++) {
      const entry = [...thread.words.subarray(at + i * WORDS_PER_ENTRY, at + (i + 1) * WORDS_PER_ENTRY)];
      twice ||= word(thread, S_TWICE) === 1;
      if (!(twice && listedBefore(entries, entry))) entries.push(...entry);
    }
    skip = word(thread, S_MORE);
    if (skip === 0) return entries;
  }
}

/** The key of the `i`th entry that was listed; undefined when it was deleted since. */
export function* keyOf(thread: LogicalThread, entries: readonly number[], i: number): Body {
  type Words = [number, number, number, number, number];
  const [low, high, headerLow, headerHigh, epoch] = entries.slice(i, i + 5) as Words;
  const run = () => thread.kernel.listedKey?.(low, high, headerLow, headerHigh, epoch) as number;
  return yield* decode(thread, yield run);
}

/** The keys that an iteration yields; `random` chooses the chain to begin with. A last undefined: a clear ended it. */
export function iterate(random = 0): MapOperation {
  return {
    name: `iterate(${random})`,
    verb: 'iterate',
    reads: true,
    *start(thread) {
      const { kernel } = thread;
      const keys: (Key | undefined)[] = [];
      const generation = yield () => kernel.generation?.() as number;
      const start = (yield () => kernel.startAt?.(random) as number) >>> 0;
      let from = start;
      let end = 0;
      for (;;) {
        const entries = (yield* listChain(thread, from, end, generation)) as number[] | undefined;
        if (entries === undefined) return [...keys, undefined];
        from = word(thread, S_NEXT);
        for (let i = 0; i < entries.length; i += WORDS_PER_ENTRY) {
          const key = yield* keyOf(thread, entries, i);
          if (key !== undefined) keys.push(key as Key);
        }
        if (end === 0 && from === 0) {
          if (start === 0) return keys;
          end = start;
        } else if (end !== 0 && (from >= end || from === 0)) return keys;
      }
    },
  };
}

/** Wake words, a cache line each. */
const WAKES = 2560;
const STRIPE_SIZE = 64;
const S_WAKE = 56;

/** Looks and sleeps as src/operations/waiting.ts does, until `isFound` says so of what `look` gives. */
function* awaited(
  thread: LogicalThread,
  key: Key,
  look: Operation,
  isFound: (result: unknown) => boolean,
): Body {
  const { kernel, words } = thread;
  for (;;) {
    const first = yield* look.start(thread);
    if (isFound(first)) return first;
    const k = put(thread, key, S_KEY);
    const stripe = yield () => kernel.armKey?.(k.form, k.length, k.number) as number;
    if (stripe < 0) throw new Error(`armKey answers ${stripe}`);
    const [low, high] = [word(thread, S_WAKE), word(thread, S_WAKE + 4)];
    const second = yield* look.start(thread);
    if (isFound(second)) return second;
    const at = (WAKES + stripe * STRIPE_SIZE) >> 2;
    yield* thread.sleepWhile(at << 2, () => words[at] === low && words[at + 1] === high);
  }
}

/** The value of a key, or `wanted` and no other, as soon as it is there. */
export function waitFor(key: Key, wanted?: Value): MapOperation {
  const isFound = (value: unknown) => (wanted === undefined ? value !== undefined : value === wanted);
  return {
    name: wanted === undefined ? `waitFor(${key})` : `waitFor(${key}, ${short(wanted)})`,
    verb: 'waitFor',
    key,
    wanted,
    start: (thread) => awaited(thread, key, get(key), isFound),
  };
}

/** false, as `has` says it, as soon as the key is not there. */
export function waitForAbsence(key: Key): MapOperation {
  return {
    name: `waitForAbsence(${key})`,
    verb: 'waitForAbsence',
    key,
    start: (thread) => awaited(thread, key, has(key), (there) => there === false),
  };
}

/** Makes the table as small as may be. */
export function shrink(): MapOperation {
  return {
    name: 'shrink()',
    verb: 'other',
    *start(thread) {
      return yield* call(thread, () => thread.kernel.shrink?.() as number);
    },
  };
}

export function reserve(entries: number): MapOperation {
  return {
    name: `reserve(${entries})`,
    verb: 'other',
    *start(thread) {
      const r = yield* call(thread, () => thread.kernel.reserve?.(entries) as number);
      return r === -2 ? FULL : r === 1;
    },
  };
}

/** Number keys from here on, and strings that begin with PASSING, come and go: no model counts them. */
export const FIRST_PASSING = 1_000_000;
export const PASSING = 'passing ';

/** Inserts so many keys, half of them with records of the sizes that others have freed, and deletes them all again. */
export function churn(keys: number): MapOperation {
  return {
    name: `${keys} keys come and go`,
    verb: 'other',
    *start(thread) {
      const key = (i: number): Key => (i % 2 === 0 ? FIRST_PASSING + i : `${PASSING}${i}`);
      for (let i = 0; i < keys; i++) {
        const r = yield* assign(thread, 'set', key(i), i % 4 === 0 ? i : `a new value ${i}`);
        if (r !== true) return r;
      }
      for (let i = 0; i < keys; i++) {
        const k = put(thread, key(i), S_KEY);
        yield* call(thread, () => thread.kernel.remove?.(k.form, k.length, k.number) as number);
      }
      return undefined;
    },
  };
}

/** Lets go of the slot and takes one again. */
export function reattach(): MapOperation {
  return {
    name: 'detach(), attach()',
    verb: 'other',
    *start(thread) {
      yield () => {
        thread.kernel.detach?.();
        return 0;
      };
      const result = yield () => thread.takeSlot();
      thread.bind();
      if (result !== 1) throw new Error(`attach answers ${result}`);
      return undefined;
    },
  };
}

/** Waits for the death of a thread, then takes back what it has left. */
export function bury(dead: number): MapOperation {
  return {
    name: `bury(${dead})`,
    verb: 'other',
    *start(thread) {
      const victim = thread.peers[dead] as LogicalThread;
      yield { until: () => victim.done };
      if (!victim.killed) return 'it lives';
      let any = false;
      for (const slot of victim.slots()) {
        const r = yield () => thread.kernel.bury?.(...slot, ...thread.identity) as number;
        any ||= r === 1;
      }
      return any;
    },
  };
}

/** Takes back what a ghost has left (`leaveGhost`), and what a thread has that died while it did so. */
export function buryGhost(taker: number): MapOperation {
  return {
    name: `bury the ghost, then ${taker}`,
    verb: 'other',
    *start(thread) {
      const other = thread.peers[taker] as LogicalThread;
      for (const slot of thread.slots(GHOST))
        yield () => thread.kernel.bury?.(...slot, ...thread.identity) as number;
      if (other === thread) return undefined;
      yield { until: () => other.done };
      if (other.killed)
        for (const slot of other.slots())
          yield () => thread.kernel.bury?.(...slot, ...thread.identity) as number;
      return undefined;
    },
  };
}

/** Waits for the death of a thread, then goes on in its slot, as an attach does that finds none free. */
export function inherit(dead: number): MapOperation {
  return {
    name: `detach(), inherit(${dead})`,
    verb: 'other',
    *start(thread) {
      const victim = thread.peers[dead] as LogicalThread;
      yield { until: () => victim.done };
      if (!victim.killed) return 'it lives';
      yield () => {
        thread.kernel.detach?.();
        return 0;
      };
      for (const slot of victim.slots()) {
        const r = yield () => thread.kernel.inherit?.(...slot, ...thread.identity, thread.id + 1) as number;
        if (r !== 1) continue;
        thread.bind();
        return true;
      }
      const result = yield () => thread.takeSlot();
      thread.bind();
      if (result !== 1) throw new Error(`attach answers ${result}`);
      return false;
    },
  };
}
