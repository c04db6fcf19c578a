import type { SharedMap } from 'threadmap';
import type { Call } from './history-log.js';
import { NOT_NUMBER } from './key-model.js';

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
