import type { IteratingMethods } from '../api/iterating-methods.js';
import type { SharedMap } from '../api/shared-map.js';
import { iteratorKind } from '../builtin/iterator.js';
import { checkCallback } from '../errors.js';
import { each, Undecoded } from '../iteration/each.js';
import { entriesOf, valuesOf } from '../iteration/entries.js';
import { keysOf } from '../iteration/walk.js';

/** An iterator of a SharedMap. */
export const mapIterator = iteratorKind('SharedMap Iterator');

type Table = Pick<SharedMap<unknown, unknown>, Exclude<keyof IteratingMethods<unknown, unknown>, symbol>>;

const methods: Table = {
  keys() {
    return mapIterator(keysOf(this)) as MapIterator<unknown>;
  },

  values() {
    return mapIterator(valuesOf(this)) as MapIterator<unknown>;
  },

  entries() {
    return mapIterator(entriesOf(this)) as MapIterator<[unknown, unknown]>;
  },

  forEach(callback, thisArg = undefined) {
    const entries = entriesOf(this);
    checkCallback('forEach', callback);
    const undecoded = new Undecoded();
    each(entries, undecoded, ([key, value]) => void Reflect.apply(callback, thisArg, [value, key, this]));
    undecoded.tell();
  },
};

/** One function under two names, as Map has it. */
export const iteratingMethods = { ...methods, [Symbol.iterator]: methods.entries };
