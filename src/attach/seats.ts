import type { KeptValues } from '../codec/cache.js';
import type { KernelExports } from '../wasm/exports.js';
import { LAYOUT_VERSION } from '../wasm/module.js';
import type { SharedMemory } from '../wasm/web-assembly.js';

// The seats of this thread: one for each map, with one instance of the kernel, one slot and one
// scratch. They are on globalThis, so that all copies of this library in the thread share them:
// nested installations, bundles, a module that was loaded again. What is shared is plain data and
// functions, never an object of a class: each copy has maps, errors and codecs of its own. A copy
// that knows another layout of the memory, or another form of what stands here, has another key and
// takes a seat of its own, as another thread would.

/** The form of what stands here. */
const PROTOCOL = 1;

/** This thread's seat in one map. */
export interface Seat {
  readonly memory: SharedMemory;
  /** The functions of the one instance of the kernel, which has the slot. */
  readonly exports: KernelExports;
  /** Name of the map's codec, or null. */
  readonly codec: string | null;
  /** How many decoded values this thread keeps, and those that it keeps now. */
  readonly cacheValues: number;
  readonly kept: KeptValues;
  /**
   * For each copy that uses the seat, what makes it let go. The last one that leaves gives the slot
   * back.
   */
  readonly users: Set<() => void>;
}

const place = Symbol.for(`threadmap.seats.${LAYOUT_VERSION}.${PROTOCOL}`);
const scope = globalThis as { [place]?: Map<string, Seat> };
scope[place] ??= new Map();
const seats = scope[place];

/** The seat in the map with this id, if this thread has one. */
export function seatIn(id: string): Seat | undefined {
  return seats.get(id);
}

export function takeSeat(id: string, seat: Seat): void {
  seats.set(id, seat);
}

/**
 * A copy of the library has let go of the map. Tells whether it was the last one: then the slot is
 * to be given back.
 */
export function leaveSeat(id: string, seat: Seat, user: () => void): boolean {
  // A user whose map was collected may have been let go of by another copy, before it is told.
  if (!seat.users.delete(user) || seat.users.size > 0) return false;
  if (seats.get(id) === seat) seats.delete(id);
  seat.kept.clear();
  return true;
}

/** Forgets the values that were decoded by a codec of this name. */
export function forgetValues(codec: string): void {
  for (const seat of seats.values()) if (seat.codec === codec) seat.kept.clear();
}
