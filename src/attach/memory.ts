import process from 'node:process';
import { sharedMapError } from '../errors.js';
import { MIN_BYTES } from '../settings/options.js';
import { SCRATCH_AREA } from '../wasm/module.js';
import { PAGE } from '../wasm/scratch.js';
import { type SharedMemory, wasm } from '../wasm/web-assembly.js';

// The memory of a new map. V8 reserves 8 to 10 GiB of addresses for each, however small it is, so that it need not check
// bounds; a process with fewer addresses gets none, of no size.

/** Node's flag that has V8 check bounds instead. */
const FLAG = '--disable-wasm-trap-handler';

/** Initial = maximum: another thread's memory.grow would make accesses trap, and untouched pages cost nothing. */
function reserve(maxBytes: number): SharedMemory {
  const pages = (maxBytes + SCRATCH_AREA) / PAGE;
  return new wasm.Memory({ initial: pages, maximum: pages, shared: true });
}

/** Shared memory for a map of so many bytes and the scratch of its threads, all zero. Throws ERR_SHARED_MAP_MEMORY when the system refuses it. */
export function reserveMemory(bytes: number): SharedMemory {
  wasm.Memory; // throws where there is none, which is no refusal
  try {
    return reserve(bytes);
  } catch (cause) {
    throw sharedMapError(
      'ERR_SHARED_MAP_MEMORY',
      `the system refuses ${bytes} bytes of shared memory: ${advice(bytes)}`,
      cause,
    );
  }
}

/** What would help, found out by asking for the least memory that a map can have. */
function advice(bytes: number): string {
  const others = 'let go of maps that are not needed (detach), or raise the limit on the process (ulimit -v)';
  if (bytes > MIN_BYTES && isGranted(MIN_BYTES)) return `use a smaller maxBytes, ${others}`;
  return reservesGuards()
    ? `no size would be granted, because each map reserves 10 GiB of addresses: start node with ${FLAG}, ${others}`
    : `no size would be granted: ${others}`;
}

function isGranted(bytes: number): boolean {
  try {
    reserve(bytes);
    return true;
  } catch {
    return false;
  }
}

/** Is this a Node whose flag would help? Other runtimes do not know it. */
function reservesGuards(): boolean {
  if (process.allowedNodeEnvironmentFlags?.has(FLAG) !== true || process.versions.bun !== undefined)
    return false;
  const given = [...(process.execArgv ?? []), ...(process.env.NODE_OPTIONS ?? '').split(/\s+/)];
  return !given.some((flag) => flag.replaceAll('_', '-') === FLAG);
}
