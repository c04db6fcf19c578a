import { generateKeySync } from 'node:crypto';
import { builtinModules, createRequire } from 'node:module';
import { BlockList } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { MessageChannel } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { describe, expect, test } from 'vitest';
import { difference } from '../../workers/structured/difference.js';
import { codeOf, errorOf } from '../error-of.js';

// What cannot come back as it was is refused, by name and place, and changes nothing.

const small = { maxBytes: 2 ** 21 } as const;
const make = () => {
  const map = new SharedMap(small) as SharedMap<unknown, unknown>;
  return map.set('k', { before: 1 });
};

type Maker = new (...given: unknown[]) => object;
// Not among the types of ES2022.
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: Record<'Module' | 'Instance' | 'Memory' | 'Table', Maker>;
};

class Empty {
  #hidden = 1;
  get hidden() {
    return this.#hidden;
  }
}
function* generator() {
  yield 1;
}
const detached = (view: (buffer: ArrayBuffer) => object) => {
  const buffer = new ArrayBuffer(8);
  const value = view(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  return value;
};
const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
const module = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
const bodies = (['Request', 'Response', 'FormData', 'Headers'] as const).flatMap((name) => {
  const Class = (globalThis as Record<string, unknown>)[name] as new (url?: string) => object;
  return [[name, () => (name === 'Request' ? new Class('http://a/b') : new Class())]] as [
    string,
    () => object,
  ][];
});
const Temporal = (globalThis as { Temporal?: { Now: Record<string, () => object> } }).Temporal;
const temporals = Temporal
  ? ['instant', 'plainDateISO', 'zonedDateTimeISO'].map(
      (name) => [`Temporal: ${name}`, () => Temporal.Now[name]?.()] as [string, () => unknown],
    )
  : [];

const refused: [string, () => unknown][] = [
  ['a function', () => () => 1],
  ['a class', () => Empty],
  ['a symbol', () => Symbol('s')],
  ['a registered symbol', () => Symbol.for('s')],
  ['a Symbol object', () => Object(Symbol('s'))],
  ['a Promise', () => Promise.resolve(1)],
  ['a Promise with a field', () => Object.assign(Promise.resolve(1), { field: 1 })],
  ['a WeakMap', () => new WeakMap()],
  ['a WeakMap with a field', () => Object.assign(new WeakMap(), { field: 1 })],
  ['a WeakSet', () => new WeakSet()],
  ['a WeakRef', () => new WeakRef({})],
  ['a FinalizationRegistry', () => new FinalizationRegistry(() => {})],
  ['a generator', generator],
  ['an iterator of an array', () => [1][Symbol.iterator]()],
  ['an iterator of a Map', () => new Map([[1, 1]]).entries()],
  ['an iterator of a text', () => 'text'[Symbol.iterator]()],
  ['a URL', () => new URL('http://a/b?c')],
  ['URLSearchParams', () => new URLSearchParams('a=1')],
  ['a Blob', () => new Blob(['x'])],
  ['a Readable', () => Readable.from(['x'])],
  ['a Writable', () => new Writable({ write() {} })],
  ['a PassThrough', () => new PassThrough()],
  ['a ReadableStream', () => new ReadableStream()],
  ['a WritableStream', () => new WritableStream()],
  ['a TransformStream', () => new TransformStream()],
  ['a CryptoKey', () => key],
  ['a KeyObject', () => generateKeySync('hmac', { length: 128 })],
  ['a MessagePort', () => new MessageChannel().port1],
  ['a MessageChannel', () => new MessageChannel()],
  ['a WebAssembly.Module', () => module],
  ['a WebAssembly.Instance', () => new WebAssembly.Instance(module)],
  ['a WebAssembly.Memory', () => new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })],
  ['a private WebAssembly.Memory', () => new WebAssembly.Memory({ initial: 1 })],
  ['a WebAssembly.Table', () => new WebAssembly.Table({ initial: 1, element: 'anyfunc' })],
  ['a SharedArrayBuffer', () => new SharedArrayBuffer(8)],
  ['a handle', () => new SharedMap(small).handle],
  ['a map', () => new SharedMap(small)],
  ['a BlockList', () => new BlockList()],
  ['an AbortSignal', () => AbortSignal.abort()],
  ['an AbortController', () => new AbortController()],
  ['an EventTarget', () => new EventTarget()],
  ['an Event', () => new Event('x')],
  ['a TextDecoder', () => new TextDecoder()],
  ['a TextEncoder', () => new TextEncoder()],
  ['an Intl.NumberFormat', () => new Intl.NumberFormat('en')],
  ['an Intl.DateTimeFormat', () => new Intl.DateTimeFormat('en')],
  ['an instance without fields', () => new Empty()],
  ['an object that inherits all', () => Object.create({ inherited: 1 })],
  ['a transferred ArrayBuffer', () => detached((buffer) => buffer)],
  ['a view of a transferred one', () => detached((buffer) => new Uint16Array(buffer))],
  ['a DataView of a transferred one', () => detached((buffer) => new DataView(buffer))],
  ['performance', () => performance],
  ['globalThis.navigator or process', () => process],
  ...bodies,
  ...temporals,
];

