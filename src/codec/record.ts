import { describe } from '../errors.js';
import type { Field, RecordLayout } from '../fields.js';
import type { FieldKind } from '../kinds.js';
import { isInt64 } from './int64.js';

// Fixed records: plain objects of declared fields, as bytes that a DataView writes and reads, little endian.

/** The whole numbers that a field of an integer kind holds. */
const RANGES: Partial<Record<FieldKind, readonly [lowest: number, highest: number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  uint32: [0, 2 ** 32 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  uint16: [0, 2 ** 16 - 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
};

/** Is this a value of a field of the kind? A float32 takes any number and rounds it. */
export function fitsField(kind: FieldKind, value: unknown): value is number | bigint | boolean {
  if (kind === 'boolean') return typeof value === 'boolean';
  if (kind === 'bigint') return isInt64(value);
  if (typeof value !== 'number') return false;
  const range = RANGES[kind];
  return range === undefined || (Number.isInteger(value) && value >= range[0] && value <= range[1]);
}

/** Writes a value that fits. Every NaN is the same one, so that equal records have equal bytes. */
export function writeField({ kind, at }: Field, view: DataView, value: number | bigint | boolean): void {
  switch (kind) {
    case 'bigint':
      return view.setBigInt64(at, value as bigint, true);
    case 'boolean':
      return view.setUint8(at, value ? 1 : 0);
    case 'float64':
      return view.setFloat64(at, Number.isNaN(value) ? Number.NaN : (value as number), true);
    case 'float32':
      return view.setFloat32(at, Number.isNaN(value) ? Number.NaN : (value as number), true);
    case 'int32':
      return view.setInt32(at, value as number, true);
    case 'uint32':
      return view.setUint32(at, value as number, true);
    case 'int16':
      return view.setInt16(at, value as number, true);
    case 'uint16':
      return view.setUint16(at, value as number, true);
    case 'int8':
      return view.setInt8(at, value as number);
    case 'uint8':
      return view.setUint8(at, value as number);
  }
}

export function readField({ kind, at }: Field, view: DataView): number | bigint | boolean {
  switch (kind) {
    case 'bigint':
      return view.getBigInt64(at, true);
    case 'boolean':
      return view.getUint8(at) !== 0;
    case 'float64':
      return view.getFloat64(at, true);
    case 'float32':
      return view.getFloat32(at, true);
    case 'int32':
      return view.getInt32(at, true);
    case 'uint32':
      return view.getUint32(at, true);
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

/**
 * The bytes of a record. Reads each field of `value` once, which may run code of the user's and throw what that throws.
 * A text says what is wrong with it: a field that is missing, one too many, or of the wrong type.
 */
export function recordBytes(layout: RecordLayout, value: object): Uint8Array | string {
  const bytes = new Uint8Array(layout.bytes);
  const view = new DataView(bytes.buffer);
  const names = Object.keys(value);
  for (const name of names) {
    if (!layout.byName.has(name)) return `it has a field '${name.slice(0, 40)}', which was not declared`;
  }
  if (names.length !== layout.fields.length) {
    const own = new Set(names);
    return `field '${layout.fields.find(({ name }) => !own.has(name))?.name}' is missing`;
  }
  for (const field of layout.fields) {
    const part = (value as Record<string, unknown>)[field.name];
    if (!fitsField(field.kind, part)) return `field '${field.name}' is of kind '${field.kind}', not ${describe(part)}`;
    writeField(field, view, part);
  }
  return bytes;
}

/** The record of the bytes at the begin of a buffer. */
export function bytesRecord(layout: RecordLayout, { buffer, byteOffset }: Uint8Array): object {
  const view = new DataView(buffer, byteOffset, layout.bytes);
  const record: Record<string, number | bigint | boolean> = {};
  for (const field of layout.fields) record[field.name] = readField(field, view);
  return record;
}
