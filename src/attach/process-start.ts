import { v8Module } from '../late-modules.js';

/**
 * Runs `run` now. While a startup snapshot is built (`node --build-snapshot`), runs it in each process that starts from
 * it instead: what it makes could not be written into the snapshot, or would not listen in the new process.
 */
export function atProcessStart(run: () => void): void {
  // Nowhere else does a script find none (Node 20 has no Atomics there either; 22 and later have
  // some). node:v8, which knows for certain, is not loaded for nothing.
  const { startupSnapshot } = typeof SharedArrayBuffer === 'undefined' ? v8Module() : {};
  // Node 20 answers 1 or 0.
  if (startupSnapshot?.isBuildingSnapshot()) startupSnapshot.addDeserializeCallback(run);
  else run();
}
