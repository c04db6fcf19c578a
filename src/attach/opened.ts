import type { Settings } from '../settings/options.js';
import { Kernel } from '../wasm/kernel.js';
import { Door } from './door.js';
import { type AnyHandle, createMap } from './handle.js';
import type { handleSettings } from './handle-settings.js';

/** A map's memory with a way into it: what a SharedMap is made of. Nobody outside of this library has one. */
export class Opened {
  readonly handle: AnyHandle;
  readonly door: Door;

  private constructor(handle: AnyHandle, door: Door) {
    this.handle = handle;
    this.door = door;
  }

  /** New memory, an empty map in it. Throws ERR_SHARED_MAP_OPTION, _MEMORY, _PLATFORM. */
  static make(settings: Settings): Opened {
    const { handle, kernel } = createMap(settings);
    return new Opened(handle, new Door(kernel, settings));
  }

  /** The memory of a handle, verified before, with the settings that this thread has for it. Throws ERR_SHARED_MAP_THREADS, _FULL. */
  static attach(handle: AnyHandle, settings: ReturnType<typeof handleSettings>): Opened {
    const own = { ...settings, cacheValues: settings.cacheValues ?? 0 };
    return new Opened(handle, new Door(new Kernel(handle.module, handle.memory), own));
  }
}
