import { describe, expect, test } from 'vitest';
import { decoded } from '../../workers/structured/round-trip.js';
import { decode, encodedCopy, Refused } from '../internals.js';

// Errors and other built-in objects come back with what they have of their own, and with nothing else;
// what they say of themselves by other means is not asked.

const encoding = { encodedCopy, decode };
const trip = <T extends object>(value: T): T =>
  (decoded(encoding, encodedCopy({ value })) as { value: T }).value;
const own = (value: object) => Object.getOwnPropertyNames(value).sort();
const hidden = (value: object, name: string, attributes: PropertyDescriptor) =>
  Object.defineProperty(value, name, { configurable: true, ...attributes });
const raise = (): never => {
  throw new Error('asked');
};

describe('an error', () => {
  test('has no message, name, cause or errors where it had none of its own', () => {
    expect(own(trip(new Error()))).toEqual(['stack']);
    expect(own(trip(new Error('')))).toEqual(['message', 'stack']);
    expect(own(trip(new RangeError('m')))).toEqual(['message', 'stack']);
    expect(own(trip(new Error('m', { cause: undefined })))).toEqual(['cause', 'message', 'stack']);
    class Caused extends Error {}
    Object.assign(Caused.prototype, { cause: 1, message: 'inherited' });
    const inherited = trip(new Caused());
    expect([own(inherited), inherited.message]).toEqual([['message', 'stack'], 'inherited']);
    const aggregate = new AggregateError([1], 'm');
    expect(own(trip(aggregate))).toEqual(['errors', 'message', 'stack']);
    Reflect.deleteProperty(aggregate, 'errors');
    expect(own(trip(aggregate))).toEqual(['message', 'stack']);
  });

  test('has its own fields, and what every error has is none of them', () => {
    const error = Object.assign(new RangeError('m'), {
      name: 'N',
      message: 'n',
      cause: 1,
      stack: 's',
      code: 2,
    });
    const got = trip(error);
    expect([Object.keys(got), { ...got }]).toEqual([['code'], { code: 2 }]);
    expect([got.name, got.message, got.cause, got.stack]).toEqual(['N', 'n', 1, 's']);
    const aggregate = new AggregateError([], 'm');
    Reflect.deleteProperty(aggregate, 'errors');
    const back = trip(Object.assign(aggregate, { errors: [7], more: 1 }));
    expect([Object.keys(back), back.errors]).toEqual([['more'], [7]]);
    for (const name of ['name', 'message', 'stack', 'cause', 'code'])
      expect(Object.getOwnPropertyDescriptor(got, name)).toMatchObject({
        writable: true,
        configurable: true,
      });
  });

  test('whose name or stack is no text has none', () => {
    for (const name of [5, Symbol('s'), { toString: raise }]) {
      const got = trip(Object.assign(new TypeError('m'), { name }));
      expect([got.name, got.message]).toEqual(['TypeError', 'm']);
    }
    const stacks: PropertyDescriptor[] = [{ value: 5 }, { value: undefined }, { get: raise }];
    for (const attributes of stacks) {
      const got = trip(hidden(new Error('m'), 'stack', attributes) as Error);
      expect([own(got), got.stack, got.message]).toEqual([['message', 'stack'], undefined, 'm']);
      const exception = trip(hidden(new DOMException('m', 'AbortError'), 'stack', attributes));
      expect(Object.getOwnPropertyDescriptor(exception, 'stack')).toMatchObject({ value: undefined });
    }
  });

  const { SuppressedError } = globalThis as unknown as { SuppressedError?: new (...of: unknown[]) => Error };
  test.runIf(SuppressedError)('of class SuppressedError has what it had, and no more', () => {
    const given = new (SuppressedError as new (...of: unknown[]) => Error)([1], [2], 'm');
    expect(trip(given)).toMatchObject({ error: [1], suppressed: [2], message: 'm' });
    for (const name of ['error', 'suppressed']) Reflect.deleteProperty(given, name);
    expect(own(trip(given))).toEqual(['message', 'stack']);
  });
});

describe('a DOMException', () => {
  test('has the name and message that it was made with', () => {
    const given = hidden(new DOMException('m', 'AbortError'), 'name', { value: 'Other' });
    const got = trip(hidden(given, 'message', { get: raise })) as DOMException;
    expect([got.name, got.message, got.code]).toEqual(['AbortError', 'm', 20]);
    expect(got).toBeInstanceOf(DOMException);
  });

  test('of a class of the program is one', () => {
    class Mine extends DOMException {
      extra = 1;
    }
    const got = trip(new Mine('m', 'AbortError'));
    expect([got.constructor, got.name, got.extra]).toEqual([DOMException, 'AbortError', 1]);
  });

  test('whose class says by no text what it is, is refused or an error as any other', () => {
    const { prototype } = DOMException;
    const given = new DOMException('m', 'AbortError');
    const property = Object.getOwnPropertyDescriptor(prototype, 'message') as PropertyDescriptor;
    Object.defineProperty(prototype, 'message', { ...property, get: () => 5 });
    let got: unknown;
    try {
      got = trip({ given, behind: 'it' });
    } catch (error) {
      got = error instanceof Refused ? 'refused' : error;
    } finally {
      Object.defineProperty(prototype, 'message', property);
    }
    if (got !== 'refused') expect(got).toMatchObject({ behind: 'it' });
  });

  test('that is none is an instance as any other', () => {
    const got = trip(Object.assign(Object.create(DOMException.prototype), { a: 1 }));
    expect([Object.getPrototypeOf(got), { ...got }]).toEqual([Object.prototype, { a: 1 }]);
  });

  test('nor is what an old library makes, which only inherits from Error', () => {
    function Old(this: { code: number }) {
      this.code = 5;
    }
    Old.prototype = Object.create(Error.prototype, { constructor: { value: Old } });
    expect(trip(new (Old as unknown as new () => object)())).toStrictEqual({ code: 5 });
  });
});

describe('properties of their own are not asked', () => {
  test('of expressions', () => {
    const given = /a/g;
    for (const name of ['global', 'ignoreCase', 'hasIndices', 'source', 'flags'])
      hidden(given, name, { get: raise });
    expect(trip(given)).toEqual(/a/g);
  });

  test.each([5, 'text', true, 7n])('of boxed %s', (primitive) => {
    const given = hidden(Object(primitive), 'valueOf', { value: raise });
    hidden(given, 'toString', { value: raise });
    expect(trip(given).valueOf()).toBe(primitive);
  });

  test('of dates, Maps, Sets and views', () => {
    const names = ['getTime', 'valueOf', 'forEach', 'entries', 'size', 'buffer', 'byteOffset'];
    const more = ['byteLength', 'length', 'constructor', Symbol.iterator as unknown as string];
    const given = [
      new Date(5),
      new Map([[1, 2]]),
      new Set([1]),
      Int16Array.of(1),
      new DataView(new ArrayBuffer(2)),
    ];
    for (const value of given) for (const name of [...names, ...more]) hidden(value, name, { get: raise });
    const [date, map, set, view, data] = trip(given) as [
      Date,
      Map<number, number>,
      Set<number>,
      Int16Array,
      DataView,
    ];
    expect([date.getTime(), [...map], [...set], [...view], data.byteLength]).toEqual([
      5,
      [[1, 2]],
      [1],
      [1],
      2,
    ]);
  });
});
