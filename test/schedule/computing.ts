import {
  decode,
  FULL,
  type Key,
  type MapOperation,
  put,
  S_KEY,
  S_VALUE,
  short,
  type Value,
  word,
} from './operations.js';

// Arithmetic, as SharedMap makes it out of calls of the kernel. A bigint of 64 bits is told as the kernel holds it: by the
// number that stands for it, or as a text of the 8 bytes of its record.

export type Arithmetic = 'add' | 'min' | 'max' | 'and' | 'or' | 'xor';
export type Width = 'number' | 'int32' | 'int64';

const VERBS = { add: 0, min: 1, max: 2, and: 3, or: 4, xor: 5 } as const;
const WIDTHS = { number: 0, int32: 8, int64: 16 } as const;

const FAILED = 64;
const BUSY = FAILED + 1;
const FULL_STATUS = FAILED + 2;
const NOT_NUMBER = FAILED + 3;

// What follows is told by the numbers of IEEE 754 and no more, so that it is another text than src/codec/int64.ts.
const bytes = Buffer.alloc(8);

/** The value that stands for a bigint. */
export function wide(n: bigint): Value {
  const size = n < 0n ? -n : n;
  if (size >= 2n ** 63n - 2n ** 53n) {
    bytes.writeBigInt64LE(n);
    return bytes.toString('latin1');
  }
  bytes.writeBigUInt64LE(size + 2n ** 52n + (n < 0n ? 2n ** 63n : 0n));
  return bytes.readDoubleLE();
}

/** The bigint of a value. */
export function narrow(value: Value): bigint {
  if (typeof value === 'string') {
    bytes.write(value, 'latin1');
    return bytes.readBigInt64LE();
  }
  bytes.writeDoubleLE(Math.abs(value));
  const size = bytes.readBigUInt64LE() - 2n ** 52n;
  return value < 0 ? -size : size;
}

function ofNumbers(verb: Arithmetic, a: number, b: number): number {
  switch (verb) {
    case 'add':
      return a + b;
    case 'min':
      return Math.min(a, b);
    case 'max':
      return Math.max(a, b);
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
  }
}

function ofBigints(verb: Arithmetic, a: bigint, b: bigint): bigint {
  switch (verb) {
    case 'add':
      return BigInt.asIntN(64, a + b);
    case 'min':
      return a < b ? a : b;
    case 'max':
      return a > b ? a : b;
    case 'and':
      return a & b;
    case 'or':
      return a | b;
    case 'xor':
      return a ^ b;
  }
}

export interface Computation {
  readonly arithmetic: Arithmetic;
  readonly width: Width;
}

/** What becomes of a value; a text among numbers has no sum. */
export function computed(
  { arithmetic, width }: Computation,
  old: Value | undefined,
  operand: Value,
): Value | undefined {
  if (old === undefined) return operand;
  if (width === 'int64') return wide(ofBigints(arithmetic, narrow(old), narrow(operand)));
  if (typeof old === 'string') return undefined;
  const result = ofNumbers(arithmetic, old, operand as number);
  return width === 'int32' ? result | 0 : result;
}

/** Of bigints the operand is told by `wide`. */
export function compute(arithmetic: Arithmetic, width: Width, key: Key, value: Value): MapOperation {
  const operation = VERBS[arithmetic] + WIDTHS[width];
  return {
    name: `${arithmetic} ${width}(${key}, ${width === 'int64' ? `${narrow(value)}n` : short(value)})`,
    verb: 'compute',
    key,
    value,
    arithmetic,
    width,
    *start(thread) {
      for (;;) {
        const k = put(thread, key, S_KEY);
        const v = put(thread, value, S_VALUE);
        const result = yield () =>
          thread.kernel.compute?.(operation, k.form, k.length, k.number, v.form, v.number) as number;
        if (!Number.isNaN(result)) return result;
        const status = word(thread, 0);
        if (status < FAILED) return yield* decode(thread, result);
        if (status === FULL_STATUS) return FULL;
        if (status === NOT_NUMBER) return NOT_A_NUMBER;
        if (status !== BUSY) throw new Error(`compute answers ${FAILED - status}`);
        yield* thread.park();
      }
    },
  };
}

export const NOT_A_NUMBER = 'not a number';
