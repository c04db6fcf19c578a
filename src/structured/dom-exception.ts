import { isBuiltIn } from '../wasm/brands.js';

// DOMException, which no engine's brand check tells from a plain object.

interface Names {
  /** That of the built-in class; a user's own subclass counts as DOMException. */
  readonly class: string;
  readonly name: string;
  readonly message: string;
}

type Maker = new (message: string, name: string) => object;

/** The class of this realm; undefined where the runtime has none. Looked up late: it is loaded by being read. */
function maker(): Maker | undefined {
  return (globalThis as { DOMException?: Maker }).DOMException;
}

/** Name and message of a DOMException by the built-in getters; undefined for anything else. */
export function domException(object: object): Names | undefined {
  try {
    const prototype = maker()?.prototype as object | undefined;
    if (prototype === undefined || !Reflect.apply(Object.prototype.isPrototypeOf, prototype, [object]))
      return undefined;
    const read = (name: string): unknown =>
      Reflect.apply(
        (Reflect.getOwnPropertyDescriptor(prototype, name) as { get(): unknown }).get,
        object,
        [],
      );
    const name = read('name');
    const message = read('message');
    return typeof name === 'string' && typeof message === 'string'
      ? { class: builtInName(object), name, message }
      : undefined;
  } catch {
    return undefined;
  }
}

function builtInName(object: object): string {
  const prototype = Object.getPrototypeOf(object) as object;
  const { name } = prototype.constructor;
  return isBuiltIn(prototype, name) ? name : 'DOMException';
}

/** A new one; undefined where the runtime has none. */
export function makeDomException(message: string, name: string): object | undefined {
  const Maker = maker();
  return Maker && new Maker(message, name);
}
