import { types } from 'node:util';
import { wasm } from './web-assembly.js';

// What objects of WebAssembly really are. `instanceof` knows only those of the realm that this file
// was loaded in; handles also come from others: a vm context of a test runner, a port that was
// moved to one.

interface Brands {
  readonly Memory: { readonly prototype: object };
  readonly Module: { customSections(module: unknown, name: string): unknown };
}

const brands = wasm as unknown as Brands;

/**
 * The built-in getter: it throws for whatever is no memory, and no property of the object's own
 * stands before it. Looked up at its first use: the import must not need WebAssembly.
 */
let bufferGetter: (() => unknown) | undefined;

function readBuffer(memory: unknown): unknown {
  bufferGetter ??= Object.getOwnPropertyDescriptor(brands.Memory.prototype, 'buffer')?.get;
  return bufferGetter && Reflect.apply(bufferGetter, memory, []);
}

/**
 * The bytes of a WebAssembly.Memory of any realm that threads share; undefined for anything else.
 */
export function sharedBufferOf(memory: unknown): SharedArrayBuffer | undefined {
  try {
    const buffer = readBuffer(memory);
    return types.isSharedArrayBuffer(buffer) ? buffer : undefined;
  } catch {
    return undefined;
  }
}

/** Is it a WebAssembly.Module, of whatever realm? */
export function isModule(value: unknown): boolean {
  try {
    brands.Module.customSections(value, '');
    return true;
  } catch {
    return false;
  }
}

/**
 * Is it what a trap throws, in whatever realm its instance was made? A class of that name that a
 * user wrote is none.
 */
export function isTrap(error: unknown): error is Error {
  if (!types.isNativeError(error)) return false;
  if (wasm !== undefined && error instanceof wasm.RuntimeError) return true;
  const prototype = Object.getPrototypeOf(error) as object | null;
  return prototype !== null && isBuiltIn(prototype, 'RuntimeError');
}

/** Is it the `prototype` of the built-in constructor of this name, in some realm? */
export function isBuiltIn(prototype: object, name: string): boolean {
  const maker: unknown = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return (
    typeof maker === 'function' &&
    maker.name === name &&
    maker.prototype === prototype &&
    Function.prototype.toString.call(maker).includes('[native code]')
  );
}
