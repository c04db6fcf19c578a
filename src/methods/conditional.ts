import type { ConditionalMethods } from '../api/conditional-methods.js';
import { doorOf } from '../door-of.js';
import { trapped } from '../trap.js';
import { compareAndSet, INSERT, write } from '../writing.js';

export const conditionalMethods: ConditionalMethods<unknown, unknown> = {
  insert(key, value) {
    try {
      return write(doorOf(this), INSERT, key, value);
    } catch (error) {
      throw trapped(error);
    }
  },

  compareAndSet(key, expected, value) {
    try {
      return compareAndSet(doorOf(this), key, expected, value);
    } catch (error) {
      throw trapped(error);
    }
  },
};
