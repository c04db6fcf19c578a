// The maps that work is done on: Map, or SharedMap of whichever build.

import type { SharedMap, SharedMapHandle } from 'threadmap';
import type { Work } from './work.js';
import type { WorkMap } from './work-loops.js';

export type WorkHandle = SharedMapHandle<number | string, number>;

/** What of a build is used. The kind of key is known at run time only, so its type is a string. */
interface Build {
  readonly SharedMap: {
    new (options: { key: string; value: string; capacity?: number }): SharedMap<number | string, number>;
    attach(handle: WorkHandle): SharedMap<number | string, number>;
  };
}

const load = async (build: string) => ((await import(build)) as Build).SharedMap;

/** An empty map. */
export async function makeMap({ subject, build, keys, entries, presized }: Work): Promise<WorkMap> {
  if (subject === 'Map') return new Map() as unknown as WorkMap;
  const SharedMap = await load(build);
  return new SharedMap({ key: keys, value: 'number', ...(presized ? { capacity: entries } : {}) });
}

/** The map of a handle; without one a Map of this thread. */
export async function openMap(work: Work, handle: WorkHandle | undefined): Promise<WorkMap> {
  return handle === undefined ? await makeMap(work) : (await load(work.build)).attach(handle);
}
