import { SharedMap, type SharedMapHandle } from 'threadmap';
import { type BenchMap, defineSubject, type Key, type MapPlan, type Value } from './subject.js';

/** The largest that a map may have: reserved, not committed. */
const MAX_BYTES = 4 * 2 ** 30 - 2 ** 24;

/** A map as a plan asks for it. */
export function makeMap({ keys, values, entries, presized }: MapPlan) {
  const map = new SharedMap({
    key: keys === 'int' ? 'number' : 'string',
    value: values === 'number' ? 'number' : 'any',
    capacity: presized ? entries : 0,
    maxBytes: MAX_BYTES,
  });
  return { handle: map.handle, close: () => map.detach() };
}

type AnyMap = SharedMap<Key, Value>;

/** Its own methods, with their own names; `range` is its iteration. */
export function asBenchMap(map: AnyMap): BenchMap {
  const measured = map as AnyMap & BenchMap;
  Object.defineProperty(measured, 'range', {
    value: (visit: (key: Key, value: Value) => boolean) => {
      for (const [key, value] of map) if (!visit(key, value)) return;
    },
  });
  return measured;
}

export default defineSubject({
  name: 'threadmap',
  title: 'threadmap',
  module: import.meta.url,
  sharing: 'shared',
  keys: ['int', 'string', 'fresh', 'long'],
  values: ['number', 'object'],
  operations: [
    ...(['get', 'has', 'set', 'delete', 'insert', 'add', 'compareAndSet', 'modify'] as const),
    ...(['getAndSet', 'getAndDelete', 'compareAndDelete', 'range', 'clear'] as const),
  ].filter(
    (operation) => operation === 'modify' || operation === 'range' || operation in SharedMap.prototype,
  ),
  notes: ['Objects are values of kind any: each set encodes, each get decodes a copy.'],
  create: makeMap,
  attach(handle) {
    return asBenchMap(SharedMap.attach(handle as SharedMapHandle<Key, Value>));
  },
});
