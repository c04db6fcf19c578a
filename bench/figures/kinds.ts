// One kind of key and value in a process: get, set or add of keys that are there, in random order, beside a Map.

import { SharedMap } from 'threadmap';
import { type Comparison, type Contenders, compare, type Rounds } from './clock.js';
import { indexBelow, keyAt, next } from './sequence.js';

export interface Kinds extends Rounds {
  readonly key: 'number' | 'int32' | 'bigint' | 'uuid' | 'string';
  readonly value: 'number' | 'int32' | 'bigint' | 'record' | 'one field' | 'string';
  /** Of the strings that are keys or values. */
  readonly units?: number;
  readonly verb: 'get' | 'set' | 'add';
  readonly entries: number;
}

const FIELDS = { record: { x: 'float64', hits: 'int32' }, 'one field': { hits: 'float64' } } as const;

type Value = number | bigint | string | { x?: number; hits: number };
type AnyMap = { get(key: unknown): unknown; set(key: unknown, value: unknown): unknown };

/** A string that no other code holds as a constant, as one from a socket or a file. */
function textAt(index: number, units: number): string {
  const begin = `${keyAt(index)} `;
  return Buffer.from(begin.repeat(Math.ceil(units / begin.length)).slice(0, units)).toString();
}

function keyOf(kind: Kinds['key'], index: number, units: number): unknown {
  if (kind === 'string') return textAt(index, units);
  if (kind === 'bigint') return (BigInt(keyAt(index)) << 31n) + BigInt(index); // as many bits as an id of a database has
  if (kind !== 'uuid') return keyAt(index);
  const digits = (keyAt(index) >>> 0).toString(16).padStart(8, '0');
  return `${digits}-1234-4abc-8def-${digits}5678`;
}

function valueAt(kind: Kinds['value'], index: number, units: number): Value {
  if (kind === 'bigint') return BigInt(index);
  if (kind === 'string') return textAt(index, units);
  if (kind === 'one field') return { hits: index };
  return kind === 'record' ? { x: index / 2, hits: index } : index;
}

/** Something of a value, for a sum that shows it was read. */
function part(value: Value | undefined): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return value.length;
  return typeof value === 'bigint' ? Number(value) : (value as { hits: number }).hits;
}

/** Nanoseconds per operation. Keys and values are made before. */
export function measureKinds({ key, value, verb, entries, units = 0, ...rounds }: Kinds): Comparison {
  const map = new Map<unknown, Value>() as AnyMap;
  const shared = new SharedMap({
    key,
    value: value === 'record' || value === 'one field' ? FIELDS[value] : value,
  } as object);
  const keys = Array.from({ length: entries }, (_, index) => keyOf(key, index, units));
  const values = Array.from({ length: entries }, (_, index) => valueAt(value, index, units));
  for (let index = 0; index < entries; index++) {
    map.set(keys[index], values[index]);
    (shared as unknown as AnyMap).set(keys[index], values[index]);
  }
  const one = value === 'bigint' ? 1n : 1;
  const both = { map, shared: shared as unknown as AnyMap & { add(key: unknown, delta: unknown): unknown } };
  return compare(loops(both, { keys, values, verb, one }), rounds);
}

interface Work {
  readonly keys: readonly unknown[];
  readonly values: readonly Value[];
  readonly verb: Kinds['verb'];
  readonly one: number | bigint;
}

function loops(
  { map, shared }: { map: AnyMap; shared: AnyMap & { add(key: unknown, delta: unknown): unknown } },
  { keys, values, verb, one }: Work,
): Contenders {
  const n = keys.length;
  const each = (work: (key: unknown, index: number) => number) => (count: number, seed: number) => {
    let x = seed;
    let sum = 0;
    for (let q = 0; q < count; q++) {
      x = next(x);
      const index = indexBelow(x, n);
      sum += work(keys[index], index);
    }
    return sum;
  };
  const loop = each((key, index) => (key === undefined ? 1 : part(values[index])));
  if (verb === 'get') {
    return {
      loop,
      map: each((key) => part(map.get(key) as Value)),
      shared: each((key) => part(shared.get(key) as Value)),
    };
  }
  if (verb === 'set') {
    return {
      loop,
      map: each((key, index) => (map.set(key, values[index]) === map ? part(values[index]) : 0)),
      shared: each((key, index) => (shared.set(key, values[index]) === shared ? part(values[index]) : 0)),
    };
  }
  // A Map has no add: it gets and sets.
  return {
    loop,
    map: each((key) => {
      const sum = ((map.get(key) as number) + (one as number)) as Value;
      map.set(key, sum);
      return part(sum);
    }),
    shared: each((key) => part(shared.add(key, one) as Value)),
  };
}
