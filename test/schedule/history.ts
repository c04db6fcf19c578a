import { computed, NOT_A_NUMBER } from './computing.js';
import type { Pair } from './dumps.js';
import { updated } from './exchanges.js';
import {
  ANY,
  FIRST_PASSING,
  FULL,
  get,
  type Key,
  type MapOperation,
  PASSING,
  type Value,
} from './operations.js';

// What happened in a run, and whether some order of the operations explains it: one that keeps to real time, and in
// which a Map gives every result that was given.

export interface Event {
  readonly thread: number;
  readonly operation: MapOperation;
  /** Moments of one clock; an operation that a death cut short has no end. */
  readonly began: number;
  ended: number;
  result: unknown;
}

/** What the map held: the keys that operations name, and the number of those that they don't. */
export interface Contents {
  readonly keys: ReadonlyMap<Key, Value>;
  readonly others: number;
}

class Model {
  readonly keys: Map<Key, Value>;
  others: number;

  constructor(keys: ReadonlyMap<Key, Value>, others: number) {
    this.keys = new Map(keys);
    this.others = others;
  }

  /** Does the operation, and says what it should return. `stored`: a full memory lets a write do nothing. */
  apply(operation: MapOperation, full: boolean): unknown {
    const { keys } = this;
    switch (operation.verb) {
      case 'get':
        return keys.get(operation.key);
      case 'waitFor': {
        const { key, wanted } = operation;
        return wanted === undefined || keys.get(key) === wanted ? keys.get(key) : undefined;
      }
      case 'has':
      case 'waitForAbsence':
        return keys.has(operation.key);
      case 'delete':
        return keys.delete(operation.key);
      case 'getAndDelete': {
        const old = keys.get(operation.key);
        keys.delete(operation.key);
        return old;
      }
      case 'compareAndDelete':
      case 'deleteIf':
        return keys.get(operation.key) === operation.expected && keys.delete(operation.key);
      case 'clear':
        keys.clear();
        this.others = 0;
        return undefined;
      case 'size':
        return keys.size + this.others;
      case 'iterate':
      case 'dump':
      case 'other':
      case 'many':
        return undefined;
    }
    if (full) return FULL;
    const old = keys.get(operation.key);
    switch (operation.verb) {
      case 'set':
        keys.set(operation.key, operation.value);
        return true;
      case 'insert':
        if (old === undefined) keys.set(operation.key, operation.value);
        return old === undefined;
      case 'compareAndSet':
        if (old !== operation.expected) return false;
        keys.set(operation.key, operation.value);
        return true;
      case 'replace':
        if (old !== undefined) keys.set(operation.key, operation.value);
        return old !== undefined;
      case 'getAndSet':
        keys.set(operation.key, operation.value);
        return old;
      case 'update': {
        const next = updated(old, operation.value);
        keys.set(operation.key, next);
        return next;
      }
      case 'compute': {
        const next = computed(operation, old, operation.value);
        if (next === undefined) return NOT_A_NUMBER;
        keys.set(operation.key, next);
        return next;
      }
      case 'add': {
        if (typeof old === 'string') return 'not a number';
        const sum = (old ?? 0) + (operation.value as number);
        keys.set(operation.key, sum);
        return sum;
      }
    }
  }

  get state(): string {
    return `${this.others}|${[...this.keys]
      .map(([k, v]) => `${k}=${v}`)
      .sort()
      .join()}`;
  }
}

function overlaps(a: Event, b: Event): boolean {
  return a !== b && a.began < b.ended && b.began < a.ended;
}

/** An operation on many keys as one on each of them, all at the same time: that is all that it promises. */
export function singly(events: readonly Event[]): Event[] {
  return events.flatMap((event) => {
    const { operation, result } = event;
    if (operation.verb !== 'many') return [event];
    return operation.parts.map((part, i) => ({
      ...event,
      operation: part,
      result: Array.isArray(result) ? result[i] : undefined,
    }));
  });
}

/** Results that no order has to explain: an iteration's, and that of a size while others change the map. */
function unordered(event: Event, events: readonly Event[]): boolean {
  const { verb } = event.operation;
  if (verb === 'iterate' || verb === 'dump' || verb === 'other' || event.result === ANY) return true;
  return verb === 'size' && events.some((other) => overlaps(event, other));
}

