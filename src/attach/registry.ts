import type { Kernel } from '../wasm/kernel.js';
import { onThreadEnd } from './evidence.js';
import { atProcessStart } from './process-start.js';

// The maps of this thread, by id: attaching twice gives the same instance. Kept on globalThis, so that two copies of
// this library in one thread share them, and weakly, so that a map nobody uses any more gives its slot back.

interface Attached {
  reclaim(threadId: number): boolean;
  detach(): void;
}

interface Registry {
  readonly maps: Map<string, WeakRef<Attached>>;
  readonly dropped: FinalizationRegistry<{ id: string; kernel: Kernel }>;
}

const place = Symbol.for('threadmap.maps.layout2');
const scope = globalThis as { [place]?: Registry };

/** Nobody has called, so there is nobody to tell: who uses the map next hears that it is damaged. */
function unlessDamaged(call: () => unknown): void {
  try {
    call();
  } catch {}
}

function registry(): Registry {
  if (scope[place] === undefined) {
    const maps = new Map<string, WeakRef<Attached>>();
    const dropped = new FinalizationRegistry<{ id: string; kernel: Kernel }>(({ id, kernel }) => {
      unlessDamaged(() => kernel.detach());
      if (maps.get(id)?.deref() === undefined) maps.delete(id);
    });
    scope[place] = { maps, dropped };
    onThreadEnd((threadId) => {
      for (const ref of maps.values()) unlessDamaged(() => ref.deref()?.reclaim(threadId));
    });
  }
  return scope[place];
}

// Not at the first map: a Worker that was made before it would go unnoticed.
atProcessStart(registry);

/** This thread's instance of the map with this id, if it has one. */
export function attachedMap(id: string): object | undefined {
  return registry().maps.get(id)?.deref();
}

export function register(id: string, map: Attached, kernel: Kernel): void {
  const { maps, dropped } = registry();
  maps.set(id, new WeakRef(map));
  dropped.register(map, { id, kernel }, map);
}

export function unregister(id: string, map: Attached): void {
  const { maps, dropped } = registry();
  if (maps.get(id)?.deref() === map) maps.delete(id);
  dropped.unregister(map);
}
