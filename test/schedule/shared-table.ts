import { DirtyBlocks } from './dirty-blocks.js';
import { type Hash, instantiate, type KernelFunctions, type SharedMemory, wasm } from './kernel-module.js';
import { LogicalThread, STACK_SIZE } from './logical-thread.js';

// The memory of one map with its logical threads, and an inspector beside them: the plain kernel on the same memory,
// which prepares the map and looks it over. The state after the preparation can be put back as often as needed.

const PAGE = 65536;
const FRONTIER = 128;
const PAGE_ENTRY = 16;
const BITMAPS = 45;
const CLASS_OVERFLOW = 44;
const S_MORE = 32;
const S_VALUE = 16384;
/** Of a scratch page, only what lies below the keys outlives an operation. */
const SCRATCH_KEPT = 1024;

export const SEED: readonly [number, number, number, number] = [0x1234567, 0x89abcdef, 0x2468ace, 0x13579bdf];
const INSPECTOR = 1000;
/** Identity of a thread that has ended before everything else. */
export const GHOST: readonly [low: number, high: number] = [77, 0];

export class SharedTable {
  readonly memory: SharedMemory;
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly inspector: KernelFunctions;
  readonly threads: LogicalThread[];
  readonly maxBytes: number;
  readonly pageTable: number;
  readonly bitmaps: number;
  readonly bitmapSize: number;
  readonly heapTop: number;
  scratch = 0;
  readonly dirty: DirtyBlocks;
  /** Overflow buckets that the preparation has put out of reach: see `hoard`. */
  readonly hoarded = new Set<number>();

  constructor(hash: Hash, maxBytes: number, threads: number, entries = 0) {
    // Behind the map's bytes: a scratch page for each slot that is used here, and asyncify's stacks.
    const slots = threads + 2; // the inspector's, a ghost's
    const stacks = maxBytes + slots * PAGE;
    // The kernel's import asks for 16 pages at least.
    const size = Math.max(16, (stacks + threads * STACK_SIZE) / PAGE);
    this.memory = new wasm.Memory({ initial: size, maximum: size, shared: true });
    this.bytes = Buffer.from(this.memory.buffer);
    this.words = new Uint32Array(this.memory.buffer);
    this.maxBytes = maxBytes;
    this.dirty = new DirtyBlocks(this.bytes, stacks);
    const pages = maxBytes / PAGE;
    const bitmapWords = (pages + 63) >> 6;
    this.bitmapSize = (bitmapWords + ((bitmapWords + 63) >> 6)) * 8;
    this.pageTable = maxBytes - pages * PAGE_ENTRY;
    this.bitmaps = this.pageTable - BITMAPS * this.bitmapSize;
    this.heapTop = this.bitmaps - (this.bitmaps % PAGE);
    this.inspector = instantiate(hash, this.memory).functions;
    if (this.inspector.create?.(maxBytes, entries, ...SEED) !== 1) throw new Error('no room for the table');
    if (this.inspector.attach?.(INSPECTOR + 1, 0, INSPECTOR + 1) !== 1)
      throw new Error('no room for the inspector');
    this.scratch = (this.inspector.scratchAddress?.() as number) >>> 0;
    this.threads = Array.from(
      { length: threads },
      (_, i) => new LogicalThread(hash, this.memory, i, stacks + i * STACK_SIZE, this.dirty),
    );
    for (const thread of this.threads) thread.peers = this.threads;
  }

  /** The inspector takes back what a thread has left that was ended. */
  bury(thread: LogicalThread): boolean {
    const buried = thread.slots().map((slot) => this.inspector.bury?.(...slot, INSPECTOR + 1, 0));
    return buried.includes(1);
  }

  /** A thread that has ended before everything else, with something in its hand. */
  leaveGhost(hash: Hash): void {
    const { attach, scratchAddress, stage } = instantiate(hash, this.memory).functions;
    if (attach?.(...GHOST, GHOST[0]) !== 1) throw new Error('no room for a ghost');
    const LATIN1 = 1;
    this.bytes.fill(
      '.',
      (scratchAddress?.() as number) + S_VALUE,
      (scratchAddress?.() as number) + S_VALUE + 20,
    );
    if (stage?.(1, LATIN1, 20, 1) !== 1) throw new Error('nothing for the hand of a ghost');
  }

  word(at: number): number {
    return this.words[(this.scratch + at) >> 2] as number;
  }

  anchorClass(page: number): number {
    return ((this.words[(this.pageTable + page * PAGE_ENTRY + 8) >> 2] as number) >>> 26) & 63;
  }

  anchorFree(page: number): number {
    return ((this.words[(this.pageTable + page * PAGE_ENTRY + 8) >> 2] as number) >>> 13) & 8191;
  }

  /** Puts every free overflow bucket out of reach but for `left`, as if chains elsewhere had them. */
  hoard(left: number): void {
    for (let page = 0; page < this.frontierPages; page++) {
      if (this.inspector.checkPage?.(page) !== CLASS_OVERFLOW) continue;
      const at = (this.scratch + S_VALUE) >> 2;
      const free = this.words.slice(at, at + this.word(S_MORE));
      for (const piece of free.subarray(left)) this.hoarded.add(piece);
      const anchor = (this.pageTable + page * PAGE_ENTRY + 8) >> 2;
      this.words[anchor] = ((this.words[anchor] as number) & ~(8191 << 13)) | (left << 13);
    }
  }

  get frontierBuckets(): number {
    return this.words[FRONTIER >> 2] as number;
  }

  get frontierPages(): number {
    return this.words[(FRONTIER >> 2) + 1] as number;
  }

  pageBase(page: number): number {
    return this.heapTop - (page + 1) * PAGE;
  }

  /** Remembers the memory as it is, and the threads' instances. */
  save(): void {
    this.dirty.save();
    for (const thread of this.threads) thread.save();
  }

  /** Puts the memory back: all of it, or what the threads have written. (The threads' instances: LogicalThread.assign.) */
  restore(all: boolean): void {
    for (const thread of this.threads) this.dirty.mark(thread.scratch, SCRATCH_KEPT);
    this.dirty.restore(all);
  }
}
