import type { ScanMethods } from '../api/scan-methods.js';
import { doorOf } from '../attach/door-of.js';
import { entriesOf } from '../iteration/entries.js';
import { cursorAt, partOf, scan } from '../iteration/scan.js';
import { trapped } from '../wasm/trap.js';
import { mapIterator } from './iterating.js';

export const scanMethods: ScanMethods<unknown, unknown> = {
  partition(i, n) {
    doorOf(this);
    return mapIterator(entriesOf(this, partOf(i, n)));
  },

  cursor(i = 0, n = 1) {
    try {
      return cursorAt(doorOf(this).kernel, partOf(i, n));
    } catch (error) {
      throw trapped(error);
    }
  },

  scan(cursor, count = 100) {
    try {
      return scan(doorOf(this), cursor, count);
    } catch (error) {
      throw trapped(error);
    }
  },
};
