import { holdsUnits, writeUnits } from '../structured/one-byte.js';
import { LATIN1, UTF16 } from '../wasm/codes.js';
import type { Region, TextBuffer } from '../wasm/scratch.js';

// Strings are stored by their code units: one byte each where all are below 256, else two. Never as UTF-8, which
// would merge lone surrogates. Each string has exactly one form.

/**
 * Strings up to this length are packed by hand, four units to a store; longer ones by Buffer.
 * Measured crossover: 44 on Node 20, 30 on 26.
 */
const SHORT = 40;

/** Bytes that a string takes in either form, at most. */
export function fits(text: string, region: Region): boolean {
  return text.length * 2 <= region.room;
}

/** Writes a string that fits to the region. Returns its form; `writtenLength` is its length in bytes. */
export function writeText(text: string, region: Region): number {
  const length = text.length;
  if (length <= SHORT) {
    const { words } = region;
    let units = 0;
    let i = 0;
    for (; i + 4 <= length; i += 4) {
      const a = text.charCodeAt(i);
      const b = text.charCodeAt(i + 1);
      const c = text.charCodeAt(i + 2);
      const d = text.charCodeAt(i + 3);
      units |= a | b | c | d;
      words[i >> 2] = a | (b << 8) | (c << 16) | (d << 24);
    }
    if (i < length) {
      let last = 0;
      for (let shift = 0; i < length; i++, shift += 8) {
        const unit = text.charCodeAt(i);
        units |= unit;
        last |= unit << shift;
      }
      words[(length - 1) >> 2] = last;
    }
    if (units < 256) {
      writtenLength = length;
      return LATIN1;
    }
  } else if (writeUnits(text, region.bytes, 0)) {
    writtenLength = length;
    return LATIN1;
  }
  region.bytes.ucs2Write(text, 0, length * 2);
  writtenLength = length * 2;
  return UTF16;
}

/** Bytes that the last `writeText` wrote. */
export let writtenLength = 0;

/** A string as bytes of its own, for one that fits no region. */
export function textBytes(text: string): { form: number; bytes: Uint8Array } {
  const bytes = Buffer.from(text, 'latin1') as TextBuffer;
  return holdsUnits(bytes, 0, text)
    ? { form: LATIN1, bytes }
    : { form: UTF16, bytes: Buffer.from(text, 'utf16le') };
}

/** The string of `length` bytes at the begin of a buffer that no other thread writes. */
export function readText(form: number, bytes: TextBuffer, length: number): string {
  return form === LATIN1 ? bytes.latin1Slice(0, length) : bytes.ucs2Slice(0, length);
}
