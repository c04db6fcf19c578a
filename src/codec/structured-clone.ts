import type { Deserializer as V8Deserializer, Serializer as V8Serializer } from 'node:v8';
import { sharedMapError } from '../errors.js';
import { v8Module } from '../late-modules.js';

// Structured values as bytes, by V8's Serializer. A runtime without it (Bun) can do all but that, so it is looked for at
// the first value that needs it.

// As they are called: a class that is asked of an object each time costs some 5 % of a small value.
let Writer: typeof V8Serializer | undefined;
let Reader: typeof V8Deserializer | undefined;
/** The version of the format that this engine writes; it reads older ones. */
let version = 0;

/**
 * To be called before what is below. Throws ERR_SHARED_MAP_PLATFORM where structured values cannot be stored or read:
 * the runtime has no Serializer, or has it in name only.
 */
export function needSerializer(): void {
  if (Reader !== undefined) return;
  try {
    const { Serializer, Deserializer } = v8Module();
    if (Serializer === undefined || Deserializer === undefined)
      throw new TypeError('node:v8 has no Serializer');
    const header = new Serializer();
    header.writeHeader();
    version = header.releaseBuffer()[1] as number;
    Writer = Serializer;
    Reader = Deserializer;
  } catch (cause) {
    if (cause instanceof RangeError) throw cause; // no stack left: says nothing of the runtime
    throw sharedMapError(
      'ERR_SHARED_MAP_PLATFORM',
      "this runtime has no Serializer in node:v8, which values that are objects need: make the map with value 'json', " +
        "'bytes', the fields of a record or a codec",
      cause,
    );
  }
}

/** The first byte of structured clone's format. */
export const CLONE_MARK = 0xff;

/** The version of the format that this engine writes. Throws ERR_SHARED_MAP_PLATFORM. */
export function cloneVersion(): number {
  needSerializer();
  return version;
}

/**
 * Structured clone's bytes. The plain Serializer, because the default one has typed arrays come back as views into the
 * whole message, and two views of one buffer as strangers.
 */
export function clone(value: unknown): Uint8Array {
  const writer = new (Writer as typeof V8Serializer)();
  writer.writeHeader();
  writer.writeValue(value);
  return writer.releaseBuffer();
}

export function unclone(bytes: Uint8Array): unknown {
  const reader = new (Reader as typeof V8Deserializer)(bytes);
  reader.readHeader();
  return reader.readValue();
}
