import type { SharedMemory } from './web-assembly.js';

// The scratch: memory of one thread in a map, by which it tells the kernel what it wants and hears what was found.

// Places in the scratch (layout.ts in the kernel), in u32 words.
export const S_STATUS = 0;
export const S_LENGTH = 1;
export const S_AUX = 2;
export const S_FIRST = 3;
export const S_STAMP = 4; // two words
export const S_EPOCH = 6;
export const S_NEXT = 7;
export const S_MORE = 8;
export const S_TWICE = 10;
export const S_WORD = 12;

/** In bytes: the wake word that `armKey` has seen. */
export const S_WAKE = 56;

/** Where its regions begin, in bytes; what is longer than a region is staged. */
export const KEY_AT = 1024;
export const VALUE_AT = 16384;
export const EXPECTED_AT = 49152;
/** Bytes of the scratch, and of each page of the heap. */
export const PAGE = 65536;
/** Number keys that one call may bring: as many as the value region holds, half of them where each has a value. */
export const MANY = (EXPECTED_AT - VALUE_AT) / 8;
export const MANY_PAIRS = MANY / 2;
// What a call for many keys says of each.
export const MANY_HERE = 1;
export const MANY_OTHER = 2;

/** Node's string primitives, which its types leave out: no encoding to look up, no bounds to adjust. */
export interface TextBuffer extends Buffer {
  latin1Write(text: string, at: number, length: number): number;
  ucs2Write(text: string, at: number, length: number): number;
  latin1Slice(from: number, to: number): string;
  ucs2Slice(from: number, to: number): string;
}

/** A window of this thread's scratch. Views are made once: none per operation. */
export class Region {
  readonly bytes: TextBuffer;
  readonly words: Uint32Array;
  /** Bytes that may be put here; the kernel reads up to 8 behind them. */
  readonly room: number;

  constructor(memory: SharedMemory, at: number, size: number) {
    this.bytes = Buffer.from(memory.buffer, at, size) as TextBuffer;
    this.words = new Uint32Array(memory.buffer, at, size >> 2);
    this.room = size - 16;
  }
}
