import { recordNumber, standsFor } from '../codec/record.js';
import type { RecordLayout } from '../settings/fields.js';
import { encodedCopy } from '../structured/encode.js';
import { V8Value, v8Item } from '../structured/v8-value.js';

// What was different in snapshots of format 1: a structured value is V8's structured clone, and a
// record of a single field is bytes.

/** Bytes of views in a value, at most, for each byte that it has: views of one buffer share it there. */
const MOST_VIEWED = 8;

/**
 * A structured value of format 1 in the form that the map has. One that cannot be read or encoded
 * here goes along as it is.
 */
export function structuredOf1(bytes: Uint8Array): Uint8Array {
  try {
    const { value, viewed } = new V8Value(bytes);
    if (typeof value === 'object' && value !== null && viewed <= MOST_VIEWED * bytes.length)
      return encodedCopy(value);
  } catch {
    // Whatever it is: it concerns who gets this value, and is said then.
  }
  return v8Item(bytes);
}

/** The number that stands for a record of a single field, from its bytes; undefined for other bytes. */
export function numberOf1({ bytes: size, single }: RecordLayout, bytes: Buffer): number | undefined {
  if (single === undefined || bytes.length !== size) return undefined;
  const number = recordNumber(single, { view: new DataView(bytes.buffer, bytes.byteOffset, size) });
  return standsFor(single, number) ? number : undefined;
}
