import { found } from '../access/reading.js';
import type { Door, MapSettings } from '../attach/door.js';
import { Argument } from '../codec/argument.js';
import { isInt32 } from '../codec/int32.js';
import { int64Argument, isInt64 } from '../codec/int64.js';
import { keyArgument } from '../codec/key.js';
import { valueFromNumber } from '../codec/value.js';
import { NUMBER, STATUS_FAILED, STATUS_NUMBER } from '../wasm/codes.js';
import { S_STATUS } from '../wasm/scratch.js';
import { ADD, AND, type Verb, wrongKind, wrongOperand } from './arithmetic-verbs.js';
import { computeField } from './field-arithmetic.js';

// Arithmetic on values where they are: one call of the kernel, but for fields of records.

/** Above the verb: what the values are. */
const INT32 = 8;
const INT64 = 16;

const KEY = 0;
const VALUE = 1;

/** What `add` adds when it is not told. */
export function oneOf({ value }: MapSettings): number | bigint | undefined {
  if (value === 'record') return undefined;
  return value === 'bigint' ? 1n : 1;
}

/** Does the verb to the value of a key, or to one field of it; returns what is there then. */
export function arithmetic(door: Door, verb: Verb, key: unknown, operand: unknown, field: unknown): unknown {
  if (field !== undefined || door.settings.value === 'record')
    return computeField(door, verb, key, operand, field);
  const brought = operandArgument(door.settings, verb, operand);
  return compute(door, verb + widthOf(door.settings), keyArgument(door.settings.key, key), brought);
}

function widthOf({ value }: MapSettings): number {
  if (value === 'bigint') return INT64;
  return value === 'int32' ? INT32 : 0;
}

/** The operand as the kernel takes it. Throws ERR_SHARED_MAP_VALUE_TYPE. */
function operandArgument({ value }: MapSettings, verb: Verb, operand: unknown): Argument {
  switch (value) {
    case 'any':
    case 'number':
      if (verb >= AND) throw wrongKind(verb, value, "of kind 'int32' or 'bigint'");
      if (typeof operand === 'number') return new Argument(NUMBER, 0, operand);
      throw wrongOperand(verb, 'a number', operand);
    case 'int32':
      if (isInt32(operand)) return new Argument(NUMBER, 0, operand | 0);
      throw wrongOperand(verb, 'a whole number from -2^31 to 2^31 - 1', operand);
    case 'bigint':
      if (isInt64(operand)) return int64Argument(operand);
      throw wrongOperand(verb, 'a bigint from -2^63 to 2^63 - 1', operand);
    default:
      throw wrongKind(verb, value, "of kind 'number', 'int32', 'bigint' or 'any', or fields of records");
  }
}

function compute(door: Door, operation: number, key: Argument, operand: Argument): unknown {
  const { kernel } = door;
  const { exports, status } = kernel;
  key.place(kernel, kernel.key, KEY, true);
  for (;;) {
    operand.place(kernel, kernel.value, VALUE, false); // each time: the kernel works where it lies
    const { form, length, number } = key;
    const result =
      operation === ADD
        ? exports.add(form, length, number, operand.number)
        : exports.compute(operation, form, length, number, operand.form, operand.number);
    if (!Number.isNaN(result)) {
      kernel.unparked();
      return valueFromNumber(door.settings, result);
    }
    const code = status[S_STATUS] as number;
    if (code < STATUS_FAILED) {
      kernel.unparked();
      return code === STATUS_NUMBER ? result : found(door, undefined);
    }
    if (!kernel.repeats(STATUS_FAILED - code)) door.answer(STATUS_FAILED - code);
  }
}
