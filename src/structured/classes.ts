import { types } from 'node:util';
import { isBuiltIn } from '../wasm/brands.js';
import { ERRORS } from './format.js';

// What an object really is, whatever its prototype says: by what the engine keeps in it.

/** Is it more than its fields? */
export function isExotic(object: object): boolean {
  return (
    types.isDate(object) ||
    types.isMap(object) ||
    types.isSet(object) ||
    types.isRegExp(object) ||
    types.isNativeError(object) ||
    types.isAnyArrayBuffer(object) ||
    ArrayBuffer.isView(object) ||
    types.isBoxedPrimitive(object) ||
    refusedClass(object) !== undefined
  );
}

/** The name of a class whose objects no bytes can hold; undefined for others. */
export function refusedClass(object: object): string | undefined {
  if (types.isPromise(object)) return 'a Promise: await it first';
  if (types.isSharedArrayBuffer(object)) return 'a SharedArrayBuffer, which no bytes can hold';
  if (types.isWeakMap(object)) return 'a WeakMap';
  if (types.isWeakSet(object)) return 'a WeakSet';
  if (types.isGeneratorObject(object)) return 'a generator';
  if (types.isModuleNamespaceObject(object)) return 'a module';
  if (types.isMapIterator(object) || types.isSetIterator(object)) return 'an iterator';
  if (types.isExternal?.(object)) return 'memory of native code';
  if (types.isKeyObject?.(object)) return 'a KeyObject';
  if (types.isCryptoKey?.(object)) return 'a CryptoKey';
  return undefined;
}

/** The last that was found: most objects of other realms are of one. */
let foreign: object | undefined;

/** Is it the Object.prototype of another realm? */
export function isForeignObjectPrototype(prototype: object): boolean {
  if (prototype === foreign) return true;
  if (Object.getPrototypeOf(prototype) !== null || !isBuiltIn(prototype, 'Object')) return false;
  foreign = prototype;
  return true;
}

function isErrorName(name: string): boolean {
  return (ERRORS as readonly string[]).includes(name);
}

/** What is known of prototypes that were met. */
const ofHost = new WeakMap<object, boolean>();

/**
 * Is a class among those of the prototype native, but for Object and those of errors, which old
 * libraries inherit from without making errors? Its objects are more than their fields.
 */
export function isOfHost(prototype: object): boolean {
  const known = ofHost.get(prototype);
  if (known !== undefined) return known;
  const next = Object.getPrototypeOf(prototype) as object | null;
  const maker: unknown = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  const is =
    next !== null &&
    ((typeof maker === 'function' && !isErrorName(maker.name) && isBuiltIn(prototype, maker.name)) ||
      isOfHost(next));
  ofHost.set(prototype, is);
  return is;
}

/** The class of an error by its number: the first in its chain of prototypes that is built in. */
export function errorClass(error: object): number {
  for (
    let prototype = Object.getPrototypeOf(error) as object | null;
    prototype !== null;
    prototype = Object.getPrototypeOf(prototype) as object | null
  ) {
    const maker: unknown = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    if (typeof maker !== 'function') continue;
    const number = ERRORS.indexOf(maker.name as (typeof ERRORS)[number]);
    if (number >= 0 && isBuiltIn(prototype, maker.name)) return number;
  }
  return 0;
}
