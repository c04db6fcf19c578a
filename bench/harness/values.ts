// Values that tell which key they were written under, and by which write: the index in the lower bits of an int32, a stamp above.

import type { BenchObject, Value, ValueKind } from '../subjects/subject.js';

const FIELDS = 10;
const FIELD_LENGTH = 100;

/** Bits for the indexes below `space`. */
export function indexBits(space: number): number {
  return Math.max(1, Math.min(27, Math.ceil(Math.log2(Math.max(2, space)))));
}

export interface Values {
  /** The value that a write with this stamp puts under the key of an index. */
  make(index: number, stamp: number): Value;
  /** The number that a value carries: of equal ones, the values are equal. -1.5 for what is no value of ours. */
  number(value: unknown): number;
  /** Was the value written under the key of this index? */
  belongs(value: unknown, index: number): boolean;
}

class NumberValues implements Values {
  readonly #bits: number;
  readonly #mask: number;

  constructor(bits: number) {
    this.#bits = bits;
    this.#mask = (1 << bits) - 1;
  }

  make(index: number, stamp: number): number {
    return (stamp << this.#bits) | (index & this.#mask);
  }

  number(value: unknown): number {
    return typeof value === 'number' && (value | 0) === value ? value : FOREIGN;
  }

  belongs(value: unknown, index: number): boolean {
    const number = this.number(value);
    return number !== FOREIGN && (number & this.#mask) === (index & this.#mask);
  }
}

/** What no value has: no int32. */
const FOREIGN = -1.5;

class ObjectValues implements Values {
  readonly #numbers: NumberValues;
  readonly #fields: Record<string, string> = {};

  constructor(bits: number) {
    this.#numbers = new NumberValues(bits);
    for (let field = 0; field < FIELDS; field++)
      this.#fields[`field${field}`] = String.fromCharCode(97 + field).repeat(FIELD_LENGTH);
  }

  make(index: number, stamp: number): BenchObject {
    return { id: this.#numbers.make(index, stamp), fields: this.#fields };
  }

  number(value: unknown): number {
    const { id, fields } = (value ?? {}) as Partial<BenchObject>;
    if (fields?.field9?.length !== FIELD_LENGTH) return FOREIGN;
    return this.#numbers.number(id);
  }

  belongs(value: unknown, index: number): boolean {
    return this.#numbers.belongs(this.number(value), index);
  }
}

export function makeValues(kind: ValueKind, space: number): Values {
  const bits = indexBits(space);
  return kind === 'number' ? new NumberValues(bits) : new ObjectValues(bits);
}