describe('refused, at the top and inside', () => {
  test.each(refused)('%s', (_name, value) => {
    const map = make();
    const at = (path: string, wrapped: unknown) => {
      const error = errorOf(() => map.set('k', wrapped));
      expect(error.code, error.message).toBe('ERR_SHARED_MAP_VALUE_TYPE');
      expect(error).toBeInstanceOf(TypeError);
      expect(error.message).toContain(path);
      expect(codeOf(() => map.set('new', wrapped))).toBe('VALUE_TYPE');
      expect(codeOf(() => map.compareAndSet('k', { before: 1 }, wrapped))).toBe('VALUE_TYPE');
      return error.message;
    };
    const message = at('value', value());
    expect(message).not.toContain('\n');
    at('value.user.part', { user: { part: value() } });
    at('value.list[3]', { list: [1, 2, 3, value()] });
    at('value[0]["odd name"]', [{ 'odd name': value() }]);
    at('value.get("k")', new Map([['k', value()]]));
    at('value.cause', Object.assign(new Error('m', { cause: value() })));
    at('value[1]', Object.assign(new Array(3), { 1: value() }));
    at('value', new Set([value()]));
    at('value', new Map([[value(), 1]]));
    expect([...map]).toEqual([['k', { before: 1 }]]);
    expect(map.check()).toEqual([]);
  });

  test('a handle: the message says what to do', () => {
    const message = errorOf(() => make().set('k', { other: new SharedMap(small).handle })).message;
    expect(message).toMatch(/workerData|postMessage|setEnvironmentData/);
    expect(message).toContain('value.other');
  });

  test('what is too deep, and deeper than any stack', () => {
    const map = make();
    const nest = (depth: number) => {
      let value: unknown[] = [];
      for (let level = 1; level < depth; level++) value = [value];
      return value;
    };
    map.set('deep', nest(1000));
    expect(difference(nest(1000), map.get('deep'))).toBe(undefined);
    for (const depth of [1001, 5000, 1_000_000])
      expect(codeOf(() => map.set('k', nest(depth)))).toBe('VALUE_TYPE');
    expect(map.get('k')).toEqual({ before: 1 });
    // The next one is written as if nothing had been.
    map.set('k', nest(1000));
    expect(map.check()).toEqual([]);
  });
});

const more: [string, () => object][] = [
  ['a Promise', () => Promise.resolve(1)],
  ['a SharedArrayBuffer', () => new SharedArrayBuffer(8)],
  ['a WeakMap', () => new WeakMap()],
  ['a WeakSet', () => new WeakSet()],
  ['a generator', generator],
  ['an iterator', () => new Map([[1, 1]]).entries()],
  ['an iterator', () => new Set([1]).values()],
  ['a KeyObject', () => generateKeySync('hmac', { length: 128 })],
];

