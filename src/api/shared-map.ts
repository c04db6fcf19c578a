import type { SharedMapHandle } from '../attach/handle.js';
import type { ArithmeticMethods } from './arithmetic-methods.js';
import type { BulkMethods } from './bulk-methods.js';
import type { CareMethods } from './care-methods.js';
import type { ConditionalMethods } from './conditional-methods.js';
import type { IteratingMethods } from './iterating-methods.js';
import type { KeepingMethods } from './keeping-methods.js';
import type { MapMethods } from './map-methods.js';
import type { ReadingMethods } from './reading-methods.js';
import type { ScanMethods } from './scan-methods.js';
import type { UpdatingMethods } from './updating-methods.js';
import type { WaitingMethods } from './waiting-methods.js';

/**
 * One hash map in shared memory that any number of threads read and write at the same time, by synchronous calls
 * that feel like `Map`. Every single-key operation is linearizable; compound ones (`insert`, `compareAndSet`, `update`)
 * are atomic; a `get` that sees a `set` sees all that the writer did before it. Reads take no lock and wait for nobody.
 * Order is unspecified; values are copies. Every operation may throw ERR_SHARED_MAP_HANDLE after `detach` and
 * ERR_SHARED_MAP_CORRUPT when the memory was damaged; every write ERR_SHARED_MAP_BUSY when a thread
 * that holds a lock stands still, and then has changed nothing.
 */
export interface SharedMap<K, V>
  extends MapMethods<K, V>,
    IteratingMethods<K, V>,
    ReadingMethods<K, V>,
    ConditionalMethods<K, V>,
    UpdatingMethods<K, V>,
    BulkMethods<K, V>,
    ScanMethods<K, V>,
    KeepingMethods,
    WaitingMethods<K, V>,
    ArithmeticMethods<K, V>,
    CareMethods {
  /**
   * What other threads attach to: plain and clonable. Without its `memory` once this thread has let
   * go: a handle that was kept from before still attaches.
   */
  readonly handle: SharedMapHandle<K, V>;
}
