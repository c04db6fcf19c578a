import { serialize } from 'node:v8';
import type { SharedMap } from 'threadmap';
import { expect } from 'vitest';

// Every operation of a SharedMap beside the same one on a Map.

export type Call =
  | { op: 'set' | 'insert' | 'replace' | 'getAndSet' | 'getOrInsert'; key: unknown; value: unknown }
  | { op: 'getOrInsertComputed' | 'getOrDefault' | 'update' | 'merge'; key: unknown; value: unknown }
  | { op: 'compareAndSet'; key: unknown; expected: unknown; value: unknown }
  | { op: 'compareWithCurrent' | 'deleteCurrent'; key: unknown; value: unknown }
  | { op: 'compareAndDelete'; key: unknown; expected: unknown }
  | { op: 'add'; key: unknown; delta: number }
  | { op: Arithmetic; key: unknown; operand: number | bigint }
  | { op: 'get' | 'has' | 'delete' | 'getAndDelete' | 'deleteIf'; key: unknown }
  | { op: 'retain' | 'replaceAll'; share: number }
  | { op: 'clear' | 'isEmpty' | 'size' | 'keys' | 'values' | 'entries' | 'forEach' };

/** On int32 and bigints; `add` among any numbers is told apart, because it may be refused. */
export type Arithmetic = 'sum' | 'min' | 'max' | 'and' | 'or' | 'xor';

export type AnyMap = SharedMap<unknown, unknown>;
export type Model = Map<unknown, unknown>;

/** Are two values the same to compareAndSet: numbers by SameValueZero, the rest by type and content? */
function countsAsEqual(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number') return a === b || Object.is(a, b);
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return Object.is(a, b);
  return (
    a instanceof Uint8Array === b instanceof Uint8Array && Buffer.compare(serialize(a), serialize(b)) === 0
  );
}

/** What is true of some keys, and false of others. */
function isChosen(key: unknown, share: number): boolean {
  return String(key).length % share !== 0;
}

/** What `update` and `replaceAll` make of a value: sometimes nothing. */
function made(old: unknown, key: unknown, value: unknown): unknown {
  return old === undefined || isChosen(key, 5) ? value : undefined;
}

function computed(op: Arithmetic, old: number | bigint, operand: number | bigint): number | bigint {
  const a = BigInt(old);
  const b = BigInt(operand);
  const results: Record<Arithmetic, bigint> = {
    sum: a + b,
    min: a < b ? a : b,
    max: a > b ? a : b,
    and: a & b,
    or: a | b,
    xor: a ^ b,
  };
  return typeof old === 'bigint' ? BigInt.asIntN(64, results[op]) : Number(BigInt.asIntN(32, results[op]));
}

const REFUSED = Symbol('the value that is there is no number');

function onModel(model: Model, call: Call): unknown {
  switch (call.op) {
    case 'set':
      model.set(call.key, call.value);
      return undefined;
    case 'insert':
      if (model.has(call.key)) return false;
      model.set(call.key, call.value);
      return true;
    case 'compareAndSet':
    case 'compareWithCurrent': {
      const current = model.get(call.key);
      const expected =
        call.op === 'compareAndSet' ? call.expected : current === undefined ? call.value : current;
      if (!model.has(call.key) || !countsAsEqual(model.get(call.key), expected)) return false;
      model.set(call.key, call.value);
      return true;
    }
    case 'add': {
      const old = model.has(call.key) ? model.get(call.key) : 0;
      if (typeof old !== 'number') return REFUSED;
      model.set(call.key, old + call.delta);
      return old + call.delta;
    }
    case 'sum':
    case 'min':
    case 'max':
    case 'and':
    case 'or':
    case 'xor': {
      const old = model.get(call.key) as number | bigint | undefined;
      const next = old === undefined ? call.operand : computed(call.op, old, call.operand);
      model.set(call.key, next);
      return next;
    }
    case 'replace':
      if (!model.has(call.key)) return false;
      model.set(call.key, call.value);
      return true;
    case 'getAndSet': {
      const old = model.get(call.key);
      model.set(call.key, call.value);
      return old;
    }
    case 'getAndDelete': {
      const old = model.get(call.key);
      model.delete(call.key);
      return old;
    }
    case 'getOrInsert':
    case 'getOrInsertComputed':
      if (!model.has(call.key)) model.set(call.key, call.value);
      return model.get(call.key);
    case 'getOrDefault':
      return model.has(call.key) ? model.get(call.key) : call.value;
    case 'update': {
      const next = made(model.get(call.key), call.key, call.value);
      if (next === undefined) model.delete(call.key);
      else model.set(call.key, next);
      return next;
    }
    case 'merge': {
      const next = model.has(call.key) ? made(0, call.key, call.value) : call.value;
      if (next === undefined) model.delete(call.key);
      else model.set(call.key, next);
      return next;
    }
    case 'compareAndDelete':
    case 'deleteCurrent': {
      const current = model.get(call.key);
      const expected =
        call.op === 'compareAndDelete' ? call.expected : current === undefined ? call.value : current;
      return model.has(call.key) && countsAsEqual(current, expected) && model.delete(call.key);
    }
    case 'deleteIf':
      return model.has(call.key) && isChosen(call.key, 3) && model.delete(call.key);
    case 'retain': {
      const gone = [...model.keys()].filter((key) => !isChosen(key, call.share));
      for (const key of gone) model.delete(key);
      return gone.length;
    }
    case 'replaceAll': {
      const { size } = model;
      for (const [key, value] of [...model])
        if (!isChosen(key, call.share) || value === undefined) model.delete(key);
      return size;
    }
    case 'isEmpty':
      return model.size === 0;
    case 'get':
      return model.get(call.key);
    case 'has':
      return model.has(call.key);
    case 'delete':
      return model.delete(call.key);
    case 'clear':
      model.clear();
      return undefined;
    default:
      return undefined;
  }
}

