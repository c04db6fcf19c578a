/** What all built-in iterators inherit from, with the helpers that the platform has (`take`, `map`, …). */
const IteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]())) as object;

/**
 * Makes a kind of iterator as the built-in ones are: a prototype of its own with `next` and a tag. As those of `Map`
 * they have no `return`: nothing is held between two steps, so one that was left by `break` can go on later.
 */
export function iteratorKind(tag: string): <T>(steps: Iterator<T, undefined>) => MapIterator<T> {
  class Steps<T> {
    readonly #steps: Iterator<T, undefined>;

    constructor(steps: Iterator<T, undefined>) {
      this.#steps = steps;
    }

    next(): IteratorResult<T, undefined> {
      return this.#steps.next();
    }
  }
  const { prototype } = Steps;
  Reflect.deleteProperty(prototype, 'constructor');
  Object.setPrototypeOf(prototype, IteratorPrototype);
  Object.defineProperty(prototype, Symbol.toStringTag, { value: tag, configurable: true });
  return <T>(steps: Iterator<T, undefined>) => new Steps(steps) as unknown as MapIterator<T>;
}
