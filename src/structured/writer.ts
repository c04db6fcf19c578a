import type { TextBuffer } from '../wasm/scratch.js';
import { roomFor } from './elements.js';
import {
  BIGINT_TEXT,
  BIGINT64,
  FLOAT64,
  INT8,
  INT16,
  INT32,
  SHORT_TEXT,
  SHORT_TEXT_MOST,
  SMALL_MOST,
  TEXT_LATIN1,
  TEXT_UTF16,
} from './format.js';
import { writeUnits } from './one-byte.js';

/** Bytes that are lent: the first `length` count, and are good until the next encode of this thread. */
export interface Lent {
  readonly bytes: Buffer;
  readonly length: number;
  /** The same memory. */
  readonly words: Uint32Array;
}

/** Bytes that a writer begins with. */
const FIRST_BYTES = 8192;
/** A writer that had to grow beyond begins with a new memory. */
const KEPT_BYTES = 1024 * 1024;
/** Texts up to this length are written unit by unit; longer ones by Buffer. Measured crossover. */
const SHORT = 40;
/** An item without its content takes no more. */
const ITEM_BYTES = 16;
/** Objects that are looked for one by one, 0.6 ns each; more are looked up in a Map, 100 ns each. */
const FEW = 64;
/** Bytes that are copied one by one; more are copied by `set`. Measured crossover. */
const FEW_BYTES = 32;

/** Where a value is written: bytes that grow, and the objects of the value that were met. */
export class Writer implements Lent {
  bytes: TextBuffer = Buffer.allocUnsafeSlow(FIRST_BYTES) as TextBuffer;
  length = 0;
  /** Objects in objects, now. */
  depth = 0;
  /** Was a reference written? */
  referred = false;
  words = new Uint32Array(this.bytes.buffer);
  #view = new DataView(this.bytes.buffer);
  /** The first that were met: own elements from the begin, so that none is made by a store. */
  readonly #objects = roomFor(FEW) as (object | undefined)[];
  #count = 0;
  #numbers: Map<object, number> | undefined;

  /** Begins a value. */
  begin(): void {
    this.length = 0;
    this.depth = 0;
    this.referred = false;
  }

  /** What was written. Memory that has become large is given away. */
  lend(): Lent {
    const { bytes, length, words } = this;
    if (bytes.length <= KEPT_BYTES) return this;
    this.#use(Buffer.allocUnsafeSlow(FIRST_BYTES));
    return { bytes, length, words };
  }

  /** Forgets the objects of the value, and memory that was not lent: nothing is kept alive. */
  forget(): void {
    for (let i = Math.min(this.#count, FEW); i-- > 0; ) this.#objects[i] = undefined;
    this.#count = 0;
    this.#numbers = undefined;
    if (this.bytes.length > KEPT_BYTES) this.#use(Buffer.allocUnsafeSlow(FIRST_BYTES));
  }

  /** The number of an object that was met; -1, and it has one from now on, when it was not. */
  meet(object: object): number {
    const objects = this.#objects;
    const count = this.#count;
    if (count < FEW) {
      for (let i = 0; i < count; i++) if (objects[i] === object) return i;
      objects[count] = object;
    } else {
      this.#numbers ??= numbersOf(objects as object[]);
      const number = getNumber.call(this.#numbers, object);
      if (number !== undefined) return number;
      setNumber.call(this.#numbers, object, count);
    }
    this.#count = count + 1;
    return -1;
  }

  /** Makes room for so many bytes. */
  reserve(n: number): void {
    if (this.length + n > this.bytes.length) this.#grow(n);
  }

  #grow(n: number): void {
    const needed = Math.ceil((this.length + n) / 4) * 4;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, needed));
    larger.set(this.bytes.subarray(0, this.length));
    this.#use(larger);
  }

  #use(bytes: Buffer): void {
    this.bytes = bytes as TextBuffer;
    this.words = new Uint32Array(bytes.buffer);
    this.#view = new DataView(bytes.buffer);
  }

  /** One byte. */
  byte(byte: number): void {
    this.reserve(1);
    this.bytes[this.length++] = byte;
  }

  varint(n: number): void {
    this.reserve(ITEM_BYTES);
    const { bytes } = this;
    let at = this.length;
    for (; n > 0x7f; n = Math.floor(n / 128)) bytes[at++] = (n % 128) | 0x80;
    bytes[at++] = n;
    this.length = at;
  }

