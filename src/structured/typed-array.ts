// Typed arrays as they really are: a subclass, or properties of their own, can say whatever they like of them.

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;

const real = (name: 'buffer' | 'byteOffset' | 'byteLength' | 'length' | symbol, prototype = typedArray) =>
  (Object.getOwnPropertyDescriptor(prototype, name) as { get(): unknown }).get;
const bufferOf = real('buffer');
const offsetOf = real('byteOffset');
const bytesOf = real('byteLength');
const lengthOf = real('length');
const nameOf = real(Symbol.toStringTag);
const keysOf = Uint8Array.prototype.keys;
const bufferOfData = real('buffer', DataView.prototype);
const offsetOfData = real('byteOffset', DataView.prototype);
const bytesOfData = real('byteLength', DataView.prototype);

/** The name of a view's class. */
export function viewName(view: ArrayBufferView): string {
  return (Reflect.apply(nameOf, view, []) as string | undefined) ?? 'DataView';
}

/** The bytes that a view shows. Throws TypeError when its buffer was transferred, or has become too short. */
export function viewBytes(view: ArrayBufferView): Uint8Array {
  const isData = Reflect.apply(nameOf, view, []) === undefined;
  if (!isData) Reflect.apply(keysOf, view, []); // throws where the getters say 0
  return new Uint8Array(
    Reflect.apply(isData ? bufferOfData : bufferOf, view, []) as ArrayBuffer,
    Reflect.apply(isData ? offsetOfData : offsetOf, view, []) as number,
    Reflect.apply(isData ? bytesOfData : bytesOf, view, []) as number,
  );
}

/** What makes views of a kind: of the plain class, whatever the array's own is. */
type Maker<T> = new (buffer: ArrayBuffer, offset: number, length: number) => T;

/** The same elements in an array that runs no code of its own. Throws TypeError when its buffer was transferred. */
export function plainView<T>(array: object, Maker: Maker<T>): T {
  return new Maker(
    Reflect.apply(bufferOf, array, []) as ArrayBuffer,
    Reflect.apply(offsetOf, array, []) as number,
    Reflect.apply(lengthOf, array, []) as number,
  );
}

/** Typed arrays whose elements are numbers. */
export type NumberArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

const makers: ReadonlyMap<unknown, Maker<NumberArray>> = new Map<unknown, Maker<NumberArray>>([
  ['Int8Array', Int8Array],
  ['Uint8Array', Uint8Array],
  ['Uint8ClampedArray', Uint8ClampedArray],
  ['Int16Array', Int16Array],
  ['Uint16Array', Uint16Array],
  ['Int32Array', Int32Array],
  ['Uint32Array', Uint32Array],
  ['Float32Array', Float32Array],
  ['Float64Array', Float64Array],
]);

/** A plain view of an array of numbers; undefined for anything else. Throws TypeError when its buffer was transferred. */
export function numbersOf(value: unknown): NumberArray | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  // Not of a DataView: undefined.
  const Maker = makers.get(Reflect.apply(nameOf, value, []));
  return Maker === undefined ? undefined : plainView(value, Maker);
}
