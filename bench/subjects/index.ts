// All subjects of the project, in the order of tables.

import ems from './ems.js';
import goSyncMap from './go-sync-map.js';
import goSyncMapOld from './go-sync-map-old.js';
import javaConcurrentHashMap from './java-concurrent-hash-map.js';
import lmdb from './lmdb.js';
import lmdbBatched from './lmdb-batched.js';
import lmdbSnapshot from './lmdb-snapshot.js';
import map from './map.js';
import messageMap from './message-map.js';
import messageMapPipelined from './message-map-pipelined.js';
import privateMap from './private-map.js';
import redis from './redis.js';
import sharedmap from './sharedmap.js';
import type { BenchSubject } from './subject.js';
import threadmap from './threadmap.js';
import threadmapCached from './threadmap-cached.js';

export const subjects: readonly BenchSubject[] = [
  ...[threadmap, threadmapCached, map, privateMap, messageMap, messageMapPipelined],
  ...[sharedmap, lmdb, lmdbSnapshot, lmdbBatched, ems, redis],
  ...[goSyncMap, goSyncMapOld, javaConcurrentHashMap],
];
