import { describe } from '../errors.js';
import { type Field, type RecordLayout, RecordRoom } from '../settings/fields.js';
import type { FieldKind } from '../settings/kinds.js';
import { isInt64 } from './int64.js';

// Fixed records: plain objects of declared fields, as bytes that a DataView writes and reads, little endian.

export type FieldValue = number | bigint | boolean;

/**
 * Writes a value to a field. False: it is none of the field's kind; what was written is the number
 * cut to the field's width, or nothing.
 */
function putField({ kind, at }: Field, view: DataView, value: unknown): boolean {
  if (typeof value === 'number') return putNumber(kind, at, view, value);
  if (kind === 'boolean' && typeof value === 'boolean') {
    view.setUint8(at, value ? 1 : 0);
    return true;
  }
  if (kind !== 'bigint' || typeof value !== 'bigint') return false;
  view.setBigInt64(at, value, true);
  return isInt64(value);
}

/** An integer fits where it is read as it was written. A float32 takes any number and rounds it. */
function putNumber(kind: FieldKind, at: number, view: DataView, value: number): boolean {
  switch (kind) {
    case 'float64':
      view.setFloat64(at, oneNaN(value), true);
      return true;
    case 'int32':
      view.setInt32(at, value, true);
      return view.getInt32(at, true) === value;
    case 'uint32':
      view.setUint32(at, value, true);
      return view.getUint32(at, true) === value;
    case 'float32':
      view.setFloat32(at, oneNaN(value), true);
      return true;
    case 'int16':
      view.setInt16(at, value, true);
      return view.getInt16(at, true) === value;
    case 'uint16':
      view.setUint16(at, value, true);
      return view.getUint16(at, true) === value;
    case 'int8':
      view.setInt8(at, value);
      return view.getInt8(at) === value;
    case 'uint8':
      view.setUint8(at, value);
      return view.getUint8(at) === value;
    default:
      return false;
  }
}

/** Equal records have equal bytes: a NaN has no others. */
function oneNaN(value: number): number {
  return Number.isNaN(value) ? Number.NaN : value;
}

function readField({ kind, at }: Field, view: DataView): FieldValue {
  switch (kind) {
    case 'float64':
      return view.getFloat64(at, true);
    case 'int32':
      return view.getInt32(at, true);
    case 'uint32':
      return view.getUint32(at, true);
    case 'bigint':
      return view.getBigInt64(at, true);
    case 'boolean':
      return view.getUint8(at) !== 0;
    case 'float32':
      return view.getFloat32(at, true);
    case 'int16':
      return view.getInt16(at, true);
    case 'uint16':
      return view.getUint16(at, true);
    case 'int8':
      return view.getInt8(at);
    case 'uint8':
      return view.getUint8(at);
  }
}

/** Room for a field alone. */
const alone = new DataView(new ArrayBuffer(8));

/** Is this a value of a field of the kind? */
export function fitsField(kind: FieldKind, value: unknown): value is FieldValue {
  return putField({ name: '', kind, at: 0 }, alone, value);
}

/** What a field holds once this is written to it: sums wrap around, a float32 is rounded. */
export function storedInField({ name, kind }: Field, value: number | bigint): number | bigint {
  const field = { name, kind, at: 0 };
  putField(field, alone, value);
  return readField(field, alone) as number | bigint;
}

// As functions, because a method may be replaced: the optimizing compiler knows this one, and for a
// name that a loop gives it costs nothing.
const isOwn = Function.prototype.call.bind(Object.prototype.hasOwnProperty) as (
  object: object,
  name: string,
) => boolean;

/**
 * The bytes of a record, lent until the next of its layout is made. Reads each field of `value`
 * once, which may run code of the user's and throw what that throws; that code may make another
 * record of the layout. A text says what is wrong with it: a field that is missing, one too many,
 * or of the wrong type.
 */
export function recordBytes(layout: RecordLayout, value: object): RecordRoom | string {
  const { fields } = layout;
  const room = layout.room ?? new RecordRoom(layout.bytes);
  layout.room = undefined;
  const { view } = room;
  let count = 0;
  let wrong: Field | undefined;
  let part: unknown;
  for (const name in value) {
    if (!isOwn(value, name)) continue;
    // Most often in the order of the declaration.
    const next = fields[count++];
    const field = next?.name === name ? next : layout.byName.get(name);
    if (field === undefined) return `it has a field '${name.slice(0, 40)}', which was not declared`;
    const given = (value as Record<string, unknown>)[name];
    if (putField(field, view, given)) continue;
    if (wrong !== undefined && fields.indexOf(wrong) < fields.indexOf(field)) continue;
    wrong = field;
    part = given;
  }
  if (count !== fields.length) {
    const own = new Set(Object.keys(value));
    return `field '${fields.find(({ name }) => !own.has(name))?.name}' is missing`;
  }
  if (wrong !== undefined) return `field '${wrong.name}' is of kind '${wrong.kind}', not ${describe(part)}`;
  layout.room = room;
  return room;
}

/**
 * Views of the buffers that records were read from: to make one takes longer than all else of a
 * read (50 of 95 ns).
 */
const views = new WeakMap<Uint8Array, DataView>();

function viewOf(bytes: Uint8Array): DataView {
  let view = views.get(bytes);
  if (view === undefined) {
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    views.set(bytes, view);
  }
  return view;
}

/** The record of the bytes at the begin of a buffer. */
export function bytesRecord(layout: RecordLayout, bytes: Uint8Array): object {
  const view = viewOf(bytes);
  // The fields are its own from the begin: no setter of a prototype is met.
  const record = zeroRecord(layout);
  for (const field of layout.fields) record[field.name] = readField(field, view);
  return record;
}

/** The number that stands for a record of a single field, which lies in its room. */
export function recordNumber(single: Field, { view }: Pick<RecordRoom, 'view'>): number {
  return Number(readField(single, view));
}

/** The record of a single field that a number stands for. */
export function numberRecord(layout: RecordLayout, { name, kind }: Field, number: number): object {
  const record = zeroRecord(layout);
  record[name] = kind === 'boolean' ? number !== 0 : number;
  return record;
}

/** Does the number stand for a record of this single field? */
export function standsFor({ kind }: Field, number: number): boolean {
  if (kind === 'boolean') return Object.is(number, 0) || number === 1;
  return putNumber(kind, 0, alone, number) && Object.is(readField({ name: '', kind, at: 0 }, alone), number);
}

/** A record whose fields are 0, 0n or false. */
export function zeroRecord(layout: RecordLayout): Record<string, FieldValue> {
  return { ...layout.zero };
}