describe('an object that is more than its fields', () => {
  test.each(more)('%s with a field, or under another prototype, is refused by its name', (name, make1) => {
    const map = make();
    const told = (value: object) => errorOf(() => map.set('k', { value })).message;
    expect(told(Object.assign(make1(), { field: 1 }))).toContain(`value.value is ${name}`);
    for (const prototype of [Object.prototype, null, {}])
      expect(told(Object.setPrototypeOf(make1(), prototype))).toContain(`value.value is ${name}`);
    expect(map.get('k')).toEqual({ before: 1 });
  });

  test('a CryptoKey and a module too', async () => {
    const map = make();
    const other = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, ['sign']);
    const message = errorOf(() => map.set('k', Object.assign(other, { field: 1 }))).message;
    expect(message).toMatch(/value is a CryptoKey$/);
    const empty: object = await import(`data:text/javascript,${''}`);
    expect(errorOf(() => map.set('k', [empty])).message).toContain('value[0] is a module');
  });

  test.each<[string, () => object]>([
    ['a Map', () => new Map([[1, [2]]])],
    ['a Set', () => new Set([1, [2]])],
    ['a Date', () => new Date(5)],
    ['a RegExp', () => /ab+c/gi],
    ['an error', () => new RangeError('m')],
    ['a buffer', () => Uint8Array.of(1, 2).buffer],
    ['an empty view', () => new Int16Array(0)],
    ['a DataView', () => new DataView(new ArrayBuffer(3))],
    ['a boxed number', () => Object(5)],
    ['an empty boxed text', () => Object('')],
  ])('%s under another prototype is one', (_name, make1) => {
    const map = make();
    for (const prototype of [Object.prototype, null, {}]) {
      map.set('k', [Object.setPrototypeOf(make1(), prototype)]);
      const [got] = map.get('k') as [object];
      expect(Object.prototype.toString.call(got)).toBe(Object.prototype.toString.call(make1()));
      if (!(got instanceof Error)) expect(difference(make1(), got)).toBe(undefined);
      else expect(got.message).toBe('m');
    }
  });

  test('an empty object is none of them, however many were stored', () => {
    const map = make();
    for (let i = 0; i < 5; i++) map.set('k', [{}, Object.create(null)]);
    expect(map.get('k')).toStrictEqual([{}, {}]);
    map.set('k', [Object.setPrototypeOf(new Map([[1, 2]]), Object.prototype)]);
    expect(map.get('k')).toEqual([new Map([[1, 2]])]);
  });

  test('a view that shows less than it did, or nothing any more', () => {
    const Resizable = ArrayBuffer as unknown as new (
      length: number,
      options: object,
    ) => ArrayBuffer & {
      resize(length: number): void;
    };
    const map = make();
    const buffer = new Resizable(16, { maxByteLength: 16 });
    const views = [new Uint8Array(buffer, 8, 4), new Float32Array(buffer, 8), new DataView(buffer, 8, 4)];
    const all = new Uint16Array(buffer);
    buffer.resize(6);
    for (const view of views)
      expect(errorOf(() => map.set('k', { view })).message).toContain(
        `value.view is a ${view.constructor.name} whose buffer was transferred`,
      );
    map.set('k', { all });
    expect(map.get('k')).toEqual({ all: new Uint16Array(3) });
  });

  test('one whose properties are all hidden, or named by symbols', () => {
    const map = make();
    const hidden = [
      Object.defineProperty({}, 'a', { value: 1 }),
      { [Symbol('s')]: 1 },
      Object.assign(Object.create(null), { [Symbol('s')]: 1 }),
    ];
    for (const value of hidden)
      expect(errorOf(() => map.set('k', { value })).message).toContain('value.value is an object whose');
    map.set('k', { a: 1, [Symbol('s')]: 1 });
    expect(map.get('k')).toStrictEqual({ a: 1 });
    class Tagged {
      a = 1;
      constructor() {
        Object.assign(this, { [Symbol('secret')]: 1 });
      }
    }
    const { message } = errorOf(() => map.set('k', { value: new Tagged() }));
    expect(message).toContain('value.value is a Tagged with properties that are named by symbols');
  });

  test('names of classes in messages are names, and not long', () => {
    const map = make();
    const told = (Class: new () => object) => errorOf(() => map.set('k', new Class())).message;
    const named = (name: unknown) =>
      told(Object.defineProperty(class {}, 'name', { value: name }) as new () => object);
    expect(named(5)).toContain('value is an object without fields of its own');
    expect(named('')).toContain('value is an object without fields of its own');
    expect(named('N'.repeat(100))).toContain(`value is a ${'N'.repeat(40)} without fields of its own`);
    expect(errorOf(() => map.set('k', Object.create(Object.create(null)))).message).toContain(
      'value is an object without fields of its own',
    );
    const asked = errorOf(() =>
      map.set(
        'k',
        Object.create({
          get constructor() {
            return raise(new Error('asked'));
          },
        }),
      ),
    );
    expect(asked.message).toContain('value is an object without fields of its own');
  });

  test('paths are cut in the middle, and long names at their end', () => {
    const map = make();
    const told = (value: object) => errorOf(() => map.set('k', value)).message;
    const long = 'n'.repeat(50);
    expect(told({ [long]: raise })).toContain(`value["${'n'.repeat(40)}…"] is a function`);
    expect(told({ ['n'.repeat(40)]: raise })).toContain(`value.${'n'.repeat(40)} is a function`);
    expect(told({ ['1'.repeat(50)]: raise })).toContain(`value["${'1'.repeat(40)}…"] is a function`);
    expect(told({ 7: raise })).toContain('value[7] is a function');
    expect(told({ '07': raise })).toContain('value["07"] is a function');
    expect(told(Object.assign(new Array(3), { 1: raise, x: 1 }))).toContain('value[1] is a function');
    expect(told(new Map([[7, raise]]))).toContain('value.get(7) is a function');
    expect(told(new Map([[{}, raise]]))).toContain('value.get(<key 0>) is a function');
    expect(told(new Map([[long, raise]]))).toContain(`value.get("${'n'.repeat(40)}…") is a function`);
    expect(
      told(
        new Map<unknown, unknown>([
          [1, 1],
          [raise, 1],
        ]),
      ),
    ).toContain('value.keys()[1] is a function');
    expect(told(new Set([1, raise]))).toContain('value.values()[1] is a function');
    expect(told(Object.assign(new Error('m'), { code: raise }))).toContain('value.code is a function');
    let deep: object = { end: raise };
    for (let i = 0; i < 100; i++) deep = { [`step${i}`]: deep };
    const path = /value(\S+) … (\S+) is a function/.exec(told(deep)) as RegExpExecArray;
    expect([path[1]?.length, path[2]?.length]).toEqual([100, 100]);
    expect(path[1]?.startsWith('.step99.step98')).toBe(true);
    expect(path[2]?.endsWith('.step0.end')).toBe(true);
  });
});

