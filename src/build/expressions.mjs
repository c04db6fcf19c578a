// What the checks of the compiled kernel need to know of Binaryen's expressions: their operands and the operations that tell
// something about a value.

import binaryen from 'binaryen';

const KINDS = new Map(Object.entries(binaryen.ExpressionIds).map(([name, id]) => [id, name]));

/** Names of the operands of an expression, in the order in which they are worked out. */
const OPERANDS = new Map([
  ...['Const', 'Nop', 'LocalGet', 'GlobalGet', 'AtomicFence', 'MemorySize', 'Unreachable'].map((kind) => [
    kind,
    [],
  ]),
  ...['LocalSet', 'GlobalSet', 'Drop', 'Return', 'Unary'].map((kind) => [kind, ['value']]),
  ...['Load', 'SIMDLoad'].map((kind) => [kind, ['ptr']]),
  ...['Store', 'AtomicRMW'].map((kind) => [kind, ['ptr', 'value']]),
  ...['Binary', 'SIMDShuffle'].map((kind) => [kind, ['left', 'right']]),
  ...['Break', 'Switch'].map((kind) => [kind, ['value', 'condition']]),
  ['If', ['condition', 'ifTrue', 'ifFalse']],
  ['Loop', ['body']],
  ['Select', ['ifTrue', 'ifFalse', 'condition']],
  ['AtomicCmpxchg', ['ptr', 'expected', 'replacement']],
  ['AtomicWait', ['ptr', 'expected', 'timeout']],
  ['AtomicNotify', ['ptr', 'notifyCount']],
  ['MemoryGrow', ['delta']],
  ['MemoryCopy', ['dest', 'source', 'size']],
  ['MemoryFill', ['dest', 'value', 'size']],
  ['SIMDLoadStoreLane', ['ptr', 'vec']],
  ['SIMDExtract', ['vec']],
  ['SIMDReplace', ['vec', 'value']],
  ['SIMDTernary', ['a', 'b', 'c']],
  ['SIMDShift', ['vec', 'shift']],
]);

const named = (names) =>
  new Map(Object.entries(names).map(([name, operation]) => [binaryen[name], operation]));

/** Operations that kernel-terms.mjs knows. */
export const BINARY = named({
  ...{ AddInt32: 'add32', SubInt32: 'sub32', MulInt32: 'mul32', ShlInt32: 'shl32' },
  ...{ AndInt64: 'and64', OrInt64: 'or64', ShlInt64: 'shl64' },
  ...{ EqInt32: 'eq32', NeInt32: 'ne32', EqInt64: 'eq64', NeInt64: 'ne64' },
});
export const UNARY = named({
  ...{ EqZInt32: 'eqz32', EqZInt64: 'eqz64', WrapInt64: 'wrap32', ExtendUInt32: 'extend64' },
});
export const RMW = named({
  ...{ AtomicRMWAdd: 'add', AtomicRMWSub: 'sub', AtomicRMWAnd: 'and' },
  ...{ AtomicRMWOr: 'or', AtomicRMWXor: 'xor', AtomicRMWXchg: 'exchange' },
});

function matching(pattern) {
  const names = Object.keys(binaryen.Operations).filter((name) => pattern.test(name));
  return new Set(names.map((name) => binaryen[name]));
}
export const DIVISIONS = matching(/^(Div|Rem)[SU]Int/);
export const CONVERSIONS = matching(/^Trunc[SU]Float/);

/**
 * What Binaryen knows of an expression, `kind` being its name there. Not to be kept: another module's expression may
 * get the same number.
 * @param {number} expression
 * @returns {any}
 */
export function look(expression) {
  const kind = KINDS.get(binaryen.getExpressionId(expression));
  if (kind === 'Unreachable') return { kind }; // the only one of which Binaryen cannot tell more
  return { ...binaryen.getExpressionInfo(expression), kind };
}

/** The operands of an expression, or undefined when its kind is not known here. */
export function operandsOf(info) {
  if (info.kind === 'Block') return info.children;
  if (info.kind === 'Call') return info.operands;
  if (info.kind === 'CallIndirect') return [...info.operands, info.target];
  return OPERANDS.get(info.kind)
    ?.map((name) => info[name])
    .filter(Boolean);
}
