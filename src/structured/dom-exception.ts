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
      ? { class: builtInName(object, prototype), name, message }
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The first class in its chain that the runtime has itself. Some have written QuotaExceededError in
 * JavaScript: it is known by its name, and keeps more than a name and a message.
 */
function builtInName(object: object, base: object): string {
  for (
    let prototype = Object.getPrototypeOf(object) as object;
    prototype !== base;
    prototype = Object.getPrototypeOf(prototype) as object
  ) {
    const made: unknown = Reflect.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
    const name = typeof made === 'function' ? made.name : '';
    if (isBuiltIn(prototype, name) || isQuotaExceeded(made)) return name;
  }
  return 'DOMException';
}

function isQuotaExceeded(made: unknown): boolean {
  const { QuotaExceededError } = globalThis as { QuotaExceededError?: unknown };
  return QuotaExceededError !== undefined && made === QuotaExceededError;
}

/** A new one; undefined where the runtime has none. */
export function makeDomException(message: string, name: string): object | undefined {
  const Maker = maker();
  return Maker && new Maker(message, name);
}
