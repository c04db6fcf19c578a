import type { ReadingMethods } from '../api/reading-methods.js';
import { doorOf } from '../attach/door-of.js';
import { getOrDefault } from '../operations/inserting.js';

export const readingMethods: ReadingMethods<unknown, unknown> = {
  getOrDefault(key, other) {
    return getOrDefault(doorOf(this), key, other);
  },

  isEmpty() {
    return doorOf(this).kernel.exports.isEmpty() === 1;
  },
};
