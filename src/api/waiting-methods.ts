import type {
  AbsenceOptions,
  AbsenceSyncOptions,
  WaitOptions,
  WaitSyncOptions,
} from '../operations/wait-options.js';

/** Waiting for other threads. A thread that waits sleeps until a writer wakes it. */
export interface WaitingMethods<K, V> {
  /**
   * With `absent: true` a promise for `undefined`: at once when `key` is not in the map, else as
   * soon as a thread has deleted it or cleared the map. A key that goes and comes back between two
   * looks is not seen. No value is decoded. Cost and errors as of a wait for a value.
   */
  waitFor(key: K, options: AbsenceOptions): Promise<undefined>;

  /**
   * A promise for the value of `key`: at once when it is there, else as soon as a thread has set it; with `until`, for the
   * first value seen that satisfies it. Values that come and go between two looks are not seen. What is found was the
   * key's value at an instant of the call, and its writer's earlier writes are seen too. An absent key never satisfies.
   *
   * A pending wait keeps the event loop alive. It costs each write to the same chain (and each that moves it) one wake-up
   * until it looks again; writes elsewhere, and all while nobody waits, cost what they always do. A waiter may be terminated.
   *
   * With `thread` it ends when that thread has ended, too: at the latest a second after. That costs
   * some looks a second, and nothing is polled otherwise.
   *
   * Rejects, never throws: with ERR_SHARED_MAP_TIMEOUT, _THREAD_ENDED, the signal's reason, what `until` throws,
   * _CALLBACK when that returns a promise; ERR_SHARED_MAP_HANDLE when this thread detaches; _WAIT
   * where the runtime has no Atomics.waitAsync; _KEY_TYPE, _OPTION, and _DECODE as `get`. (Java:
   * CompletableFuture in a ConcurrentHashMap; Go: sync.Cond)
   */
  waitFor(key: K, options?: WaitOptions<V>): Promise<V>;

  /** The same, blocking this thread as `waitForSync` for a value does. */
  waitForSync(key: K, options: AbsenceSyncOptions): undefined;

  /**
   * What `waitFor` does for a value, blocking this thread and everything in its event loop: for
   * workers. Throws where `waitFor` rejects, and ERR_SHARED_MAP_WAIT where it would have to block a
   * thread that may not, as a browser's main thread. A
   * blocked worker can be terminated. (Java: BlockingQueue.take, for a key)
   */
  waitForSync(key: K, options?: WaitSyncOptions<V>): V;
}
