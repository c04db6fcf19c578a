import { randomBytes } from 'node:crypto';
import { describe, sharedMapError } from './errors.js';
import { Kernel, kernelModule, LAYOUT_VERSION, MAGIC } from './kernel.js';
import { type Codec, isCodec, type KeyKind, type Settings, type ValueKind } from './options.js';
import { type CompiledModule, type SharedMemory, wasm } from './wasm.js';

const HANDLE_MAGIC = 'threadmap';
/** Words of the header that a handle is checked against (layout.ts in the kernel). */
const H_VERSION = 1;
const H_MAX_BYTES = 2;
const H_ID = 8;

declare const types: unique symbol;

/**
 * What crosses threads: plain and clonable, by `workerData`, `postMessage`, `setEnvironmentData` or a pool's task.
 * It holds the memory (shared, not copied), the compiled kernel and what the map was made with.
 */
export interface SharedMapHandle<K, V> {
  readonly magic: 'threadmap';
  /** Layout of the shared memory: both sides must agree. */
  readonly layout: number;
  /** Names the map; two handles with one id are the same map. */
  readonly id: string;
  readonly key: KeyKind;
  readonly value: ValueKind | 'codec';
  /** Name of the codec, or null. */
  readonly codec: string | null;
  readonly memory: SharedMemory;
  readonly module: CompiledModule;
  /** Never there: carries the types. */
  readonly [types]?: [K, V];
}

export type AnyHandle = SharedMapHandle<unknown, unknown>;

/** Makes memory and an empty map in it. Throws ERR_SHARED_MAP_OPTION when the system refuses the memory or it is too small. */
export function createMap(
  settings: Settings,
  module = kernelModule(),
): { handle: AnyHandle; kernel: Kernel } {
  const pages = settings.maxBytes / 65536;
  let memory: SharedMemory;
  try {
    // initial = maximum: another thread's memory.grow would make accesses trap, and untouched pages cost nothing.
    memory = new wasm.Memory({ initial: pages, maximum: pages, shared: true });
  } catch (cause) {
    throw sharedMapError(
      'ERR_SHARED_MAP_OPTION',
      `the system refuses ${settings.maxBytes} bytes of memory: use a smaller maxBytes`,
      cause,
    );
  }
  const random = randomBytes(32);
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
    new Uint8Array(memory.buffer, H_ID * 4, 16).set(id);
  });
  const handle: AnyHandle = {
    magic: HANDLE_MAGIC,
    layout: LAYOUT_VERSION,
    id: id.toString('hex'),
    key: settings.key,
    value: settings.value,
    codec: settings.codec?.name ?? null,
    memory,
    module,
  };
  return { handle, kernel };
}

function bad(message: string): never {
  throw sharedMapError('ERR_SHARED_MAP_HANDLE', message);
}

/** Is this the handle of a map of this layout? Throws ERR_SHARED_MAP_HANDLE or ERR_SHARED_MAP_VERSION. */
export function verifyHandle(value: unknown): AnyHandle {
  if (typeof value !== 'object' || value === null)
    bad(`SharedMap.attach takes map.handle, not ${describe(value)}`);
  const handle = value as Partial<AnyHandle> & { handle?: { magic?: unknown } };
  if (handle.magic !== HANDLE_MAGIC) {
    if (handle.handle?.magic === HANDLE_MAGIC) {
      bad(
        'this is a SharedMap, or a clone of one, which has lost its methods on the way: send map.handle instead',
      );
    }
    bad(`SharedMap.attach takes map.handle, not ${describe(value)}`);
  }
  if (handle.layout !== LAYOUT_VERSION) {
    throw sharedMapError(
      'ERR_SHARED_MAP_VERSION',
      `this handle is of layout ${String(handle.layout)}, this threadmap knows ${LAYOUT_VERSION}: use one version in all threads`,
    );
  }
  const { memory, module } = handle;
  if (!(memory instanceof wasm.Memory) || !(memory.buffer instanceof SharedArrayBuffer))
    bad('this handle has no shared memory');
  if (!(module instanceof wasm.Module)) bad('this handle has no kernel');
  if (!['any', 'string', 'number'].includes(handle.key as string))
    bad(`this handle has an unknown kind of key: ${describe(handle.key)}`);
  if (!['any', 'number', 'string', 'bytes', 'json', 'codec'].includes(handle.value as string)) {
    bad(`this handle has an unknown kind of value: ${describe(handle.value)}`);
  }
  const header = new Uint32Array(memory.buffer, 0, 16);
  if (header[0] !== MAGIC) bad('the memory of this handle holds no map');
  if (header[H_VERSION] !== LAYOUT_VERSION) {
    throw sharedMapError(
      'ERR_SHARED_MAP_VERSION',
      `this map is of layout ${header[H_VERSION]}, this threadmap knows ${LAYOUT_VERSION}`,
    );
  }
  const id = Buffer.from(memory.buffer, H_ID * 4, 16).toString('hex');
  if (header[H_MAX_BYTES] !== memory.buffer.byteLength || id !== handle.id)
    bad('this handle does not belong to its memory');
  return handle as AnyHandle;
}

/** The settings of a handle's map, with this thread's codec. Throws ERR_SHARED_MAP_CODEC, ERR_SHARED_MAP_OPTION. */
export function handleSettings(
  handle: AnyHandle,
  options: unknown,
): Pick<Settings, 'key' | 'value' | 'codec'> {
  let codec: Codec<unknown> | undefined;
  if (options !== undefined) {
    if (typeof options !== 'object' || options === null) {
      throw sharedMapError(
        'ERR_SHARED_MAP_OPTION',
        `SharedMap.attach takes { value: codec }, not ${describe(options)}`,
      );
    }
    for (const name of Object.keys(options)) {
      if (name !== 'value')
        throw sharedMapError('ERR_SHARED_MAP_OPTION', `SharedMap.attach has no option '${name}': use value`);
    }
    const { value } = options as { value?: unknown };
    if (value !== undefined) {
      if (!isCodec(value)) {
        throw sharedMapError(
          'ERR_SHARED_MAP_OPTION',
          `option value of attach must be a codec, not ${describe(value)}`,
        );
      }
      codec = value;
    }
  }
  if (handle.codec !== (codec?.name ?? null)) {
    throw sharedMapError(
      'ERR_SHARED_MAP_CODEC',
      handle.codec === null
        ? `this map has no codec, but codec '${codec?.name}' was given`
        : `this map's values need codec '${handle.codec}': SharedMap.attach(handle, { value: codec })`,
    );
  }
  return { key: handle.key, value: handle.value, codec };
}
