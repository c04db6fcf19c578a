// Checked by tsc, never run: a SharedSet goes where a Set goes, and its type follows from options or values.

import { type AnyKey, SharedSet, type SharedSetHandle } from 'threadmap';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function expectType<_T extends true>(): void;

const any = new SharedSet();
expectType<Equal<typeof any, SharedSet<AnyKey>>>();
const numbers = new SharedSet({ key: 'number' });
expectType<Equal<typeof numbers, SharedSet<number>>>();
const named = new SharedSet<string>({ key: 'string', capacity: 5 });
expectType<Equal<typeof named, SharedSet<string>>>();
const filled = new SharedSet(['a', 'b'], { key: 'string' });
expectType<Equal<typeof filled, SharedSet<string>>>();
const none = new SharedSet(null, { key: 'number' });
expectType<Equal<typeof none, SharedSet<number>>>();
const from = SharedSet.from(new Set([1n]));
expectType<Equal<typeof from, SharedSet<bigint>>>();
const attached = SharedSet.attach(filled.handle);
expectType<Equal<typeof attached, SharedSet<string>>>();
expectType<Equal<typeof filled.handle, SharedSetHandle<string>>>();

export const asSet: Set<string> = filled;
export const asReadonly: ReadonlySet<number> = numbers;
export const both: Set<string | number> = filled.union(numbers);
export const less: Set<string> = filled.difference(new Map([['a', 1]]));
export const asked: boolean = filled.isSubsetOf(numbers) && filled.insert('c');

// @ts-expect-error values of another kind
numbers.add('1');
// @ts-expect-error objects have no identity that threads share
new SharedSet([{}]);
// @ts-expect-error strings are no numbers
new SharedSet(['a'], { key: 'number' });
// @ts-expect-error a set has no kind of value
new SharedSet({ value: 'any' });
