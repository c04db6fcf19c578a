import type { Door } from './door.js';

// The methods of SharedMap are in several files, its private fields in one.

let open: (map: object) => Door;

/** Told by the class, which alone can see. */
export function openDoorsBy(look: (map: object) => Door): void {
  open = look;
}

/** The door of a map. Throws TypeError for whatever is no SharedMap, as built-in methods do. */
export function doorOf(map: unknown): Door {
  return open(map as object);
}
