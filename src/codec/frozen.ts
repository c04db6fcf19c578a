import { types } from 'node:util';
import { isBuiltIn } from '../wasm/brands.js';

// Which decoded values several readers may share: those that nobody can change once they are frozen.

/**
 * Freezes a value with everything in it; false, and nothing is changed, when there is something in it that freezing does not
 * keep from changing: bytes, a Map, a Set, a Date, an object of a class (with fields that nobody sees), an accessor, a function.
 */
export function freeze(value: unknown): boolean {
  if (isImmutable(value)) return true;
  const objects = new Set<object>([value as object]);
  // What is added while the walk goes on is walked, too.
  for (const object of objects) {
    if (!isPlain(object)) return false;
    for (const name of Reflect.ownKeys(object)) {
      const field = Reflect.getOwnPropertyDescriptor(object, name);
      if (field === undefined || !('value' in field)) return false;
      if (!isImmutable(field.value)) objects.add(field.value as object);
    }
  }
  for (const object of objects) Object.freeze(object);
  return true;
}

function isImmutable(value: unknown): boolean {
  return (typeof value !== 'object' || value === null) && typeof value !== 'function';
}

/** An object or an array as a literal makes it. A proxy would run code of its own here. */
function isPlain(object: object): boolean {
  if (typeof object === 'function' || types.isProxy(object)) return false;
  const prototype = Object.getPrototypeOf(object) as object | null;
  if (!Array.isArray(object)) return prototype === null || isObjectPrototype(prototype);
  // Array.prototype is an array itself, in each realm.
  return Array.isArray(prototype) && isBuiltIn(prototype, 'Array');
}

/** The Object.prototype of some realm: that of `node:v8`'s objects need not be this file's own. */
function isObjectPrototype(object: object): boolean {
  return Object.getPrototypeOf(object) === null && isBuiltIn(object, 'Object');
}
