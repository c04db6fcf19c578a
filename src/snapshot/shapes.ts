import type { MapSettings } from '../attach/door.js';
import { isInt32 } from '../codec/int32.js';
import { bytesInt64, INT64_BYTES, int64Number } from '../codec/int64.js';
import { standsFor } from '../codec/record.js';
import { UUID_BYTES } from '../codec/uuid.js';
import { BIGINT, BYTES, LATIN1, STRUCTURED, UTF16 } from '../wasm/codes.js';

// What the keys and values of a kind may be: for each form that they have, what is wrong with its content, if anything.
// Each key and value has one form and one text there; what has another is refused, because the map would not find it.
// A structured value is not looked into: one that cannot be read here is ERR_SHARED_MAP_DECODE for who gets it.

/** A number, or the code of a special value. */
type NumberCheck = (number: number) => string | undefined;
type BytesCheck = (bytes: Buffer) => string | undefined;

export interface Shape {
  /** undefined: this kind has none. */
  readonly number?: NumberCheck;
  readonly special?: NumberCheck;
  /** By form. */
  readonly bytes: ReadonlyMap<number, BytesCheck>;
}

/** Whatever it is, it is right. */
export const anything = () => undefined;

const SPECIALS = 4;
/** Codes of false and true. */
const BOOLEANS = [2, 3];
/** The longest text of a bigint that V8 makes a BigInt of: 2^30 bits, and the sign. */
const MAX_BIGINT = 2 ** 28 + 1;
const BIGINT_TEXT = /^(?:0|-?[1-9a-f][0-9a-f]*)$/;

/** The float64 whose bits stand for the bigint 0: the smallest normal one (codec/int64.ts). */
const SMALLEST = 2 ** -1022;

const special: NumberCheck = (code) => (code < SPECIALS ? undefined : `special value ${code}`);
const boolean: NumberCheck = (code) => (BOOLEANS.includes(code) ? undefined : 'no boolean');
const int32: NumberCheck = (n) => (isInt32(n) ? undefined : `${n}, which is no int32`);
const int64: NumberCheck = (n) =>
  // -SMALLEST would be -0, and NaN is not below Infinity.
  Math.abs(n) >= SMALLEST && Math.abs(n) < Infinity && n !== -SMALLEST
    ? undefined
    : 'a number that stands for no bigint';

function utf16(bytes: Buffer): string | undefined {
  if (bytes.length % 2 !== 0) return 'half a code unit';
  for (let i = 1; i < bytes.length; i += 2) if (bytes[i] !== 0) return undefined;
  return 'Latin-1 text as UTF-16';
}

const bigint: BytesCheck = (bytes) =>
  bytes.length <= MAX_BIGINT && BIGINT_TEXT.test(bytes.toString('latin1'))
    ? undefined
    : 'a bigint that is none';

const sized =
  (length: number): BytesCheck =>
  (bytes) =>
    bytes.length === length ? undefined : `${bytes.length} bytes instead of ${length}`;

/** Only what no number stands for. */
const outerInt64: BytesCheck = (bytes) =>
  bytes.length === INT64_BYTES && Number.isNaN(int64Number(bytesInt64(bytes)))
    ? undefined
    : 'a bigint of 64 bits in a wrong form';

const texts: readonly [number, BytesCheck][] = [
  [LATIN1, anything],
  [UTF16, utf16],
];
const TEXT: Shape = { bytes: new Map(texts) };
const PRIMITIVE: Shape = { number: anything, special, bytes: new Map([...texts, [BIGINT, bigint]]) };
const ANY: Shape = {
  ...PRIMITIVE,
  bytes: new Map([...PRIMITIVE.bytes, [BYTES, anything], [STRUCTURED, anything]]),
};
const NUMBERS: Shape = { number: anything, bytes: new Map() };
const INT32: Shape = { number: int32, bytes: new Map() };
const INT64: Shape = { number: int64, bytes: new Map([[BYTES, outerInt64]]) };
const BINARY: Shape = { bytes: new Map([[BYTES, anything]]) };

const keys: Readonly<Record<MapSettings['key'], Shape>> = {
  any: PRIMITIVE,
  string: TEXT,
  number: NUMBERS,
  int32: INT32,
  bigint: INT64,
  bytes: { bytes: new Map([[LATIN1, anything]]) }, // a form that keeps short ones in the table
  uuid: { bytes: new Map([[BYTES, sized(UUID_BYTES)]]) },
};

const values: Readonly<Record<Exclude<MapSettings['value'], 'record'>, Shape>> = {
  any: ANY,
  number: NUMBERS,
  string: TEXT,
  json: TEXT,
  bytes: BINARY,
  codec: BINARY,
  int32: INT32,
  bigint: INT64,
  boolean: { special: boolean, bytes: new Map() },
};

export function keyShape({ key }: MapSettings): Shape {
  return keys[key];
}

export function valueShape({ value, record }: MapSettings): Shape {
  if (value !== 'record') return values[value];
  const single = record?.single;
  if (single === undefined) return { bytes: new Map([[BYTES, sized(record?.bytes ?? 0)]]) };
  const number: NumberCheck = (n) => (standsFor(single, n) ? undefined : `${n}, which is no record`);
  return { number, bytes: new Map() };
}
