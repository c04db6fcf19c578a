import { checkCallback } from './errors.js';
import { iterableOf } from './iterable.js';

/**
 * Items by what `callback(item, index)` says of each, in this thread. When the callback throws, the iterator is closed.
 * Throws ERR_SHARED_MAP_ITERABLE, ERR_SHARED_MAP_CALLBACK.
 */
export function groupItems(items: unknown, callback: unknown): Map<unknown, unknown[]> {
  const iterable = iterableOf(items, 'groupBy takes an iterable of items');
  checkCallback('groupBy', callback);
  const groups = new Map<unknown, unknown[]>();
  let index = 0;
  for (const item of iterable) {
    const key = Reflect.apply(callback as () => unknown, undefined, [item, index++]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
