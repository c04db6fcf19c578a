import type { CareMethods } from '../api/care-methods.js';
import { doorOf } from '../attach/door-of.js';
import { checkMap } from '../care/check.js';
import { reserve, shrink } from '../care/resizing.js';
import { readStats } from '../care/stats.js';
import { onThreadEnd } from '../care/thread-ends.js';
import { trapped } from '../wasm/trap.js';

export const careMethods: Pick<CareMethods, 'stats' | 'check' | 'reserve' | 'shrink' | 'onThreadEnd'> = {
  stats() {
    try {
      return readStats(doorOf(this).kernel);
    } catch (error) {
      throw trapped(error);
    }
  },

  check() {
    return checkMap(doorOf(this).kernel);
  },

  reserve(entries) {
    try {
      reserve(doorOf(this).kernel, entries);
    } catch (error) {
      throw trapped(error);
    }
  },

  onThreadEnd(listener) {
    try {
      return onThreadEnd(this, doorOf(this), listener);
    } catch (error) {
      throw trapped(error);
    }
  },

  shrink() {
    try {
      shrink(doorOf(this).kernel);
    } catch (error) {
      throw trapped(error);
    }
  },
};
