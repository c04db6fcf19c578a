import { see, storeIf } from '../access/token.js';
import type { Door } from '../attach/door.js';
import { keyArgument } from '../codec/key.js';
import { type FieldValue, fitsField, storedInField, zeroRecord } from '../codec/record.js';
import { valueArgument } from '../codec/value.js';
import { type Field, fieldOf, type RecordLayout } from '../settings/fields.js';
import { ADD, AND, MAX, MIN, OR, type Verb, wrongKind, wrongOperand } from './arithmetic-verbs.js';

// Arithmetic on one field of a fixed record: read with a token, work out, store by the token; and once more if another
// thread has written the key meanwhile. A record is never changed where it is: readers copy its bytes without a lock.

/** Does the verb to one field of the record of a key; returns what that field holds then. */
export function computeField(
  door: Door,
  verb: Verb,
  key: unknown,
  operand: unknown,
  name: unknown,
): FieldValue {
  const { settings } = door;
  const field = fieldOf(settings.record, name);
  const brought = checked(field, verb, operand === undefined && verb === ADD ? oneOf(field) : operand);
  const argument = keyArgument(settings.key, key).own;
  for (;;) {
    const seen = see(door, argument.copy);
    const present = seen.token !== undefined;
    const record = (present ? seen.value : zeroRecord(settings.record as RecordLayout)) as Record<
      string,
      FieldValue
    >;
    const old = record[field.name] as FieldValue;
    const next = storedInField(field, present || verb === ADD ? result(verb, old, brought) : brought);
    if (present && Object.is(next, old)) return next; // what changes nothing stores nothing
    record[field.name] = next;
    if (storeIf(door, seen, argument, valueArgument(settings, record))) return next;
  }
}

function oneOf({ kind }: Field): number | bigint {
  return kind === 'bigint' ? 1n : 1;
}

/** The most that is added to a field of an integer kind, or taken from it: more than any of them holds. */
const MOST = 2 ** 32 - 1;

/** The operand, if the field's kind has the verb and takes this. Throws ERR_SHARED_MAP_VALUE_TYPE. */
function checked({ kind }: Field, verb: Verb, operand: unknown): number | bigint {
  const isFloat = kind === 'float64' || kind === 'float32';
  if (kind === 'boolean' || (isFloat && verb >= AND))
    throw wrongKind(verb, kind, verb >= AND ? 'that are integers' : 'that are numbers');
  const difference = verb === ADD && kind !== 'bigint' && !isFloat;
  const fits = difference
    ? Number.isInteger(operand) && Math.abs(operand as number) <= MOST
    : fitsField(kind, operand);
  if (!fits) {
    throw wrongOperand(
      verb,
      difference ? `a whole number from -${MOST} to ${MOST}` : `what a field of kind '${kind}' holds`,
      operand,
    );
  }
  return operand as number | bigint;
}

/** Before it is cut to the width of the field. Both are of one type. */
function result(verb: Verb, old: FieldValue, operand: number | bigint): number | bigint {
  return typeof operand === 'bigint'
    ? ofBigints(verb, old as bigint, operand)
    : ofNumbers(verb, old as number, operand);
}

function ofBigints(verb: Verb, a: bigint, b: bigint): bigint {
  if (verb === ADD) return a + b;
  if (verb === MIN) return a < b ? a : b;
  if (verb === MAX) return a > b ? a : b;
  if (verb === AND) return a & b;
  return verb === OR ? a | b : a ^ b;
}

function ofNumbers(verb: Verb, a: number, b: number): number {
  if (verb === ADD) return a + b;
  if (verb === MIN) return Math.min(a, b);
  if (verb === MAX) return Math.max(a, b);
  // The bits of an unsigned field come back as it reads them.
  if (verb === AND) return a & b;
  return verb === OR ? a | b : a ^ b;
}