describe('bigints beyond 64 bits as keys', () => {
  const some = (n: number) => Array.from({ length: n }, (_each, i) => (BigInt(i + 1) << 64n) + 1n);
  const few = (n: number) => Array.from({ length: n }, (_each, i) => BigInt(i) - 9n);

  test('as many as a Map and a Set may have, and no more', () => {
    const map = make();
    const told = (value: object) => errorOf(() => map.set('k', { value })).message;
    const keys = (n: number) => new Map(some(n).map((key) => [key, 1]));
    for (const value of [keys(2896), new Set(some(2896))]) {
      map.set('k', value);
      expect(map.get('k')).toEqual(value);
    }
    expect(told(keys(2897))).toContain('value.value is a Map or Set with more bigints');
    expect(told(new Set(some(2897)))).toContain('value.value is a Map or Set with more bigints');
  });

  test('others, and those elsewhere, are not counted', () => {
    const map = make();
    const values = [
      new Map(some(5000).map((value, i) => [i, value])),
      new Set(few(5000)),
      new Map(few(5000).map((key) => [key, 1])),
      some(5000),
      [new Set(some(2500)), new Set(some(2500))],
    ];
    for (const value of values) {
      map.set('k', value);
      expect(map.get('k')).toEqual(value);
    }
  });
});

