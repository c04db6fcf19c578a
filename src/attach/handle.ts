import { describe, sharedMapError } from '../errors.js';
import { cryptoModule } from '../late-modules.js';
import { MIN_BYTES, type Settings } from '../settings/options.js';
import { isModule, sharedBufferOf } from '../wasm/brands.js';
import { Kernel } from '../wasm/kernel.js';
import { kernelModule, LAYOUT_VERSION, MAGIC, SCRATCH_AREA } from '../wasm/module.js';
import { type CompiledModule, needWebAssembly, type SharedMemory } from '../wasm/web-assembly.js';
import { bad, DIGEST_BYTES, digestOf, type HandleKinds, ownFields, verifyKinds } from './handle-kinds.js';
import { reserveMemory } from './memory.js';

const HANDLE_MAGIC = 'threadmap';
/** In the handle of a SharedSet, which has that of a map inside. */
export const SET_MAGIC = 'threadmap-set';
/** Words of the header that a handle is checked against (layout.ts in the kernel). */
const H_VERSION = 1;
const H_MAX_BYTES = 2;
const H_ID = 8;
const H_KINDS = 12;
const ID_BYTES = 16;

declare const typesOf: unique symbol;

/**
 * What crosses threads: plain and clonable, by `workerData`, `postMessage`, `setEnvironmentData` or a pool's task.
 * It holds the memory (shared, not copied), the compiled kernel and what the map was made with.
 */
export interface SharedMapHandle<K, V> extends HandleKinds {
  /** Tells it from other objects. */
  readonly magic: 'threadmap';
  /** Layout of the shared memory: both sides must agree. */
  readonly layout: number;
  /** Names the map; two handles with one id are the same map. */
  readonly id: string;
  /** Shared by all that have the handle. */
  readonly memory: SharedMemory;
  /** The compiled kernel. */
  readonly module: CompiledModule;
  /** Never there: carries the types. */
  readonly [typesOf]?: [K, V];
}

export type AnyHandle = SharedMapHandle<unknown, unknown>;

/** Makes memory and an empty map in it. Throws ERR_SHARED_MAP_MEMORY, ERR_SHARED_MAP_PLATFORM, ERR_SHARED_MAP_OPTION when it is too small. */
export function createMap(
  settings: Omit<Settings, 'cacheValues'>,
  module = kernelModule(),
): { handle: AnyHandle; kernel: Kernel } {
  const memory = reserveMemory(settings.maxBytes);
  const kinds: HandleKinds = {
    key: settings.key,
    value: settings.value,
    codec: settings.codec?.name ?? null,
    fields: settings.record?.declared ?? null,
  };
  const random = cryptoModule().randomBytes(32);
  const id = random.subarray(16);
  const kernel = new Kernel(module, memory, (exports) => {
    const seed = new Uint32Array(random.buffer, random.byteOffset, 4);
    if (
      exports.create(
        settings.maxBytes,
        settings.capacity,
        seed[0] as number,
        seed[1] as number,
        seed[2] as number,
        seed[3] as number,
      ) < 0
    ) {
      throw sharedMapError(
        'ERR_SHARED_MAP_OPTION',
        `capacity ${settings.capacity} does not fit in maxBytes ${settings.maxBytes}`,
      );
    }
    new Uint8Array(memory.buffer, H_ID * 4, ID_BYTES).set(id);
    new Uint8Array(memory.buffer, H_KINDS * 4, DIGEST_BYTES).set(digestOf(kinds));
  });
  const handle: AnyHandle = Object.freeze({
    magic: HANDLE_MAGIC,
    layout: LAYOUT_VERSION,
    id: id.toString('hex'),
    ...kinds,
    memory,
    module,
  } as const);
  return { handle, kernel };
}

