import type { Random } from '../random.js';
import { dump } from './dumps.js';
import { compareAndDelete, deleteIf, getAndDelete, getAndSet, replace, update } from './exchanges.js';
import {
  add,
  clear,
  compareAndSet,
  get,
  has,
  insert,
  iterate,
  type Key,
  type MapOperation,
  remove,
  set,
  size,
  type Value,
} from './operations.js';
import type { Program } from './scenario.js';

// Programs that are made up: each thread does a few operations on a few keys.

export type Verb = MapOperation['verb'];

const CHANGES: readonly Verb[] = ['set', 'insert', 'delete', 'compareAndSet', 'add'];
/** What gives back or depends on the old value. */
const EXCHANGES: readonly Verb[] = [
  'getAndSet',
  'getAndDelete',
  'compareAndDelete',
  'replace',
  'update',
  'update',
  'deleteIf',
];
const READS: readonly Verb[] = ['get', 'get', 'has'];

export interface Choice {
  readonly keys: readonly Key[];
  /** What each thread may do; without it, one reads and the others do anything to one key. */
  readonly verbs?: readonly (readonly Verb[])[];
  readonly values?: 'numbers' | 'records' | 'both';
  readonly most?: number;
}

/** A value that no other operation of the program brings. */
function value(random: Random, kind: Choice['values'], n: number): Value {
  if (kind === 'numbers' || (kind !== 'records' && random.next() < 0.5)) return 1000 + n;
  return `value-${n}-${'x'.repeat(random.of([0, 3, 12, 40]))}`;
}

function operation(random: Random, choice: Choice, verb: Verb, n: number): MapOperation {
  const key = random.of(choice.keys);
  const fresh = value(random, choice.values ?? 'both', n);
  switch (verb) {
    case 'get':
      return get(key);
    case 'has':
      return has(key);
    case 'delete':
      return remove(key);
    case 'set':
      return set(key, fresh);
    case 'insert':
      return insert(key, fresh);
    case 'add':
      return add(key, 1 + n);
    case 'compareAndSet':
      return compareAndSet(key, value(random, choice.values ?? 'both', random.below(8)), fresh);
    case 'replace':
      return replace(key, fresh);
    case 'getAndSet':
      return getAndSet(key, fresh);
    case 'getAndDelete':
      return getAndDelete(key);
    case 'compareAndDelete':
      return compareAndDelete(key, value(random, choice.values ?? 'both', random.below(8)));
    case 'deleteIf':
      return deleteIf(key, value(random, choice.values ?? 'both', random.below(8)));
    case 'update':
      return update(key, fresh);
    case 'clear':
      return clear(random.next() < 0.5);
    case 'size':
      return size();
    case 'dump':
      return dump();
    default:
      return iterate(random.below(1 << 24));
  }
}

/** Programs of three threads. */
export function programs(choice: Choice): (random: Random) => Program {
  const verbs = choice.verbs ?? [READS, [...CHANGES, ...READS], [...CHANGES, ...READS]];
  return (random) => {
    let n = 0;
    return verbs.map((some) =>
      Array.from({ length: 1 + random.below(choice.most ?? 3) }, () =>
        operation(random, choice, random.of(some), n++),
      ),
    );
  };
}

export { CHANGES, EXCHANGES, READS };
