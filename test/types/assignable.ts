// Checked by tsc, never run: a SharedMap goes where a Map goes, under lib ES2022.

import { SharedMap, type SharedMapHandle } from 'threadmap';

declare function takesMap(map: Map<string, number>): void;
declare function takesReadonly(map: ReadonlyMap<string, number>): void;
declare function takesIterable(entries: Iterable<readonly [string, number]>): void;

const typed = new SharedMap({ key: 'string', value: 'number' });
const named = new SharedMap<string, number>();
declare const handle: SharedMapHandle<string, number>;
const attached = SharedMap.attach(handle);

for (const map of [typed, named, attached]) {
  takesMap(map);
  takesReadonly(map);
  takesIterable(map);
}
export const asMap: Map<string, number> = typed;
export const objects: Map<number, { a: string[] }> = new SharedMap<number, { a: string[] }>();
export const copy: Map<string, number> = new Map(typed);
export const shared: SharedMap<string, number> = attached;
export const anything: SharedMap = new SharedMap();

// @ts-expect-error values of another type
export const wrongValue: Map<string, string> = typed;
// @ts-expect-error keys of another type
export const wrongKey: Map<number, number> = typed;
// @ts-expect-error a Map has no handle
export const wrongWay: SharedMap<string, number> = new Map<string, number>();
