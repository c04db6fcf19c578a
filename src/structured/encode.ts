import { types } from 'node:util';
import { isExotic, isForeignObjectPrototype } from './classes.js';
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
import { flattened } from './proxies.js';
import { elementStep, fieldStep, Refused, under } from './refused.js';
import { emptyShape, findShape, keepShape } from './shapes-written.js';
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
    return writer.lend();
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

function objectItem(writer: Writer, given: object): void {
  const number = writer.meet(given);
  if (number >= 0) {
    writer.byte(REFERENCE);
    writer.varint(number);
    writer.referred = true;
    return;
  }
  if (++writer.depth > MAX_DEPTH) throw new Refused(`nested deeper than ${MAX_DEPTH} objects`);
  const object = types.isProxy(given) ? flattened(given) : given;
  if (Array.isArray(object)) array(writer, object);
  else {
    const prototype = Object.getPrototypeOf(object) as object | null;
    // In a loop over the names of others there are names of their prototypes, too.
    if (prototype === Object.prototype) {
      if (isPolluted()) byNames(writer, object);
      else plain(writer, object);
    } else if (prototype === null) {
      // There are few of them, and what they are besides shows nowhere else.
      if (!isExotic(object) || !special(writer, object, item)) plain(writer, object);
    } else if (isForeignObjectPrototype(prototype)) byNames(writer, object);
    else if (!special(writer, object, item)) fieldsOf(writer, object, Object.keys(object));
  }
  writer.depth--;
}

/** Does each object have enumerable names of Object.prototype? */
function isPolluted(): boolean {
  for (const _ in Object.prototype) return true;
  return false;
}

/** An object as a literal makes it, whose prototype has no enumerable names. */
function plain(writer: Writer, object: object): void {
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
    throw under(error, () => fieldStep(names[i] as string));
  }
  // A getter has changed the names.
  if (i < names.length) values(writer, object, names, i);
}

/** An object by the list of its names. Throws Refused for one that has none and is more than it shows. */
function byNames(writer: Writer, object: object): void {
  const names = Object.keys(object);
  if (names.length === 0) {
    if (isExotic(object) && special(writer, object, item)) return;
    if (Reflect.ownKeys(object).length > 0)
      throw new Refused('an object whose properties are all hidden, or named by symbols');
  }
  fieldsOf(writer, object, names);
}

/** An object by its fields of these names. */
function fieldsOf(writer: Writer, object: object, names: readonly string[]): void {
  const written = findShape(names);
  if (written !== undefined) writer.raw(written.bytes);
  else {
    const from = writer.length;
    writer.byte(OBJECT);
    writer.names(names);
    keepShape(names, writer, from);
  }
  values(writer, object, names, 0);
}

/** The values of the fields of these names, from the `i`th on: undefined of one that a getter has deleted. */
function values(writer: Writer, object: object, names: readonly string[], i: number): void {
  let place = i;
  try {
    for (; place < names.length; place++) {
      const name = names[place] as string;
      item(writer, Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined);
    }
  } catch (error) {
    throw under(error, () => fieldStep(names[place] as string));
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
    values(writer, elements, names, 0);
    return;
  }
  writer.byte(ARRAY);
  writer.varint(length);
  let i = 0;
  try {
    for (; i < length; i++) {
      const element = elements[i];
      if (typeof element === 'number') writer.number(element);
      else item(writer, element);
    }
  } catch (error) {
    throw under(error, () => elementStep(i));
  }
}
