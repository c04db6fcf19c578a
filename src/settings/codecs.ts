import { describe, sharedMapError } from '../errors.js';
import type { Codec } from './kinds.js';
import { codecOf, type OwnCodec } from './options.js';

// The codecs that this thread knows by name. Kept on globalThis, so that two copies of this library in one thread share them.

interface Registered {
  /** What the user gave last. */
  given: object;
  /**
   * What the maps have that were attached by the name: it is changed in place when the name is
   * registered again.
   */
  readonly codec: { name: string; encode: Codec<unknown>['encode']; decode: Codec<unknown>['decode'] };
}

const place = Symbol.for('threadmap.codecs');
const scope = globalThis as { [place]?: Map<string, Registered> };
scope[place] ??= new Map();
const known = scope[place];

/**
 * Makes a codec known by its name; it takes the place of the one before, also in the maps that were
 * attached by the name. Returns the name. Throws ERR_SHARED_MAP_OPTION.
 */
export function registerCodec(given: unknown): string {
  let codec: OwnCodec | undefined;
  let cause: unknown;
  try {
    codec = codecOf(given);
  } catch (error) {
    cause = error;
  }
  if (codec === undefined) {
    throw sharedMapError(
      'ERR_SHARED_MAP_OPTION',
      `SharedMap.registerCodec takes a codec { name, encode, decode }, not ${describe(given)}`,
      cause,
    );
  }
  const before = known.get(codec.name);
  if (before === undefined) known.set(codec.name, { given: given as object, codec });
  else {
    before.given = given as object;
    Object.assign(before.codec, codec);
  }
  return codec.name;
}

/**
 * The codec that is registered, where it was made of the same object and functions as this one;
 * else this one.
 */
export function sameRegistered(codec: Codec<unknown> | undefined): Codec<unknown> | undefined {
  const registered = codec === undefined ? undefined : (known.get(codec.name)?.codec as Partial<OwnCodec>);
  const source = (codec as Partial<OwnCodec> | undefined)?.source;
  const other = registered?.source;
  const same =
    source !== undefined &&
    source.given === other?.given &&
    source.encode === other.encode &&
    source.decode === other.decode;
  return same ? (registered as Codec<unknown>) : codec;
}

/** The codec of this name, if this thread knows it. */
export function registeredCodec(name: string): Codec<unknown> | undefined {
  return known.get(name)?.codec;
}
