import type { TextBuffer } from '../wasm/scratch.js';
import { defineField } from './elements.js';
import { V8, VERSION } from './format.js';
import { Undecodable } from './undecodable.js';
import {
  DensePart,
  ErrorPart,
  HOLE,
  MapPart,
  ObjectPart,
  type Part,
  SetPart,
  SparsePart,
} from './v8-parts.js';
import * as tags from './v8-tags.js';
import { Writer } from './writer.js';

// Reads what V8's serializer has written (v8-tags.ts), on any engine. Not by node:v8: an engine reads
// no later format than its own, Node 22 no error with a cause of Node 20, Bun none; and to 1,107
// crafted bytes V8 gives 24 GB, until the process ends.

const MORE: unique symbol = Symbol('not complete');

class V8Reader {
  viewed = 0;
  readonly #bytes: TextBuffer;
  #at = 0;
  /** By their numbers. */
  readonly #objects: object[] = [];
  readonly #parts: Part[] = [];
  readonly #varint = () => this.#number();

  constructor({ buffer, byteOffset, length }: Uint8Array) {
    this.#bytes = Buffer.from(buffer as ArrayBuffer, byteOffset, length) as TextBuffer;
  }

  read(): unknown {
    const version = this.#byte() === tags.MARK ? this.#number() : undefined;
    if (version !== tags.VERSION)
      throw new Undecodable(
        version === undefined ? 'bytes that V8 has not written' : `a value of V8's format ${version}`,
      );
    for (;;) {
      const part = this.#parts.at(-1);
      const value =
        part instanceof ErrorPart && part.complete ? this.#errorPart(part) : this.#item(part, this.#tag());
      if (value === MORE) continue;
      const whole = this.#parts.at(-1);
      if (whole !== undefined) whole.take(value);
      else if (this.#at === this.#bytes.length) return value;
      else throw this.#unknown('more bytes');
    }
  }

  #unknown(what: string): Undecodable {
    return new Undecodable(`${what} at byte ${this.#at} of a value of V8's format`);
  }

  /** Goes on by `n` bytes. Returns where they begin. */
  #skip(n: number): number {
    const from = this.#at;
    if (n > this.#bytes.length - from) throw this.#unknown(`${n} bytes, of which some are missing,`);
    this.#at += n;
    return from;
  }

