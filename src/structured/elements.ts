// Fields and elements that an object has itself before anything is stored in them: so that no setter of
// a prototype is met, and no index takes memory for those below it.

/**
 * An array of up to so many elements is copied from one that has them: 64 KB. For longer ones the
 * prototypes are looked at, which takes 1.5 µs.
 */
const FEW = 8192;
/** Grows to what was asked for. */
let few: readonly unknown[] = elements(64);
const { slice } = Array.prototype;

/** An array with so many elements. */
function elements(length: number): unknown[] {
  return Array.from({ length }, () => undefined);
}

/** The last index that an array can have. */
const LAST_INDEX = 4294967294;

/** Is it the name of an element? */
export function isIndex(name: string): boolean {
  const { length } = name;
  if (length === 0 || length > 10 || (length > 1 && name.charCodeAt(0) === 0x30)) return false;
  for (let i = 0; i < length; i++) {
    const unit = name.charCodeAt(i);
    if (unit < 0x30 || unit > 0x39) return false;
  }
  return Number(name) <= LAST_INDEX;
}

/** Has a prototype of all arrays an element, or a setter in its place? Indices are the first names. */
function haveElements(prototype: object): boolean {
  const [first] = Reflect.ownKeys(prototype);
  return typeof first === 'string' && isIndex(first);
}

/** An array for `length` elements, which are stored next, in order, with no code of others between. */
export function roomFor(length: number): unknown[] {
  if (length > FEW)
    return haveElements(Array.prototype) || haveElements(Object.prototype) ? elements(length) : [];
  if (length > few.length) few = elements(Math.min(FEW, 2 * length));
  return Reflect.apply(slice, few, [0, length]) as unknown[];
}

/** Gives an object a field of its own, whatever its prototypes have under the name. */
export function defineField(object: object, name: PropertyKey, value: unknown, enumerable = true): void {
  const field: PropertyDescriptor & { __proto__: null } = {
    __proto__: null, // a descriptor must not inherit either
    value,
    enumerable,
    writable: true,
    configurable: true,
  };
  Object.defineProperty(object, name, field);
}

/** An object's elements lie by their indices from now on: a great one takes no memory. */
export function keepByIndex(object: object): void {
  defineField(object, LAST_INDEX, undefined);
  Reflect.deleteProperty(object, LAST_INDEX);
}

/** An array of this length without elements. */
export function emptyArray(length: number): unknown[] {
  const array: unknown[] = [];
  keepByIndex(array);
  array.length = length;
  return array;
}

/** Is an index so great that the elements below it would take more than the names do? */
export function isFar(index: string, names: number): boolean {
  return isIndex(index) && Number(index) > 2 * names + 8;
}

/** The same of one of the names. */
export function hasFar(names: readonly string[]): boolean {
  for (const name of names) if (isFar(name, names.length)) return true;
  return false;
}
