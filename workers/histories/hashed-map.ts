// Maps whose kernel hashes as told, and kernels from another folder: what a changed kernel does can be looked at.

import { readFileSync } from 'node:fs';
import { SharedMap } from 'threadmap';
import { createMap } from '../../src/attach/handle.js';
import { type CompiledModule, wasm } from '../../src/wasm/web-assembly.js';

/** The real hash, one with a few distinct values, one with a single value. */
export const HASHES = ['real', 'few', 'constant'] as const;
export type Hash = (typeof HASHES)[number];

const FILES = { real: 'threadmap', few: 'few', constant: 'constant' };
const modules = new Map<Hash, CompiledModule>();

function moduleOf(hash: Hash): CompiledModule {
  let module = modules.get(hash);
  if (module === undefined) {
    const folder = process.env.KERNELS ?? new URL('../../kernel', import.meta.url).pathname;
    module = new wasm.Module(readFileSync(`${folder}/${FILES[hash]}.wasm`));
    modules.set(hash, module);
  }
  return module;
}

/** A map of keys and values of any kind; but for its kernel as `new SharedMap` makes it. */
export function mapWithHash(hash: Hash, maxBytes: number): SharedMap<unknown, unknown> {
  const settings = { key: 'any', value: 'any', codec: undefined, capacity: 0, maxBytes } as const;
  const { handle, kernel } = createMap(settings, moduleOf(hash));
  kernel.detach(); // its slot is for the map below
  return SharedMap.attach(handle);
}