/** Is there an order that explains every result, and leads from `before` to `after`? */
export function isLinearizable(events: readonly Event[], before: Contents, after: Contents): boolean {
  if (events.length > 30) throw new Error('too many operations for a mask of 32 bits');
  const failed = new Set<string>();
  const final = new Model(after.keys, after.others).state;
  const all = 2 ** events.length - 1;
  const optional = events.reduce(
    (mask, e, i) => (e.ended === Number.POSITIVE_INFINITY ? mask | (1 << i) : mask),
    0,
  );
  const explain = (done: number, model: Model): boolean => {
    if ((done | optional) === all && model.state === final) return true;
    const here = `${done}|${model.state}`;
    if (failed.has(here)) return false;
    // Only what began before the first end among the others can come next.
    let horizon = Number.POSITIVE_INFINITY;
    for (let i = 0; i < events.length; i++) {
      if ((done & (1 << i)) === 0) horizon = Math.min(horizon, (events[i] as Event).ended);
    }
    for (let i = 0; i < events.length; i++) {
      const event = events[i] as Event;
      if ((done & (1 << i)) !== 0 || event.began > horizon) continue;
      const next = new Model(model.keys, model.others);
      const result = next.apply(event.operation, event.result === FULL);
      const cut = event.ended === Number.POSITIVE_INFINITY;
      if (!cut && !unordered(event, events) && !Object.is(result, event.result)) continue;
      if (explain(done | (1 << i), next)) return true;
    }
    failed.add(here);
    return false;
  };
  return explain(0, new Model(before.keys, before.others));
}

function isPassing(key: Key): boolean {
  return typeof key === 'number' ? key >= FIRST_PASSING : key.startsWith(PASSING);
}

/**
 * The history with a look-up of its own for each entry of a dump, at some moment of it: so each has had its value then.
 * For keys that operations name; the others never change.
 */
export function withDumped(events: readonly Event[], named: ReadonlySet<Key>): Event[] {
  const looks = events.flatMap(({ thread, operation, began, ended, result }) =>
    operation.verb !== 'dump' || ended === Number.POSITIVE_INFINITY
      ? []
      : (result as Pair[])
          .filter(([key]) => named.has(key))
          .map(([key, value]) => ({ thread, operation: get(key), began, ended, result: value })),
  );
  return [...events, ...looks];
}

/** What may bring a key, and what may take one away. */
const BRINGS = ['set', 'insert', 'add', 'compute', 'getAndSet', 'update'];
const TAKES = ['delete', 'getAndDelete', 'compareAndDelete', 'deleteIf'];

/** What is wrong with the iterations, dumps and sizes of a history, beyond any order. */
export function wrongSurveys(events: readonly Event[], before: Contents, all: ReadonlySet<Key>): string[] {
  const problems: string[] = [];
  for (const event of events) {
    if (event.ended === Number.POSITIVE_INFINITY) continue;
    const others = events.filter((other) => other !== event && other.began < event.ended);
    const cleared = others.some((other) => other.operation.verb === 'clear');
    const count = (verbs: readonly string[]) =>
      others.filter((other) => verbs.includes(other.operation.verb)).length;
    const written = count(BRINGS);
    if (event.operation.verb === 'size') {
      const least = cleared ? 0 : before.keys.size + before.others - count(TAKES);
      const most = before.keys.size + before.others + written;
      if ((event.result as number) < least || (event.result as number) > most)
        problems.push(`size is ${event.result}, not from ${least} to ${most}`);
    }
    if (event.operation.verb !== 'iterate' && event.operation.verb !== 'dump') continue;
    const pairs = event.operation.verb === 'dump' ? (event.result as Pair[]) : undefined;
    const keys = pairs?.map(([key]) => key) ?? (event.result as (Key | undefined)[]);
    const seen = new Set(keys);
    if (seen.size !== keys.length) {
      problems.push(`iterated twice: ${keys.filter((key, i) => keys.indexOf(key) !== i).join()}`);
    }
    const ended = keys.includes(undefined);
    if (ended && !cleared) problems.push('an iteration was ended by no clear');
    const touched = (key: Key, verbs: readonly string[]) =>
      others.some(
        ({ operation }) => 'key' in operation && operation.key === key && verbs.includes(operation.verb),
      );
    for (const [key, value] of pairs ?? []) {
      const changed = touched(key, [...BRINGS, 'compareAndSet', 'replace']);
      if (!changed && before.keys.has(key) && before.keys.get(key) !== value)
        problems.push(`a dump has made ${value} of the value of ${key}`);
    }
    for (const key of all) {
      const there = !before.keys.has(key) ? false : !touched(key, TAKES);
      if (there && !cleared && !seen.has(key)) problems.push(`iteration has missed ${key}`);
    }
    for (const key of seen) {
      if (key === undefined || before.keys.has(key) || isPassing(key) || touched(key, BRINGS)) continue;
      problems.push(`iteration has made ${key} up`);
    }
  }
  return problems;
}
