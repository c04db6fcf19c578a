import { type Inspect, show } from '../builtin/inspect.js';
import { shownMap } from '../iteration/shown.js';

/** How Node's console and `util.inspect` show a map. */
export const inspectMethods: ThisType<object> & object = {
  [Symbol.for('nodejs.util.inspect.custom')](depth: number, options: object, inspect: Inspect) {
    return show('SharedMap', () => shownMap(this, true), depth, options, inspect);
  },
};
