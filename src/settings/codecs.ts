import { describe, sharedMapError } from '../errors.js';
import type { Codec } from './kinds.js';
import { codecOf } from './options.js';

// The codecs that this thread knows by name. Kept on globalThis, so that two copies of this library in one thread share them.

interface Registered {
  /** What the user gave: the same one may be registered again. */
  readonly given: object;
  readonly codec: Codec<unknown>;
}

const place = Symbol.for('threadmap.codecs');
const scope = globalThis as { [place]?: Map<string, Registered> };
scope[place] ??= new Map();
const known = scope[place];

/** Makes a codec known by its name. Throws ERR_SHARED_MAP_OPTION, ERR_SHARED_MAP_CODEC. */
export function registerCodec(given: unknown): void {
  let codec: Codec<unknown> | undefined;
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
  else if (before.given !== given) {
    throw sharedMapError(
      'ERR_SHARED_MAP_CODEC',
      `this thread knows another codec '${codec.name}' already: give each codec a name of its own`,
    );
  }
}

/** The codec of this name, if this thread knows it. */
export function registeredCodec(name: string): Codec<unknown> | undefined {
  return known.get(name)?.codec;
}
