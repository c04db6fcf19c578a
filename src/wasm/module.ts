import { sharedMapError } from '../errors.js';
import type { KernelExports } from './exports.js';
import { kernelBytes } from './kernel-bytes.js';
import { PAGE } from './scratch.js';
import { type CompiledModule, type SharedMemory, wasm } from './web-assembly.js';

// The kernel as a module. First what it and its memory say of themselves (layout.ts in the kernel).

export const LAYOUT_VERSION = 5;
export const MAGIC = 0x70616d74;
/** Threads that may be attached to one map. */
export const MAX_THREADS = 256;
/** Bytes of the scratch of all slots, behind `maxBytes`: untouched, and so without cost, until a thread takes the slot. */
export const SCRATCH_AREA = MAX_THREADS * PAGE;

let shared: CompiledModule | undefined;

/** The kernel, compiled once in a thread; handles carry it to the others. Throws ERR_SHARED_MAP_PLATFORM. */
export function kernelModule(): CompiledModule {
  if (shared !== undefined) return shared;
  const { Module } = wasm;
  try {
    shared = new Module(Buffer.from(kernelBytes, 'base64'));
    return shared;
  } catch (cause) {
    throw sharedMapError(
      'ERR_SHARED_MAP_PLATFORM',
      "this process does not compile the map's kernel: the cause says which limit or setting forbids it",
      cause,
    );
  }
}

/** The functions of a module that comes from a handle, so may be any. */
export function instantiate(module: CompiledModule, memory: SharedMemory): KernelExports {
  let exports: KernelExports | undefined;
  let cause: unknown;
  try {
    // A copy: the exports object itself is in dictionary mode, a hash look-up per call.
    exports = { ...(new wasm.Instance(module, { env: { memory } }).exports as KernelExports) };
  } catch (error) {
    cause = error;
  }
  if (exports?.LAYOUT_VERSION?.value === LAYOUT_VERSION) return exports;
  throw sharedMapError(
    'ERR_SHARED_MAP_HANDLE',
    'the module of this handle is not the kernel of a map',
    cause,
  );
}
