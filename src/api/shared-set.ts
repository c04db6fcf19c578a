import type { SharedSetHandle } from '../attach/set-handle.js';
import type { CareMethods } from './care-methods.js';
import type { SetMethods, SetOperations } from './set-methods.js';

/**
 * One set in shared memory that any number of threads read and write at the same time: a SharedMap whose keys are the
 * values of the set, with all that it promises. `add`, `insert`, `has` and `delete` are linearizable per value.
 * Order is unspecified. Every operation may throw ERR_SHARED_MAP_HANDLE after `detach` and ERR_SHARED_MAP_CORRUPT when
 * the memory was damaged.
 */
export interface SharedSet<T> extends SetMethods<T>, SetOperations<T>, CareMethods {
  /**
   * What other threads attach to: plain and clonable. Without its memory once this thread has let
   * go, as a map's.
   */
  readonly handle: SharedSetHandle<T>;
}
