import type { TextBuffer } from '../wasm/scratch.js';

// Long texts, a byte for each unit where all units are below 256. That is not asked unit by unit, which
// takes 1 ns each. The length of a text in UTF-8 says in 20 ns whether it is ASCII: it is the same as its
// units only if all are below 128. Other texts are written by a byte each, read back and compared. A
// regular expression would be faster for those, but one that matches changes `RegExp.lastMatch` and
// what else a program reads there.

const { byteLength } = Buffer;

/** Text of a script that has no Latin-1: its first unit shows that. */
function isOtherScript(text: string): boolean {
  return text.charCodeAt(0) > 255;
}

/** Do the bytes from `at` on, to which the text was written by a byte for each unit, hold all of it? */
export function holdsUnits(bytes: TextBuffer, at: number, text: string): boolean {
  const { length } = text;
  return byteLength(text) === length || bytes.latin1Slice(at, at + length) === text;
}

/** Writes a byte for each unit. False: they do not hold them, and what was written is void. */
export function writeUnits(text: string, to: TextBuffer, at: number): boolean {
  if (isOtherScript(text)) return false;
  to.latin1Write(text, at, text.length);
  return holdsUnits(to, at, text);
}
