import { hashOf, MetOnce, MOST_BYTES, MOST_NAMES } from './names.js';
import type { Writer } from './writer.js';

// Objects with the same names in the same order have their names encoded once in this thread. A tree
// by names: the way from its root to a shape spells the names.

/** Shapes that a thread keeps; with one more, it begins anew. */
const MOST_SHAPES = 8192;

/** What the objects of a shape begin with. */
export interface Written {
  readonly names: readonly string[];
  /** The tag of an object, and the names as they are written. */
  readonly bytes: Uint8Array;
}

/** A place in the tree: the names of some objects, or the first of their names. */
export class Shape {
  /** undefined: no object that is kept has just these names. */
  written: Written | undefined;
  // The child that was asked for last, then all.
  #name: string | undefined;
  #child: Shape | undefined;
  #children: Map<string, Shape> | undefined;

  /** The shape with one name more. */
  next(name: string): Shape | undefined {
    if (name === this.#name) return this.#child;
    const child = this.#children?.get(name);
    if (child !== undefined) {
      this.#name = name;
      this.#child = child;
    }
    return child;
  }

  /** The same, which is made if it is missing. */
  grow(name: string): Shape {
    const known = this.next(name);
    if (known !== undefined) return known;
    const child = new Shape();
    this.#children ??= new Map();
    this.#children.set(name, child);
    shapes++;
    return child;
  }
}

let root = new Shape();
let shapes = 0;
const met = new MetOnce();

/** The shape of no names. */
export function emptyShape(): Shape {
  return root;
}

/** What objects of these names begin with, if it is kept. */
export function findShape(names: readonly string[]): Written | undefined {
  if (names.length > MOST_NAMES) return undefined;
  let shape: Shape | undefined = root;
  for (let i = 0; i < names.length && shape !== undefined; i++) shape = shape.next(names[i] as string);
  return shape?.written;
}

/** Keeps the shape of names that `writer` has just written, its tag at `from`, if they were met before. */
export function keepShape(names: readonly string[], writer: Writer, from: number): void {
  const { bytes, length } = writer;
  // An object without names is looked at more closely each time.
  if (names.length === 0 || names.length > MOST_NAMES || length - from > MOST_BYTES) return;
  if (!met.again(hashOf(bytes, from, length))) return;
  if (shapes + names.length > MOST_SHAPES) {
    root = new Shape();
    shapes = 0;
  }
  let shape = root;
  for (const name of names) shape = shape.grow(name);
  shape.written = { names, bytes: Uint8Array.prototype.slice.call(bytes, from, length) };
}
