import { REPLACE, write } from '../access/writing.js';
import type { ConditionalMethods } from '../api/conditional-methods.js';
import { doorOf } from '../attach/door-of.js';
import { compareAndDelete, compareAndSet } from '../operations/comparing.js';
import { getAndDelete, getAndSet } from '../operations/exchanging.js';
import { getOrInsert, getOrInsertComputed } from '../operations/inserting.js';
import { trapped, trappedAt } from '../wasm/trap.js';

/** `insert` is in the class, with its short path. */
export const conditionalMethods: Omit<ConditionalMethods<unknown, unknown>, 'insert'> = {
  replace(key, value) {
    try {
      return write(doorOf(this), REPLACE, key, value);
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

  compareAndDelete(key, expected) {
    try {
      return compareAndDelete(doorOf(this), key, expected);
    } catch (error) {
      throw trapped(error);
    }
  },

  getAndSet(key, value) {
    try {
      return getAndSet(doorOf(this), key, value);
    } catch (error) {
      throw trappedAt(error, key);
    }
  },

  getAndDelete(key) {
    try {
      return getAndDelete(doorOf(this), key);
    } catch (error) {
      throw trappedAt(error, key);
    }
  },

  getOrInsert(key, value) {
    return getOrInsert(doorOf(this), key, value);
  },

  getOrInsertComputed(key, callback) {
    return getOrInsertComputed(doorOf(this), key, callback);
  },
};
