import type { ArithmeticMethods } from '../api/arithmetic-methods.js';
import { doorOf } from '../attach/door-of.js';
import { arithmetic } from '../operations/arithmetic.js';
import { AND, MAX, MIN, OR, type Verb, XOR } from '../operations/arithmetic-verbs.js';
import { trapped } from '../wasm/trap.js';

function compute(map: unknown, verb: Verb, key: unknown, operand: unknown, field: unknown): never {
  try {
    return arithmetic(doorOf(map), verb, key, operand, field) as never; // its type follows from the map's
  } catch (error) {
    throw trapped(error);
  }
}

/** `add` is in the class, with its short path. */
export const arithmeticMethods: Omit<ArithmeticMethods<unknown, unknown>, 'add'> = {
  min(key: unknown, value: unknown, field?: unknown): never {
    return compute(this, MIN, key, value, field);
  },

  max(key: unknown, value: unknown, field?: unknown): never {
    return compute(this, MAX, key, value, field);
  },

  and(key: unknown, bits: unknown, field?: unknown): never {
    return compute(this, AND, key, bits, field);
  },

  or(key: unknown, bits: unknown, field?: unknown): never {
    return compute(this, OR, key, bits, field);
  },

  xor(key: unknown, bits: unknown, field?: unknown): never {
    return compute(this, XOR, key, bits, field);
  },
};