function onMap(map: AnyMap, call: Call, current: unknown): unknown {
  switch (call.op) {
    case 'set':
      expect(map.set(call.key, call.value)).toBe(map);
      return undefined;
    case 'insert':
      return map.insert(call.key, call.value);
    case 'compareAndSet':
      return map.compareAndSet(call.key, call.expected, call.value);
    case 'compareWithCurrent':
      // Of an absent key any value may be expected; undefined is none of most kinds.
      return map.compareAndSet(call.key, current === undefined ? call.value : current, call.value);
    case 'add':
      try {
        return map.add(call.key, call.delta);
      } catch (error) {
        if ((error as { code?: string }).code === 'ERR_SHARED_MAP_VALUE_TYPE') return REFUSED;
        throw error;
      }
    case 'sum':
      return map.add(call.key, call.operand as number);
    case 'min':
    case 'max':
    case 'and':
    case 'or':
    case 'xor':
      return map[call.op](call.key, call.operand as number);
    case 'replace':
      return map.replace(call.key, call.value);
    case 'getAndSet':
      return map.getAndSet(call.key, call.value);
    case 'getAndDelete':
      return map.getAndDelete(call.key);
    case 'getOrInsert':
      return map.getOrInsert(call.key, call.value);
    case 'getOrInsertComputed':
      return map.getOrInsertComputed(call.key, () => call.value);
    case 'getOrDefault':
      return map.getOrDefault(call.key, call.value);
    case 'update':
      return map.update(call.key, (old, present) => {
        expect(present).toBe(map.has(call.key));
        expectSame(old, current, 'what update gives its function');
        return made(old, call.key, call.value);
      });
    case 'merge':
      return map.merge(call.key, call.value, (old, value) => {
        expectSame(old, current, 'what merge gives its function');
        expect(value).toBe(call.value);
        return made(0, call.key, value);
      });
    case 'compareAndDelete':
      return map.compareAndDelete(call.key, call.expected);
    case 'deleteCurrent':
      return map.compareAndDelete(call.key, current === undefined ? call.value : current);
    case 'deleteIf':
      return map.deleteIf(call.key, (_value, key) => isChosen(key, 3));
    case 'retain':
      return map.retain((_value, key) => isChosen(key, call.share));
    case 'replaceAll':
      // A value that is put back as it is may need memory that a full map has not.
      return map.replaceAll((value, key) => (isChosen(key, call.share) ? value : undefined));
    case 'isEmpty':
      return map.isEmpty();
    case 'get':
      return map.get(call.key);
    case 'has':
      return map.has(call.key);
    case 'delete':
      return map.delete(call.key);
    case 'clear':
      map.clear();
      return undefined;
    default:
      return undefined;
  }
}

/** toStrictEqual tells -0 from 0 and knows NaN, but takes its time, seconds for long bytes; most results are primitive. */
export function expectSame(actual: unknown, expected: unknown, what: string): void {
  if (expected instanceof Uint8Array && actual instanceof Uint8Array) {
    expect(actual.constructor, what).toBe(Uint8Array);
    expect(Buffer.compare(actual, expected), what).toBe(0);
  } else if (typeof expected === 'object' && expected !== null) expect(actual, what).toStrictEqual(expected);
  else if (!Object.is(actual, expected)) expect(actual, what).toBe(expected);
}

/** The whole content, each entry once, by one of the ways of iteration. */
export function expectContents(map: AnyMap, model: Model, by: string = 'entries'): void {
  expect(map.size).toBe(model.size);
  const seen = new Map<unknown, unknown>();
  let steps = 0;
  const see = (key: unknown, value: unknown): void => {
    seen.set(key, value);
    steps++;
  };
  if (by === 'keys') for (const key of map.keys()) see(key, map.get(key));
  else if (by === 'forEach') {
    map.forEach((value, key) => {
      see(key, value);
    });
  } else for (const [key, value] of map) see(key, value);
  expect(steps).toBe(model.size);
  expect(seen.size).toBe(model.size);
  for (const [key, value] of model) {
    expect(seen.has(key)).toBe(true);
    expectSame(seen.get(key), value, `the value of ${String(key)}`);
  }
}

/** A replaceAll that a full map has ended has deleted some of those that it was to delete, and nothing else. */
function keepWhatIsThere(map: AnyMap, model: Model, share: number): void {
  for (const [key, value] of [...model]) {
    if (map.has(key)) continue;
    expect(isChosen(key, share) && value !== undefined).toBe(false);
    model.delete(key);
  }
}

/** Makes the call on both and compares. Returns whether the map was too full for it, which must change nothing. */
export function callBoth(map: AnyMap, model: Model, call: Call): boolean {
  if (call.op === 'size' || call.op === 'keys' || call.op === 'entries' || call.op === 'forEach') {
    if (call.op === 'size') expect(map.size).toBe(model.size);
    else expectContents(map, model, call.op);
    return false;
  }
  if (call.op === 'values') {
    expect([...map.values()].length).toBe(model.size);
    return false;
  }
  const current = 'key' in call ? model.get(call.key) : undefined;
  let actual: unknown;
  try {
    actual = onMap(map, call, current);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_SHARED_MAP_FULL') throw error;
    if (call.op === 'replaceAll') keepWhatIsThere(map, model, call.share);
    else if ('key' in call)
      expectSame(map.get(call.key), current, `what a full map has at ${String(call.key)}`);
    return true;
  }
  expectSame(
    actual,
    onModel(model, call),
    `${call.op} ${'key' in call ? String(call.key).slice(0, 60) : ''}`,
  );
  return false;
}