describe('what only looks like a built-in class', () => {
  test('an error of a class that has taken the name of another', () => {
    const Named = { TypeError: class extends Error {} }.TypeError;
    Object.defineProperty(Named, 'name', { value: 'TypeError' });
    const got = make()
      .set('k', [new Named('m')])
      .get('k') as [Error];
    expect([got[0] instanceof TypeError, got[0].constructor]).toEqual([false, Error]);
  });

  test('a constructor that is an accessor is not asked', () => {
    class Own extends RangeError {}
    Object.defineProperty(Own.prototype, 'constructor', { get: () => raise(new Error('asked')) });
    const got = make()
      .set('k', [new Own('m')])
      .get('k') as [Error];
    expect(got[0].constructor).toBe(RangeError);
  });

  test.runIf('QuotaExceededError' in globalThis)('a DOMException of a class with more in it', () => {
    const { QuotaExceededError } = globalThis as unknown as { QuotaExceededError: Maker };
    class Mine extends (QuotaExceededError as new (message: string) => DOMException) {}
    for (const given of [new QuotaExceededError('m'), new Mine('m')])
      expect(errorOf(() => make().set('k', [given])).message).toContain(
        'value[0] is a QuotaExceededError, which no bytes can hold',
      );
  });

  test('a message says what to store in the place of a module', () => {
    expect(errorOf(() => make().set('k', [module])).message).toContain('store its code as bytes');
  });
});

describe('carried', () => {
  class Point {
    x = 1;
    y = [2];
  }
  class HttpError extends RangeError {
    override name = 'HttpError';
    status = 404;
  }

  test('instances with fields, as plain objects', () => {
    const map = make().set('k', { point: new Point() });
    expect(difference({ point: { x: 1, y: [2] } }, map.get('k'))).toBe(undefined);
  });

  test('subclasses of errors, with their fields', () => {
    const error = new HttpError('m', { cause: new DOMException('aborted', 'AbortError') });
    const got = make().set('k', error).get('k') as HttpError;
    expect(difference(error, got)).toBe(undefined);
    expect([got.name, got.message, got.status, got.stack]).toEqual(['HttpError', 'm', 404, error.stack]);
    expect(got).toBeInstanceOf(RangeError);
    expect((got.cause as DOMException).code).toBe(20);
    expect(got.cause).toBeInstanceOf(DOMException);
  });

  test('what a proxy shows', () => {
    const map = make();
    const target = { a: 1, b: [2] };
    map.set('k', new Proxy(target, {}));
    expect(difference(target, map.get('k'))).toBe(undefined);
    map.set('k', [
      new Proxy([1, 2], { get: (array, name) => (name === '1' ? 7 : Reflect.get(array, name)) }),
    ]);
    expect(map.get('k')).toEqual([[1, 7]]);
  });

  test('a proxy as the plain object of what it shows, each part of which is asked for once', () => {
    const asked: PropertyKey[] = [];
    const counting = <T extends object>(target: T): T =>
      new Proxy(target, {
        get: (of, name) => {
          asked.push(name);
          return Reflect.get(of, name);
        },
        ownKeys: (of) => Reflect.ownKeys(of).reverse(),
      });
    const map = make();
    const pairs: [object, object, PropertyKey[]][] = [
      [counting({ b: 1, 7: 2, a: 3 }), { 7: 2, a: 3, b: 1 }, ['a', 'b', '7']],
      [counting([1, 2, 3]), [1, 2, 3], ['length', '2', '1', '0']],
      [
        counting(Object.assign(new Array(3), { 1: 5 })),
        Object.assign(new Array(3), { 1: 5 }),
        ['length', '1'],
      ],
      [counting(Object.assign(Object.create(null), { a: 1 })), { a: 1 }, ['a']],
    ];
    for (const [proxy, plain, names] of pairs) {
      map.set('k', { proxy });
      expect(asked.splice(0)).toEqual(names);
      expect(map.compareAndSet('k', { proxy: plain }, 'equal')).toBe(true);
    }
  });

  test('a proxy of what no plain object or array can be is refused', () => {
    const map = make();
    const proxies: object[] = [
      new Proxy(new Map(), {}),
      new Proxy(new Date(0), {}),
      new Proxy(new Point(), {}),
      new Proxy(Object.assign(new Error('m'), { code: 1 }), {}),
      new Proxy([], { get: (array, name) => (name === 'length' ? -1 : Reflect.get(array, name)) }),
      new Proxy([], { get: (array, name) => (name === 'length' ? 2 ** 32 : Reflect.get(array, name)) }),
      new Proxy([], { get: (array, name) => (name === 'length' ? '3' : Reflect.get(array, name)) }),
      // Fewer than its elements.
      new Proxy([1, 2], { get: (array, name) => (name === 'length' ? 1 : Reflect.get(array, name)) }),
    ];
    for (const proxy of proxies) {
      const error = errorOf(() => map.set('k', { proxy }));
      expect([error.code, error.message]).toEqual([
        'ERR_SHARED_MAP_VALUE_TYPE',
        expect.stringContaining('value.proxy is a Proxy of '),
      ]);
    }
  });

  test('fields of a proxy that setters of a prototype would take', () => {
    const map = make();
    let met = 0;
    const setter = { set: () => met++, get: () => 'theirs', configurable: true };
    Object.defineProperty(Object.prototype, 'trap', setter);
    Object.defineProperty(Array.prototype, 'trap', setter);
    try {
      const own = { value: 1, enumerable: true, configurable: true };
      const object = new Proxy(Object.defineProperty({}, 'trap', own), {});
      const array = new Proxy(Object.defineProperty([0], 'trap', own), {});
      map.set('k', { object, array });
      const got = map.get('k') as Record<'object' | 'array', object>;
      const part = (of: object) => Object.getOwnPropertyDescriptor(of, 'trap')?.value;
      expect([part(got.object), part(got.array), met]).toEqual([1, 1, 0]);
    } finally {
      Reflect.deleteProperty(Object.prototype, 'trap');
      Reflect.deleteProperty(Array.prototype, 'trap');
    }
  });
});

