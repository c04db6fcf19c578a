// A value as V8's serializer writes it: structured clone, in snapshots of format 1. Its version is
// that of all engines which wrote such snapshots. Numbers are little endian.
//
//   value    FF, varint VERSION, then one item
//   varint   7 bits to a byte, the lowest first; the high bit says that another byte follows
//
//   item     its first byte, and what follows it. A byte of 0 before it counts for nothing.
//   _ 0 T F  undefined, null, true, false
//   I        varint, zigzag: 0, -1, 1, -2 ...
//   U        varint
//   N        f64
//   Z        bigint    varint: bytes of its magnitude * 2 + (1: below zero); the magnitude
//   "        text      varint units, a byte each
//   c        text      varint bytes, two bytes a unit
//   ^        reference varint: which object of this value, counted by their first bytes from 0
//   o        object    keys and values in turn; {, varint how many
//   A        array     varint length, as many items, of which - is a hole; keys and values; $,
//                      varint how many of those, varint length
//   a        array     varint length, keys and values; @, varint how many, varint length
//   ;        Map       keys and values; :, varint twice its size
//   '        Set       items; a comma, varint its size
//   D        Date      f64
//   x y n z s          boxed false, true, f64, bigint (as Z), item of a text
//   R        RegExp    item of its source, varint of FLAGS
//   B        ArrayBuffer  varint bytes, the bytes
//   ~        the same, resizable: varint bytes, varint of their most, the bytes
//   V        view of the buffer that the item before it is, in whose place it stands: a byte of
//            VIEWS, varint offset, varint bytes, varint of bits (LENGTH_TRACKING)
//   r        error     a letter of ERRORS, none for an Error; then m and the item of its message,
//                      c and its cause, s and the item of its stack, in any order; a full stop

const tag = (letter: string) => letter.charCodeAt(0);

export const MARK = 0xff;
export const VERSION = 15;

export const PADDING = 0;
export const UNDEFINED = tag('_');
export const NULL = tag('0');
export const TRUE = tag('T');
export const FALSE = tag('F');
export const INT32 = tag('I');
export const UINT32 = tag('U');
export const FLOAT64 = tag('N');
export const BIGINT = tag('Z');
export const LATIN1 = tag('"');
export const UTF16 = tag('c');
export const REFERENCE = tag('^');
export const OBJECT = tag('o');
export const OBJECT_END = tag('{');
export const DENSE = tag('A');
export const DENSE_END = tag('$');
export const HOLE = tag('-');
export const SPARSE = tag('a');
export const SPARSE_END = tag('@');
export const MAP = tag(';');
export const MAP_END = tag(':');
export const SET = tag("'");
export const SET_END = tag(',');
export const DATE = tag('D');
export const BOXED_FALSE = tag('x');
export const BOXED_TRUE = tag('y');
export const BOXED_NUMBER = tag('n');
export const BOXED_BIGINT = tag('z');
export const BOXED_TEXT = tag('s');
export const REGEXP = tag('R');
export const ARRAY_BUFFER = tag('B');
export const RESIZABLE_BUFFER = tag('~');
export const VIEW = tag('V');
export const ERROR = tag('r');

/** Flags of a RegExp, by their bit; l is V8's own. */
export const FLAGS = ['g', 'i', 'm', 'y', 'u', 's', 'l', 'd', 'v'] as const;

/** A view that follows the length of its buffer. */
export const LENGTH_TRACKING = 1;

/** Kinds of view: class, bytes of an element. */
export const VIEWS: ReadonlyMap<number, readonly [name: string, size: number]> = new Map([
  [tag('b'), ['Int8Array', 1]],
  [tag('B'), ['Uint8Array', 1]],
  [tag('C'), ['Uint8ClampedArray', 1]],
  [tag('w'), ['Int16Array', 2]],
  [tag('W'), ['Uint16Array', 2]],
  [tag('d'), ['Int32Array', 4]],
  [tag('D'), ['Uint32Array', 4]],
  [tag('h'), ['Float16Array', 2]],
  [tag('f'), ['Float32Array', 4]],
  [tag('F'), ['Float64Array', 8]],
  [tag('q'), ['BigInt64Array', 8]],
  [tag('Q'), ['BigUint64Array', 8]],
  [tag('?'), ['DataView', 1]],
]);

/** Classes of errors but Error itself. */
export const ERRORS: ReadonlyMap<number, ErrorConstructor> = new Map<number, ErrorConstructor>([
  [tag('E'), EvalError],
  [tag('R'), RangeError],
  [tag('F'), ReferenceError],
  [tag('S'), SyntaxError],
  [tag('T'), TypeError],
  [tag('U'), URIError],
]);
export const ERROR_MESSAGE = tag('m');
export const ERROR_CAUSE = tag('c');
export const ERROR_STACK = tag('s');
export const ERROR_END = tag('.');
