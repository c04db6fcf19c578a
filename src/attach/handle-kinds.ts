import { describe, sharedMapError } from '../errors.js';
import { cryptoModule } from '../late-modules.js';
import { layoutOf } from '../settings/fields.js';
import { type Fields, KEY_KINDS, type KeyKind, VALUE_KINDS, type ValueKind } from '../settings/kinds.js';

// What a handle tells of the kinds of its map's keys and values, and what the memory has to say to that.

export interface HandleKinds {
  /** Kind of the keys. */
  readonly key: KeyKind;
  /** Kind of the values. */
  readonly value: ValueKind | 'codec' | 'record';
  /** Name of the codec, or null. */
  readonly codec: string | null;
  /** The fields of values that are fixed records, or null. */
  readonly fields: Fields | null;
}

/** Bytes of the digest. */
export const DIGEST_BYTES = 16;

/** What the memory says of the kinds of its map: a handle that says something else would read its bytes as what they are not. */
export function digestOf({ key, value, codec, fields }: HandleKinds): Buffer {
  const text = JSON.stringify([key, value, codec, fields === null ? null : Object.entries(fields)]);
  return cryptoModule().createHash('sha256').update(text).digest().subarray(0, DIGEST_BYTES);
}

/** A handle that is none. */
export function bad(message: string, cause?: unknown): never {
  throw sharedMapError('ERR_SHARED_MAP_HANDLE', message, cause);
}

/** The declared fields of a handle, read once; anything that declares none stays as it is. */
export function ownFields(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null) return fields;
  const layout = layoutOf(fields);
  return typeof layout === 'string' ? undefined : layout.declared;
}

const keyKinds: readonly unknown[] = KEY_KINDS;
const valueKinds: readonly unknown[] = [...VALUE_KINDS, 'codec', 'record'];

/** Are these kinds that there are? Throws ERR_SHARED_MAP_HANDLE. */
export function verifyKinds({ key, value, codec, fields }: Partial<HandleKinds>): void {
  if (!keyKinds.includes(key)) bad(`this handle has an unknown kind of key: ${describe(key)}`);
  if (!valueKinds.includes(value)) bad(`this handle has an unknown kind of value: ${describe(value)}`);
  if (value === 'codec' ? typeof codec !== 'string' : codec !== null)
    bad(`this handle has an unknown codec: ${describe(codec)}`);
  if (value === 'record' ? typeof fields !== 'object' || fields === null : fields !== null)
    bad(`this handle has unknown fields: ${describe(fields)}`);
}
