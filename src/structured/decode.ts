import type { TextBuffer } from '../wasm/scratch.js';
import { builtIn } from './decode-objects.js';
import { defineField, emptyArray, roomFor } from './elements.js';
import {
  ARRAY,
  BIGINT_TEXT,
  BIGINT64,
  BOXED,
  FALSE,
  FLOAT64,
  INT8,
  INT16,
  INT32,
  MAX_DEPTH,
  NULL,
  OBJECT,
  REFERENCE,
  REFERENCES,
  SHORT_TEXT,
  SHORT_TEXT_MOST,
  SPARSE_ARRAY,
  TEXT_LATIN1,
  TEXT_UTF16,
  TRUE,
  UNDEFINED,
  V8,
  VERSION,
  VERSION_MASK,
} from './format.js';
import { Reader } from './reader.js';
import { findShape, makeShape, type ReadShape } from './shapes-read.js';
import { Undecodable } from './undecodable.js';
import { v8Value } from './v8-value.js';

// Bytes become a value. They may be any bytes: no count is believed before it was compared with what
// is left. No code of others runs (but Error.prepareStackTrace, in some engines): values are stored in
// fields and elements that are there already, whatever the prototypes have.

/** The value of the first `length` bytes. Throws Undecodable; what it returns shares nothing with them. */
export function decode(bytes: Buffer, length: number): unknown {
  const reader = new Reader(bytes as TextBuffer, length);
  const header = reader.byte();
  if ((header & VERSION_MASK) !== VERSION || (header & ~VERSION_MASK & ~REFERENCES) !== 0)
    throw new Undecodable(`an encoding of version ${header >> 4}.${header & 15}, this threadmap knows 1`);
  if ((header & REFERENCES) !== 0) reader.keepObjects();
  const tag = reader.byte();
  const value = tag === V8 ? v8Item(reader) : objectItem(reader, tag);
  if (reader.at !== length) throw new Undecodable(`${length - reader.at} bytes behind its end`);
  return value;
}

function v8Item(reader: Reader): unknown {
  return v8Value(reader.copy(reader.varint()));
}

function item(reader: Reader): unknown {
  const tag = reader.byte();
  if (tag < SHORT_TEXT) return tag;
  if (tag <= SHORT_TEXT + SHORT_TEXT_MOST) return reader.latin1(tag - SHORT_TEXT);
  switch (tag) {
    case UNDEFINED:
      return undefined;
    case NULL:
      return null;
    case FALSE:
      return false;
    case TRUE:
      return true;
    case INT8:
      return reader.int8();
    case INT16:
      return reader.int16();
    case INT32:
      return reader.int32();
    case FLOAT64:
      return reader.float64();
    case BIGINT64:
      return reader.bigint64();
    case BIGINT_TEXT:
      return bigint(reader.latin1(reader.varint()));
    case TEXT_LATIN1:
      return reader.latin1(reader.varint());
    case TEXT_UTF16:
      return reader.utf16(reader.varint());
    case REFERENCE:
      return referred(reader);
    default:
      return objectItem(reader, tag);
  }
}

function bigint(text: string): bigint {
  const isBelow = text.startsWith('-');
  const digits = isBelow ? text.slice(1) : text;
  if (!areDigits(digits)) throw new Undecodable('a bigint with other digits');
  try {
    return isBelow ? -BigInt(`0x${digits}`) : BigInt(`0x${digits}`);
  } catch (cause) {
    throw new Undecodable(`a bigint of ${text.length} digits`, cause);
  }
}

/** By no regular expression: to compile one where little stack is left ends the process. */
function areDigits(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (!((unit >= 0x30 && unit <= 0x39) || (unit >= 0x61 && unit <= 0x66))) return false;
  }
  return text !== '';
}

function referred(reader: Reader): object {
  const number = reader.varint();
  const object = reader.object(number);
  if (object === undefined) throw new Undecodable(`a reference to object ${number}, which is not there`);
  return object;
}

function objectItem(reader: Reader, tag: number): object {
  if (++reader.depth > MAX_DEPTH) throw new Undecodable(`objects nested deeper than ${MAX_DEPTH}`);
  let object: object | undefined;
  if (tag === OBJECT) object = plain(reader);
  else if (tag === ARRAY) object = array(reader);
  else if (tag === SPARSE_ARRAY) object = sparse(reader);
  else if (tag === BOXED) object = boxed(reader);
  else object = builtIn(reader, tag, item, readNames);
  reader.depth--;
  return object;
}

function plain(reader: Reader): object {
  const size = reader.varint();
  const from = reader.skip(size);
  const end = reader.at;
  let shape: ReadShape | undefined = findShape(reader.bytes, from, end);
  let object: Record<string, unknown>;
  if (shape !== undefined) object = { ...shape.template };
  else {
    const names = namesBetween(reader, from, end);
    shape = makeShape(names, reader.bytes, from, end);
    object = shape.template;
  }
  reader.met(object);
  const { names } = shape;
  for (let i = 0; i < names.length; i++) object[names[i] as string] = item(reader);
  return object;
}

/** Names with their length in front. */
function readNames(reader: Reader): string[] {
  const from = reader.skip(reader.varint());
  return namesBetween(reader, from, reader.at);
}

function namesBetween(reader: Reader, from: number, end: number): string[] {
  reader.at = from;
  const count = reader.varint();
  if (count > end - reader.at) throw new Undecodable(`a count of ${count} names in fewer bytes`);
  const names = roomFor(count) as string[];
  for (let i = 0; i < count; i++) {
    const name = item(reader);
    if (typeof name !== 'string') throw new Undecodable('a name that is no text');
    names[i] = name;
  }
  if (reader.at !== end) throw new Undecodable('names of another length than theirs');
  return names;
}

function array(reader: Reader): unknown[] {
  const length = reader.count(1);
  const array = reader.met(roomFor(length));
  for (let i = 0; i < length; i++) array[i] = item(reader);
  return array;
}

function sparse(reader: Reader): unknown[] {
  const length = reader.varint();
  const array = reader.met(emptyArray(length));
  const names = readNames(reader);
  for (const name of names) {
    if (name === 'length') throw new Undecodable('an array with a second length');
    defineField(array, name, item(reader));
  }
  if (array.length !== length) throw new Undecodable('an array with an element beyond its length');
  return array;
}

function boxed(reader: Reader): object {
  const primitive = item(reader);
  if (typeof primitive === 'object' || primitive === undefined)
    throw new Undecodable('a box of no primitive');
  return reader.met(Object(primitive) as object);
}
