// Checked by tsc, never run: the types of keys and values follow from the options.

import { type AnyKey, type Codec, type Fields, SharedMap, type SharedMapHandle } from 'threadmap';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function expectType<_T extends true>(): void;

const any = new SharedMap();
expectType<Equal<typeof any, SharedMap<AnyKey, unknown>>>();
any
  .set(1n, new Date())
  .set(null, 'x')
  .set(undefined, { a: [1] });
// @ts-expect-error symbols are no keys
any.set(Symbol('s'), 1);
// @ts-expect-error objects are no keys
any.get({});

const numbers = new SharedMap({ key: 'number', value: 'number', capacity: 10 });
expectType<Equal<typeof numbers, SharedMap<number, number>>>();
expectType<Equal<ReturnType<typeof numbers.get>, number | undefined>>();
expectType<Equal<ReturnType<typeof numbers.waitFor>, Promise<number>>>();
expectType<Equal<ReturnType<typeof numbers.waitForSync>, number>>();
numbers.waitFor(1, { until: (value) => value.toFixed() === '1', timeout: 5, signal: AbortSignal.timeout(9) });
// @ts-expect-error whoever blocks hears no signal
numbers.waitForSync(1, { signal: AbortSignal.abort() });
// @ts-expect-error the map has numbers
numbers.waitFor(1, { until: (value: string) => value === '1' });
// @ts-expect-error a key of another kind
numbers.get('1');
// @ts-expect-error a value of another kind
numbers.set(1, '1');

const bytes = new SharedMap({ value: 'bytes' });
expectType<Equal<ReturnType<typeof bytes.get>, Uint8Array | undefined>>();
bytes.set('k', Buffer.from('x'));

const texts = new SharedMap({ key: 'string', value: 'string', maxBytes: 2 ** 20 });
expectType<Equal<typeof texts, SharedMap<string, string>>>();
for (const [key, value] of texts) {
  expectType<Equal<typeof key, string>>();
  expectType<Equal<typeof value, string>>();
}

const json = new SharedMap({ value: 'json' });
expectType<Equal<ReturnType<typeof json.get>, unknown>>();

declare const dates: Codec<Date>;
const coded = new SharedMap({ key: 'string', value: dates });
expectType<Equal<typeof coded, SharedMap<string, Date>>>();
expectType<Equal<ReturnType<typeof coded.get>, Date | undefined>>();
// @ts-expect-error the codec takes dates
coded.set('k', 5);

interface User {
  name: string;
}
const users = new SharedMap<string, User>({ key: 'string' });
expectType<Equal<ReturnType<typeof users.get>, User | undefined>>();
new SharedMap<string, User>({ key: 'string', value: 'json' });
// @ts-expect-error users are no numbers
new SharedMap<string, User>({ value: 'number' });
// @ts-expect-error strings are no numbers
new SharedMap<string, User>({ key: 'number' });

// @ts-expect-error an unknown option
new SharedMap({ maxbytes: 1 });
// @ts-expect-error an unknown kind
new SharedMap({ key: 'int64' });
// @ts-expect-error half a codec
new SharedMap({ value: { name: 'half', encode: () => new Uint8Array(1) } });

// Handles carry the types.
expectType<Equal<typeof users.handle, SharedMapHandle<string, User>>>();
const again = SharedMap.attach(users.handle);
expectType<Equal<typeof again, SharedMap<string, User>>>();
const decoded = SharedMap.attach(coded.handle, { value: dates });
expectType<Equal<typeof decoded, SharedMap<string, Date>>>();

// Kinds.
const ids = new SharedMap({ key: 'bigint', value: 'int32' });
expectType<Equal<typeof ids, SharedMap<bigint, number>>>();
const flags = new SharedMap({ key: 'uuid', value: 'boolean' });
expectType<Equal<typeof flags, SharedMap<string, boolean>>>();
const wide = new SharedMap({ key: 'bytes', value: 'bigint' });
expectType<Equal<typeof wide, SharedMap<Uint8Array, bigint>>>();
const places = new SharedMap({
  key: 'int32',
  value: { x: 'float64', hits: 'int32', id: 'bigint', on: 'boolean' },
});
type Place = { x: number; hits: number; id: bigint; on: boolean };
expectType<Equal<typeof places, SharedMap<number, Place>>>();
places.set(1, { x: 1, hits: 2, id: 3n, on: true });
// @ts-expect-error a field is missing
places.set(1, { x: 1, hits: 2, id: 3n });
// @ts-expect-error a field of another type
places.set(1, { x: 1, hits: 2, id: 3, on: true });
// @ts-expect-error a key of another kind
wide.get('k');
// @ts-expect-error an unknown kind of field
new SharedMap({ value: { x: 'int64' } });
// @ts-expect-error a field that is no kind
new SharedMap({ value: { x: 1 } });
new SharedMap<bigint, Place>({
  key: 'bigint',
  value: { x: 'float32', hits: 'uint16', id: 'bigint', on: 'boolean' },
});
new SharedMap<Uint8Array, bigint>({ key: 'bytes', value: 'bigint' });
// @ts-expect-error a field of another type than the map names
new SharedMap<bigint, { x: number }>({ value: { x: 'bigint' } });
// @ts-expect-error bytes need their own kind of key
new SharedMap<Uint8Array, bigint>({ key: 'any' });
const record = { x: 'float64', n: 'uint8' } as const satisfies Fields;
expectType<
  Equal<ReturnType<SharedMap<string, { x: number; n: number }>['get']>, { x: number; n: number } | undefined>
