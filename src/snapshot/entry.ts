import type { MapSettings } from '../attach/door.js';
import { Argument } from '../codec/argument.js';
import type { RecordLayout } from '../settings/fields.js';
import { BYTES, NUMBER, SPECIAL, STRUCTURED, YES } from '../wasm/codes.js';
import type { Kernel } from '../wasm/kernel.js';
import { damagedAt } from './format.js';
import { numberOf1, structuredOf1 } from './format-1.js';
import { anything, keyShape, type Shape, valueShape } from './shapes.js';

// An entry of a snapshot: its forms, the key's in the low half of a byte and the value's in the high half, then the
// key, then the value, each by its form. The kernel writes the same (src/kernel/dump.ts).
//
//   0 number            f64
//   6 special           u8: 0 undefined, 1 null, 2 false, 3 true
//   1 Latin-1, 2 UTF-16 u32 length in bytes, then the code units
//   3 bigint            u32 length, then its hexadecimal text in lower case
//   4 bytes             u32 length, then the bytes: a Uint8Array, or what a kind or a codec has made of a value
//   5 structured        u32 length, then the encoding that src/structured/format.ts draws; in format 1
//                       V8's structured clone with its header
//
// Which of them the keys and values of a map have, its kinds say: shapes.ts.

/** Bytes of a key or a value that was read from the map. */
function sizeOf({ form, data }: Argument): number {
  if (form === NUMBER) return 8;
  return form === SPECIAL ? 1 : 4 + (data?.length ?? 0);
}

/** Bytes of an entry. */
export function entrySize(key: Argument, value: Argument): number {
  return 1 + sizeOf(key) + sizeOf(value);
}

function put(to: Buffer, at: number, { form, length, number, data }: Argument): number {
  if (form === NUMBER) return to.writeDoubleLE(number, at);
  if (form === SPECIAL) return to.writeUInt8(length, at);
  const bytes = data as Uint8Array;
  to.set(bytes, to.writeUInt32LE(bytes.length, at));
  return at + 4 + bytes.length;
}

/** Writes an entry to where there is room for it. */
export function putEntry(to: Buffer, at: number, key: Argument, value: Argument): void {
  to[at] = key.form | (value.form << 4);
  put(to, put(to, at + 1, key), value);
}

/** Reads the entries of chunks, for one map. */
export class EntryReader {
  readonly #key: Shape;
  readonly #value: Shape;
  readonly #version: number;
  readonly #record: RecordLayout | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Where the chunk's entries begin in the snapshot. */
  #begin = 0;

  /** `version` is that of the snapshot's format. */
  constructor(settings: MapSettings, version: number) {
    this.#version = version;
    this.#record = settings.record;
    this.#key = keyShape(settings);
    this.#value = valueShape(settings);
  }

  /** Takes on the entries of a chunk, which lie at byte `begin` of the snapshot. */
  open(entries: Uint8Array, begin: number): void {
    this.#bytes = Buffer.from(entries.buffer, entries.byteOffset, entries.length);
    this.#begin = begin;
    this.#at = 0;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** Sets numbers under numbers as long as such entries follow, up to `most`. Returns how many the map took; `next` tells what is wrong with others. */
  setNumbers({ exports }: Kernel, most: number): number {
    const isKey = this.#key.number;
    const isValue = this.#value.number;
    if (isKey === undefined || isValue === undefined) return 0;
    const checked = isKey !== anything || isValue !== anything;
    const bytes = this.#bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = this.#at;
    let n = 0;
    for (; n < most && bytes.length - at >= 17 && bytes[at] === 0; n++, at += 17) {
      const key = view.getFloat64(at + 1, true);
      const value = view.getFloat64(at + 9, true);
      if (checked && (isKey(key) ?? isValue(value)) !== undefined) break;
      if (exports.setNumber(key, value) !== YES) break;
    }
    this.#at = at;
    return n;
  }

  /** The next entry. Throws ERR_SHARED_MAP_SNAPSHOT when there is none that this map can have. */
  next(): [key: Argument, value: Argument] {
    const forms = this.#take(1)[0] as number;
    const key = this.#argument(forms & 15, this.#key);
    const form = forms >> 4;
    const old = this.#version === 1 && form === BYTES && this.#record?.single !== undefined;
    return [key, old ? this.#single(this.#record) : this.#argument(form, this.#value)];
  }

  #take(n: number): Buffer {
    const at = this.#at;
    if (n > this.#bytes.length - at) this.#refuse('an entry that goes beyond its chunk');
    this.#at += n;
    return this.#bytes.subarray(at, at + n);
  }

  #refuse(what: string): never {
    throw damagedAt(this.#begin + this.#at, what);
  }

  #argument(form: number, shape: Shape): Argument {
    if (form === NUMBER && shape.number) {
      const number = this.#take(8).readDoubleLE(0);
      return this.#checked(shape.number(number), new Argument(NUMBER, 0, number));
    }
    if (form === SPECIAL && shape.special) {
      const code = this.#take(1)[0] as number;
      return this.#checked(shape.special(code), new Argument(SPECIAL, code, 0));
    }
    const check = shape.bytes.get(form);
    if (check === undefined) this.#refuse(`a key or value of form ${form}, which this map cannot hold`);
    const bytes = this.#take(this.#take(4).readUInt32LE(0));
    const stored = form === STRUCTURED && this.#version === 1 ? structuredOf1(bytes) : bytes;
    return this.#checked(check(bytes), new Argument(form, stored.length, 0, stored));
  }

  /** A record of a single field, in format 1. */
  #single(layout: RecordLayout): Argument {
    const number = numberOf1(layout, this.#take(this.#take(4).readUInt32LE(0)));
    if (number === undefined) this.#refuse('bytes that are no record of one field');
    return new Argument(NUMBER, 0, number);
  }

  #checked(wrong: string | undefined, argument: Argument): Argument {
    if (wrong !== undefined) this.#refuse(wrong);
    return argument;
  }
}
