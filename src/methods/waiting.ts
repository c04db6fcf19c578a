import type { WaitingMethods } from '../api/waiting-methods.js';
import { doorOf } from '../door-of.js';
import { trapped } from '../trap.js';
import { waitFor, waitForSync } from '../waiting.js';

export const waitingMethods: WaitingMethods<unknown, unknown> = {
  waitFor(key, options) {
    return waitFor(this, key, options);
  },

  waitForSync(key, options) {
    try {
      return waitForSync(doorOf(this), key, options);
    } catch (error) {
      throw trapped(error);
    }
  },
};
