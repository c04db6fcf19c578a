import { peer } from '../harness/needs.js';
import { type BenchMap, defineSubject, type Key, type MapPlan, type Value } from './subject.js';

const PACKAGE = { name: 'sharedmap', version: '1.2.0' };
/** Of its fixed number of slots, at most so many are used: what its README calls 70 % full. */
const FULL = 0.7;
/** An int32 in digits with its sign, and one more: a value as long as its slot overwrites the next one. */
const VALUE_ROOM = 12;

/** What of the package is used. Its own types do not compile. */
interface PackageMap {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  has(key: string): boolean;
  delete(key: string): void;
}
type PackageClass = new (slots: number, keyRoom: number, valueRoom: number) => PackageMap;

async function load(): Promise<PackageClass> {
  return peer<PackageClass>(PACKAGE);
}

/** Keys and values as strings, which is all that it holds. */
class SharedmapAdapter implements BenchMap {
  readonly #map: PackageMap;

  constructor(map: PackageMap) {
    this.#map = map;
  }

  get(key: Key): Value | undefined {
    const found = this.#map.get(key as string);
    return found === undefined ? undefined : Number(found);
  }

  set(key: Key, value: Value): void {
    this.#map.set(key as string, String(value));
  }

  has(key: Key): boolean {
    return this.#map.has(key as string);
  }

  /** It throws for a key that is absent. */
  delete(key: Key): boolean {
    try {
      this.#map.delete(key as string);
      return true;
    } catch (error) {
      if (error instanceof RangeError) return false;
      throw error;
    }
  }
}

export default defineSubject({
  name: 'sharedmap',
  title: 'npm sharedmap',
  module: import.meta.url,
  needs: [PACKAGE],
  sharing: 'shared',
  keys: ['string', 'fresh', 'long'],
  values: ['number'],
  operations: ['get', 'has', 'set', 'delete', 'modify'],
  // A get takes some 3 µs, and there are as many to fill and to check it as entries.
  mostEntries: 2_000_000,
  notes: [
    'Its size is fixed: slots for the entries at 70 % full. It holds strings only: numbers are written as digits and read back.',
    'Keys and values are kept shorter than their slots: one that fills its slot destroys the neighbour.',
  ],
  async create({ entries, longestKey }: MapPlan) {
    const SharedMap = await load();
    return {
      handle: new SharedMap(Math.ceil(entries / FULL), longestKey + 1, VALUE_ROOM),
      close() {},
    };
  },
  async attach(handle) {
    const SharedMap = await load();
    // A clone has lost its prototype, as its README says.
    return new SharedmapAdapter(Object.setPrototypeOf(handle, SharedMap.prototype));
  },
});
