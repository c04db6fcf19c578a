// Every operation of a map, with keys and values of every form: what a damaged map is asked.

import type { Dice } from './hostile-damage.js';
import { type AnyMap, ENTRIES, keyOf, LONG_KEYS, valueFor } from './hostile-maps.js';

export interface Call {
  readonly name: string;
  run(map: AnyMap): unknown;
}

/** More entries than a map of this size can hold: an iteration that lists more has lost its way. */
const TOO_MANY = 1e6;

function walk(iterator: Iterable<unknown>): void {
  let n = 0;
  for (const _ of iterator) if (++n > TOO_MANY) throw new Error('an iteration has no end');
}

/** A function that is called for each entry, and keeps it. */
function counted<T>(result: (value: unknown) => T): (value: unknown) => T {
  let n = 0;
  return (value) => {
    if (++n > TOO_MANY) throw new Error('an iteration has no end');
    return result(value);
  };
}

const wholes: Call[] = [
  { name: 'entries', run: (map) => walk(map) },
  { name: 'keys', run: (map) => walk(map.keys()) },
  { name: 'snapshot', run: (map) => map.snapshot() },
  { name: 'size', run: (map) => map.size },
  { name: 'isEmpty', run: (map) => map.isEmpty() },
  { name: 'stats', run: (map) => map.stats() },
  { name: 'check', run: (map) => map.check() },
];

const large = new Uint8Array(120_000).fill(3);

function readsOf(key: unknown, name: string): Call[] {
  return [
    { name: `get ${name}`, run: (map) => map.get(key) },
    { name: `has ${name}`, run: (map) => map.has(key) },
    { name: `waitForSync ${name}`, run: (map) => map.waitForSync(key, { timeout: 0 }) },
  ];
}

function writesOf(key: unknown, name: string, dice: Dice): Call[] {
  const value = dice.of<unknown>([
    5,
    'short',
    'a text of some length',
    { a: [1] },
    large,
    valueFor(dice.below(99)),
  ]);
  const expected = dice.of<unknown>([
    5,
    'a text of some length',
    { a: [1] },
    large,
    valueFor(dice.below(99)),
  ]);
  return [
    { name: `set ${name}`, run: (map) => map.set(key, value) },
    { name: `insert ${name}`, run: (map) => map.insert(key, value) },
    { name: `compareAndSet ${name}`, run: (map) => map.compareAndSet(key, expected, value) },
    {
      name: `compareAndSet of what is there ${name}`,
      run: (map) => map.compareAndSet(key, map.get(key), value),
    },
    { name: `add ${name}`, run: (map) => map.add(key, 1) },
    { name: `delete ${name}`, run: (map) => map.delete(key) },
    { name: `replace ${name}`, run: (map) => map.replace(key, value) },
    { name: `getAndSet ${name}`, run: (map) => map.getAndSet(key, value) },
    { name: `getAndDelete ${name}`, run: (map) => map.getAndDelete(key) },
    { name: `compareAndDelete ${name}`, run: (map) => map.compareAndDelete(key, expected) },
    { name: `getOrInsert ${name}`, run: (map) => map.getOrInsert(key, value) },
    { name: `update ${name}`, run: (map) => map.update(key, (old, present) => (present ? old : value)) },
    { name: `update to nothing ${name}`, run: (map) => map.update(key, () => undefined) },
    { name: `deleteIf ${name}`, run: (map) => map.deleteIf(key, () => true) },
  ];
}

/** Calls in an order that the dice choose: reads mostly before writes, which may hide what they find, or mend it. */
export function callsOf(dice: Dice): Call[] {
  const keys = Array.from({ length: 14 }, () => keyOf(dice.below(ENTRIES)));
  const named: [unknown, string][] = keys.map((key) => [key, `of key ${String(key)}`]);
  named.push(
    ['large bytes', 'of large bytes'],
    ['large text', 'of large text'],
    ['large object', 'of a large object'],
  );
  named.push([dice.of(LONG_KEYS), 'of a long key'], [`absent${'z'.repeat(30_000)}`, 'of a long absent key']);
  const reads = named.flatMap(([key, name]) => readsOf(key, name));
  const writes = named.flatMap(([key, name]) => writesOf(key, name, dice));
  const some = Array.from({ length: 40 }, () => dice.of(writes));
  const fresh: Call = {
    name: 'set of 300 new keys',
    run(map) {
      for (let n = 0; n < 300; n++) map.set(2e6 + n, n % 3 === 0 ? `a new value ${n}` : n);
    },
  };
  const rest: Call[] = [
    { name: 'reclaim', run: (map) => map.reclaim(dice.of([0, 1, dice.below(2 ** 31)])) },
    { name: 'replaceAll', run: (map) => map.replaceAll(counted((value) => value)) },
    { name: 'retain', run: (map) => map.retain(counted(() => true)) },
    { name: 'clear', run: (map) => map.clear() },
    ...some.slice(0, 5),
    { name: 'entries at the end', run: (map) => walk(map) },
    { name: 'check at the end', run: (map) => map.check() },
    { name: 'detach', run: (map) => map.detach() },
  ];
  const first = dice.below(4) === 0 ? [] : [...wholes, ...reads];
  return [...first, ...some, fresh, ...(dice.below(2) === 0 ? wholes : []), ...rest];
}
