// A whole small map, as a sequential map would keep it: a few keys, and others of which only the number matters.

import { ABSENT, type KeyOperation, keyModel, showKeyOperation } from './key-model.js';
import type { Model, Operation } from './positions.js';

/** What an iteration has shown. */
export interface Survey {
  /** The numbers of the keys with the codes of their values, in the order in which they came. */
  readonly entries: readonly (readonly [key: number, code: number])[];
  /** How many others came, each counted once, and whether one came twice. */
  readonly others: number;
  readonly isTwice: boolean;
}

export interface KeyCall extends KeyOperation {
  readonly key: number;
}

export interface WholeCall extends Operation {
  readonly verb: 'clear' | 'size' | 'iterate';
  /** Of size. */
  readonly result: number;
  readonly survey?: Survey;
}

export type MapOperation = KeyCall | WholeCall;

/** The code of each key, then the number of others. */
export type MapState = readonly number[];

export function isWhole(operation: MapOperation): operation is WholeCall {
  return operation.verb === 'clear' || operation.verb === 'size' || operation.verb === 'iterate';
}

export function sizeOf(state: MapState): number {
  return state.slice(0, -1).filter((code) => code !== ABSENT).length + (state.at(-1) as number);
}

export function mapModel(initial: MapState): Model<MapState, MapOperation> {
  return {
    initial,

    step(state, operation) {
      if (isWhole(operation)) {
        if (operation.verb === 'clear') return state.map(() => 0);
        return operation.verb === 'iterate' || operation.result === sizeOf(state) ? state : undefined;
      }
      const before = state[operation.key] as number;
      const after = keyModel.step(before, operation);
      return after === undefined
        ? undefined
        : state.map((code, key) => (key === operation.key ? after : code));
    },

    changes: (operation) => (isWhole(operation) ? operation.verb === 'clear' : keyModel.changes(operation)),

    key: (state) => state.join(),
  };
}

export function showMapOperation(operation: MapOperation): string {
  if (!isWhole(operation)) return `key ${operation.key}: ${showKeyOperation(operation)}`;
  const { verb, result, survey } = operation;
  if (survey === undefined) return verb === 'size' ? `size -> ${result}` : verb;
  const entries = survey.entries.map(([key, code]) => `${key} = ${code}`);
  return `iterate -> ${[...entries, `${survey.others} others`].join(', ')}`;
}
