import { MAP_OPERATIONS, MapLike } from './map-like.js';
import { defineSubject } from './subject.js';

/** Map throws above this: V8's limit. */
export const MAP_MOST = 2 ** 24;

export default defineSubject({
  name: 'map',
  title: 'Map, one thread',
  module: import.meta.url,
  sharing: 'single',
  keys: ['int', 'string', 'fresh', 'long'],
  values: ['number', 'object'],
  operations: MAP_OPERATIONS,
  mostEntries: MAP_MOST,
  notes: [
    'The bound: one thread alone, whatever number was asked for; nothing is shared.',
    'Values stay what they are, where other subjects copy them.',
  ],
  create: () => ({ handle: null, close() {} }),
  attach: () => new MapLike(),
});
