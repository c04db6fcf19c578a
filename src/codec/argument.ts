import { sharedMapError } from '../errors.js';
import { BIGINT, LATIN1, NUMBER, SPECIAL, STAGED } from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';
import type { Region } from '../wasm/scratch.js';
import { fits, textBytes, writeText, writtenLength } from './text.js';

/**
 * A key or a value on its way to the kernel: everything that runs user code is behind it, and its bytes are private.
 * The kernel gets (form, length, number); bytes lie in a region of the scratch, or are staged when they do not fit.
 */
export class Argument {
  // Declared alone, here and below: to define a field before it is set costs 10 ns of a write.
  declare form: number;
  declare length: number;
  declare number: number;
  declare readonly data: string | Uint8Array | undefined;

  constructor(form: number, length: number, number: number, data?: string | Uint8Array) {
    this.form = form;
    this.length = length;
    this.number = number;
    this.data = data;
  }

  /** Its bytes in the form in which they are stored, for what fits no region. */
  get long(): { form: number; bytes: Uint8Array } {
    if (typeof this.data !== 'string') return { form: this.form, bytes: this.data ?? new Uint8Array(0) };
    const text = textBytes(this.data);
    return this.form === BIGINT ? { form: BIGINT, bytes: text.bytes } : text;
  }

  /** The same, to be placed once more: placing says where the bytes are. */
  get copy(): Argument {
    return new Argument(this.form, this.length, this.number, this.data);
  }

  /** The same, with bytes of its own: user code that comes later cannot change it. */
  get own(): Argument {
    const { data } = this;
    return typeof data === 'object'
      ? new Argument(this.form, this.length, this.number, new Uint8Array(data))
      : this;
  }

  /** Is it too long for a region? */
  exceeds(region: Region): boolean {
    const { data } = this;
    if (data === undefined) return false;
    return typeof data === 'string' ? !fits(data, region) : data.length > region.room;
  }

  /** Puts the bytes where the kernel finds them. Staged ones first: staging begins by emptying the hand. */
  place(kernel: Kernel, region: Region, what: number, first: boolean): void {
    const { data } = this;
    if (data === undefined) return;
    if (typeof data === 'string') {
      if (fits(data, region)) {
        const form = writeText(data, region);
        // The text of a bigint keeps its own form.
        if (this.form !== BIGINT) this.form = form;
        this.length = writtenLength;
      } else this.stage(kernel, what, first);
    } else if (data.length <= region.room) {
      region.bytes.set(data);
      this.length = data.length;
    } else {
      this.stage(kernel, what, first);
    }
  }

  /** An expected value too long for its own region, which a record of the map would still hold: a record of the hand. */
  placeAsRecord(kernel: Kernel, what: number, first: boolean): void {
    this.place(kernel, kernel.value, what, first);
    if (this.form === STAGED) return;
    kernel.stage(what, this.form, kernel.value.bytes.subarray(0, this.length), first);
    this.form = STAGED;
  }

  protected stage(kernel: Kernel, what: number, first: boolean): void {
    const longest = kernel.exports.longestValue();
    // No form has fewer bytes than a text has units: it need not be encoded first.
    const { data } = this;
    if (typeof data === 'string' && data.length > longest) throw tooLarge(data.length, longest);
    const { form, bytes } = this.long;
    if (bytes.length > longest) throw tooLarge(bytes.length, longest);
    kernel.stage(what, form, bytes, first);
    this.form = STAGED;
  }
}

/** One whose bytes were made for it: nobody else has them. */
export class OwnArgument extends Argument {
  override get own(): Argument {
    return this;
  }
}

/** Bytes up to which a loop over words is faster than a call that copies. */
const FEW = 64;

/**
 * One whose bytes are lent: the first `count` of a buffer that the next encoding in this thread
 * writes over. It may be placed until then; who runs user code before takes its `own`.
 */
export class LentArgument extends Argument {
  declare readonly data: Buffer;
  declare readonly count: number;
  declare readonly words: Uint32Array | undefined;

  /**
   * `words` is the same memory, its last word whole: with it, few bytes are placed in 8 ns, not 40.
   */
  constructor(form: number, bytes: Buffer, count: number, words?: Uint32Array) {
    super(form, 0, 0, bytes);
    this.count = count;
    this.words = words;
  }

  override get long(): { form: number; bytes: Uint8Array } {
    return { form: this.form, bytes: this.data.subarray(0, this.count) };
  }

  override get copy(): Argument {
    return new LentArgument(this.form, this.data, this.count, this.words);
  }

  override get own(): Argument {
    // Of Buffer's pool: a memory of its own would cost half a microsecond.
    const bytes = Buffer.allocUnsafe(this.count);
    this.data.copy(bytes, 0, 0, this.count);
    return new OwnArgument(this.form, 0, 0, bytes);
  }

  override exceeds(region: Region): boolean {
    return this.count > region.room;
  }

  override place(kernel: Kernel, region: Region, what: number, first: boolean): void {
    const { count } = this;
    if (count > region.room) {
      this.stage(kernel, what, first);
      return;
    }
    const { words } = this;
    if (words !== undefined && count <= FEW) {
      const to = region.words;
      for (let i = 0; i << 2 < count; i++) to[i] = words[i] as number;
    } else this.data.copy(region.bytes, 0, 0, count);
    this.length = count;
  }
}

function tooLarge(bytes: number, longest: number): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_VALUE_TOO_LARGE',
    `${bytes} bytes are more than a map of this size holds (${longest}): make it with a larger maxBytes`,
  );
}

// Codes of FORM_SPECIAL.
export const SPECIAL_FALSE = 2;
export const SPECIAL_TRUE = 3;
const specials: readonly unknown[] = [undefined, null, false, true];

export function special(code: number): unknown {
  return specials[code];
}

/** undefined, null, booleans, numbers, strings and bigints; undefined (no Argument) for anything else. */
export function primitiveArgument(value: unknown): Argument | undefined {
  switch (typeof value) {
    case 'number':
      return new Argument(NUMBER, 0, value);
    case 'string':
      return new Argument(LATIN1, 0, 0, value);
    case 'undefined':
      return new Argument(SPECIAL, 0, 0);
    case 'boolean':
      return new Argument(SPECIAL, value ? SPECIAL_TRUE : SPECIAL_FALSE, 0);
    case 'bigint':
      return new Argument(BIGINT, 0, 0, bigintText(value));
    default:
      return value === null ? new Argument(SPECIAL, 1, 0) : undefined;
  }
}

/** Hexadecimal: the one text of a bigint, and linear to write and to read. */
function bigintText(value: bigint): string {
  return value.toString(16);
}

export function textBigint(text: string): bigint {
  return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
}
