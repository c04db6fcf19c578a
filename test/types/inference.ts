// Checked by tsc, never run: the types of keys and values follow from the options.

import { type AnyKey, type Codec, SharedMap, type SharedMapHandle } from 'threadmap';

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
new SharedMap({ key: 'bigint' });
// @ts-expect-error half a codec
new SharedMap({ value: { name: 'half', encode: () => new Uint8Array(1) } });

// Handles carry the types.
expectType<Equal<typeof users.handle, SharedMapHandle<string, User>>>();
const again = SharedMap.attach(users.handle);
expectType<Equal<typeof again, SharedMap<string, User>>>();
const decoded = SharedMap.attach(coded.handle, { value: dates });
expectType<Equal<typeof decoded, SharedMap<string, Date>>>();

const sum: number = numbers.add(1);
const done: boolean =
  users.insert('k', { name: 'n' }) && users.compareAndSet('k', { name: 'n' }, { name: 'm' });
const problems: string[] = users.check();
export const results = [sum, done, problems];

// Many keys: typed arrays of numbers give typed results, anything else arrays.
const byNumber = new SharedMap({ key: 'number', value: 'number' });
const byName = new SharedMap({ key: 'string', value: 'json' });
export const typedResults: Float64Array = byNumber.getMany(new Int32Array(2), undefined, new Uint8Array(2));
export const inOut: Float64Array = byNumber.getMany([1, 2], new Float64Array(2));
export const plainResults: (number | undefined)[] = byNumber.getMany([1, 2]);
export const inArray: (number | undefined)[] = byNumber.getMany(new Int8Array(2), []);
export const objects: unknown[] = byName.getMany(new Set(['a']));
export const flags: Uint8Array = byNumber.hasMany(new Float32Array(2));
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
