import type * as Crypto from 'node:crypto';
import process from 'node:process';
import type * as V8 from 'node:v8';
import type * as WorkerThreads from 'node:worker_threads';

// Modules of Node that are loaded at their first use, never by the import. A module that was loaded while a startup snapshot
// was built breaks the Workers of the processes that start from it: with node:worker_threads none can start (Node 20 and
// 22); with node:v8 (from 22 on) and node:crypto (from 24 on) the process crashes when a Worker loads that module again.

let crypto: typeof Crypto | undefined;

export function cryptoModule(): typeof Crypto {
  crypto ??= process.getBuiltinModule('node:crypto');
  return crypto;
}

/** What there is of it: a runtime may lack any part. */
export function v8Module(): Partial<typeof V8> {
  return process.getBuiltinModule('node:v8') ?? {};
}

/** What there is of it. */
export function workerThreads(): typeof WorkerThreads {
  return process.getBuiltinModule('node:worker_threads');
}

/** The number of this thread, unique in the process. */
export function currentThreadId(): number {
  return workerThreads().threadId;
}
