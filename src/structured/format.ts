// The bytes of a structured value: an object of a map of kind 'any'. Numbers are little endian.
// Equal values have equal bytes, on every engine and in every thread; docs/values.md says what equal
// means.
//
//   value    header, then one item
//   header   u8: VERSION, plus REFERENCES when an item of the value is a reference
//   varint   7 bits to a byte, the lowest first; the high bit says that another byte follows
//   names    varint bytes of what follows, varint count, then as many texts
//
//   item     its first byte, and what follows it
//   00..7f   the integer 0 to 127
//   80..bf   text of 0 to 63 units below 256: the units, a byte each
//   c0..c3   undefined, null, false, true
//   c4       integer    i8: -128 to -1
//   c5       integer    i16
//   c6       integer    i32
//   c7       number     f64: no int32, or -0
//   c8       bigint     i64
//   c9       bigint     varint length, hexadecimal text with its sign: beyond 64 bits
//   ca       text       varint units, a byte each: all are below 256
//   cb       text       varint units, two bytes each
//   cc       reference  varint: which object of this value, counted by their first bytes from 0
//   d0       object     names, an item for each
//   d1       array      varint length, as many items: no holes, no names
//   d2       array      varint length, names (indices among them), an item for each
//   d3       Map        varint size, as many keys and values in turn
//   d4       Set        varint size, as many items
//   d5       Date       f64: ms since 1970
//   d6       RegExp     text of its source, text of its flags
//   d7       ArrayBuffer  varint length, bytes
//   d8       view       u8 of VIEWS, varint bytes, bytes: its own part of its buffer
//   d9       boxed      the item of a boolean, a number, a bigint or a text
//   da       error      u8 of ERRORS, u8 of ERROR_* bits, an item for each bit, the lowest first
//   db       V8         varint length, bytes of V8's serializer: from a snapshot of format 1
//
// Each integer, text and bigint has the first form in this list that can hold it. Items from d0 on
// are objects, which references count; a V8 value is the only item of its value.

/** In the high half of the header. A reader refuses what it does not know. */
export const VERSION = 0x10;
export const VERSION_MASK = 0xf0;
/** Some item is a reference. Without it a reader need not keep the objects that it has made. */
export const REFERENCES = 1;

export const SMALL_MOST = 0x7f;
export const SHORT_TEXT = 0x80;
export const SHORT_TEXT_MOST = 63;
export const UNDEFINED = 0xc0;
export const NULL = 0xc1;
export const FALSE = 0xc2;
export const TRUE = 0xc3;
export const INT8 = 0xc4;
export const INT16 = 0xc5;
export const INT32 = 0xc6;
export const FLOAT64 = 0xc7;
export const BIGINT64 = 0xc8;
export const BIGINT_TEXT = 0xc9;
export const TEXT_LATIN1 = 0xca;
export const TEXT_UTF16 = 0xcb;
export const REFERENCE = 0xcc;
export const OBJECT = 0xd0;
export const ARRAY = 0xd1;
export const SPARSE_ARRAY = 0xd2;
export const MAP = 0xd3;
export const SET = 0xd4;
export const DATE = 0xd5;
export const REGEXP = 0xd6;
export const ARRAY_BUFFER = 0xd7;
export const VIEW = 0xd8;
export const BOXED = 0xd9;
export const ERROR = 0xda;
export const V8 = 0xdb;

/** Kinds of view, by their number. */
export const VIEWS = [
  'Uint8Array',
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'DataView',
  'Float16Array',
] as const;

/** Classes of errors, by their number. */
export const ERRORS = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
  'DOMException',
  'SuppressedError',
] as const;

// What an error has, in this order.
/** Text, where it is not that of its class. */
export const ERROR_NAME = 1;
export const ERROR_MESSAGE = 2;
export const ERROR_STACK = 4;
export const ERROR_CAUSE = 8;
/** Of an AggregateError: an array. */
export const ERROR_ERRORS = 16;
// Of a SuppressedError.
export const ERROR_ERROR = 32;
export const ERROR_SUPPRESSED = 64;
/** Names of its other enumerable fields, then an item for each. */
export const ERROR_FIELDS = 128;

/**
 * Units of the source of a regular expression, at most: with some flags an engine takes 20 µs for
 * each.
 */
export const MOST_SOURCE = 65_536;

/**
 * Objects in objects, at most. A thread with Node's least stack can write and read so many from a
 * shallow call; structuredClone ends at some 3,000.
 */
export const MAX_DEPTH = 1000;