describe('user code', () => {
  test('that throws while a value is read changes nothing', () => {
    const map = make();
    const thrown = new RangeError('from the getter');
    const values: object[] = [
      Object.defineProperty({}, 'a', { get: () => raise(thrown), enumerable: true }),
      [Object.defineProperty([], 0, { get: () => raise(thrown), enumerable: true })],
      new Proxy({}, { ownKeys: () => raise(thrown) }),
      new Proxy([], { get: () => raise(thrown) }),
      { a: new Proxy({}, { getPrototypeOf: () => raise(thrown) }) },
    ];
    for (const value of values) {
      const error = errorOf(() => map.set('k', value));
      expect(error.code).toBe('ERR_SHARED_MAP_VALUE_TYPE');
      expect([error.cause, Object.keys(thrown)]).toEqual([thrown, []]);
      expect(map.get('k')).toEqual({ before: 1 });
    }
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(codeOf(() => map.set('k', { proxy }))).toBe('VALUE_TYPE');
    expect(codeOf(() => map.set('k', proxy))).toBe('VALUE_TYPE');
    map.set('k', { a: [1] });
    expect(map.get('k')).toEqual({ a: [1] });
  });

  test('that sets and gets other values while one is read', () => {
    const map = make();
    const value = {
      a: [1, { b: 2 }],
      get inner() {
        map.set('other', { a: ['other'.repeat(500)], c: new Map([[1, { d: 1 }]]) });
        return map.get('other');
      },
      z: 'z'.repeat(5000),
    };
    map.set('k', value);
    expect(map.get('k')).toEqual({ ...value });
    expect(map.get('other')).toEqual(value.inner);
  });

  test('that adds, takes away and lengthens while they are read', () => {
    const map = make();
    // Names that were not met before, then names that are kept.
    for (let time = 0; time < 4; time++) {
      const shrinking = {
        get first() {
          delete (this as { second?: number }).second;
          return 1;
        },
        second: 2 as number | undefined,
        third: 3,
      };
      map.set('k', shrinking);
      expect(Object.entries(map.get('k') as object)).toEqual([
        ['first', 1],
        ['second', undefined],
        ['third', 3],
      ]);
      const ending = {
        before: 0,
        get last() {
          delete (this as { after?: number }).after;
          return 1;
        },
        after: 2 as number | undefined,
      };
      map.set('k', [ending, 'next']);
      expect(map.get('k')).toStrictEqual([{ before: 0, last: 1, after: undefined }, 'next']);
      const growing: Record<string, unknown> = {
        get grows() {
          growing.later = 1;
          return 1;
        },
        b: 2,
      };
      map.set('k', [growing, 'next']);
      expect(map.get('k')).toStrictEqual([{ grows: 1, b: 2 }, 'next']);
    }
    const list: unknown[] = [0, 1, 2, 3];
    Object.defineProperty(list, 1, {
      get: () => {
        list.length = 2;
        return 'cut';
      },
      enumerable: true,
      configurable: true,
    });
    map.set('k', { list, after: 1 });
    expect(map.get('k')).toMatchObject({ list: { 0: 0, 1: 'cut' }, after: 1 });
    const entries = new Map<unknown, unknown>([
      ['a', Object.defineProperty({}, 'x', { get: () => entries.clear(), enumerable: true })],
      ['b', 2],
    ]);
    map.set('k', [entries, 'after']);
    expect(map.get('k')).toEqual([
      new Map<unknown, unknown>([
        ['a', { x: undefined }],
        ['b', 2],
      ]),
      'after',
    ]);
    expect(map.check()).toEqual([]);
  });
});

