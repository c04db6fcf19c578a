// Every operation of the map and the set, in one thread. Prints a line for each group, the same in every runtime; and
// last the methods that were not called, of which there are none.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SharedMap, SharedSet } from 'threadmap';

const called = new Set();
for (const Class of [SharedMap, SharedSet]) {
  const { prototype } = Class;
  for (const name of Object.getOwnPropertyNames(prototype)) {
    const { value } = Object.getOwnPropertyDescriptor(prototype, name);
    if (typeof value !== 'function' || name === 'constructor') continue;
    prototype[name] = function (...args) {
      called.add(`${Class === SharedMap ? 'map' : 'set'} ${name}`);
      return Reflect.apply(value, this, args);
    };
  }
}

const plain = (_key, value) => {
  if (typeof value === 'bigint') return `${value}n`;
  if (value instanceof Map || value instanceof Set) return [...value].sort();
  if (Object.is(value, -0)) return '-0';
  if (typeof value === 'number' && !Number.isFinite(value)) return `${value}`;
  return value ?? `${value}`;
};
const print = (name, value) => console.log(name, JSON.stringify(value, plain));
const code = (call) => {
  try {
    return call();
  } catch (error) {
    return error.code ?? error.name;
  }
};
const sorted = (entries) => [...entries].sort((a, b) => (String(a) < String(b) ? -1 : 1));

const texts = [
  '',
  'a',
  'abcde',
  'abcdef',
  'x'.repeat(64),
  'ä'.repeat(65),
  '\u20ac',
  '\ud800',
  '\0',
  '😀'.repeat(20),
];
texts.push('long €'.repeat(20_000), 'plain'.repeat(30_000));
const primitives = [0, -0, 1.5, NaN, -Infinity, true, false, null, undefined, 5n, -(2n ** 70n), ...texts];

const any = new SharedMap({ maxBytes: 2 ** 24 });
for (const key of primitives) any.set(key, key);
print('primitives', [any.size, primitives.map((key) => [any.has(key), Object.is(any.get(key), key)])]);
print(
  'lengths',
  sorted([...any.values()].filter((each) => typeof each === 'string').map((each) => each.length)),
);
print('bytes', [...any.set('bytes', new Uint8Array([1, 2, 3])).get('bytes')]);
print('lone surrogate', any.get('\ud800').charCodeAt(0));
print(
  'structured',
  code(() => any.set('object', { a: [1, new Date(3), new Map([[1, 2]])] }).get('object')),
);
any.delete('object');
print('deleted', [any.delete('a'), any.delete('a'), any.has('a'), any.size]);
any.clear();
print('cleared', [any.size, any.isEmpty(), [...any]]);

const m = new SharedMap({ key: 'string', value: 'number', maxBytes: 2 ** 24 });
print('conditional', [
  m.insert('k', 1),
  m.insert('k', 2),
  m.replace('k', 3),
  m.replace('no', 3),
  m.compareAndSet('k', 3, 4),
  m.compareAndSet('k', 3, 5),
  m.compareAndDelete('k', 3),
  m.getAndSet('k', 6),
  m.getOrDefault('no', 7),
  m.getOrInsert('new', 8),
  m.getOrInsertComputed('newer', (key) => key.length),
  m.getAndDelete('new'),
  m.compareAndDelete('k', 6),
]);
print('arithmetic', [m.add('n', 5), m.add('n'), m.min('n', 2), m.max('n', 9)]);
print('updating', [
  m.update('n', (value) => value + 1),
  m.merge('n', 4, (old, value) => old * value),
  m.deleteIf('n', (value) => value < 0),
  m.replaceAll((value) => value + 1),
  m.retain((value) => value > 10),
  sorted(m),
]);
const keys = Array.from({ length: 3000 }, (_each, i) => `key ${i}`);
m.setMany(
  keys,
  keys.map((_key, i) => i),
);
print('many', [
  m.size,
  m.getMany(['key 7', 'no']),
  m.hasMany(['key 8', 'no']),
  m.deleteMany(['key 9', 'no']),
]);
let laps = 0;
m.forEach(() => {
  laps++;
});
const parts = [0, 1, 2].reduce((sum, i) => sum + [...m.partition(i, 3)].length, 0);
let scanned = 0;
let cursor = m.cursor();
while (!cursor.done) {
  const found = m.scan(cursor, 100);
  scanned += found.entries.length;
  cursor = found.cursor;
}
print('iteration', [
  laps,
  parts,
  scanned,
  [...m.keys()].length,
  [...m.values()].length,
  [...m.entries()].length,
  m.size,
]);

