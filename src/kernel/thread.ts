// What this thread's kernel instance knows: wasm globals, so no other thread can see them.
import { load64 } from './atomics';
import { BUCKET_SIZE, H_MAX_BYTES, H_SEED0, H_SEED1, MIN_B, PAGE_ENTRY, PAGE_SHIFT, PAGE_SIZE, TABLE } from './layout';
import { AMENDED, B_SHIFT, frontierBuckets, loadFrontier, rootB, rootGen } from './header';
import { damaged } from './status';

/** Address of this thread's slot and of its scratch. */
export let slot: usize = 0;
export let scratch: usize = 0;

/** Scratch of the first slot; the others' follow. */
export let scratches: usize = 0;

// Derived from the size of the memory.
export let pages: u32 = 0; // heap pages at most
export let heapTop: usize = 0; // end of heap page 0
export let pageTable: usize = 0;
export let bitmaps: usize = 0;
export let bitmapWords: u32 = 0; // u64 leaf words of one bitmap
export let bitmapSize: usize = 0; // bytes of one bitmap with its summary

// The hash keys of one clear generation, derived from hash0; never stored in shared memory.
export let seedGen: u64 = 0xffffffff;
export let seed0: u64 = 0;
export let seed1: u64 = 0;
export let mul0: u64 = 1;
export let mul1: u64 = 1;

/** Look-ups that had to go to a parent in `read` because the chain in `dirty` was unborn; paid for by the next write. */
export let misses: u32 = 0;
export let debt: u32 = 0;
/** Times an operation of this thread began again because another thread changed what it was looking at. */
export let retries: u32 = 0;

/** Bitmaps: one for each size class, 0 for pages that are free. */
export const BITMAPS: u32 = 45;

/** Works out where page table and heap lie in a memory of this size. */
export function measure(maxBytes: u32): void {
  scratches = <usize>maxBytes;
  pages = maxBytes >> PAGE_SHIFT;
  bitmapWords = (pages + 63) >> 6;
  bitmapSize = <usize>(bitmapWords + ((bitmapWords + 63) >> 6)) * 8;
  pageTable = ((<usize>maxBytes) & ~15) - <usize>pages * PAGE_ENTRY;
  bitmaps = pageTable - <usize>BITMAPS * bitmapSize;
  heapTop = bitmaps & ~(PAGE_SIZE - 1);
}

export function bindSlot(address: usize, scratchAddress: usize): void {
  slot = address;
  scratch = scratchAddress;
}

export function bindMemory(): void { measure(<u32>load64(0, H_MAX_BYTES)); }

// @ts-ignore: decorator
@inline function mix(x: u64): u64 {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/** Hash keys for the generation of `root`: a clear reseeds the map without storing a seed anywhere. */
export function reseed(root: u64): void {
  const gen = rootGen(root);
  const k0 = load64(0, H_SEED0);
  const k1 = load64(0, H_SEED1);
  seed0 = mix(k0 + gen * 0x9e3779b97f4a7c15);
  seed1 = mix(k1 ^ mix(seed0 + gen));
  mul0 = mix(seed0 ^ k1) | 1;
  mul1 = mix(seed1 + k0) | 1;
  seedGen = gen;
}

/** The root word that the hash keys and `knownMask` belong to. */
export let knownRoot: u64 = 0;
/** chainMask of its B. */
export let knownMask: u64 = 0;
/** chainMask of the parents: of B - 1 between two sizes, else of B. */
export let nearMask: u64 = 0;
/** The hash bit by which a parent and its child differ; 0 when the table is not between two sizes. */
export let newBit: u64 = 0;
/** The known root with the level that a parent has before its split or after its merge. */
export let nearRoot: u64 = 0;

/** A root that was not seen before: whoever follows it stays within the memory. */
function learn(root: u64): void {
  const chains = <u64>1 << rootB(root);
  if (frontierBuckets(loadFrontier()) < chains || TABLE + chains * BUCKET_SIZE > heapTop) damaged();
  if (rootB(root) < MIN_B + (root & AMENDED)) damaged(); // parents too are a table of the smallest size
  if (rootGen(root) != seedGen) reseed(root);
  knownMask = (<u64>1 << rootB(root)) - 1;
  nearMask = knownMask >> (root & AMENDED);
  newBit = knownMask ^ nearMask;
  nearRoot = root - ((root & AMENDED) << B_SHIFT);
  knownRoot = root;
}

// @ts-ignore: decorator
@inline export function ensureSeed(root: u64): void { if (root != knownRoot) learn(root); }

export function miss(): void { misses++; debt++; }
export function retry(): void { retries++; }
export function payDebt(): u32 {
  const d = debt < 8 ? debt : 8; // chains that one write moves for its thread's detours, at most
  debt = 0;
  return d;
}
export function readMisses(): u32 { return misses; }
export function readRetries(): u32 { return retries; }