function raise(error: unknown): never {
  throw error;
}

/** Classes that start something, or ask for something, when an instance is made without arguments. */
const NOT_MADE =
  /^(Worker|REPLServer|Recoverable|WASI|Interface|InterfaceConstructor|ReadStream|TestContext)$/;
/** Modules that may not be loaded in a test, or say something on stderr when they are. */
const NOT_LOADED =
  /^(_|sys$|punycode$|test|wasi$|inspector|repl$|cluster$|sea$|sqlite$|trace_events$|domain$|ffi$)/;

function classesOf(holder: object, prefix: string): [string, new () => object][] {
  return Object.getOwnPropertyNames(holder).flatMap((name) => {
    let value: unknown;
    try {
      value = (holder as Record<string, unknown>)[name];
    } catch {
      return []; // a getter that needs more than this
    }
    if (typeof value !== 'function' || !/^[A-Z]/.test(name) || NOT_MADE.test(name)) return [];
    return [[`${prefix}${name}`, value as new () => object] as [string, new () => object]];
  });
}

/** Own names and content: {} is what has none, and is nothing else. */
function isEmptyPlain(value: unknown): boolean {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.getPrototypeOf(value) === Object.prototype &&
    Reflect.ownKeys(value).length === 0
  );
}

test('nothing that the platform has is stored as {}', () => {
  const require = createRequire(import.meta.url);
  const classes = [
    ...classesOf(globalThis, ''),
    ...classesOf(Intl, 'Intl.'),
    ...classesOf(WebAssembly, 'WebAssembly.'),
    ...builtinModules
      .map((name) => name.replace(/^node:/, ''))
      .filter((name) => !NOT_LOADED.test(name))
      .flatMap((name) => classesOf(require(`node:${name}`), `${name}.`)),
  ];
  const map = make();
  const outcome = {
    refused: [] as string[],
    carried: [] as string[],
    emptied: [] as string[],
    other: [] as string[],
  };
  const plain = new Set<unknown>([Object, Proxy]);
  for (const [name, Class] of classes) {
    let instance: object;
    try {
      instance = new Class();
    } catch {
      continue; // it needs arguments, or is none to be made
    }
    if (plain.has(Class) || isEmptyPlain(instance)) continue;
    (instance as { on?: (name: string, call: () => void) => void }).on?.('error', () => {});
    try {
      map.set('k', { instance });
    } catch (error) {
      const { code } = error as { code?: string };
      (code === 'ERR_SHARED_MAP_VALUE_TYPE' ? outcome.refused : outcome.other).push(`${name}: ${error}`);
      continue;
    }
    const got = (map.get('k') as { instance: unknown }).instance;
    (isEmptyPlain(got) ? outcome.emptied : outcome.carried).push(name);
  }
  expect(outcome.emptied).toEqual([]);
  expect(outcome.other).toEqual([]);
  expect(outcome.carried).toEqual(expect.arrayContaining(['Map', 'Date', 'Error', 'Float64Array']));
  expect(outcome.refused.length).toBeGreaterThan(30);
});
