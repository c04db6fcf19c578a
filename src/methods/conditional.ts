import type { ConditionalMethods } from '../api/conditional-methods.js';
import { compareAndDelete, compareAndSet } from '../comparing.js';
import { doorOf } from '../door-of.js';
import { getAndDelete, getAndSet } from '../exchanging.js';
import { getOrInsert, getOrInsertComputed } from '../inserting.js';
import { trapped } from '../trap.js';
import { INSERT, REPLACE, write } from '../writing.js';

export const conditionalMethods: ConditionalMethods<unknown, unknown> = {
  insert(key, value) {
    try {
      return write(doorOf(this), INSERT, key, value);
    } catch (error) {
      throw trapped(error);
    }
  },

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
      throw trapped(error);
    }
  },

  getAndDelete(key) {
    try {
      return getAndDelete(doorOf(this), key);
    } catch (error) {
      throw trapped(error);
    }
  },

  getOrInsert(key, value) {
    return getOrInsert(doorOf(this), key, value);
  },

  getOrInsertComputed(key, callback) {
    return getOrInsertComputed(doorOf(this), key, callback);
  },
};
