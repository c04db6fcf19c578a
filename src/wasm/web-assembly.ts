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

export const wasm = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;
