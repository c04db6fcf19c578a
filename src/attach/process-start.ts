import * as v8 from 'node:v8';

/** Node's startup snapshots: other runtimes have none. */
interface StartupSnapshot {
  isBuildingSnapshot(): boolean;
  addDeserializeCallback(run: () => void): void;
}

/**
 * Runs `run` now. While a startup snapshot is built (`node --build-snapshot`), runs it in each process that starts from
 * it instead: what it makes could not be written into the snapshot, or would not listen in the new process.
 */
export function atProcessStart(run: () => void): void {
  const { startupSnapshot } = v8 as { startupSnapshot?: StartupSnapshot };
  if (startupSnapshot?.isBuildingSnapshot?.() === true) startupSnapshot.addDeserializeCallback(run);
  else run();
}
