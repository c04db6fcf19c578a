import type { Hash } from './kernel-module.js';
import type { Key } from './operations.js';
import { SharedTable } from './shared-table.js';

// Keys that fall into a chosen chain: a large table is filled with candidates and listed chain by chain.

/** 1,024 chains: ten hash bits of each candidate become known. */
const B = 10;
const CHAINS = 2 ** B;
const ENTRIES = 6000;
const S_NEXT = 28;
const S_KEY = 1024;
const S_VALUE = 16384;
const WORDS_PER_ENTRY = 6;

function reversed(n: number, bits: number): number {
  let result = 0;
  for (let i = 0; i < bits; i++) if (n & (1 << i)) result += 2 ** (bits - 1 - i);
  return result;
}

/** The candidates of each chain, after so many clears (each reseeds the hash). */
function probe(hash: Hash, kind: 'number' | 'string', clears: number): Key[][] {
  const table = new SharedTable(hash, 64 * 65536, 0, ENTRIES);
  const { inspector: kernel, bytes } = table;
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
      const length = bytes.write(`key-${i}`, table.scratch + S_KEY, 'latin1');
      kernel.assign?.(0, 1, length, 0, 0, 0, i);
    }
  }
  const chains: Key[][] = [];
  const gen = kernel.generation?.() as number;
  for (let chain = 0; chain < CHAINS; chain++) {
    const from = reversed(chain, B) * 2 ** (32 - B);
    const n = kernel.list?.(from, 0, 0, 0, gen) as number;
    const at = (table.scratch + S_VALUE) >> 2;
    const entries = Uint32Array.from(table.words.subarray(at, at + n * WORDS_PER_ENTRY));
    const keys: Key[] = [];
    for (let i = 0; i < n; i++) {
      const [low, high, headerLow, headerHigh, epoch] = entries.subarray(
        i * WORDS_PER_ENTRY,
        i * WORDS_PER_ENTRY + 5,
      ) as unknown as [number, number, number, number, number];
      const number = kernel.listedKey?.(low, high, headerLow, headerHigh, epoch) as number;
      const begin = table.scratch + S_KEY;
      keys.push(kind === 'number' ? number : bytes.toString('latin1', begin, begin + table.word(4)));
    }
    chains.push(keys);
    if (kernel.b?.() !== B || table.word(S_NEXT) === from) throw new Error('the probe has grown');
  }
  return chains;
}

const probed = new Map<string, Key[][]>();

/** Keys whose hash ends in these `bits` bits, each call the same ones. */
export function keysOf(
  hash: Hash,
  kind: 'number' | 'string',
  clears: number,
  ending: number,
  bits: number,
): Key[] {
  const name = `${hash} ${kind} ${clears}`;
  let chains = probed.get(name);
  if (chains === undefined) {
    chains = probe(hash, kind, clears);
    probed.set(name, chains);
  }
  const keys: Key[] = [];
  for (let chain = ending; chain < CHAINS; chain += 2 ** bits) keys.push(...(chains[chain] as Key[]));
  return keys;
}
