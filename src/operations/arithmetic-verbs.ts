import { describe, sharedMapError } from '../errors.js';

/** What the kernel's `compute` does (src/kernel/compute.ts). */
export const ADD = 0;
export const MIN = 1;
export const MAX = 2;
export const AND = 3;
export const OR = 4;
export const XOR = 5;
export type Verb = 0 | 1 | 2 | 3 | 4 | 5;

const NAMES = ['add', 'min', 'max', 'and', 'or', 'xor'] as const;
function nameOf(verb: Verb): string {
  return NAMES[verb];
}

export function wrongKind(verb: Verb, kind: string, wanted: string): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_VALUE_TYPE',
    `${nameOf(verb)} needs values ${wanted}, these are of kind '${kind}'`,
  );
}

export function wrongOperand(verb: Verb, wanted: string, operand: unknown): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_VALUE_TYPE',
    `${nameOf(verb)} takes ${wanted} here, not ${describe(operand)}`,
  );
}
