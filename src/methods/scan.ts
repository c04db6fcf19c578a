import type { ScanMethods } from '../api/scan-methods.js';
import { doorOf } from '../door-of.js';
import { entriesOf } from '../entries.js';
import { cursorAt, partOf, scan } from '../scan.js';
import { trapped } from '../trap.js';

export const scanMethods: ScanMethods<unknown, unknown> = {
  partition(i, n) {
    doorOf(this);
    return entriesOf(this, partOf(i, n));
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
