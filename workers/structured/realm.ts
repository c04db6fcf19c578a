import { createContext, runInContext } from 'node:vm';

/** What values are made with: of this realm, or of one that a program made with node:vm. */
export type Realm = Pick<
  typeof globalThis,
  | 'Object'
  | 'Array'
  | 'Map'
  | 'Set'
  | 'Date'
  | 'RegExp'
  | 'ArrayBuffer'
  | 'Uint8Array'
  | 'DataView'
  | 'Error'
  | 'AggregateError'
>;

export const ownRealm: Realm = globalThis;

let other: (Realm & typeof globalThis) | undefined;

/** One other realm for the whole thread: making one takes a millisecond. */
export function otherRealm(): Realm & typeof globalThis {
  other ??= runInContext('globalThis', createContext()) as Realm & typeof globalThis;
  return other;
}

/** A constructor of a realm by its name; undefined where this engine has none of that name. */
export function constructorOf<T>(realm: Realm, name: string): T | undefined {
  return (realm as unknown as Record<string, T | undefined>)[name];
}
