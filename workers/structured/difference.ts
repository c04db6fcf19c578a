import { types } from 'node:util';

// A comparison that is stricter than isDeepStrictEqual: -0 and 0, holes and undefined, the order of
// properties, which objects are one and the same, prototypes, attributes of properties.

const typedArray = Object.getPrototypeOf(Uint8Array.prototype) as object;
const tagOf = Object.getOwnPropertyDescriptor(typedArray, Symbol.toStringTag)?.get as () => unknown;

/** What an error may have beside name, message and stack, not enumerable. */
const PARTS = ['cause', 'errors', 'error', 'suppressed'] as const;

/** Left out where `original` is a structured clone, which does not carry them. */
export interface Leniency {
  /** Of errors: all but message and stack. Of a DOMException, which Node 20 makes {} of, all. */
  readonly errors?: boolean;
  /** What came back is kept by the thread, which freezes it. */
  readonly frozen?: boolean;
}

/**
 * Where `got` is not what `original` has to come back as, in words; undefined when it is. A view
 * has to come back with its own bytes alone, an object with the prototype of its class in this
 * realm, and every property as a plain one.
 */
export function difference(original: unknown, got: unknown, leniency: Leniency = {}): string | undefined {
  try {
    new Comparison(leniency).compare(original, got, 'value');
  } catch (error) {
    if (error instanceof Difference) return error.message;
    throw error;
  }
  return undefined;
}

class Difference extends Error {}

function fail(path: string, what: string): never {
  throw new Difference(`${path.length > 300 ? `...${path.slice(-300)}` : path}: ${what}`);
}

function shown(value: unknown): string {
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'string') return JSON.stringify(value.length > 80 ? value.slice(0, 80) : value);
  return typeof value === 'object' && value !== null ? Object.prototype.toString.call(value) : String(value);
}

class Comparison {
  readonly #leniency: Leniency;
  /** Which object stands for which, both ways: what was one is one, what was two is two. */
  readonly #forth = new Map<object, object>();
  readonly #back = new Map<object, object>();

  constructor(leniency: Leniency) {
    this.#leniency = leniency;
  }

  compare(original: unknown, got: unknown, path: string): void {
    if (typeof original !== 'object' || original === null) {
      if (!Object.is(original, got)) fail(path, `${shown(original)} came back as ${shown(got)}`);
      return;
    }
    if (typeof got !== 'object' || got === null) fail(path, `${shown(original)} came back as ${shown(got)}`);
    const [before, behind] = [this.#forth.get(original), this.#back.get(got)];
    if (before !== undefined || behind !== undefined) {
      if (before !== got || behind !== original) fail(path, 'which objects are the same has changed');
      return;
    }
    this.#forth.set(original, got);
    this.#back.set(got, original);
    if (this.#leniency.errors && got instanceof DOMException) return;
    this.#objects(original, got, path);
  }

  #objects(original: object, got: object, path: string): void {
    if (Array.isArray(original)) this.#arrays(original, got, path);
    else if (types.isMap(original)) this.#maps(original, got, path);
    else if (types.isSet(original)) this.#sets(original, got, path);
    else if (types.isDate(original)) this.#dates(original, got, path);
    else if (types.isRegExp(original)) this.#regexps(original, got, path);
    else if (types.isAnyArrayBuffer(original)) this.#buffers(original, got, path);
    else if (ArrayBuffer.isView(original)) this.#views(original, got, path);
    else if (types.isBoxedPrimitive(original)) this.#boxed(original, got, path);
    else if (types.isNativeError(original) || original instanceof DOMException)
      this.#errors(original as Error, got, path);
    else {
      this.#hasPrototype(got, Object.prototype, path);
      this.#properties(original, got, path);
    }
  }

  #hasPrototype(got: object, prototype: object, path: string): void {
    if (Object.getPrototypeOf(got) !== prototype) fail(path, `${shown(got)} is of another class`);
  }

  /** Own enumerable properties by name, in order, and no others in `got`. */
  #properties(original: object, got: object, path: string, unseen: readonly string[] = []): void {
    const names = Object.keys(original).filter((name) => !unseen.includes(name));
    const gotNames = Reflect.ownKeys(got).filter((name) => !unseen.includes(name as string));
    if (names.length !== gotNames.length || names.some((name, at) => name !== gotNames[at])) {
      const list = (keys: readonly PropertyKey[]) => keys.map((key) => shown(String(key))).join(', ');
      fail(path, `names ${list(names)} came back as ${list(gotNames)}`);
    }
    for (const name of names) {
      const { value, ...attributes } = Object.getOwnPropertyDescriptor(got, name) as PropertyDescriptor;
      const { writable, enumerable, configurable } = attributes;
      const isPlain = this.#leniency.frozen === true || (writable && configurable);
      if (!isPlain || !enumerable) fail(`${path}.${name}`, 'is no plain property');
      this.compare((original as Record<string, unknown>)[name], value, `${path}.${name}`);
    }
    if (!this.#leniency.frozen && !Object.isExtensible(got)) fail(path, 'is not extensible');
  }

