import type { BulkMethods } from '../api/bulk-methods.js';
import type { SharedMap } from '../api/shared-map.js';
import { doorOf } from '../attach/door-of.js';
import { deleteMany, getMany, hasMany, setEntries, setMany } from '../operations/many.js';

// What fails says so with its `done`, where that is known: many.ts.

/** One signature for all overloads of each. */
type Implementation = {
  getMany(keys: unknown, out?: unknown, found?: unknown): unknown;
  hasMany(keys: unknown, out?: unknown): unknown;
  setMany<T>(this: T, keys: unknown, ...values: unknown[]): T;
  deleteMany(keys: unknown): number;
};

const implementation: Implementation = {
  getMany(keys, out, found) {
    return getMany(doorOf(this), keys, out, found);
  },

  hasMany(keys, out) {
    return hasMany(doorOf(this), keys, out);
  },

  setMany(keys, ...values) {
    if (values.length === 0) setEntries(doorOf(this), keys);
    else setMany(doorOf(this), keys, values[0]);
    return this;
  },

  deleteMany(keys) {
    return deleteMany(doorOf(this), keys);
  },
};

export const bulkMethods = implementation as Pick<
  SharedMap<unknown, unknown>,
  keyof BulkMethods<unknown, unknown>
>;
