// Values of every kind that a map of kind 'any' takes, the same in every runtime, by their names.

/** What this runtime does not have is left out: nobody can make it there. */
const known = (make) => {
  try {
    return [make()];
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof TypeError) return [];
    throw error;
  }
};
const withStack = (error, stack = 'no stack') => Object.defineProperty(error, 'stack', { value: stack });
const bytes = Uint8Array.from({ length: 24 }, (_each, i) => 10 * i);

export function values() {
  const sparse = [1];
  sparse[5] = 'five';
  sparse.name = 'a field';
  const hole = [1, 2, 3];
  delete hole[1];
  const far = [];
  far[4_000_000_000] = 'far';
  const cycle = { list: [], map: new Map() };
  cycle.self = cycle;
  cycle.list.push(cycle.list, cycle);
  cycle.map.set(cycle, cycle.map);
  const letters = 'Ж\n';
  const shared = { n: 1 };
  const named = withStack(new RangeError('of another name'));
  Object.defineProperty(named, 'name', { value: 'Named' });
  named.code = 'E_CODE';
  named.details = { list: [1] };
  const views = ['Uint8', 'Int8', 'Uint8Clamped', 'Int16', 'Uint16', 'Int32', 'Uint32', 'Float32', 'Float64'];
  const errors = [
    'Error',
    'EvalError',
    'RangeError',
    'ReferenceError',
    'SyntaxError',
    'TypeError',
    'URIError',
  ];
  const list = {
    integers: [0, 127, 128, 255, 256, -1, -128, -129, 32767, -32768, 65535, 2 ** 31 - 1, -(2 ** 31), 2 ** 31],
    numbers: [-0, 1.5, Number.NaN, Infinity, -Infinity, 2 ** 53, 5e-324, -1e308],
    constants: [undefined, null, false, true],
    bigints: [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, -(2n ** 63n) - 1n, 2n ** 200n, -(2n ** 200n)],
    texts: ['', 'a', 'ÿ'.repeat(63), 'ÿ'.repeat(64), 'Ж', '\ud800', '\0', '😀'.repeat(50), 'x'.repeat(5000)],
    object: { b: 1, a: { '': 0, 'two words': 1, Ж: 2 }, 7: 'seven', 4294967295: 8, ['__proto__']: 'own' },
    empty: [{}, [], new Map(), new Set(), '', new ArrayBuffer(0), new Uint8Array(0)],
    array: [1, 'two', [3.5, [null]], undefined],
    sparse,
    hole,
    far,
    map: new Map([
      [{ key: 1 }, new Map([[NaN, 'x']])],
      ['k', 5n],
    ]),
    set: new Set([1, 'x', null, { a: 1 }, new Set([undefined])]),
    dates: [new Date(0), new Date(-1.5e12), new Date(8.64e15), new Date(Number.NaN)],
    // Bun would write a literal with other letters anew.
    regexps: [/a[/]b\/c/dgimsuy, new RegExp(letters), /(?:)/, /(?<name>x)\k<name>/],
    buffer: bytes.slice().buffer,
    views: [
      bytes.subarray(3, 8),
      ...views.map((name) => new globalThis[`${name}Array`](bytes.slice(8, 24).buffer)),
      new BigInt64Array(bytes.slice(0, 8).buffer),
      new BigUint64Array(bytes.slice(0, 8).buffer),
      new DataView(bytes.buffer, 1, 7),
    ],
    boxed: [
      Object(5),
      Object(-0),
      Object('Ж'),
      Object(true),
      Object(false),
      Object(-(2n ** 70n)),
      Object(1n),
    ],
    errors: errors.map((name) => withStack(new globalThis[name](`of class ${name}`), `${name}: a stack`)),
    named,
    cause: withStack(new Error('outer', { cause: withStack(new TypeError('inner', { cause: { n: 1 } })) })),
    aggregate: withStack(new AggregateError([withStack(new Error('first')), 'second'], 'several')),
    cycle,
    shared: [shared, [shared], new Set([shared])],
    record: Object.fromEntries(Array.from({ length: 10 }, (_each, i) => [`field${i}`, 'y'.repeat(100)])),
    records: Array.from({ length: 50 }, (_each, i) => ({ id: i, name: `name ${i}`, tags: ['a', 'b'] })),
  };
  for (const [name, make] of Object.entries({
    half: () => new Float16Array([0.5, 2]),
    exception: () => withStack(new DOMException('aborted', 'AbortError')),
    sets: () => ({ regexp: /[\p{L}--a]/v }),
  }))
    for (const value of known(make)) list[name] = value;
  return list;
}
