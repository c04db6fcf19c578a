import { sharedMapError } from '../errors.js';

// The few parts of WebAssembly's JavaScript interface that are used here. Neither ES2022 nor Node 20's types declare
// them, and the published types must not need the DOM's.

/** A WebAssembly.Memory that threads share. */
export interface SharedMemory {
  /** Its bytes. */
  readonly buffer: SharedArrayBuffer;
}

/** A compiled WebAssembly.Module. */
export type CompiledModule = object;

interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => CompiledModule;
  readonly Instance: new (
    module: CompiledModule,
    imports: { env: { memory: SharedMemory } },
  ) => { readonly exports: object };
  readonly RuntimeError: new (message?: string) => Error;
}

/**
 * WebAssembly of this process, looked up at each use: while a startup snapshot is built there is none, and under
 * --jitless there never is. Throws ERR_SHARED_MAP_PLATFORM.
 */
function webAssembly(): WebAssemblyInterface {
  const found = (globalThis as { WebAssembly?: WebAssemblyInterface }).WebAssembly;
  if (found !== undefined) return found;
  throw sharedMapError(
    'ERR_SHARED_MAP_PLATFORM',
    'this process has no WebAssembly, and the map runs in it: start node without --jitless, and ' +
      'make maps after a startup snapshot is loaded, not while it is built',
  );
}

/** The classes of WebAssembly. Reading one throws ERR_SHARED_MAP_PLATFORM where there are none. */
export const wasm: WebAssemblyInterface = {
  get Memory() {
    return webAssembly().Memory;
  },
  get Module() {
    return webAssembly().Module;
  },
  get Instance() {
    return webAssembly().Instance;
  },
  get RuntimeError() {
    return webAssembly().RuntimeError;
  },
};

/** Throws ERR_SHARED_MAP_PLATFORM where no map can be. */
export function needWebAssembly(): void {
  webAssembly();
}
