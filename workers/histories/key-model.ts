// One key of a map, as a sequential map would keep it. Its value is a code: 0 absent, a positive number itself, a
// negative one stands for a string (history-values.ts).

import type { Model, Operation } from './positions.js';

export const VERBS = [
  ...([
    'get',
    'has',
    'set',
    'delete',
    'insert',
    'compareAndSet',
    'add',
    'getAndSet',
    'getAndDelete',
  ] as const),
  ...(['compareAndDelete', 'replace', 'getOrInsert', 'update', 'deleteIf'] as const),
] as const;
export type Verb = (typeof VERBS)[number];

/** Verbs that bring a value. */
export function writesValue(verb: Verb): boolean {
  return /^(set|insert|compareAndSet|getAndSet|replace|getOrInsert|update)$/.test(verb);
}

/** Verbs that compare with a value. */
export function compares(verb: Verb): boolean {
  return verb === 'compareAndSet' || verb === 'compareAndDelete' || verb === 'deleteIf';
}

/** Verbs whose answer is a value; of an update, the one that its function was given last. */
export function answersValue(verb: Verb): boolean {
  return /^(get|getAndSet|getAndDelete|getOrInsert|update)$/.test(verb);
}

export const ABSENT = 0;
/** What `add` answers where a value of another type is. */
export const NOT_NUMBER = -1e15;

export interface KeyOperation extends Operation {
  readonly verb: Verb;
  /** What is written; what add adds. */
  readonly argument: number;
  /** What is compared with. */
  readonly expected: number;
  /** A code (`answersValue`), a number (add), 1 or 0; NaN for a value that nobody can have written. */
  readonly result: number;
}

function isAnswer(operation: KeyOperation, result: number): boolean {
  return operation.responded === Number.POSITIVE_INFINITY || operation.result === result;
}

export const keyModel: Model<number, KeyOperation> = {
  initial: ABSENT,

  step(state, operation) {
    const { verb, argument, expected } = operation;
    const is = (result: number, next: number) => (isAnswer(operation, result) ? next : undefined);
    switch (verb) {
      case 'get':
        return is(state, state);
      case 'has':
        return is(state === ABSENT ? 0 : 1, state);
      case 'set':
        return argument;
      case 'delete':
        return is(state === ABSENT ? 0 : 1, ABSENT);
      case 'insert':
        return state === ABSENT ? is(1, argument) : is(0, state);
      case 'compareAndSet':
        return state !== ABSENT && state === expected ? is(1, argument) : is(0, state);
      case 'getAndSet':
      case 'update':
        return is(state, argument);
      case 'getAndDelete':
        return is(state, ABSENT);
      case 'compareAndDelete':
      case 'deleteIf':
        return state !== ABSENT && state === expected ? is(1, ABSENT) : is(0, state);
      case 'replace':
        return state === ABSENT ? is(0, state) : is(1, argument);
      case 'getOrInsert':
        return state === ABSENT ? is(argument, argument) : is(state, state);
      case 'add':
        return state < 0 ? is(NOT_NUMBER, state) : is(state + argument, state + argument);
    }
  },

  changes({ verb, argument, result, responded }) {
    if (verb === 'get' || verb === 'has') return false;
    if (responded === Number.POSITIVE_INFINITY) return true;
    if (verb === 'set' || verb === 'getAndSet' || verb === 'update') return true;
    if (verb === 'getOrInsert') return result === argument;
    if (verb === 'getAndDelete') return result !== ABSENT;
    return verb === 'add' ? result !== NOT_NUMBER : result === 1;
  },

  key: (state) => state,

  anywhere(operations) {
    // All that is written, read or compared with, what an add found; and a string and a number of which nothing is known.
    const states = new Set([ABSENT, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);
    for (const { verb, argument, expected, result } of operations) {
      if (answersValue(verb) || verb === 'add') states.add(result);
      if (verb === 'add') states.add(result - argument);
      if (writesValue(verb)) states.add(argument);
      if (compares(verb)) states.add(expected);
    }
    return [...states].filter((state) => !Number.isNaN(state));
  },
};

function showCode(code: number): string {
  if (code === ABSENT) return 'absent';
  if (code === NOT_NUMBER) return 'no number';
  if (Number.isNaN(code)) return 'a value that nobody wrote';
  return code > 0 ? `${code}` : `text ${-code}`;
}

/** An operation as a reader wants it. */
export function showKeyOperation(operation: KeyOperation): string {
  const { verb, argument, expected, result, responded } = operation;
  const written = showCode(argument);
  const call = {
    get: 'get',
    has: 'has',
    delete: 'delete',
    set: `set ${written}`,
    insert: `insert ${written}`,
    compareAndSet: `compareAndSet ${showCode(expected)}, ${written}`,
    add: `add ${argument}`,
    getAndSet: `getAndSet ${written}`,
    getAndDelete: 'getAndDelete',
    compareAndDelete: `compareAndDelete ${showCode(expected)}`,
    replace: `replace ${written}`,
    getOrInsert: `getOrInsert ${written}`,
    update: `update to ${written}`,
    deleteIf: `deleteIf ${showCode(expected)}`,
  }[verb];
  if (responded === Number.POSITIVE_INFINITY || verb === 'set') return call;
  const answer = answersValue(verb) || verb === 'add' ? showCode(result) : result === 1 ? 'true' : 'false';
  return `${call} -> ${answer}`;
}
