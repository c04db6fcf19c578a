import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os';
import type { Machine } from './results.js';

export function describeMachine(): Machine {
  const { node, v8 } = process.versions;
  return {
    cpu: cpus()[0]?.model.trim() || process.arch,
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    system: `${type()} ${release()} ${process.arch}`,
    node,
    v8,
    load: process.platform === 'win32' ? null : (loadavg()[0] as number),
  };
}

/** Context switches of this process so far. */
export function contextSwitches(): { voluntary: number; involuntary: number } | null {
  if (process.platform === 'win32') return null;
  const { voluntaryContextSwitches, involuntaryContextSwitches } = process.resourceUsage();
  return { voluntary: voluntaryContextSwitches, involuntary: involuntaryContextSwitches };
}
