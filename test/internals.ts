import { readFileSync } from 'node:fs';
import { type AnyKey, SharedMap } from 'threadmap';

// What is inside the package, for tests that need more than its users get: the built files, with the types of src.

type ArgumentModule = typeof import('../src/codec/argument.js');
type BrandsModule = typeof import('../src/wasm/brands.js');
type DoorOfModule = typeof import('../src/attach/door-of.js');
type FieldsModule = typeof import('../src/settings/fields.js');
type HandleModule = typeof import('../src/attach/handle.js');
type KernelClass = typeof import('../src/wasm/kernel.js');
type KernelModule = typeof import('../src/wasm/module.js');
type ErrorsModule = typeof import('../src/errors.js');
type EncodeModule = typeof import('../src/structured/encode.js');
type DecodeModule = typeof import('../src/structured/decode.js');
type NamesModule = typeof import('../src/structured/names.js');
type ReadShapes = typeof import('../src/structured/shapes-read.js');
type WrittenShapes = typeof import('../src/structured/shapes-written.js');
type RefusedModule = typeof import('../src/structured/refused.js');
type SnapshotFormat1 = typeof import('../src/snapshot/format-1.js');
type SnapshotFormat = typeof import('../src/snapshot/format.js');
type UndecodableModule = typeof import('../src/structured/undecodable.js');
type V8ValueModule = typeof import('../src/structured/v8-value.js');
type TextModule = typeof import('../src/codec/text.js');
type WasmModule = typeof import('../src/wasm/web-assembly.js');
type WritingModule = typeof import('../src/access/writing.js');
type Settings = import('../src/settings/options.js').Settings;

/** The same file that 'threadmap' loads, so the same instance of it. The address is no literal: dist may not be there yet. */
function inside<T>(file: string): Promise<T> {
  return import(new URL(`../dist/src/${file}.js`, import.meta.url).href) as Promise<T>;
}

export const { Argument, LentArgument } = await inside<ArgumentModule>('codec/argument');
export const { assign, COMPARE, SET } = await inside<WritingModule>('access/writing');
export const { doorOf } = await inside<DoorOfModule>('attach/door-of');
export const { isTrap } = await inside<BrandsModule>('wasm/brands');
export const { layoutOf } = await inside<FieldsModule>('settings/fields');
export const { createMap } = await inside<HandleModule>('attach/handle');
export const { Kernel } = await inside<KernelClass>('wasm/kernel');
export const { LAYOUT_VERSION } = await inside<KernelModule>('wasm/module');
export const { describe: describeValue } = await inside<ErrorsModule>('errors');
export const { encode, encodedCopy } = await inside<EncodeModule>('structured/encode');
export const { decode } = await inside<DecodeModule>('structured/decode');
export const { hashOf } = await inside<NamesModule>('structured/names');
export const readShapes = await inside<ReadShapes>('structured/shapes-read');
export const writtenShapes = await inside<WrittenShapes>('structured/shapes-written');
export const { Refused } = await inside<RefusedModule>('structured/refused');
export const { Undecodable } = await inside<UndecodableModule>('structured/undecodable');
export const { v8Value } = await inside<V8ValueModule>('structured/v8-value');
export const { textBytes, writeText } = await inside<TextModule>('codec/text');
export const { structuredOf1 } = await inside<SnapshotFormat1>('snapshot/format-1');
export const snapshotFormat = await inside<SnapshotFormat>('snapshot/format');
const { wasm } = await inside<WasmModule>('wasm/web-assembly');

/** The real hash, one with a few distinct values, one with a single value. */
export const HASHES = ['real', 'few', 'constant'] as const;
export type Hash = (typeof HASHES)[number];

const MiB = 2 ** 20;
const FILES = { real: 'threadmap', few: 'few', constant: 'constant' };
const modules = new Map<Hash, object>();

function moduleOf(hash: Hash): object {
  let module = modules.get(hash);
  if (module === undefined) {
    module = new wasm.Module(readFileSync(new URL(`../dist/kernel/${FILES[hash]}.wasm`, import.meta.url)));
    modules.set(hash, module);
  }
  return module;
}

/** A map whose kernel hashes as told; everything else is as `new SharedMap` makes it. */
export function mapWithHash<K = AnyKey, V = unknown>(
  hash: Hash,
  options: Partial<Pick<Settings, 'key' | 'value' | 'record' | 'maxBytes' | 'capacity'>> = {},
): SharedMap<K, V> {
  const settings: Settings = {
    key: 'any',
    value: 'any',
    codec: undefined,
    record: undefined,
    capacity: 0,
    maxBytes: 64 * MiB,
    cacheValues: 0,
    ...options,
  };
  const { handle, kernel } = createMap(settings, moduleOf(hash));
  kernel.detach(); // its slot is for the map below
  return SharedMap.attach(handle) as unknown as SharedMap<K, V>;
}
