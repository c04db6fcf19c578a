import type { SharedMap } from 'threadmap';
import type { Call } from './history-log.js';
import { codeOf } from './history-values.js';
import { answersValue, NOT_NUMBER } from './key-model.js';

type AnyMap = SharedMap<unknown, unknown>;

/** Makes a call. What it writes and compares with was made before, so that the clocks around it tell of the map alone. */
export function perform(
  map: AnyMap,
  key: unknown,
  call: Pick<Call, 'verb' | 'argument'>,
  value: unknown,
  expected: unknown,
): unknown {
  switch (call.verb) {
    case 'get':
      return map.get(key);
    case 'has':
      return map.has(key);
    case 'set':
      return map.set(key, value);
    case 'delete':
      return map.delete(key);
    case 'insert':
      return map.insert(key, value);
    case 'compareAndSet':
      return map.compareAndSet(key, expected, value);
    case 'getAndSet':
      return map.getAndSet(key, value);
    case 'getAndDelete':
      return map.getAndDelete(key);
    case 'compareAndDelete':
      return map.compareAndDelete(key, expected);
    case 'replace':
      return map.replace(key, value);
    case 'getOrInsert':
      return map.getOrInsert(key, value);
    case 'update': {
      let old: unknown;
      map.update(key, (found) => {
        old = found;
        return value;
      });
      return old;
    }
    case 'deleteIf':
      return map.deleteIf(key, (found) => found === expected);
    case 'add':
      return addOr(map, key, call.argument);
  }
}

function addOr(map: AnyMap, key: unknown, delta: number): number {
  try {
    return map.add(key, delta);
  } catch (error) {
    if ((error as { code?: string }).code === 'ERR_SHARED_MAP_VALUE_TYPE') return NOT_NUMBER;
    throw error;
  }
}

/** What a call has answered, as a number. */
export function resultOf(verb: Call['verb'], answer: unknown): number {
  if (verb === 'set') return 0;
  return answersValue(verb) ? codeOf(answer) : Number(answer);
}
