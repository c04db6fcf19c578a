import { lmdbSubject } from './lmdb-database.js';
import { defineSubject } from './subject.js';

export default defineSubject({
  ...lmdbSubject('batched puts'),
  name: 'lmdb-batched',
  title: 'lmdb, batched puts',
  module: import.meta.url,
  notes: [
    'Puts are gathered and made 100 in one transaction; a get does not see those that are gathered, and a new snapshot is taken after each batch.',
    'On a file system in memory where there is one, noSync, no cache of its own; values are MessagePack. It is also durable, ordered and open to other processes, which is not measured.',
  ],
});
