import { Serializer } from 'node:v8';
import { Argument } from '../codec/argument.js';
import type { MapSettings } from '../door.js';
import { BIGINT, BYTES, CLONE, type Kernel, LATIN1, NUMBER, SPECIAL, UTF16, YES } from '../kernel.js';
import { damagedAt } from './format.js';

// An entry of a snapshot: its forms, the key's in the low half of a byte and the value's in the high half, then the
// key, then the value, each by its form. The kernel writes the same (src/kernel/dump.ts).
//
//   0 number            f64
//   6 special           u8: 0 undefined, 1 null, 2 false, 3 true
//   1 Latin-1, 2 UTF-16 u32 length in bytes, then the code units
//   3 bigint            u32 length, then its hexadecimal text in lower case
//   4 bytes             u32 length, then the bytes: a Uint8Array, or what a codec has made
//   5 clone             u32 length, then V8's structured clone with its header
//
// Each key and value has exactly one form and one text there. What has another is refused: the map would not find it.

const SPECIALS = 4;
/** The longest text of a bigint that V8 makes a BigInt of: 2^30 bits, and the sign. */
const MAX_BIGINT = 2 ** 28 + 1;
const BIGINT_TEXT = /^(?:0|-?[1-9a-f][0-9a-f]*)$/;

const TEXTS: readonly number[] = [LATIN1, UTF16];

/** Forms that keys of a kind have. */
function keyForms(kind: MapSettings['key']): readonly number[] {
  if (kind === 'number') return [NUMBER];
  return kind === 'string' ? TEXTS : [NUMBER, ...TEXTS, BIGINT, SPECIAL];
}

/** Forms that values of a kind have. */
function valueForms(kind: MapSettings['value']): readonly number[] {
  switch (kind) {
    case 'number':
      return [NUMBER];
    case 'string':
    case 'json':
      return TEXTS;
    case 'bytes':
    case 'codec':
      return [BYTES];
    default:
      return [NUMBER, ...TEXTS, BIGINT, BYTES, CLONE, SPECIAL];
  }
}

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
  readonly #keys: readonly boolean[];
  readonly #values: readonly boolean[];
  readonly #numbers: boolean;
  #bytes: Buffer = Buffer.alloc(0);
  #at = 0;
  /** Where the chunk's entries begin in the snapshot. */
  #begin = 0;

  constructor({ key, value }: MapSettings) {
    const flags = (forms: readonly number[]) => Array.from({ length: 16 }, (_, form) => forms.includes(form));
    this.#keys = flags(keyForms(key));
    this.#values = flags(valueForms(value));
    this.#numbers = this.#keys[NUMBER] === true && this.#values[NUMBER] === true;
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

  /** Sets numbers under numbers as long as such entries follow, up to `most`. Returns how many the map took. */
  setNumbers({ exports }: Kernel, most: number): number {
    if (!this.#numbers) return 0;
    const bytes = this.#bytes;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = this.#at;
    let n = 0;
    for (; n < most && bytes.length - at >= 17 && bytes[at] === 0; n++, at += 17) {
      if (exports.setNumber(view.getFloat64(at + 1, true), view.getFloat64(at + 9, true)) !== YES) break;
    }
    this.#at = at;
    return n;
  }

  /** The next entry. Throws ERR_SHARED_MAP_SNAPSHOT when there is none that this map can have. */
  next(): [key: Argument, value: Argument] {
    const forms = this.#take(1)[0] as number;
    return [this.#argument(forms & 15, this.#keys), this.#argument(forms >> 4, this.#values)];
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

  #argument(form: number, allowed: readonly boolean[]): Argument {
    if (allowed[form] !== true) this.#refuse(`a key or value of form ${form}, which this map cannot hold`);
    if (form === NUMBER) return new Argument(NUMBER, 0, this.#take(8).readDoubleLE(0));
    if (form === SPECIAL) {
      const code = this.#take(1)[0] as number;
      if (code >= SPECIALS) this.#refuse(`special value ${code}`);
      return new Argument(SPECIAL, code, 0);
    }
    const bytes = this.#take(this.#take(4).readUInt32LE(0));
    const wrong = wrongBytes(form, bytes);
    if (wrong !== undefined) this.#refuse(wrong);
    return new Argument(form, bytes.length, 0, bytes);
  }
}

/** What keeps bytes from being of a form, if anything does. */
function wrongBytes(form: number, bytes: Buffer): string | undefined {
  if (form === UTF16) {
    if (bytes.length % 2 !== 0) return 'half a code unit';
    for (let i = 1; i < bytes.length; i += 2) if (bytes[i] !== 0) return undefined;
    return 'Latin-1 text as UTF-16';
  }
  if (form === BIGINT && (bytes.length > MAX_BIGINT || !BIGINT_TEXT.test(bytes.toString('latin1')))) {
    return 'a bigint that is none';
  }
  if (form === CLONE && (bytes[0] !== CLONE_MARK || (bytes[1] ?? CLONE_VERSION + 1) > CLONE_VERSION)) {
    return `a structured value of version ${bytes[1]}, this V8 reads ${CLONE_VERSION}`;
  }
  return undefined;
}

const cloneHeader = new Serializer();
cloneHeader.writeHeader();
/** How structured clone begins: a mark, then the version that this V8 writes; it reads older ones. */
const [CLONE_MARK, CLONE_VERSION] = cloneHeader.releaseBuffer() as unknown as [number, number];
