import type { TextBuffer } from '../wasm/scratch.js';
import { Undecodable } from './undecodable.js';

// Texts are cut out of a string that is made of more bytes: making a string takes 40 ns, cutting one
// out 6. A text that is kept keeps the bytes of that string. So a short one is cut out of a small one
// and none keeps more than some 20 times its own length. (Below 13 units engines copy it.)

/** Units of a short text, at most, and bytes of what it is cut out of. */
const SHORT_TEXT = 48;
const SHORT_WINDOW = 256;
/** The same of texts that are longer. Beyond, each is made by itself. */
const LONG_TEXT = 512;
const LONG_WINDOW = 1024;

/**
 * Numbers of 8 bytes that are read byte by byte, 9 ns each. For more of them a DataView is made,
 * which takes 60 ns and then 1 for each.
 */
const FEW_WORDS = 6;

/** A string of some bytes, out of which texts are cut. */
class Window {
  readonly #bytes: TextBuffer;
  readonly #size: number;
  #text = '';
  #begin = 0;
  #end = 0;

  constructor(bytes: TextBuffer, size: number) {
    this.#bytes = bytes;
    this.#size = size;
  }

  /** The text of bytes `at` to `end`; there are `length` bytes. */
  cut(at: number, end: number, length: number): string {
    // It begins no later: texts are read one behind the other.
    if (end > this.#end) {
      this.#begin = at;
      this.#end = Math.min(at + this.#size, length);
      this.#text = this.#bytes.latin1Slice(at, this.#end);
    }
    return this.#text.slice(at - this.#begin, end - this.#begin);
  }
}

const { set: setObject, get: getObject } = Map.prototype as Map<number, object>;

const float = new Float64Array(1);
const floatBytes = new Uint8Array(float.buffer);
const bigint = new BigInt64Array(float.buffer);

/** Where a value is read from: bytes that nobody writes meanwhile. Nothing beyond `length` is read. */
export class Reader {
  at = 0;
  /** Objects in objects, now. */
  depth = 0;
  bytes: TextBuffer;
  readonly length: number;
  #own = false;
  /** What references name, by its number; undefined when there are none. */
  #objects: Map<number, object> | undefined;
  #count = 0;
  #view: DataView | undefined;
  /** Words that were read byte by byte. */
  #words = 0;
  #short: Window | undefined;
  #long: Window | undefined;

  constructor(bytes: TextBuffer, length: number) {
    this.bytes = bytes;
    this.length = length;
  }

  /** From here on code of others may run, which may write where the bytes are: reads on from a copy. */
  keepBytes(): void {
    if (this.#own) return;
    this.#own = true;
    const own = Buffer.allocUnsafeSlow(this.length);
    own.set(this.bytes.subarray(0, this.length));
    this.bytes = own as TextBuffer;
    this.#short = undefined;
    this.#long = undefined;
    this.#view = undefined;
    this.#words = 0;
  }

  /** Begins a value in which some items are references. */
  keepObjects(): void {
    this.#objects = new Map();
  }

  /** Begins an object: references count it. */
  met<T extends object>(object: T): T {
    if (this.#objects !== undefined) setObject.call(this.#objects, this.#count++, object);
    return object;
  }

  /** The object that a reference names, if it was met. */
  object(number: number): object | undefined {
    return this.#objects && getObject.call(this.#objects, number);
  }

  /** Goes on by `n` bytes. Returns where they begin; throws when there are not so many. */
  skip(n: number): number {
    const { at } = this;
    if (n > this.length - at)
      throw new Undecodable(`an end that comes ${n - (this.length - at)} bytes too early`);
    this.at = at + n;
    return at;
  }

  byte(): number {
    return this.bytes[this.skip(1)] as number;
  }

  varint(): number {
    let byte = this.byte();
    if (byte < 0x80) return byte;
    let n = byte & 0x7f;
    let unit = 128;
    do {
      if (unit > 2 ** 28) throw new Undecodable('a number of more than 32 bits');
      byte = this.byte();
      n += (byte & 0x7f) * unit;
      unit *= 128;
    } while (byte >= 0x80);
    if (n > 0xffffffff) throw new Undecodable('a number of more than 32 bits');
    return n;
  }

  /** A number of parts, each of at least `size` bytes. */
  count(size: number): number {
    const n = this.varint();
    if (n * size > this.length - this.at) throw new Undecodable(`a count of ${n} parts in fewer bytes`);
    return n;
  }

  int8(): number {
    return (this.byte() << 24) >> 24;
  }

  int16(): number {
    const at = this.skip(2);
    const { bytes } = this;
    return (((bytes[at] as number) | ((bytes[at + 1] as number) << 8)) << 16) >> 16;
  }

  int32(): number {
    const at = this.skip(4);
    const { bytes } = this;
    return (
      (bytes[at] as number) |
      ((bytes[at + 1] as number) << 8) |
      ((bytes[at + 2] as number) << 16) |
      ((bytes[at + 3] as number) << 24)
    );
  }

  float64(): number {
    const at = this.skip(8);
    if (this.#view !== undefined) return this.#view.getFloat64(at, true);
    this.#word(at);
    return float[0] as number;
  }

  bigint64(): bigint {
    this.#word(this.skip(8));
    return bigint[0] as bigint;
  }

  #word(at: number): void {
    const { bytes } = this;
    for (let i = 0; i < 8; i++) floatBytes[i] = bytes[at + i] as number;
    if (++this.#words === FEW_WORDS) this.#view = new DataView(bytes.buffer, bytes.byteOffset, this.length);
  }

  /** A text of `length` units below 256. */
  latin1(length: number): string {
    const at = this.skip(length);
    const end = at + length;
    if (length <= SHORT_TEXT) {
      this.#short ??= new Window(this.bytes, SHORT_WINDOW);
      return this.#short.cut(at, end, this.length);
    }
    if (length > LONG_TEXT) return this.bytes.latin1Slice(at, end);
    this.#long ??= new Window(this.bytes, LONG_WINDOW);
    return this.#long.cut(at, end, this.length);
  }

  /** A text of `length` units. */
  utf16(length: number): string {
    const at = this.skip(length * 2);
    return this.bytes.ucs2Slice(at, at + length * 2);
  }

  /** A copy of `length` bytes. */
  copy(length: number): Uint8Array<ArrayBuffer> {
    const at = this.skip(length);
    const copy = new Uint8Array(length);
    copy.set(this.bytes.subarray(at, at + length));
    return copy;
  }
}