/** What a handle says, read once: whatever stands behind its fields, they say nothing else later. */
function readHandle(value: object): Partial<AnyHandle> & { readonly inner: unknown } {
  try {
    const {
      magic,
      layout,
      id,
      key,
      value: kind,
      codec,
      fields,
      memory,
      module,
      handle,
    } = value as Partial<AnyHandle> & {
      handle?: { magic?: unknown } | null;
    };
    const own = { magic, layout, id, key, value: kind, codec, fields: ownFields(fields), memory, module };
    return { ...(own as Partial<AnyHandle>), inner: magic === HANDLE_MAGIC ? undefined : handle?.magic };
  } catch (cause) {
    bad('this handle cannot be read', cause);
  }
}

/** The bytes of a memory that a map can be in. */
function bufferOf(memory: unknown): SharedArrayBuffer {
  if (memory === undefined)
    bad('this handle has no memory: detach() took it from map.handle, so keep the handle before, or copy it');
  const buffer = sharedBufferOf(memory);
  if (buffer === undefined) bad('this handle has no shared memory');
  if (Object.hasOwn(memory as object, 'buffer')) bad('the memory of this handle is disguised');
  if (buffer.byteLength < MIN_BYTES + SCRATCH_AREA) bad('the memory of this handle is too small for a map');
  return buffer;
}

/** The id of the map in a memory: what its handle says. */
export function mapId(buffer: ArrayBufferLike): string {
  return Buffer.from(buffer as SharedArrayBuffer, H_ID * 4, ID_BYTES).toString('hex');
}

/**
 * What `map.handle` is when its thread has let go: it still says which map it was, and holds no
 * memory.
 */
export function withoutMemory(handle: AnyHandle): AnyHandle {
  return Object.freeze({ ...handle, memory: undefined }) as unknown as AnyHandle;
}

/** Is this the handle of a map of this layout? Returns one to trust. Throws ERR_SHARED_MAP_HANDLE, _VERSION or _PLATFORM. */
export function verifyHandle(value: unknown): AnyHandle {
  needWebAssembly();
  if (typeof value !== 'object' || value === null)
    bad(`SharedMap.attach takes map.handle, not ${describe(value)}`);
  const { inner, ...handle } = readHandle(value);
  if (handle.magic !== HANDLE_MAGIC) {
    if (inner === HANDLE_MAGIC) {
      bad(
        'this is a SharedMap, or a clone of one, which has lost its methods on the way: send map.handle instead',
      );
    }
    if ((handle.magic as unknown) === SET_MAGIC)
      bad('this is the handle of a SharedSet: use SharedSet.attach');
    bad(`SharedMap.attach takes map.handle, not ${describe(value)}`);
  }
  if (handle.layout !== LAYOUT_VERSION) {
    throw sharedMapError(
      'ERR_SHARED_MAP_VERSION',
      `this handle is of layout ${describe(handle.layout)}, this threadmap knows ${LAYOUT_VERSION}: use one version in all threads`,
    );
  }
  const buffer = bufferOf(handle.memory);
  if (!isModule(handle.module)) bad('this handle has no kernel');
  verifyKinds(handle);
  const header = new Uint32Array(buffer, 0, 16);
  if (header[0] !== MAGIC) bad('the memory of this handle holds no map');
  if (header[H_VERSION] !== LAYOUT_VERSION) {
    throw sharedMapError(
      'ERR_SHARED_MAP_VERSION',
      `this map is of layout ${header[H_VERSION]}, this threadmap knows ${LAYOUT_VERSION}`,
    );
  }
  if ((header[H_MAX_BYTES] as number) + SCRATCH_AREA !== buffer.byteLength || mapId(buffer) !== handle.id)
    bad('this handle does not belong to its memory');
  if (!digestOf(handle as HandleKinds).equals(Buffer.from(buffer, H_KINDS * 4, DIGEST_BYTES)))
    bad(
      'this handle tells other kinds of key and value than its map was made with: send map.handle as it is',
    );
  return Object.freeze(handle) as AnyHandle;
}
