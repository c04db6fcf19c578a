import { types } from 'node:util';
import { corrupt } from '../errors.js';

/** Bytes that this library wrote and cannot read are damaged, unless the stack has no room for the depth of a value. */
export function decoded<T>(decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (types.isNativeError(cause) && cause.name === 'RangeError' && cause.message.includes('call stack'))
      throw cause;
    throw corrupt('a value cannot be decoded', cause);
  }
}