>();
const declared = new SharedMap({ key: 'string', value: record });
expectType<Equal<typeof declared, SharedMap<string, { x: number; n: number }>>>();

// Arithmetic follows from the values.
const total: bigint =
  wide.add(new Uint8Array(1)) + wide.add(new Uint8Array(1), 5n) + wide.max(new Uint8Array(1), 5n);
const bits: number = ids.or(1n, 5) + ids.add(1n) + places.add(1, 5, 'hits') + places.min(1, 0.5, 'x');
const id: bigint = places.xor(1, 5n, 'id');
const whatever: number = any.add('k', 5) + any.min('k', 5);
// @ts-expect-error a number among bigints
wide.add(new Uint8Array(1), 5);
// @ts-expect-error a bigint among numbers
ids.add(1n, 5n);
// @ts-expect-error a record has no sum, its fields have
places.add(1, 5);
// @ts-expect-error a boolean has none
places.add(1, true, 'on');
// @ts-expect-error no field of the record
places.add(1, 1, 'y');
// @ts-expect-error a number for a bigint
places.add(1, 5, 'id');
// @ts-expect-error texts have no sum
texts.add('k', 5);
// @ts-expect-error numbers have no fields
ids.add(1n, 5, 'x');

SharedMap.registerCodec(dates);
// @ts-expect-error half a codec
SharedMap.registerCodec({ name: 'half', encode: () => new Uint8Array(1) });
// Snapshots: what is in one, who reads it says.
const bytesOfIt: Uint8Array = users.snapshot();
const restored = SharedMap.fromSnapshot<string, User>(bytesOfIt, { maxBytes: 2 ** 20 });
expectType<Equal<typeof restored, SharedMap<string, User>>>();
const ofAnyKind = SharedMap.fromSnapshot(bytesOfIt);
expectType<Equal<typeof ofAnyKind, SharedMap<AnyKey, unknown>>>();
export const loaded: Promise<SharedMap<string, Date>> = SharedMap.load<string, Date>('a file', {
  value: dates,
  signal: AbortSignal.timeout(1000),
  onProgress: ({ entries, expected }) => entries / expected,
});
export const saved: Promise<void> = users.save(new URL('file:///a/file'));
// @ts-expect-error kinds are in the snapshot
SharedMap.fromSnapshot(bytesOfIt, { key: 'string' });
// @ts-expect-error a snapshot is bytes
SharedMap.fromSnapshot('a text');

const sum: number = numbers.add(1);
const done: boolean =
  users.insert('k', { name: 'n' }) && users.compareAndSet('k', { name: 'n' }, { name: 'm' });
const problems: string[] = users.check();
export const results = [sum, done, problems, total, bits, id, whatever];

// Many keys: typed arrays of numbers give typed results, anything else arrays.
const byNumber = new SharedMap({ key: 'number', value: 'number' });
const byName = new SharedMap({ key: 'string', value: 'json' });
export const typedResults: Float64Array = byNumber.getMany(new Int32Array(2), undefined, new Uint8Array(2));
export const inOut: Float64Array = byNumber.getMany([1, 2], new Float64Array(2));
export const plainResults: (number | undefined)[] = byNumber.getMany([1, 2]);
export const inArray: (number | undefined)[] = byNumber.getMany(new Int8Array(2), []);
export const objects: unknown[] = byName.getMany(new Set(['a']));
export const which: Uint8Array = byNumber.hasMany(new Float32Array(2));
export const booleans: boolean[] = byName.hasMany(['a']);
export const same: typeof byNumber = byNumber
  .setMany(new Int32Array(2), new Float64Array(2))
  .setMany([[1, 2]]);
export const rest: [string, unknown][] = byName.scan(byName.cursor()).entries;
for (const [key, value] of byNumber.partition(0, 2)) export_(key + value);
declare function export_(sum: number): void;

// @ts-expect-error names are no numbers
byName.getMany(new Int32Array(2));
// @ts-expect-error keys of another type
byNumber.deleteMany(['a']);
// @ts-expect-error values of another type
byNumber.setMany([1], ['a']);
