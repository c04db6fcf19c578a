import { lmdbSubject } from './lmdb-database.js';
import { defineSubject } from './subject.js';

export default defineSubject({
  ...lmdbSubject('snapshot reads'),
  name: 'lmdb-snapshot',
  title: 'lmdb, snapshot reads',
  module: import.meta.url,
  notes: [
    "Without resetReadTxn: a loop reads one old snapshot until its next turn of the event loop, and does not see other threads' puts.",
    'On a file system in memory where there is one, noSync, no cache of its own; values are MessagePack. It is also durable, ordered and open to other processes, which is not measured.',
  ],
});