const numbers = new SharedMap({ key: 'int32', value: 'int32', maxBytes: 2 ** 24 });
for (let i = 0; i < 5000; i++) numbers.set(i, i * 2);
print('bits', [numbers.add(7, 1), numbers.and(7, 12), numbers.or(7, 3), numbers.xor(7, 1)]);
print('int32', [
  numbers.size,
  numbers.get(4999),
  [...numbers.getMany(Int32Array.of(1, 2, 9999))],
  code(() => numbers.set(1.5, 1)),
]);
const points = new SharedMap({ value: { x: 'float64', hits: 'int32' }, maxBytes: 2 ** 24 });
points.set('p', { x: 1.5, hits: 2 });
print('record', [points.add('p', 3, 'hits'), points.get('p')]);
const big = new SharedMap({ key: 'bigint', value: 'bigint', maxBytes: 2 ** 24 });
big.set(2n ** 62n, -(2n ** 63n));
print('bigint', [big.get(2n ** 62n), big.add(1n, 5n)]);
const json = new SharedMap({ value: 'json', cacheValues: 10, maxBytes: 2 ** 24 });
json.set('k', { list: [1, { deep: true }] });
const kept = json.get('k');
print('json', [kept, json.get('k') === kept]);
const codec = {
  name: 'hex',
  encode: (n) => Buffer.from(n.toString(16)),
  decode: (bytes) => parseInt(Buffer.from(bytes).toString(), 16),
};
print('codec', new SharedMap({ value: codec, maxBytes: 2 ** 24 }).set('k', 255).get('k'));
const uuid = new SharedMap({ key: 'uuid', maxBytes: 2 ** 24 });
uuid.set('01234567-89ab-cdef-0123-456789abcdef', 1);
print('uuid', [...uuid]);
const bytes = new SharedMap({ key: 'bytes', value: 'bytes', maxBytes: 2 ** 24 });
bytes.set(new Uint8Array([1, 2, 3, 4, 5, 6, 7]), new Uint8Array(100_000).fill(9));
print('binary', bytes.get(new Uint8Array([1, 2, 3, 4, 5, 6, 7])).length);

print('waiting', [
  await m.waitFor('key 1'),
  m.waitForSync('key 2'),
  await m.waitFor('no', { timeout: 5 }).catch((error) => error.code),
  code(() => m.waitForSync('no', { timeout: 5 })),
]);
print('errors', [
  code(() => m.set(1, 1)),
  code(() => m.set('k', 'x')),
  code(() => new SharedMap({ maxBytes: 1 })),
  code(() => SharedMap.attach({})),
  code(() => m.reclaim(999)),
]);
const small = new SharedMap({ maxBytes: 2 ** 20 });
print(
  'full',
  code(() => {
    for (let i = 0; ; i++) small.set(`some key ${i}`, 'x'.repeat(1000));
  }),
);

print('copies', [
  SharedMap.fromSnapshot(m.snapshot()).size,
  SharedMap.from([[1, 2]]).get(1),
  [...SharedMap.groupBy([1, 2, 3], (n) => (n % 2 ? 'odd' : 'even'), { value: 'json' }).keys()].sort(),
  SharedMap.attach(m.handle) === m,
]);
const folder = mkdtempSync(join(tmpdir(), 'threadmap-operations-'));
const file = join(folder, 'map');
await m.save(file);
await m.save(file);
print('file', (await SharedMap.load(file)).size);
rmSync(folder, { recursive: true });

m.reserve(10_000);
m.shrink();
const { count, threads } = m.stats();
print('care', [count, threads, m.check(), numbers.check(), any.check(), small.check(), json.check()]);

const s = new SharedSet([1, 2, 3], { maxBytes: 2 ** 20 });
const t = new Set([2, 3, 4]);
let seen = 0;
s.forEach(() => {
  seen++;
});
print('set', [
  s.add(5).size,
  s.insert(5),
  s.insert(6),
  s.has(6),
  s.delete(6),
  seen,
  sorted(s.values()),
  sorted(s.keys()),
  sorted(s.entries()),
]);
print('set operations', [s.union(t), s.intersection(t), s.difference(t), s.symmetricDifference(t)]);
print('set relations', [s.isSubsetOf(t), s.isSupersetOf(new Set([1])), s.isDisjointFrom(new Set([9]))]);
s.reserve(100);
s.shrink();
print('set care', [
  s.stats().count,
  s.check(),
  SharedSet.from([1]).size,
  SharedSet.attach(s.handle) === s,
  s.reclaim(999),
]);
s.clear();
s.detach();
m.detach();
print('detached', [code(() => m.get('k')), code(() => s.has(1))]);

const methods = [SharedMap, SharedSet].flatMap((Class) =>
  Object.getOwnPropertyNames(Class.prototype)
    .filter(
      (name) =>
        name !== 'constructor' &&
        typeof Object.getOwnPropertyDescriptor(Class.prototype, name).value === 'function',
    )
    .map((name) => `${Class === SharedMap ? 'map' : 'set'} ${name}`),
);
print(
  'not called',
  methods.filter((name) => !called.has(name)),
);
process.exit(0);