  /** Names with their length and number. */
  names(names: readonly string[]): void {
    // The length is known last: one byte is kept for it, and most need no more.
    const from = this.length;
    this.byte(0);
    this.varint(names.length);
    for (const name of names) this.text(name);
    this.#insertVarint(from);
  }

  /** Puts the number of bytes behind `at` into the byte there, as a varint that may need more room. */
  #insertVarint(at: number): void {
    const size = this.length - at - 1;
    if (size > 0x7f) {
      const more = varintBytes(size) - 1;
      this.reserve(more);
      this.bytes.copyWithin(at + 1 + more, at + 1, this.length);
      const end = this.length + more;
      this.length = at;
      this.varint(size);
      this.length = end;
    } else this.bytes[at] = size;
  }

  number(value: number): void {
    this.reserve(ITEM_BYTES);
    const { bytes } = this;
    const at = this.length;
    if ((value | 0) !== value || (value === 0 && 1 / value < 0)) {
      bytes[at] = FLOAT64;
      this.#view.setFloat64(at + 1, Number.isNaN(value) ? Number.NaN : value, true);
      this.length = at + 9;
    } else if (value >= 0 && value <= SMALL_MOST) {
      bytes[at] = value;
      this.length = at + 1;
    } else if (value >= -0x80 && value < 0) {
      bytes[at] = INT8;
      bytes[at + 1] = value;
      this.length = at + 2;
    } else if (value >= -0x8000 && value < 0x8000) {
      bytes[at] = INT16;
      bytes[at + 1] = value;
      bytes[at + 2] = value >> 8;
      this.length = at + 3;
    } else {
      bytes[at] = INT32;
      this.#view.setInt32(at + 1, value, true);
      this.length = at + 5;
    }
  }

  /** 8 bytes. */
  float64(value: number): void {
    this.reserve(8);
    this.#view.setFloat64(this.length, Number.isNaN(value) ? Number.NaN : value, true);
    this.length += 8;
  }

  bigint(value: bigint): void {
    this.reserve(ITEM_BYTES);
    if (BigInt.asIntN(64, value) === value) {
      this.bytes[this.length] = BIGINT64;
      this.#view.setBigInt64(this.length + 1, value, true);
      this.length += 9;
      return;
    }
    const text = value.toString(16);
    this.byte(BIGINT_TEXT);
    this.varint(text.length);
    this.#latin1(text);
  }

  text(text: string): void {
    const { length } = text;
    this.reserve(length + ITEM_BYTES);
    if (length <= SHORT) {
      const { bytes } = this;
      let at = this.length;
      bytes[at++] = SHORT_TEXT + length;
      let units = 0;
      for (let i = 0; i < length; i++) {
        const unit = text.charCodeAt(i);
        units |= unit;
        bytes[at++] = unit;
      }
      if (units < 256) {
        this.length = at;
        return;
      }
    } else {
      const at = this.length;
      if (length <= SHORT_TEXT_MOST) this.bytes[this.length++] = SHORT_TEXT + length;
      else {
        this.bytes[this.length++] = TEXT_LATIN1;
        this.varint(length);
      }
      if (writeUnits(text, this.bytes, this.length)) {
        this.length += length;
        return;
      }
      this.length = at;
    }
    this.bytes[this.length++] = TEXT_UTF16;
    this.varint(length);
    this.reserve(length * 2);
    this.length += this.bytes.ucs2Write(text, this.length, length * 2);
  }

  #latin1(text: string): void {
    this.reserve(text.length);
    this.length += this.bytes.latin1Write(text, this.length, text.length);
  }

  /** Bytes as they are. */
  raw(bytes: Uint8Array): void {
    const { length } = bytes;
    this.reserve(length);
    if (length <= FEW_BYTES) {
      const to = this.bytes;
      const at = this.length;
      for (let i = 0; i < length; i++) to[at + i] = bytes[i] as number;
    } else {
      this.bytes.set(bytes, this.length);
    }
    this.length += length;
  }
}

const { get: getNumber, set: setNumber } = Map.prototype as Map<object, number>;

function numbersOf(objects: readonly object[]): Map<object, number> {
  const numbers = new Map<object, number>();
  for (let i = 0; i < objects.length; i++) setNumber.call(numbers, objects[i] as object, i);
  return numbers;
}

function varintBytes(n: number): number {
  let bytes = 1;
  for (let rest = n; rest > 0x7f; rest = Math.floor(rest / 128)) bytes++;
  return bytes;
}
