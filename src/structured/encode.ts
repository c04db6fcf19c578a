import { isExotic } from './classes.js';
import { special } from './encode-objects.js';
import {
  ARRAY,
  FALSE,
  MAX_DEPTH,
  NULL,
  OBJECT,
  REFERENCE,
  REFERENCES,
  SPARSE_ARRAY,
  TRUE,
  UNDEFINED,
  VERSION,
} from './format.js';
import { elementStep, fieldStep, Refused, under } from './refused.js';
import { emptyShape, keepShape } from './shapes-written.js';
import { type Lent, Writer } from './writer.js';

// A value becomes bytes. Getters and proxies in it run their code here; what it throws passes.

/** The writer of this thread; undefined while it is used: a getter may encode another value. */
let idle: Writer | undefined;

/**
 * The bytes of a value, by format.ts. Throws Refused for what cannot come back as it is.
 */
export function encode(value: unknown): Lent {
  const writer = idle ?? new Writer();
  idle = undefined;
  try {
    writer.begin();
    writer.byte(VERSION);
    item(writer, value);
    if (writer.referred) writer.bytes[0] = VERSION | REFERENCES;
    return writer;
  } finally {
    writer.forget();
    idle = writer;
  }
}

/** The same, in bytes of their own. */
export function encodedCopy(value: unknown): Uint8Array {
  const { bytes, length } = encode(value);
  return Uint8Array.prototype.slice.call(bytes, 0, length);
}

/** Any value, as an item. */
function item(writer: Writer, value: unknown): void {
  switch (typeof value) {
    case 'string':
      writer.text(value);
      break;
    case 'number':
      writer.number(value);
      break;
    case 'boolean':
      writer.byte(value ? TRUE : FALSE);
      break;
    case 'object':
      if (value === null) writer.byte(NULL);
      else objectItem(writer, value);
      break;
    case 'undefined':
      writer.byte(UNDEFINED);
      break;
    case 'bigint':
      writer.bigint(value);
      break;
    default:
      throw new Refused(`a ${typeof value}`);
  }
}

function objectItem(writer: Writer, object: object): void {
  const number = writer.meet(object);
  if (number >= 0) {
    writer.byte(REFERENCE);
    writer.varint(number);
    writer.referred = true;
    return;
  }
  if (++writer.depth > MAX_DEPTH) throw new Refused(`nested deeper than ${MAX_DEPTH} objects`);
  if (Array.isArray(object)) array(writer, object);
  else if (Object.getPrototypeOf(object) === Object.prototype) plain(writer, object);
  else if (!special(writer, object, item)) byNames(writer, object);
  writer.depth--;
}

/** An object as a literal makes it. */
function plain(writer: Writer, object: object): void {
  for (const _ in Object.prototype) {
    // Each object has these names, too, in a loop over its names.
    byNames(writer, object);
    return;
  }
  let shape = emptyShape();
  for (const name in object) {
    const next = shape.next(name);
    if (next === undefined) {
      byNames(writer, object);
      return;
    }
    shape = next;
  }
  const { written } = shape;
  if (written === undefined) {
    byNames(writer, object);
    return;
  }
  writer.raw(written.bytes);
  const { names } = written;
  let i = 0;
  try {
    // In a loop over the names a field is found by its place.
    for (const name in object) {
      if (name !== names[i]) break;
      item(writer, (object as Record<string, unknown>)[name]);
      i++;
    }
  } catch (error) {
    throw under(fieldStep(names[i] as string), error);
  }
  // A getter has changed the names.
  if (i < names.length) fields(writer, object, names, i);
}

/** An object by the list of its names: one that is not plain, or whose shape is not kept. */
function byNames(writer: Writer, object: object): void {
  const names = Object.keys(object);
  if (names.length === 0 && isExotic(object) && special(writer, object, item)) return;
  const from = writer.length;
  writer.byte(OBJECT);
  writer.names(names);
  keepShape(names, writer, from);
  fields(writer, object, names, 0);
}

/** The fields of these names, from the `i`th on. */
function fields(writer: Writer, object: object, names: readonly string[], i: number): void {
  let place = i;
  try {
    for (; place < names.length; place++)
      item(writer, (object as Record<string, unknown>)[names[place] as string]);
  } catch (error) {
    throw under(fieldStep(names[place] as string), error);
  }
}

function array(writer: Writer, elements: readonly unknown[]): void {
  const { length } = elements;
  // Indices come first: as many names as elements, the last of them the last index, leave no hole.
  const names = Object.keys(elements);
  if (names.length !== length || (length > 0 && names[length - 1] !== `${length - 1}`)) {
    writer.byte(SPARSE_ARRAY);
    writer.varint(length);
    writer.names(names);
    fields(writer, elements, names, 0);
    return;
  }
  writer.byte(ARRAY);
  writer.varint(length);
  let i = 0;
  try {
    for (; i < length; i++) item(writer, elements[i]);
  } catch (error) {
    throw under(elementStep(i), error);
  }
}
