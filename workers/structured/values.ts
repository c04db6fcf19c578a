import { Random } from '../random.js';
import { constructorOf, otherRealm, ownRealm, type Realm } from './realm.js';
import { reformed, someName, someText } from './texts.js';

// Structured values by the million, each repeatable from its seed. A value built again from its
// seed is equal to the first; with a style it is equal and made in other ways: by another realm,
// with names in a dictionary, holes that were filled, numbers that were fractions.

/** What a value is built from. */
export interface Recipe {
  readonly seed: number;
  /** Objects and primitives in it, about. */
  readonly nodes: number;
}

/** A recipe that depends on the seed alone: small values mostly. */
export function recipeOf(seed: number): Recipe {
  const random = new Random(Math.imul(seed, 0x9e3779b1));
  const roll = random.below(100);
  const most = roll < 50 ? 6 : roll < 90 ? 25 : roll < 99 ? 80 : 400;
  return { seed, nodes: 1 + random.below(most) };
}

/**
 * The object of a recipe. Style 0 is the plain one; another number chooses how each part is made,
 * which must not be seen in its bytes.
 */
export function buildValue({ seed, nodes }: Recipe, style = 0): object {
  return new Builder(new Random(seed), style === 0 ? undefined : new Random(style), nodes).top();
}

const NUMBERS = [
  ...[0, -0, 1, 127, 128, -1, -127, -128, -129, 255, 256, 32_767, 32_768, -32_768, -32_769, 65_535, 65_536],
  ...[2 ** 30, 2 ** 30 - 1, -(2 ** 30), 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32 - 1],
  ...[2 ** 53, 2 ** 53 - 1, -(2 ** 53), 0.1, -0.5, 1e21, Number.NaN, Infinity, -Infinity],
  ...[Number.MIN_VALUE, Number.MAX_VALUE, 2 ** -1022],
];

const BIGINTS = [31n, 32n, 53n, 62n, 63n, 64n, 65n, 127n, 128n, 1000n].flatMap((bits) => {
  const power = 2n ** bits;
  return [power, power - 1n, power + 1n, -power, 1n - power, -power - 1n];
});

const TIMES = [0, -1, 1.7e12, 8.64e15, -8.64e15, Number.NaN];
const SOURCES = ['a+b', '', '[/\\]]/', '\\n', '\n', '(?<name>x)\\k<name>', 'é', '日本', 'x'.repeat(70)];
const FLAGS = ['', 'g', 'i', 'gi', 'dgimsuy', 'v', 'my', 's'];

const VIEWS = [
  'Uint8Array',
  'Int8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
  'Float16Array',
].filter((name) => constructorOf(ownRealm, name) !== undefined);

const ERRORS = [
  'Error',
  'EvalError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'TypeError',
  'URIError',
  'AggregateError',
  'SuppressedError',
  'DOMException',
].filter((name) => constructorOf(ownRealm, name) !== undefined);
const EXCEPTION_NAMES = ['Error', 'AbortError', 'DataCloneError', 'TimeoutError', 'OfMyOwn', ''];
const ERROR_FIELDS = ['code', 'errno', 'details', '0', 'url'];

type ViewMaker = new (buffer: ArrayBuffer, offset: number, length?: number) => ArrayBufferView;
type Resizable = new (bytes: number, options: { maxByteLength: number }) => ArrayBuffer;

class Builder {
  readonly #shape: Random;
  readonly #style: Random | undefined;
  #left: number;
  /** Objects of this value, whole or not: what a reference may lead to. */
  readonly #made: object[] = [];
  /** Lists of names, to be used again. */
  readonly #names: string[][] = [];

  constructor(shape: Random, style: Random | undefined, nodes: number) {
    this.#shape = shape;
    this.#style = style;
    this.#left = nodes;
  }

  top(): object {
    return this.#shape.below(200) === 0 ? this.#nested() : this.#object();
  }

