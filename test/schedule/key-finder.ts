import type { Hash } from './kernel-module.js';
import type { Key } from './operations.js';
import { SharedTable } from './shared-table.js';

// Keys that fall into a chosen chain: a large table is filled with candidates, and its buckets are read.

/** 1,024 chains: ten hash bits of each candidate become known. */
const B = 10;
const CHAINS = 2 ** B;
const ENTRIES = 6000;
const S_KEY = 1024;
const TABLE = 131072;
const BUCKET_SIZE = 152;
const OVERFLOW = 8;
const KEYS = 24;
/** Below it are states. One less than the kernel has: a kernel with the lower bound shows what that does. */
const MIN_TOP_HASH = 5;

export interface Candidate {
  readonly key: Key;
  /** Keys of one chain and one tophash are told apart by comparing them. */
  readonly top: number;
}

/** The candidates of each chain, after so many clears (each reseeds the hash), as they lie in its buckets. */
function probe(hash: Hash, kind: 'number' | 'string', clears: number): Candidate[][] {
  const { inspector: kernel, bytes, scratch } = new SharedTable(hash, 64 * 65536, 0, ENTRIES);
  for (let i = 0; i < clears; i++) {
    kernel.clear?.();
    kernel.sweep?.();
  }
  // With few hashes a chain would become too long to be worth it.
  const candidates = hash === 'real' ? 4000 : 400;
  for (let i = 1; i <= candidates; i++) {
    if (kind === 'number') {
      kernel.setNumber?.(i, i);
    } else {
      const length = bytes.write(`key-${1000 + i}`, scratch + S_KEY, 'latin1');
      kernel.assign?.(0, 1, length, 0, 0, 0, i);
    }
  }
  if (kernel.b?.() !== B) throw new Error('the probe has grown');
  const read = (at: number): Key => {
    if (kind === 'number') return bytes.readDoubleLE(at);
    // The low 29 bits of a record's word are its address / 8; its length is the low half of its header.
    const record = (bytes.readUInt32LE(at) & 0x1fffffff) * 8;
    return bytes.toString('latin1', record + 8, record + 8 + bytes.readUInt16LE(record));
  };
  return Array.from({ length: CHAINS }, (_, chain) => {
    const found: Candidate[] = [];
    for (
      let bucket = TABLE + chain * BUCKET_SIZE;
      bucket !== 0;
      bucket = bytes.readUInt32LE(bucket + OVERFLOW)
    ) {
      for (let cell = 0; cell < 8; cell++) {
        const top = bytes[bucket + cell] as number;
        if (top >= MIN_TOP_HASH) found.push({ key: read(bucket + KEYS + cell * 8), top });
      }
    }
    return found;
  });
}

const probed = new Map<string, Candidate[][]>();

/** Keys whose hash ends in these `bits` bits, each call the same ones. */
export function keysOf(
  hash: Hash,
  kind: 'number' | 'string',
  clears: number,
  ending: number,
  bits: number,
): Candidate[] {
  const name = `${hash} ${kind} ${clears}`;
  let chains = probed.get(name);
  if (chains === undefined) {
    chains = probe(hash, kind, clears);
    probed.set(name, chains);
  }
  const keys: Candidate[] = [];
  for (let chain = ending; chain < CHAINS; chain += 2 ** bits) keys.push(...(chains[chain] as Candidate[]));
  return keys;
}
