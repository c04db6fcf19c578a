import type { KeptValues } from '../codec/cache.js';
import { sameRegistered } from '../settings/codecs.js';
import type { Settings } from '../settings/options.js';
import { Kernel } from '../wasm/kernel.js';
import { Door } from './door.js';
import { type AnyHandle, createMap } from './handle.js';
import { type handleSettings, refuseOtherCache } from './handle-settings.js';
import { type Seat, seatIn } from './seats.js';

/** A map's memory with a way into it: what a SharedMap is made of. Nobody outside of this library has one. */
export class Opened {
  readonly handle: AnyHandle;
  readonly door: Door;
  readonly seat: Seat;

  private constructor(handle: AnyHandle, door: Door, seat: Seat) {
    this.handle = handle;
    this.door = door;
    this.seat = seat;
  }

  /** New memory, an empty map in it. Throws ERR_SHARED_MAP_OPTION, _MEMORY, _PLATFORM. */
  static make(settings: Settings): Opened {
    const { handle, kernel } = createMap(settings);
    return Opened.#seated(handle, kernel, settings);
  }

  /**
   * The memory of a handle, verified before, with the settings that this thread has for it; by the
   * seat that another copy of this library has taken, if one has. Throws ERR_SHARED_MAP_THREADS,
   * _FULL, _OPTION.
   */
  static attach(handle: AnyHandle, settings: ReturnType<typeof handleSettings>): Opened {
    const seat = seatIn(handle.id);
    if (seat === undefined) {
      const own = { ...settings, cacheValues: settings.cacheValues ?? 0 };
      return Opened.#seated(handle, new Kernel(handle.module, handle.memory), own);
    }
    refuseOtherCache(seat.cacheValues, settings.cacheValues);
    const kernel = new Kernel(handle.module, seat.memory, undefined, seat.exports);
    const shared = { ...settings, codec: sameRegistered(settings.codec), cacheValues: seat.cacheValues };
    return new Opened(handle, new Door(kernel, shared, seat.kept), seat);
  }

  /** With a seat of its own, which others find once the map is registered. */
  static #seated(handle: AnyHandle, kernel: Kernel, given: Omit<Settings, 'maxBytes' | 'capacity'>): Opened {
    const kept: KeptValues = new Map();
    const settings = { ...given, codec: sameRegistered(given.codec) };
    const { exports, memory } = kernel;
    const { cacheValues } = settings;
    const seat: Seat = { memory, exports, codec: handle.codec, cacheValues, kept, users: new Set() };
    return new Opened(handle, new Door(kernel, settings, kept), seat);
  }
}
