import { corrupt } from '../errors.js';

/** Bytes that this library wrote and cannot read are damaged, unless the stack has no room for the depth of a value. */
export function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (cause instanceof RangeError && cause.message.includes('call stack')) throw cause;
    throw corrupt('a value cannot be decoded', cause);
  }
}
