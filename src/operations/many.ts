import { types } from 'node:util';
import { ABSENT, getOrAbsent, hasAny } from '../access/reading.js';
import { remove, SET, write } from '../access/writing.js';
import type { Door } from '../attach/door.js';
import { iterableOf } from '../builtin/iterable.js';
import { forsake, isThenable } from '../codec/thenable.js';
import { afterSome, describe, sharedMapError } from '../errors.js';
import { type NumberArray, numbersOf, plainView } from '../structured/typed-array.js';
import { trapped, trappedAt } from '../wasm/trap.js';
import { getNumbers, getValues, hasNumbers, notNumber, removeNumbers, setNumbers } from './many-numbers.js';

// Calls for many keys. First everything that the caller gives is read, which may run code of his; then key after key.

type List = NumberArray | readonly unknown[];

function wrong(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_OPTION', message, cause);
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return (
    value !== undefined &&
    value !== null &&
    typeof (value as Partial<Iterable<unknown>>)[Symbol.iterator] === 'function'
  );
}

/** Keys or values: a plain view of a typed array of numbers, a copy of anything else that can be iterated. */
function listOf(verb: string, what: string, given: unknown): List {
  let numbers: NumberArray | undefined;
  try {
    numbers = numbersOf(given);
  } catch (cause) {
    wrong(`${verb} was given ${what} whose buffer is gone`, cause);
  }
  if (numbers !== undefined) return numbers;
  if (!isIterable(given)) wrong(`${verb} takes ${what} that can be iterated, not ${describe(given)}`);
  return Array.from(iterableOf(given, `${verb} takes ${what} that can be iterated`));
}

/** A list as numbers, if it is one. */
function asNumbers(list: List): NumberArray | undefined {
  if (ArrayBuffer.isView(list)) return list as NumberArray;
  return list.every((element) => typeof element === 'number')
    ? Float64Array.from(list as number[])
    : undefined;
}

/** A plain view of a typed array for results. Throws ERR_SHARED_MAP_OPTION when it is too short. */
function roomIn<T extends NumberArray>(
  name: string,
  given: object,
  n: number,
  Maker: new (buffer: ArrayBuffer, offset: number, length: number) => T,
): T {
  let view: T;
  try {
    view = plainView(given, Maker);
  } catch (cause) {
    wrong(`the buffer of ${name} is gone`, cause);
  }
  if (view.length < n) wrong(`${name} has room for ${view.length} results, ${n} are needed`);
  return view;
}

function foundIn(given: unknown, n: number): Uint8Array | undefined {
  if (given === undefined) return undefined;
  if (!types.isUint8Array(given)) wrong(`found must be a Uint8Array, not ${describe(given)}`);
  return roomIn('found', given, n, Uint8Array);
}

/** Does something for each key in turn; an error says how many came before. */
function forEach(keys: List, act: (key: unknown, i: number) => void): void {
  for (let i = 0; i < keys.length; i++) {
    try {
      act(keys[i], i);
    } catch (error) {
      throw afterSome(trappedAt(error, keys[i]), i);
    }
  }
}

export function getMany(door: Door, given: unknown, out: unknown, found: unknown): unknown {
  const keys = listOf('getMany', 'keys', given);
  const flags = foundIn(found, keys.length);
  const numbers = door.numberKeys ? asNumbers(keys) : undefined;
  if (types.isFloat64Array(out) || (out === undefined && ArrayBuffer.isView(keys))) {
    const results =
      out === undefined ? new Float64Array(keys.length) : roomIn('out', out, keys.length, Float64Array);
    if (numbers !== undefined) getNumbers(door, numbers, results, flags);
    else forEach(keys, (key, i) => putNumber(getOrAbsent(door, key), i, results, flags));
    return out ?? results;
  }
  if (out !== undefined && !Array.isArray(out))
    wrong(`out must be a Float64Array or an array, not ${describe(out)}`);
  const values: unknown[] = [];
  try {
    if (numbers !== undefined) getValues(door, numbers, values, flags);
    else {
      forEach(keys, (key, i) => {
        const value = getOrAbsent(door, key);
        if (flags !== undefined) flags[i] = value === ABSENT ? 0 : 1;
        values.push(value === ABSENT ? undefined : value);
      });
    }
  } finally {
    // At the end: an array may be a proxy, whose code may call the map.
    if (out !== undefined) for (let i = 0; i < values.length; i++) out[i] = values[i];
  }
  return out ?? values;
}

function putNumber(value: unknown, i: number, results: Float64Array, flags: Uint8Array | undefined): void {
  if (value !== ABSENT && typeof value !== 'number') throw notNumber();
  results[i] = value === ABSENT ? Number.NaN : (value as number);
  if (flags !== undefined) flags[i] = value === ABSENT ? 0 : 1;
}

export function hasMany(door: Door, given: unknown, out: unknown): Uint8Array | boolean[] {
  const keys = listOf('hasMany', 'keys', given);
  if (out !== undefined && !types.isUint8Array(out)) wrong(`out must be a Uint8Array, not ${describe(out)}`);
  const results =
    out === undefined ? new Uint8Array(keys.length) : roomIn('out', out, keys.length, Uint8Array);
  const numbers = door.numberKeys ? asNumbers(keys) : undefined;
  if (numbers !== undefined) hasNumbers(door, numbers, results);
  else {
    forEach(keys, (key, i) => {
      results[i] = hasAny(door, key) ? 1 : 0;
    });
  }
  if (out !== undefined) return out;
  return ArrayBuffer.isView(keys) ? results : Array.from(results, (here) => here === 1);
}

export function setMany(door: Door, givenKeys: unknown, givenValues: unknown): void {
  const keys = listOf('setMany', 'keys', givenKeys);
  const values = listOf('setMany', 'values', givenValues);
  if (keys.length !== values.length)
    wrong(`setMany was given ${keys.length} keys and ${values.length} values`);
  if (door.numberKeys && door.numberValues) {
    const numberKeys = asNumbers(keys);
    const numbers = numberKeys && asNumbers(values);
    if (numberKeys !== undefined && numbers !== undefined) {
      setNumbers(door, numberKeys, numbers);
      return;
    }
  }
  forEach(keys, (key, i) => write(door, SET, key, values[i]));
}

/** Entries are taken as they come: there may be more of them than memory to hold them. */
export function setEntries(door: Door, given: unknown): void {
  if (!isIterable(given)) wrong(`setMany takes entries that can be iterated, not ${describe(given)}`);
  let done = 0;
  for (const entry of iterableOf(given, 'setMany takes entries that can be iterated')) {
    if (typeof entry !== 'object' || entry === null || isThenable(entry)) {
      forsake(entry);
      const problem = `setMany takes entries [key, value], not ${describe(entry)}`;
      throw afterSome(sharedMapError('ERR_SHARED_MAP_OPTION', problem), done);
    }
    const [key, value] = [(entry as unknown[])[0], (entry as unknown[])[1]];
    try {
      write(door, SET, key, value);
    } catch (error) {
      throw afterSome(trapped(error), done);
    }
    done++;
  }
}

export function deleteMany(door: Door, given: unknown): number {
  const keys = listOf('deleteMany', 'keys', given);
  const numbers = door.numberKeys ? asNumbers(keys) : undefined;
  if (numbers !== undefined) return removeNumbers(door, numbers);
  let removed = 0;
  forEach(keys, (key) => {
    if (remove(door, key)) removed++;
  });
  return removed;
}