  #arrays(original: readonly unknown[], got: object, path: string): void {
    this.#hasPrototype(got, Array.prototype, path);
    if (!Array.isArray(got) || got.length !== original.length)
      fail(path, `length ${original.length} came back as ${(got as unknown[]).length}`);
    this.#properties(original, got, path, ['length']);
  }

  #maps(original: ReadonlyMap<unknown, unknown>, got: object, path: string): void {
    this.#hasPrototype(got, Map.prototype, path);
    const entries = [...(got as Map<unknown, unknown>)];
    if (entries.length !== original.size) fail(path, `size ${original.size} came back as ${entries.length}`);
    let at = 0;
    Map.prototype.forEach.call(original, (value, key) => {
      const [gotKey, gotValue] = entries[at] as [unknown, unknown];
      this.compare(key, gotKey, `${path} key ${at}`);
      this.compare(value, gotValue, `${path} value ${at++}`);
    });
    this.#properties({}, got, path);
  }

  #sets(original: ReadonlySet<unknown>, got: object, path: string): void {
    this.#hasPrototype(got, Set.prototype, path);
    const items = [...(got as Set<unknown>)];
    if (items.length !== original.size) fail(path, `size ${original.size} came back as ${items.length}`);
    let at = 0;
    Set.prototype.forEach.call(original, (item) => {
      this.compare(item, items[at], `${path} item ${at++}`);
    });
    this.#properties({}, got, path);
  }

  #dates(original: Date, got: object, path: string): void {
    this.#hasPrototype(got, Date.prototype, path);
    const [time, gotTime] = [original, got].map((date) => Date.prototype.getTime.call(date));
    if (!Object.is(time, gotTime)) fail(path, `time ${time} came back as ${gotTime}`);
    this.#properties({}, got, path);
  }

  #regexps(original: RegExp, got: object, path: string): void {
    this.#hasPrototype(got, RegExp.prototype, path);
    if (!types.isRegExp(got) || String(got) !== String(original) || got.lastIndex !== 0)
      fail(path, `${original} came back as ${got}`);
    this.#properties({}, got, path, ['lastIndex']);
  }

  #buffers(original: ArrayBufferLike, got: object, path: string): void {
    this.#hasPrototype(got, ArrayBuffer.prototype, path);
    this.#bytes(new Uint8Array(original), new Uint8Array(got as ArrayBuffer), path);
    this.#properties({}, got, path);
  }

  #views(original: ArrayBufferView, got: object, path: string): void {
    const name = types.isDataView(original) ? 'DataView' : (tagOf.call(original) as string);
    const Class = (globalThis as unknown as Record<string, { prototype: object }>)[name];
    this.#hasPrototype(got, (Class as { prototype: object }).prototype, path);
    const view = got as ArrayBufferView;
    this.#bytes(bytesOf(original), bytesOf(view), path);
    if (view.buffer.byteLength !== view.byteLength || !types.isArrayBuffer(view.buffer))
      fail(path, `${view.byteLength} bytes came back in a buffer of ${view.buffer.byteLength}`);
    if (name === 'DataView') this.#properties({}, got, path);
  }

  #bytes(original: Uint8Array, got: Uint8Array, path: string): void {
    if (Buffer.compare(original, got) !== 0) fail(path, 'the bytes have changed');
  }

  #boxed(original: object, got: object, path: string): void {
    const value = original.valueOf();
    this.#hasPrototype(got, Object.getPrototypeOf(Object(value)) as object, path);
    if (!types.isBoxedPrimitive(got)) fail(path, `is no boxed ${typeof value}`);
    this.compare(value, got.valueOf(), path);
  }

  #errors(original: Error, got: object, path: string): void {
    if (!types.isNativeError(got) && !(got instanceof DOMException)) fail(path, 'is no error');
    for (const name of ['message', 'stack'] as const)
      this.compare(original[name], (got as Error)[name], `${path}.${name}`);
    if (this.#leniency.errors) return;
    this.compare(original.name, (got as Error).name, `${path}.name`);
    this.#hasPrototype(got, prototypeOf(original), path);
    for (const name of PARTS) {
      if (Object.hasOwn(original, name) !== Object.hasOwn(got, name)) fail(path, `${name} came or went`);
      if (!Object.hasOwn(got, name)) continue;
      const { value, enumerable } = Object.getOwnPropertyDescriptor(got, name) as PropertyDescriptor;
      if (enumerable) fail(`${path}.${name}`, 'is enumerable');
      this.compare((original as unknown as Record<string, unknown>)[name], value, `${path}.${name}`);
    }
    this.#properties(original, got, path, ['name', 'message', 'stack', ...PARTS]);
  }
}

function bytesOf(view: ArrayBufferView): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
}

/** Of the class of this realm that stands for an error's: of a subclass, for the class it extends. */
function prototypeOf(error: Error): object {
  const classes = globalThis as unknown as Record<string, { prototype: object }>;
  for (let of: object | null = error; of !== null; of = Object.getPrototypeOf(of) as object | null) {
    if (!Object.hasOwn(of, 'constructor')) continue;
    const { name } = of.constructor;
    const known = classes[name];
    if (known !== undefined && /Error$|^DOMException$/.test(name)) return known.prototype;
  }
  return Error.prototype;
}
