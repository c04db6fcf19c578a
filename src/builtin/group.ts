import { types } from 'node:util';
import { canonicalKey, keptKey } from '../codec/key.js';
import { plainAnswer } from '../codec/thenable.js';
import { checkCallback } from '../errors.js';
import type { KeyKind } from '../settings/kinds.js';
import { iterableOf } from './iterable.js';

/** What is the same for keys that are the same to a map. */
function nameOf(kind: KeyKind, key: unknown): unknown {
  if (types.isUint8Array(key)) return Buffer.from(key.buffer, key.byteOffset, key.length).toString('latin1');
  return typeof key === 'string' ? canonicalKey(kind, key) : key;
}

/**
 * Items by what `callback(item, index)` says of each, keys of one kind, in this thread. When something throws on the way,
 * the iterator is closed. Throws ERR_SHARED_MAP_ITERABLE, ERR_SHARED_MAP_CALLBACK, ERR_SHARED_MAP_KEY_TYPE.
 */
export function groupItems(
  items: unknown,
  callback: unknown,
  kind: KeyKind,
): Iterable<readonly [unknown, unknown[]]> {
  const iterable = iterableOf(items, 'groupBy takes an iterable of items');
  checkCallback('groupBy', callback);
  const groups = new Map<unknown, readonly [unknown, unknown[]]>();
  let index = 0;
  for (const item of iterable) {
    const said = Reflect.apply(callback as () => unknown, undefined, [item, index++]);
    const key = keptKey(kind, plainAnswer('the function of groupBy', said));
    const name = nameOf(kind, key);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [key, [item]]);
    else group[1].push(item);
  }
  return groups.values();
}
