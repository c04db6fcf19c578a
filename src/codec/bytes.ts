const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

/** What a typed array really is, whatever its own properties or its subclass say. */
const real = (name: 'buffer' | 'byteOffset' | 'length') =>
  (Object.getOwnPropertyDescriptor(typedArray, name) as { get(): unknown }).get;
const bufferOf = real('buffer');
const offsetOf = real('byteOffset');
const lengthOf = real('length');

/** The bytes of a typed array that runs no code of its own any more, and lies about nothing. Throws when its buffer was transferred. */
export function viewOf(bytes: Uint8Array): Uint8Array {
  const buffer = Reflect.apply(bufferOf, bytes, []) as ArrayBuffer;
  return new Uint8Array(
    buffer,
    Reflect.apply(offsetOf, bytes, []) as number,
    Reflect.apply(lengthOf, bytes, []) as number,
  );
}
