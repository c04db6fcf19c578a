import type { WaitingMethods } from '../api/waiting-methods.js';
import { doorOf } from '../attach/door-of.js';
import { waitFor, waitForSync } from '../operations/waiting.js';

export const waitingMethods: WaitingMethods<unknown, unknown> = {
  waitFor(key, options) {
    return waitFor(this, key, options) as Promise<never>; // of either overload
  },

  waitForSync(key, options) {
    return waitForSync(doorOf(this), key, options) as never;
  },
};
