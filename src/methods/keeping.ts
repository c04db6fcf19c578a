import type { KeepingMethods } from '../api/keeping-methods.js';
import { doorOf } from '../attach/door-of.js';
import { save } from '../snapshot/file.js';
import { takeSnapshot } from '../snapshot/take.js';
import { trapped } from '../wasm/trap.js';

export const keepingMethods: KeepingMethods = {
  snapshot() {
    try {
      return takeSnapshot(doorOf(this));
    } catch (error) {
      throw trapped(error);
    }
  },

  async save(path, options) {
    await save(doorOf(this), path, options);
  },
};
