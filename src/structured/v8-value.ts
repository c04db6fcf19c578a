import type { Deserializer as V8Deserializer } from 'node:v8';
import { v8Module } from '../late-modules.js';
import { Undecodable } from './undecodable.js';

// Values of snapshots of format 1, which V8's serializer wrote.

/** The value of V8's bytes. Throws Undecodable where this engine cannot read them. */
export function v8Value(bytes: Uint8Array): unknown {
  const { Deserializer } = v8Module();
  if (Deserializer === undefined)
    throw new Undecodable("bytes of V8's serializer, which this runtime does not have");
  try {
    const reader: V8Deserializer = new Deserializer(bytes);
    reader.readHeader();
    return reader.readValue();
  } catch (cause) {
    throw new Undecodable("bytes of another V8's serializer", cause);
  }
}
