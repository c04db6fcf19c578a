import { cacheFor, type KeptValues, type ValueCache } from '../codec/cache.js';
import { corrupt, full, sharedMapError } from '../errors.js';
import type { Codec } from '../settings/kinds.js';
import type { Settings } from '../settings/options.js';
import { CORRUPT, FULL, NO, NOT_NUMBER } from '../wasm/codes.js';
import type { KernelExports } from '../wasm/exports.js';
import type { Kernel } from '../wasm/kernel.js';

export type MapSettings = Pick<Settings, 'key' | 'value' | 'codec' | 'record' | 'cacheValues'>;

/** The settings as a door has them: a codec of the same name may take the place of its codec. */
type OwnSettings = Omit<MapSettings, 'codec'> & { codec: Codec<unknown> | undefined };

/** What stands behind a map whose thread has let go of it: everything that is asked of it throws. */
export const closed = new Proxy({} as Kernel & KernelExports, {
  get() {
    throw sharedMapError(
      'ERR_SHARED_MAP_HANDLE',
      'this thread has detached from the map: attach again, by a handle that was kept',
    );
  },
});

/**
 * A map's way to its kernel in this thread. Ask for `kernel` after the last call of user code and not before: that
 * code may have detached, and the scratch may belong to somebody else by then.
 */
export class Door {
  kernel: Kernel;
  readonly settings: MapSettings;
  readonly #own: OwnSettings;
  /** Decoded values that this thread keeps, if it does. */
  cache: ValueCache | undefined;
  /** Numbers, or strings, are keys that go to the kernel as they are; and a number that comes from there is the value. */
  readonly numberKeys: boolean;
  readonly stringKeys: boolean;
  /** All numbers are values, and go to the kernel as they are. */
  readonly numberValues: boolean;
  /** The same for numbers that are int32. */
  readonly int32Keys: boolean;
  readonly int32Values: boolean;
  /** Numbers under number keys, and nothing else. */
  readonly numbersOnly: boolean;
  /** What goes on by itself, and must end with the door: each would keep the memory. */
  readonly onClose = new Set<() => void>();

  constructor(kernel: Kernel, given: MapSettings, kept: KeptValues) {
    this.kernel = kernel;
    const { key, value, codec, record, cacheValues } = given;
    this.#own = { key, value, codec, record, cacheValues };
    this.settings = this.#own;
    this.cache = cacheFor(given, kernel, kept);
    // Else a number stands for a bigint, or for a record of a single field.
    const plain = value !== 'bigint' && record?.single === undefined;
    this.numberKeys = (key === 'any' || key === 'number') && plain;
    this.stringKeys = (key === 'any' || key === 'string') && plain;
    this.numberValues = value === 'any' || value === 'number';
    this.int32Keys = key === 'int32' && plain;
    this.int32Values = value === 'int32';
    this.numbersOnly = (this.int32Values || value === 'number') && (this.int32Keys || this.numberKeys);
  }

  get isClosed(): boolean {
    return this.kernel === closed;
  }

  /**
   * Returns the kernel, for the last time. From now on nothing here leads to the memory of the map.
   */
  close(): Kernel {
    const kernel = this.kernel;
    this.kernel = closed;
    this.cache = undefined;
    for (const end of this.onClose) end();
    this.onClose.clear();
    return kernel;
  }

  /**
   * From the next call on values are encoded and decoded by this codec, which has the same name.
   */
  useCodec(codec: Codec<unknown>): void {
    this.#own.codec = codec;
  }

  /** A result of the kernel as an answer, or as an error. */
  answer(r: number): boolean {
    this.kernel.unparked();
    if (r >= NO) return r !== NO;
    if (r === FULL) throw full();
    if (r === NOT_NUMBER)
      throw sharedMapError(
        'ERR_SHARED_MAP_VALUE_TYPE',
        'arithmetic found a value there that is not a number: it stays',
      );
    throw corrupt(r === CORRUPT ? 'a chain has no end' : `the kernel answered ${r}`);
  }
}
