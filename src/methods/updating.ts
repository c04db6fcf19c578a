import type { UpdatingMethods } from '../api/updating-methods.js';
import { doorOf } from '../attach/door-of.js';
import { deleteIf, merge, replaceAll, retain, update } from '../operations/updating.js';

// What callbacks throw is their own, and passes as it is; what the kernel throws is told by operations/updating.ts.

export const updatingMethods: UpdatingMethods<unknown, unknown> = {
  update(key, fn) {
    return update(doorOf(this), key, fn);
  },

  merge(key, value, fn) {
    return merge(doorOf(this), key, value, fn);
  },

  deleteIf(key, predicate) {
    return deleteIf(doorOf(this), key, predicate);
  },

  retain(predicate) {
    return retain(doorOf(this), predicate);
  },

  replaceAll(fn) {
    return replaceAll(doorOf(this), fn);
  },
};
