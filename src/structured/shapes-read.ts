import { defineField, hasFar, keepByIndex } from './elements.js';
import { hashOf, MetOnce, MOST_BYTES, MOST_NAMES } from './names.js';

// The objects that names make, by the bytes of the names: a thread makes them once.

/** Places for shapes, by the hash of their bytes. A new one takes the place of the old one. */
const PLACES = 1024;

/** What objects with these names begin as. */
export interface ReadShape {
  readonly names: readonly string[];
  /** Has all the names as own fields: what is stored in a copy never meets a setter of a prototype. */
  readonly template: Record<string, unknown>;
}

interface Kept extends ReadShape {
  readonly hash: number;
  readonly bytes: Uint8Array;
}

const kept: (Kept | undefined)[] = new Array(PLACES).fill(undefined);
const met = new MetOnce();
/** Of the bytes that `findShape` was last asked for. */
let hash = 0;

/** The shape of the names in bytes `from` to `to`, if it is kept. */
export function findShape(bytes: Uint8Array, from: number, to: number): ReadShape | undefined {
  hash = hashOf(bytes, from, to);
  const shape = kept[hash & (PLACES - 1)];
  if (shape === undefined || shape.hash !== hash) return undefined;
  const theirs = shape.bytes;
  const length = to - from;
  if (theirs.length !== length) return undefined;
  for (let i = 0; i < length; i++) if (theirs[i] !== bytes[from + i]) return undefined;
  return shape;
}

/** A shape of these names; it is kept if the bytes that `findShape` did not find were met before. */
export function makeShape(names: readonly string[], bytes: Uint8Array, from: number, to: number): ReadShape {
  const template = emptied(names);
  // A copy of an object whose elements lie by their indices would not keep them so.
  const isKept = names.length <= MOST_NAMES && to - from <= MOST_BYTES && !hasFar(names);
  if (isKept && met.again(hash)) {
    kept[hash & (PLACES - 1)] = {
      names,
      template,
      hash,
      bytes: Uint8Array.prototype.slice.call(bytes, from, to),
    };
    return { names, template: { ...template } };
  }
  return { names, template };
}

/** An object with these fields, all of them undefined. */
function emptied(names: readonly string[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  if (hasFar(names)) keepByIndex(object);
  for (const name of names) {
    if (name in Object.prototype) defineField(object, name, undefined);
    else object[name] = undefined;
  }
  return object;
}