  #take(n: number): Buffer {
    const from = this.#skip(n);
    return this.#bytes.subarray(from, from + n);
  }

  #byte(): number {
    return this.#bytes[this.#skip(1)] as number;
  }

  #tag(): number {
    for (;;) {
      const byte = this.#byte();
      if (byte !== tags.PADDING) return byte;
    }
  }

  #number(): number {
    let number = 0;
    // 7 bytes of 7 bits: below 2^53.
    for (let scale = 1; scale < 2 ** 49; scale *= 128) {
      const byte = this.#byte();
      number += (byte & 127) * scale;
      if (byte < 128) return number;
    }
    throw this.#unknown('a number beyond all lengths');
  }

  /** Below 2^32. */
  #uint32(): number {
    const number = this.#number();
    if (number >= 2 ** 32) throw this.#unknown(`${number} for 32 bits`);
    return number;
  }

  #float64(): number {
    return this.#bytes.readDoubleLE(this.#skip(8));
  }

  #bigint(): bigint {
    const bits = this.#uint32();
    const digits = Buffer.from(this.#take(bits >>> 1))
      .reverse()
      .toString('hex');
    let magnitude: bigint;
    try {
      magnitude = BigInt(`0x${digits || '0'}`);
    } catch {
      throw this.#unknown(`a bigint of ${bits >>> 1} bytes, too many for this engine,`);
    }
    return (bits & 1) === 1 ? -magnitude : magnitude;
  }

  #latin1(): string {
    const from = this.#skip(this.#number());
    return this.#bytes.latin1Slice(from, this.#at);
  }

  #utf16(): string {
    const from = this.#skip(this.#number());
    if ((this.#at - from) % 2 !== 0) throw this.#unknown('half a code unit');
    return this.#bytes.ucs2Slice(from, this.#at);
  }

  #text(): string {
    const tag = this.#tag();
    if (tag === tags.LATIN1) return this.#latin1();
    if (tag === tags.UTF16) return this.#utf16();
    throw this.#unknown('no text');
  }

  #numbered<T extends object>(object: T): T {
    this.#objects.push(object);
    return object;
  }

  #begin(part: Part): typeof MORE {
    this.#numbered(part.object);
    this.#parts.push(part);
    return MORE;
  }

  #end(part: Part): object {
    part.close(this.#varint);
    this.#parts.pop();
    return part.object;
  }

  /** A value whose first byte was read, or its begin; in `part`, its end. */
  #item(part: Part | undefined, tag: number): unknown {
    if (tag === part?.end) {
      // A WebAssembly.Module: its place is there, and nothing in it.
      if (!part.complete) throw this.#unknown('a value that V8 has left out, as a WebAssembly.Module,');
      return this.#end(part);
    }
    switch (tag) {
      case tags.UNDEFINED:
        return undefined;
      case tags.NULL:
        return null;
      case tags.TRUE:
        return true;
      case tags.FALSE:
        return false;
      case tags.INT32: {
        const zigzag = this.#uint32();
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
      case tags.UINT32:
        return this.#uint32();
      case tags.FLOAT64:
        return this.#float64();
      case tags.BIGINT:
        return this.#bigint();
      case tags.LATIN1:
        return this.#latin1();
      case tags.UTF16:
        return this.#utf16();
      case tags.HOLE:
        return HOLE;
      case tags.REFERENCE: {
        const object = this.#objects[this.#number()];
        if (object === undefined) throw this.#unknown('a reference to no object');
        return object instanceof ArrayBuffer ? this.#viewOf(object) : object;
      }
      default:
        return this.#object(tag);
    }
  }

  #object(tag: number): unknown {
    switch (tag) {
      case tags.OBJECT:
        return this.#begin(new ObjectPart());
      case tags.DENSE:
        return this.#begin(new DensePart(this.#number()));
      case tags.SPARSE:
        return this.#begin(new SparsePart(this.#uint32()));
      case tags.MAP:
        return this.#begin(new MapPart());
      case tags.SET:
        return this.#begin(new SetPart());
      case tags.ERROR:
        return this.#begin(new ErrorPart(this.#errorClass()));
      case tags.DATE:
        return this.#numbered(new Date(this.#float64()));
      case tags.BOXED_FALSE:
        return this.#numbered(Object(false));
      case tags.BOXED_TRUE:
        return this.#numbered(Object(true));
      case tags.BOXED_NUMBER:
        return this.#numbered(Object(this.#float64()));
      case tags.BOXED_BIGINT:
        return this.#numbered(Object(this.#bigint()));
      case tags.BOXED_TEXT:
        return this.#numbered(Object(this.#text()));
      case tags.REGEXP:
        return this.#numbered(this.#regexp());
      case tags.ARRAY_BUFFER:
      case tags.RESIZABLE_BUFFER: {
        const length = this.#number();
        if (tag === tags.RESIZABLE_BUFFER) this.#number(); // what it could become: not carried
        const { buffer } = Uint8Array.from(this.#take(length));
        return this.#viewOf(this.#numbered(buffer));
      }
      default:
        throw this.#unknown(`an unknown item (0x${tag.toString(16)})`);
    }
  }

  #regexp(): RegExp {
    const source = this.#text();
    const bits = this.#uint32();
    const flags = tags.FLAGS.filter((_flag, i) => (bits & (1 << i)) !== 0).join('');
    try {
      if (bits < 1 << tags.FLAGS.length) return new RegExp(source, flags);
    } catch {
      // said below
    }
    throw this.#unknown(`a regular expression that this engine does not know (flags ${flags})`);
  }

  /** The view that stands in a buffer's place, if one does. */
  #viewOf(buffer: ArrayBuffer): object {
    if (this.#bytes[this.#at] !== tags.VIEW) return buffer;
    this.#at++;
    const kind = this.#byte();
    const offset = this.#number();
    const told = this.#number();
    const tracking = (this.#number() & tags.LENGTH_TRACKING) !== 0;
    const [name, size] = tags.VIEWS.get(kind) ?? [];
    if (name === undefined || size === undefined)
      throw this.#unknown(`a view of kind 0x${kind.toString(16)}`);
    const rest = buffer.byteLength - offset;
    const bytes = tracking ? rest - (rest % size) : told;
    if (rest < 0 || bytes > rest || offset % size !== 0 || bytes % size !== 0)
      throw this.#unknown('a view that goes beyond its buffer');
    const View = (globalThis as unknown as Record<string, unknown>)[name] as
      | (new (
          buffer: ArrayBuffer,
          offset: number,
          length: number,
        ) => object)
      | undefined;
    if (View === undefined) throw this.#unknown(`a ${name}, which this engine does not have,`);
    this.viewed += bytes;
    return this.#numbered(new View(buffer, offset, bytes / size));
  }

  #errorClass(): ErrorConstructor {
    const Class = tags.ERRORS.get(this.#bytes[this.#at] ?? tags.PADDING);
    if (Class === undefined) return Error;
    this.#at++;
    return Class;
  }

  #errorPart(part: ErrorPart): unknown {
    switch (this.#tag()) {
      case tags.ERROR_MESSAGE:
        defineField(part.object, 'message', this.#text(), false);
        return MORE;
      case tags.ERROR_STACK:
        defineField(part.object, 'stack', this.#text(), false);
        return MORE;
      case tags.ERROR_CAUSE:
        part.complete = false;
        return MORE;
      case tags.ERROR_END:
        return this.#end(part);
      default:
        throw this.#unknown('an unknown part of an error');
    }
  }
}

/** V8's bytes as an encoding of their own, unread: an item V8. */
export function v8Item(bytes: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.byte(VERSION);
  writer.byte(V8);
  writer.varint(bytes.length);
  writer.raw(bytes);
  return Uint8Array.prototype.slice.call(writer.bytes, 0, writer.length);
}

/**
 * The value of V8's bytes, which shares nothing with them and takes no more memory than they explain.
 * Throws Undecodable where they are not V8's, or need what was never in them (a module) or what this
 * engine does not know.
 */
export class V8Value {
  readonly value: unknown;
  /** Bytes of its views: each is stored by itself, however many a buffer has. */
  readonly viewed: number;

  constructor(bytes: Uint8Array) {
    const reader = new V8Reader(bytes);
    this.value = reader.read();
    this.viewed = reader.viewed;
  }
}

/** The value of V8's bytes. Throws Undecodable. */
export function v8Value(bytes: Uint8Array): unknown {
  return new V8Reader(bytes).read();
}
