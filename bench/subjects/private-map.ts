import { MAP_MOST } from './map.js';
import { MAP_OPERATIONS, MapLike } from './map-like.js';
import { defineSubject } from './subject.js';

export default defineSubject({
  name: 'private-map',
  title: 'private Map per thread',
  module: import.meta.url,
  sharing: 'private',
  keys: ['int', 'string', 'fresh', 'long'],
  values: ['number', 'object'],
  operations: MAP_OPERATIONS,
  mostEntries: MAP_MOST,
  notes: [
    'Each thread has a Map of its own with all entries: memory times threads, and no thread sees what another one writes.',
  ],
  create: () => ({ handle: null, close() {} }),
  attach: () => new MapLike(),
});
