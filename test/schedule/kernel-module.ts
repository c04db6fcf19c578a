import { readFileSync } from 'node:fs';

// Loading the kernels under test. `scheduled*` yields before each access to shared memory; the plain one of the same
// hash sets tables up and looks them over. Another folder of kernels (KERNELS) shows what a changed kernel does.

export interface SharedMemory {
  readonly buffer: SharedArrayBuffer;
}

interface WasmGlobal {
  value: number | bigint;
}

/** What the scheduled build calls. */
export interface Watcher {
  /** Before each access to shared memory. */
  readonly point: () => void;
  /** Before each store, after its point. */
  readonly wrote: (address: number, size: number) => void;
  /** In place of `notify`. */
  readonly woke: (address: number) => void;
}

interface WebAssemblyInterface {
  readonly Memory: new (limits: { initial: number; maximum: number; shared: true }) => SharedMemory;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { env: { memory: SharedMemory } & Watcher },
  ) => { readonly exports: Record<string, unknown> };
}

export const wasm = (globalThis as unknown as { WebAssembly: WebAssemblyInterface }).WebAssembly;

/** What the real hash is replaced by: nothing, a few distinct values, one value. */
export type Hash = 'real' | 'few' | 'constant';

type Numbers = (...numbers: number[]) => number;

/** The kernel's functions, by name; in the scheduled build asyncify's too. */
export type KernelFunctions = Readonly<Record<string, Numbers>>;

const FOLDER = process.env.KERNELS ?? new URL('../../dist/kernel', import.meta.url).pathname;
const FILES: Record<string, string> = {
  'real plain': 'threadmap',
  'few plain': 'few',
  'constant plain': 'constant',
  'real scheduled': 'scheduled',
  'few scheduled': 'scheduled-few',
  'constant scheduled': 'scheduled-constant',
};

const modules = new Map<string, object>();

function load(hash: Hash, build: 'plain' | 'scheduled'): object {
  const name = `${hash} ${build}`;
  let module = modules.get(name);
  if (module === undefined) {
    const bytes = readFileSync(`${FOLDER}/${FILES[name]}.wasm`);
    module = new wasm.Module(build === 'scheduled' ? exportGlobals(bytes) : bytes);
    modules.set(name, module);
  }
  return module;
}

export interface LoadedKernel {
  readonly functions: KernelFunctions;
  /** The instance's variables, so that its state can be put back: scheduled build only. */
  readonly globals: readonly WasmGlobal[];
}

/** An instance of the kernel on this memory: the scheduled one with a watcher, else the plain one of the same hash. */
export function instantiate(hash: Hash, memory: SharedMemory, watcher?: Watcher): LoadedKernel {
  const env = { memory, ...(watcher ?? idle) };
  const module = load(hash, watcher === undefined ? 'plain' : 'scheduled');
  const { exports } = new wasm.Instance(module, { env });
  const globals = Object.keys(exports)
    .filter((name) => name.startsWith(GLOBAL_PREFIX))
    .map((name) => exports[name] as WasmGlobal);
  return { functions: { ...exports } as KernelFunctions, globals };
}

const idle: Watcher = { point() {}, wrote() {}, woke() {} };

const GLOBAL_PREFIX = 'global:';
const GLOBAL_SECTION = 6;
const EXPORT_SECTION = 7;

/** Numbers of a WebAssembly binary, read one after the other. */
class Reader {
  at: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  byte(): number {
    return this.bytes[this.at++] as number;
  }

  /** An LEB128 number; whether it was signed does not matter here. */
  leb(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
  }

  /** Passes over a constant expression. */
  constant(): void {
    const opcode = this.byte();
    if (opcode === 0x43) this.at += 4;
    else if (opcode === 0x44) this.at += 8;
    else this.leb();
    if (this.byte() !== 0x0b) throw new Error('a global with an initial value that is not a plain constant');
  }
}

function leb(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) | 0x80, ...leb(Math.floor(value / 128))];
}

/** Exports every mutable global of a module, without which the state of an instance cannot be put back. */
function exportGlobals(bytes: Uint8Array): Uint8Array {
  const out: number[] = [...bytes.subarray(0, 8)];
  const added: number[] = [];
  let count = 0;
  const reader = new Reader(bytes, 8);
  while (reader.at < bytes.length) {
    const begin = reader.at;
    const id = reader.byte();
    const size = reader.leb();
    const body = reader.at;
    if (id === GLOBAL_SECTION) {
      const globals = reader.leb();
      for (let index = 0; index < globals; index++) {
        reader.byte(); // its type
        const mutable = reader.byte() === 1;
        reader.constant();
        if (!mutable) continue;
        const name = Buffer.from(`${GLOBAL_PREFIX}${index}`);
        added.push(...leb(name.length), ...name, 3, ...leb(index));
        count++;
      }
    }
    reader.at = body;
    if (id === EXPORT_SECTION) {
      const exported = leb(reader.leb() + count);
      const rest = bytes.subarray(reader.at, body + size);
      out.push(id, ...leb(exported.length + rest.length + added.length), ...exported, ...rest, ...added);
    } else {
      for (const byte of bytes.subarray(begin, body + size)) out.push(byte);
    }
    reader.at = body + size;
  }
  return Uint8Array.from(out);
}
