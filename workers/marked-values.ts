// Keys and values made from numbers, of every way into the kernel. A value tells which key and which write it belongs
// to, all of it is made from the two: a torn one shows, and so does a foreign one.

import { isDeepStrictEqual } from 'node:util';

/** Threads that write the same keys can each have their own: index modulo LANES. Every lane has keys of every kind. */
export const LANES = 4;

/** Writes with a number that this divides leave a value that fills pages. */
export const LARGE = 97;

const WRITES = 2 ** 24;

export type Key = string | number | bigint;

/** The key of an index: numbers, bigints, short and long strings in both forms, some longer than a thread's scratch. */
export function keyOf(index: number): Key {
  const n = Math.floor(index / LANES);
  if (n % 300 === 7) return 'K'.repeat(20_000) + index;
  if (n % 300 === 9) return 'L'.repeat(70_000) + index;
  switch (n % 7) {
    case 0:
      return index;
    case 1:
      return `s${index}`;
    case 2:
      return `the key of a record ${index}`;
    case 3:
      return `Ж${index}`;
    case 4:
      return (BigInt(index) << 70n) + BigInt(index);
    case 5:
      return `the key of a record with two bytes a character, Ж${index}`;
    default:
      return index + 0.5;
  }
}

/** The index of a key, or undefined when no index has it. */
export function indexOf(key: unknown): number | undefined {
  let index: number;
  if (typeof key === 'number') index = Math.floor(key);
  else if (typeof key === 'bigint') index = Number(key & 0xffff_ffffn);
  else if (typeof key === 'string') index = Number(/\d+$/.exec(key)?.[0]);
  else return undefined;
  return index >= 0 && keyOf(index) === key ? index : undefined;
}

/** The value of a key after the write with this number. */
export function valueAfter(index: number, write: number): unknown {
  if (write % LARGE === 0) {
    const length = 64_000 + ((write * 7919) % 200_000);
    return (index + write) % 2 === 0
      ? `${index} ${write} ${'w'.repeat(length)}`
      : bytesOf(index, write, length);
  }
  switch ((index + write) % 9) {
    case 0:
      return index * WRITES + write;
    case 1:
      return write.toString(36);
    case 2:
      return `${index} ${write} ${'v'.repeat((write * 37) % 3000)}`;
    case 3:
      return { index, write, text: 'ж'.repeat((write * 11) % 500) };
    case 4:
      return bytesOf(index, write, (write * 53) % 9000);
    case 5:
      return (BigInt(index) << 90n) + BigInt(write);
    case 6:
      return `${index} ${write} ${'ж'.repeat((write * 17) % 900)}`;
    case 7:
      return [index, write, new Map([[write, index]])];
    default:
      return null;
  }
}

function bytesOf(index: number, write: number, length: number): Uint8Array {
  const bytes = new Uint8Array(8 + length).fill(write);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, index);
  view.setUint32(4, write);
  return bytes;
}

/** The number of the write that a value says it comes from. */
function writeIn(value: unknown): unknown {
  if (typeof value === 'number') return value % WRITES;
  if (typeof value === 'bigint') return Number(value & 0xffff_ffffn);
  if (typeof value === 'string')
    return value.includes(' ') ? Number(value.split(' ', 2)[1]) : parseInt(value, 36);
  if (value instanceof Uint8Array) {
    return value.length < 8 ? undefined : new DataView(value.buffer, value.byteOffset).getUint32(4);
  }
  if (Array.isArray(value)) return value[1];
  return (value as { write?: unknown } | null)?.write;
}

/** Is this what the key has after that write? Most wrong ones are told by a look. */
export function isValueAfter(index: number, write: number, value: unknown): boolean {
  if (value === null) return valueAfter(index, write) === null;
  return writeIn(value) === write && isDeepStrictEqual(value, valueAfter(index, write));
}

/** Is this a value of this key, whole, whichever write it comes from? null is one that many have. */
export function belongsTo(index: number, value: unknown): boolean {
  if (value === null) return true;
  const write = writeIn(value);
  return Number.isInteger(write) && isDeepStrictEqual(value, valueAfter(index, write as number));
}
