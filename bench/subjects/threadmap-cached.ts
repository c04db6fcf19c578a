import { SharedMap, type SharedMapHandle } from 'threadmap';
import { defineSubject, type Key, type MapPlan, type Value } from './subject.js';
import threadmap, { asBenchMap, makeMap } from './threadmap.js';

/** Decoded values that a thread may keep. */
const MOST_KEPT = 2 ** 20;

/** Only where there is something to decode: a number is read as fast as a kept value. */
export default defineSubject({
  ...threadmap,
  kind: 'module',
  name: 'threadmap-cached',
  title: 'threadmap, cacheValues',
  module: import.meta.url,
  values: ['object'],
  notes: [
    'Each thread keeps the objects that it has decoded (cacheValues, room for all entries): a get asks the map whether the value is still the same, and gives the same frozen object again.',
  ],
  create: makeMap,
  attach(handle, { entries }: MapPlan) {
    const cacheValues = Math.min(entries, MOST_KEPT);
    return asBenchMap(SharedMap.attach(handle as SharedMapHandle<Key, Value>, { cacheValues }));
  },
});
