import { getHeapStatistics } from 'node:v8';
import { mutation } from './mutations.js';
import { decoded, type Encoding } from './round-trip.js';

export interface StrictEncoding extends Encoding {
  /** What decode throws for bytes that it cannot read. */
  readonly Undecodable: abstract new (
    ...args: never[]
  ) => Error;
  /** What encodedCopy throws for a value that cannot come back. */
  readonly Refused: abstract new (
    ...args: never[]
  ) => Error;
}

/** Bytes of memory that any call may take: buffers and tables of the thread that grow now and then. */
const ALLOWANCE = 2 ** 20;
/**
 * Bytes of memory for a byte of input. An error, the most costly, is three bytes and takes up to
 * 1.4 KB, with what is garbage at once: how much of that is counted depends on the collector.
 */
const FOR_EACH_BYTE = 600;

export interface HostileCounts {
  read: number;
  undecodable: number;
}

function allocated(): number {
  const { used_heap_size, external_memory } = getHeapStatistics();
  return used_heap_size + external_memory;
}

/**
 * What is wrong with how bytes are decoded, in words, or undefined. Either a value comes of them,
 * which can be encoded or is refused, or Undecodable is thrown; and what was allocated on the way
 * is in proportion to them.
 */
export function wrongDecoding(
  encoding: StrictEncoding,
  bytes: Uint8Array,
  counts: HostileCounts,
): string | undefined {
  const before = allocated();
  let value: unknown;
  try {
    value = decoded(encoding, bytes);
    counts.read++;
  } catch (error) {
    if (!(error instanceof encoding.Undecodable)) return `threw ${describe(error)}`;
    counts.undecodable++;
  }
  const taken = allocated() - before;
  if (taken > ALLOWANCE + FOR_EACH_BYTE * bytes.length)
    return `${bytes.length} bytes had ${taken} bytes allocated`;
  if (typeof value !== 'object' || value === null) return undefined;
  try {
    encoding.encodedCopy(value);
  } catch (error) {
    if (!(error instanceof encoding.Refused)) return `encoding what was read threw ${describe(error)}`;
  }
  return undefined;
}

/** The same for the damaged bytes of a seed. */
export function wrongMutation(
  encoding: StrictEncoding,
  seed: number,
  counts: HostileCounts,
): string | undefined {
  const bytes = mutation(seed, (value) => encoding.encodedCopy(value));
  const wrong = wrongDecoding(encoding, bytes, counts);
  return wrong === undefined ? undefined : `seed ${seed}: ${wrong}; bytes ${hexadecimal(bytes)}`;
}

export function hexadecimal(bytes: Uint8Array): string {
  const text = Buffer.from(bytes).toString('hex');
  return text.length > 400 ? `${text.slice(0, 400)}... (${bytes.length} bytes)` : text;
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
