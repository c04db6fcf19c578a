import { describe, sharedMapError } from '../errors.js';
import { FIELD_BYTES, type FieldKind, type Fields } from './kinds.js';

// Where the fields of a fixed record lie. The order in the bytes is by size, so that each field is aligned; the order in
// the object that comes back is the one in which they were declared.

export interface Field {
  readonly name: string;
  readonly kind: FieldKind;
  /** Its place in the record's bytes. */
  readonly at: number;
}

export interface RecordLayout {
  /** As they were declared: what a handle carries. */
  readonly declared: Fields;
  readonly fields: readonly Field[];
  readonly byName: ReadonlyMap<string, Field>;
  /** All fields, without padding behind the last one. */
  readonly bytes: number;
  /**
   * The field of a record that has one, which a number can stand for: the map then holds the number,
   * in the table itself. undefined for other records, which are bytes.
   */
  readonly single: Field | undefined;
  /** Where this thread makes the next record; undefined while it makes one and before the first. */
  room: RecordRoom | undefined;
  /** A record whose fields are 0, 0n or false. */
  readonly zero: Readonly<Record<string, number | bigint | boolean>>;
}

/** Memory for one record. */
export class RecordRoom {
  readonly bytes: Buffer;
  readonly view: DataView;
  readonly words: Uint32Array;

  constructor(bytes: number) {
    const memory = new ArrayBuffer((bytes + 3) & ~3);
    this.bytes = Buffer.from(memory);
    this.view = new DataView(memory);
    this.words = new Uint32Array(memory);
  }
}

function zeroOf(kind: FieldKind): number | bigint | boolean {
  if (kind === 'bigint') return 0n;
  return kind === 'boolean' ? false : 0;
}

/** A record of more is a mistake: it is written as a whole, whatever field changes. */
const MAX_FIELDS = 1024;

function isFieldKind(kind: unknown): kind is FieldKind {
  return typeof kind === 'string' && Object.hasOwn(FIELD_BYTES, kind);
}

/** What is wrong with a declaration of fields; undefined when nothing is. */
function problemOf(declared: ReadonlyMap<string, unknown>): string | undefined {
  if (declared.size === 0) return 'a record needs a field';
  if (declared.size > MAX_FIELDS) return `a record has at most ${MAX_FIELDS} fields, not ${declared.size}`;
  for (const [name, kind] of declared) {
    if (name === '__proto__') return 'no field can be called __proto__';
    if (!isFieldKind(kind))
      return `field '${name}' must be one of ${Object.keys(FIELD_BYTES).join(', ')}, not ${describe(kind)}`;
  }
  return undefined;
}

/** The layout of a declaration. A text says what is wrong with it. May run code of the declaration, and throw what that throws. */
export function layoutOf(given: object): RecordLayout | string {
  const declared = new Map<string, unknown>();
  for (const name of Object.keys(given)) declared.set(name, (given as Record<string, unknown>)[name]);
  const problem = problemOf(declared);
  if (problem !== undefined) return problem;
  const kinds = declared as ReadonlyMap<string, FieldKind>;
  const byName = new Map<string, Field>();
  let at = 0;
  const largestFirst = [...kinds].sort(([, a], [, b]) => FIELD_BYTES[b] - FIELD_BYTES[a]);
  for (const [name, kind] of largestFirst) {
    byName.set(name, { name, kind, at });
    at += FIELD_BYTES[kind];
  }
  const fields = [...kinds.keys()].map((name) => byName.get(name) as Field);
  const [first] = fields;
  return {
    declared: Object.freeze(Object.fromEntries(kinds)),
    fields,
    byName,
    bytes: at,
    single: fields.length === 1 && first?.kind !== 'bigint' ? first : undefined,
    room: undefined,
    zero: Object.fromEntries([...kinds].map(([name, kind]) => [name, zeroOf(kind)])),
  };
}

/** The field of this name. Throws ERR_SHARED_MAP_VALUE_TYPE. */
export function fieldOf(layout: RecordLayout | undefined, name: unknown): Field {
  if (layout === undefined) {
    throw sharedMapError(
      'ERR_SHARED_MAP_VALUE_TYPE',
      `this map's values are no fixed records, so they have no field ${describe(name)}`,
    );
  }
  const field = typeof name === 'string' ? layout.byName.get(name) : undefined;
  if (field !== undefined) return field;
  throw sharedMapError(
    'ERR_SHARED_MAP_VALUE_TYPE',
    `this map's records have no field ${describe(name)}: name one of ${[...layout.byName.keys()].slice(0, 20).join(', ')}`,
  );
}
