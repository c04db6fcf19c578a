// Checked by tsc, never run: the types of keys and values follow from the entries that a map begins with.

import { SharedMap } from 'threadmap';

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function expectType<_T extends true>(): void;
const a = new SharedMap([['a', 1]]);
expectType<Equal<typeof a, SharedMap<string, number>>>();
const b = new SharedMap(
  [
    ['a', 1],
    ['b', 2],
  ],
  { key: 'string', value: 'number' },
);
expectType<Equal<typeof b, SharedMap<string, number>>>();
const c = new SharedMap(new Map<string, boolean>(), { maxBytes: 1 });
expectType<Equal<typeof c, SharedMap<string, boolean>>>();
const d = new SharedMap([[1, Buffer.from('x')]], { value: 'bytes' });
expectType<Equal<typeof d, SharedMap<number, Uint8Array>>>();
const e = new SharedMap<string, number>([['a', 1]], { key: 'string' });
expectType<Equal<typeof e, SharedMap<string, number>>>();
const f = SharedMap.from(Object.entries({ a: 1 }));
expectType<Equal<typeof f, SharedMap<string, number>>>();
const g = SharedMap.groupBy([1, 2, 3], (n) => (n % 2 ? 'odd' : 'even'), { key: 'string' });
expectType<Equal<typeof g, SharedMap<'odd' | 'even', number[]>>>();
const h = new SharedMap(null);
const i = new SharedMap<string, number>(undefined, { key: 'string' });
expectType<Equal<typeof i, SharedMap<string, number>>>();
// @ts-expect-error numbers are no strings
SharedMap.groupBy([1, 2, 3], (n) => n, { key: 'string' });
// @ts-expect-error objects are no keys
SharedMap.groupBy([1, 2, 3], (n) => ({ n }));
// @ts-expect-error objects are no keys
new SharedMap([[{}, 1]]);
// @ts-expect-error strings are no numbers
new SharedMap([['a', 1]], { key: 'number' });
const k = new SharedMap(undefined, { key: 'string', value: 'number' });
expectType<Equal<typeof h, SharedMap>>();
expectType<Equal<typeof k, SharedMap<string, number>>>();
export const all = [h, k];
