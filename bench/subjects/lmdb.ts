import { lmdbSubject } from './lmdb-database.js';
import { defineSubject } from './subject.js';

export default defineSubject({
  ...lmdbSubject('fresh reads'),
  name: 'lmdb',
  title: 'lmdb',
  module: import.meta.url,
  notes: [
    'Each get begins with resetReadTxn: it sees what other threads have put. Each put is a transaction of its own.',
    'On a file system in memory where there is one, noSync, no cache of its own; values are MessagePack. It is also durable, ordered and open to other processes, which is not measured.',
  ],
});
