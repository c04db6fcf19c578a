import { doorOf } from '../attach/door-of.js';
import { type Inspect, show } from '../builtin/inspect.js';

/** How Node's console and `util.inspect` show a map. */
export const inspectMethods: ThisType<ReadonlyMap<unknown, unknown>> & object = {
  [Symbol.for('nodejs.util.inspect.custom')](depth: number, options: object, inspect: Inspect) {
    const { isClosed } = doorOf(this);
    const shown = { name: 'SharedMap', isClosed, contents: this, items: () => this.entries() };
    return show(shown, depth, options, inspect);
  },
};