  /** Is this part to be made in one of the other ways? */
  #odd(oneIn = 3): boolean {
    return this.#style !== undefined && this.#style.below(oneIn) === 0;
  }

  #realm(): Realm {
    return this.#odd(5) ? otherRealm() : ownRealm;
  }

  /** To be called before the parts of an object are made, so that they may refer to it. */
  #keep<T extends object>(value: T): T {
    this.#made.push(value);
    return value;
  }

  #value(): unknown {
    this.#left--;
    const roll = this.#shape.below(100);
    if (roll < 8 && this.#made.length > 0) return this.#shape.of(this.#made);
    return roll < 55 || this.#left <= 0 ? this.#primitive() : this.#object();
  }

  #primitive(): unknown {
    const shape = this.#shape;
    const roll = shape.below(20);
    if (roll < 7) return this.#number();
    if (roll < 14) return this.#text(true);
    if (roll < 16) return this.#bigint();
    return [undefined, null, false, true][shape.below(4)];
  }

  #number(): number {
    const shape = this.#shape;
    const roll = shape.below(4);
    let number: number;
    if (roll === 0) number = shape.of(NUMBERS);
    else if (roll === 1) number = shape.below(300) - 150;
    else if (roll === 2) number = Math.floor((shape.next() - 0.5) * 2 ** shape.below(55));
    else number = (shape.next() - 0.5) * 10 ** shape.below(30);
    if (!this.#odd()) return number;
    // Out of memory, where a NaN has bits of its own and an integer is no small one.
    const bits = new DataView(new ArrayBuffer(8));
    bits.setFloat64(0, number);
    if (Number.isNaN(number)) bits.setUint32(4, 0x1234567);
    return bits.getFloat64(0);
  }

  #bigint(): bigint {
    const shape = this.#shape;
    const roll = shape.below(3);
    if (roll === 0) return BigInt(shape.below(400) - 200);
    if (roll === 1) return shape.of(BIGINTS);
    return BigInt.asIntN(64, BigInt(Math.floor(shape.next() * 2 ** 53)) * BigInt(shape.below(5000) - 2500));
  }

  #text(mayBeLong = false): string {
    const text = someText(this.#shape, mayBeLong && this.#shape.below(4) === 0);
    return this.#odd() ? reformed(this.#style as Random, text) : text;
  }

  #object(): object {
    const roll = this.#shape.below(100);
    if (roll < 34) return this.#plain();
    if (roll < 54) return this.#array();
    if (roll < 62) return this.#map();
    if (roll < 69) return this.#set();
    if (roll < 74) return this.#date();
    if (roll < 78) return this.#regexp();
    if (roll < 81) return this.#buffer();
    if (roll < 88) return this.#view();
    if (roll < 91) return this.#boxed();
    return this.#error();
  }

  #listOfNames(): string[] {
    const shape = this.#shape;
    if (this.#names.length > 0 && shape.below(2) === 0) return shape.of(this.#names);
    const roll = shape.below(100);
    // Beyond a thousand V8 keeps them in a dictionary.
    const most = roll < 80 ? 6 : roll < 99 || this.#left < 50 ? 20 : 1200;
    const names = new Set<string>();
    for (let count = shape.below(most); count > 0; count--)
      names.add(most > 20 ? `name${shape.below(1e9)}` : someName(shape));
    this.#names.push([...names]);
    return [...names];
  }

  #plain(): object {
    const names = this.#listOfNames();
    const object = this.#keep(this.#emptyObject());
    for (const name of names) this.#define(object, name, this.#value());
    this.#addUnseen(object);
    return object;
  }

  #emptyObject(): object {
    // Structured clone keeps no prototype; what comes back has the usual one.
    if (this.#shape.below(8) === 0) return Object.create(null) as object;
    if (!this.#odd()) return {};
    const style = this.#style as Random;
    switch (style.below(4)) {
      case 0:
        return new (otherRealm().Object)();
      case 1: {
        // Its names lie in a dictionary from now on.
        const object: Record<string, unknown> = { gone: 1, too: 2 };
        delete object.gone;
        delete object.too;
        return object;
      }
      case 2:
        return Object.create(null) as object;
      default:
        return JSON.parse('{}') as object;
    }
  }

  #define(object: object, name: string, value: unknown): void {
    const style = this.#style;
    const written = this.#odd(4) ? reformed(style as Random, name) : name;
    if (this.#odd(10)) {
      Object.defineProperty(object, written, { get: () => value, enumerable: true, configurable: true });
    } else if (name === '__proto__' || this.#odd(4)) {
      const [writable, configurable] = [!this.#odd(2), !this.#odd(2)];
      Object.defineProperty(object, written, { value, writable, configurable, enumerable: true });
    } else {
      (object as Record<string, unknown>)[written] = value;
    }
  }

  /** What structured clone passes over, and what says nothing of the content. */
  #addUnseen(object: object): void {
    if (Object.keys(object).length === 0) return; // an object that hides all it has is refused
    if (this.#odd(12)) Object.defineProperty(object, 'unseen', { value: () => 1, enumerable: false });
    if (this.#odd(12)) Object.defineProperty(object, Symbol('unseen'), { value: 1, enumerable: true });
    if (this.#odd(8))
      (this.#style as Random).of([Object.freeze, Object.seal, Object.preventExtensions])(object);
  }

  #array(): object {
    const shape = this.#shape;
    const roll = shape.below(20);
    if (roll < 2) return this.#numbers();
    const array = this.#keep(this.#emptyArray()) as unknown[];
    if (roll < 13) {
      const items = shape.below(roll < 11 ? 6 : 30);
      for (let index = 0; index < items && this.#left > 0; index++) this.#push(array, this.#value());
    } else if (roll < 18) {
      array.length = shape.below(roll < 16 ? 12 : 2000);
      const last = array.length;
      for (let count = shape.below(5); count > 0 && last > 0; count--)
        array[shape.below(last)] = this.#value();
      if (last > 0 && shape.below(3) === 0) array[last - 1] = this.#value();
    } else {
      // By an element: V8 allocates a length that is set as elements, up to some 33 million.
      const last = shape.of([2 ** 32 - 1, 2 ** 31, 5e7, 70_000]);
      array[last - 1] = 0;
      delete array[last - 1];
      for (let count = shape.below(4); count > 0; count--)
        array[Math.floor(shape.next() * last)] = this.#value();
      if (shape.below(3) === 0) array[last - 1] = this.#value();
    }
    if (shape.below(10) === 0) {
      for (const name of this.#listOfNames())
        if (!isIndex(name) && name !== 'length') this.#define(array, name, this.#value());
    }
    return array;
  }

  #emptyArray(): unknown[] {
    if (!this.#odd()) return [];
    const style = this.#style as Random;
    switch (style.below(3)) {
      case 0:
        return new (otherRealm().Array)();
      case 1: {
        // Holes that were there, and elements in a dictionary.
        const array: unknown[] = [];
        array[1e6] = 1;
        array.length = 0;
        return array;
      }
      default:
        return Object.assign(new Array(style.below(20)), { length: 0 });
    }
  }

  #push(array: unknown[], value: unknown): void {
    if (this.#odd(20)) {
      Object.defineProperty(array, array.length, { get: () => value, enumerable: true, configurable: true });
    } else {
      array.push(value);
    }
  }

  /** Of one kind, as V8 has kinds of elements for. */
  #numbers(): number[] {
    const shape = this.#shape;
    const numbers = this.#keep([] as number[]);
    const isWhole = shape.below(2) === 0;
    const length = shape.below(shape.below(10) === 0 ? 300 : 20);
    if (this.#odd()) numbers.length = length;
    for (let index = 0; index < length; index++)
      numbers[index] = isWhole ? shape.below(2000) - 1000 : shape.next() * 1000;
    return numbers;
  }

  #map(): object {
    const map = this.#keep(new (this.#realm().Map)() as Map<unknown, unknown>);
    for (let count = this.#count(); count > 0 && this.#left > 0; count--) {
      const key = this.#value();
      map.set(key, this.#value());
    }
    if (this.#odd()) {
      // Gaps where entries were.
      map.set(this, 1);
      map.delete(this);
    }
    return map;
  }

  #set(): object {
    const set = this.#keep(new (this.#realm().Set)() as Set<unknown>);
    for (let count = this.#count(); count > 0 && this.#left > 0; count--) set.add(this.#value());
    return set;
  }

  #count(): number {
    return this.#shape.below(this.#shape.below(10) === 0 ? 40 : 6);
  }

  #date(): object {
    const shape = this.#shape;
    const time = shape.below(2) === 0 ? shape.of(TIMES) : Math.floor((shape.next() - 0.4) * 4e12);
    return this.#keep(new (this.#realm().Date)(time));
  }

  #regexp(): object {
    const shape = this.#shape;
    const source = shape.of(SOURCES);
    let flags = shape.of(FLAGS);
    if (flags === 'v' && source.includes('[')) flags = 'u';
    const regexp = new (this.#realm().RegExp)(source, flags) as RegExp;
    if (this.#odd()) regexp.lastIndex = 3;
    return this.#keep(regexp);
  }

  #bytes(length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    for (let index = 0; index < length; index++) bytes[index] = this.#shape.below(256);
    return bytes;
  }

  #buffer(): object {
    const bytes = this.#bytes(this.#shape.below(this.#shape.below(8) === 0 ? 300 : 20));
    const buffer = new (this.#realm().ArrayBuffer)(bytes.length);
    new Uint8Array(buffer).set(bytes);
    return this.#keep(buffer);
  }

  #view(): object {
    const shape = this.#shape;
    const name = shape.below(6) === 0 ? 'DataView' : shape.of(VIEWS);
    const each = name === 'DataView' ? 1 : elementBytes(name);
    const items = shape.below(shape.below(8) === 0 ? 200 : 12);
    const bytes = this.#bytes(items * each);
    // A Buffer is a Uint8Array: it comes back as one.
    if (name === 'Uint8Array' && this.#odd()) return this.#keep(Buffer.from(bytes));
    const before = this.#odd() ? each * (this.#style as Random).below(5) : 0;
    const after = this.#odd() ? (this.#style as Random).below(50) : 0;
    const realm = this.#realm();
    const whole = before + bytes.length + after;
    const isTracking = after === 0 && this.#odd(6);
    const buffer = isTracking
      ? new (realm.ArrayBuffer as unknown as Resizable)(whole, { maxByteLength: whole + 64 })
      : new realm.ArrayBuffer(whole);
    new Uint8Array(buffer).fill(0xee);
    new Uint8Array(buffer).set(bytes, before);
    const View =
      constructorOf<ViewMaker>(realm, name) ?? (constructorOf<ViewMaker>(ownRealm, name) as ViewMaker);
    return this.#keep(isTracking ? new View(buffer, before) : new View(buffer, before, items));
  }

  #boxed(): object {
    const shape = this.#shape;
    const value = [
      () => shape.below(2) === 0,
      () => this.#number(),
      () => this.#text(),
      () => this.#bigint(),
    ];
    return this.#keep(Object(shape.of(value)()) as object);
  }

  #error(): object {
    const shape = this.#shape;
    const name = shape.of(ERRORS);
    const message = shape.below(4) === 0 ? '' : this.#text();
    if (name === 'DOMException') return this.#withStack(new DOMException(message, shape.of(EXCEPTION_NAMES)));
    const realm = this.#realm();
    const error = this.#withStack(
      name === 'AggregateError'
        ? new realm.AggregateError([], message)
        : new (constructorOf<ErrorConstructor>(realm, name) as ErrorConstructor)(message),
    );
    if (shape.below(4) === 0) hidden(error, 'name', shape.of(['MyError', 'ERR_Ж', '']));
    if (name === 'AggregateError') hidden(error, 'errors', this.#values(shape.below(4)));
    if (name === 'SuppressedError') {
      hidden(error, 'error', this.#value());
      hidden(error, 'suppressed', this.#value());
    }
    if (shape.below(3) === 0) hidden(error, 'cause', this.#value());
    if (shape.below(3) === 0) {
      for (const name of new Set([shape.of(ERROR_FIELDS), shape.of(ERROR_FIELDS)]))
        this.#define(error, name, this.#value());
    }
    return error;
  }

  /** A stack of frames tells where it was made, so two equal errors would differ. */
  #withStack<T extends Error>(error: T): T {
    const roll = this.#shape.below(3);
    if (roll === 0) delete error.stack;
    else hidden(error, 'stack', roll === 1 ? `Error\n    at ${this.#text()}` : '');
    return this.#keep(error);
  }

  #values(count: number): unknown[] {
    return Array.from({ length: count }, () => this.#value());
  }

  /** One in the other, hundreds of times. */
  #nested(): object {
    const shape = this.#shape;
    let inner: object = this.#keep([]);
    for (let depth = shape.below(900); depth > 0; depth--) {
      const outer = [() => ({ inner }), () => [inner], () => new Map([[inner, 1]]), () => new Set([inner])];
      inner = shape.of(outer)();
    }
    return inner;
  }
}

function hidden(error: Error, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, writable: true, configurable: true, enumerable: false });
}

function elementBytes(name: string): number {
  return constructorOf<{ BYTES_PER_ELEMENT: number }>(ownRealm, name)?.BYTES_PER_ELEMENT as number;
}

/** Is it the name of an element of an array? */
export function isIndex(name: string): boolean {
  const index = Number(name) >>> 0;
  return String(index) === name && index < 2 ** 32 - 1;
}
