import { defineField, isFar, keepByIndex } from './elements.js';
import { LongBigints, TOO_MANY } from './long-bigints.js';
import { Undecodable } from './undecodable.js';
import { DENSE_END, MAP_END, OBJECT_END, SET_END, SPARSE_END } from './v8-tags.js';

// Objects that are being read from V8's bytes: they take what is read until their end comes. So a
// value of any depth is read without recursion.

/** What stands for a hole among the elements of an array. */
export const HOLE: unique symbol = Symbol('hole');
const NONE: unique symbol = Symbol('no key');

/** An object that is not complete yet. */
export interface Part {
  readonly object: object;
  /** The first byte of its end. Errors, which are read in another way, have none. */
  readonly end?: number;
  /** Is the end possible here? */
  readonly complete: boolean;
  take(value: unknown): void;
  /** Throws Undecodable unless the counts behind its end are its own. */
  close(varint: () => number): void;
}

const wrong = (what: string) => new Undecodable(`${what}, which V8 does not write`);

function checkCounts(varint: () => number, ...counts: readonly number[]): void {
  for (const count of counts) if (varint() !== count) throw wrong('an object of another size than it says');
}

/** Takes keys and values in turn. */
abstract class Pairs implements Part {
  abstract readonly object: object;
  abstract readonly end: number;
  protected count = 0;
  #key: unknown = NONE;

  get complete(): boolean {
    return this.#key === NONE;
  }

  take(value: unknown): void {
    if (value === HOLE) throw wrong('a hole that is in no array');
    if (this.#key === NONE) {
      this.#key = value;
      return;
    }
    this.put(this.#key, value);
    this.#key = NONE;
    this.count++;
  }

  close(varint: () => number): void {
    checkCounts(varint, this.count);
  }

  protected put(key: unknown, value: unknown): void {
    if (typeof key !== 'string' && typeof key !== 'number') throw wrong('a name that is none');
    if (key in this.object) defineField(this.object, key, value);
    else (this.object as Record<string | number, unknown>)[key] = value;
  }
}

export class ObjectPart extends Pairs {
  readonly object = {};
  readonly end = OBJECT_END;
  /** Do its elements lie by their indices? */
  #byIndex = false;

  protected override put(key: unknown, value: unknown): void {
    if (!this.#byIndex && isFar(String(key), this.count)) {
      this.#byIndex = true;
      keepByIndex(this.object);
    }
    super.put(key, value);
  }
}

export class SparsePart extends Pairs {
  readonly object: unknown[] = [];
  readonly end = SPARSE_END;
  readonly #length: number;

  constructor(length: number) {
    super();
    this.#length = length;
    // By way of the greatest length: to a smaller one V8 would give memory for each element.
    this.object.length = 2 ** 32 - 1;
    this.object.length = length;
  }

  override close(varint: () => number): void {
    checkCounts(varint, this.count, this.#length);
    if (this.object.length !== this.#length) throw wrong('an array that is longer than it says');
  }
}

/** Grows with each element that comes, whatever length it says. */
export class DensePart extends Pairs {
  readonly object: unknown[] = [];
  readonly end = DENSE_END;
  readonly #length: number;
  #next = 0;

  constructor(length: number) {
    super();
    this.#length = length;
  }

  override get complete(): boolean {
    return this.#next === this.#length && super.complete;
  }

  override take(value: unknown): void {
    if (this.#next === this.#length) super.take(value);
    else {
      this.object.length = ++this.#next;
      if (value !== HOLE) super.put(this.#next - 1, value);
    }
  }

  override close(varint: () => number): void {
    checkCounts(varint, this.count, this.#length);
    if (this.object.length !== this.#length) throw wrong('an array that is longer than it says');
  }
}

export class MapPart extends Pairs {
  readonly object = new Map<unknown, unknown>();
  readonly end = MAP_END;
  readonly #long = new LongBigints();

  protected override put(key: unknown, value: unknown): void {
    if (!this.#long.take(key)) throw new Undecodable(TOO_MANY);
    this.object.set(key, value);
  }

  override close(varint: () => number): void {
    checkCounts(varint, 2 * this.count);
  }
}

export class SetPart implements Part {
  readonly object = new Set<unknown>();
  readonly end = SET_END;
  readonly complete = true;
  readonly #long = new LongBigints();
  #count = 0;

  take(value: unknown): void {
    if (value === HOLE) throw wrong('a hole that is in no array');
    if (!this.#long.take(value)) throw new Undecodable(TOO_MANY);
    this.object.add(value);
    this.#count++;
  }

  close(varint: () => number): void {
    checkCounts(varint, this.#count);
  }
}

/** Takes its cause; its texts are set by who reads them. */
export class ErrorPart implements Part {
  readonly object: Error;
  /** No cause is awaited. */
  complete = true;

  constructor(Class: ErrorConstructor) {
    this.object = new Class();
    Reflect.deleteProperty(this.object, 'stack');
  }

  take(value: unknown): void {
    defineField(this.object, 'cause', value, false);
    this.complete = true;
  }

  close(): void {}
}
