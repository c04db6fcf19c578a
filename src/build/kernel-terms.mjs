// What the check of the sections knows about a value of the compiled kernel: a term, built of constants, leaves (what a
// load, a call or a parameter gave) and operations. Equal terms are one object, so `===` means "the same value for
// sure". 32-bit sums have one normal form, so an address is the same however the compiler put it together.

/**
 * @typedef {object} Term
 * @property {number} id
 * @property {string} op 'leaf', 'const', 'sum' or an operation
 * @property {Term[]} args
 * @property {bigint} value of a constant; the constant part of a sum
 * @property {number[]} factors of a sum's terms
 * @property {string} base the global that a leaf was read from; 'header' for a word of the map's header
 */

const MASK32 = 0xffffffffn;
const MASK64 = 0xffffffffffffffffn;
const COMMUTES = new Set(['and', 'or', 'xor', 'eq', 'mul', 'add']);

/** @type {Map<string, Term>} */
const terms = new Map();
let leaves = 0;

/** @returns {Term} */
function intern(op, args, value = 0n, factors = [], base = '') {
  const key = `${op} ${args.map((arg) => arg.id)} ${value} ${factors} ${base}`;
  let term = terms.get(key);
  if (!term) {
    term = { id: terms.size, op, args, value, factors, base };
    terms.set(key, term);
  }
  return term;
}

/** Before another function is looked at: terms of one are never compared with those of another. */
export function forget() {
  terms.clear();
}

/** A value that nothing is known about; `base` names the global that it was read from, or the header. */
export function leaf(base = '') {
  return intern('leaf', [], BigInt(++leaves), [], base);
}

/** @param {bigint} value its bits, unsigned */
export function constant(value) {
  return intern('const', [], value);
}

/** @param {Term} term */
export function isConstant(term, value = term.value) {
  return term.op === 'const' && term.value === value;
}

/** The normal form of a 32-bit sum: each term once, by its factor. */
function sum(pairs, fixed) {
  const factors = new Map();
  for (const [term, factor] of pairs) factors.set(term, ((factors.get(term) ?? 0) + factor) >>> 0);
  const rest = [...factors].filter(([, factor]) => factor !== 0).sort(([a], [b]) => a.id - b.id);
  const value = BigInt.asUintN(32, fixed);
  if (rest.length === 0) return constant(value);
  if (rest.length === 1 && rest[0][1] === 1 && value === 0n) return rest[0][0];
  return intern(
    'sum',
    rest.map(([term]) => term),
    value,
    rest.map(([, factor]) => factor),
  );
}

function scaled(term, by) {
  if (term.op === 'const') return { pairs: [], fixed: term.value * BigInt(by) };
  if (term.op !== 'sum') return { pairs: [[term, by >>> 0]], fixed: 0n };
  const pairs = term.args.map((arg, i) => [arg, Math.imul(term.factors[i], by) >>> 0]);
  return { pairs, fixed: term.value * BigInt(by) };
}

/** a * by + b, in 32 bits. */
function scaleAndAdd(a, by, b) {
  const left = scaled(a, by);
  const right = scaled(b, 1);
  return sum([...left.pairs, ...right.pairs], left.fixed + right.fixed);
}

/** @param {Term} address */
export function plus(address, offset) {
  return scaleAndAdd(address, 1, constant(BigInt(offset)));
}

/** The constant part of an address. */
export function offsetOf(address) {
  return address.op === 'sum' || address.op === 'const' ? Number(address.value) : 0;
}

/** Every leaf that a term is made of. */
export function leavesOf(term, into = new Set()) {
  if (term.op === 'leaf') into.add(term);
  for (const arg of term.args) leavesOf(arg, into);
  return into;
}

/** Is the address counted from what the global `base` held? */
export function isFrom(address, base) {
  const parts = address.op === 'sum' ? address.args : [address];
  return parts.some((part) => part.base === base);
}

/**
 * The term for an operation, 'add32' or 'eqz64' for instance.
 * @param {string} name
 * @param {Term[]} args
 */
export function operation(name, args) {
  const bits = name.endsWith('32') ? 32 : 64;
  const op = name.slice(0, -2);
  const [a, b] = args;
  if (bits === 32) {
    if (op === 'add') return scaleAndAdd(a, 1, b);
    if (op === 'sub') return scaleAndAdd(b, -1, a);
    if (op === 'mul' && b.op === 'const') return scaleAndAdd(a, Number(b.value), constant(0n));
    if (op === 'mul' && a.op === 'const') return scaleAndAdd(b, Number(a.value), constant(0n));
    if (op === 'shl' && b.op === 'const') return scaleAndAdd(a, 2 ** Number(b.value & 31n), constant(0n));
  }
  if (op === 'eqz' && a.op === 'const') return constant(a.value === 0n ? 1n : 0n);
  if (op === 'ne') return operation('eqz32', [operation(`eq${bits}`, args)]);
  if (op === 'eq') {
    if (a.op === 'const' && b.op === 'const') return constant(a === b ? 1n : 0n);
    if (isConstant(b, 0n)) return operation(`eqz${bits}`, [a]);
    if (isConstant(a, 0n)) return operation(`eqz${bits}`, [b]);
  }
  // Bits say the same at either width.
  const width = ['eqz', 'eq'].includes(op) ? '' : bits;
  if (COMMUTES.has(op)) return intern(`${op}${width}`, a.id < b.id ? [a, b] : [b, a]);
  return intern(`${op}${width}`, args);
}

/** The outcome of an operation of which only matters what it was made from. */
export function combined(name, args) {
  return intern(name, args);
}

/** Bits of a value that are 0 for sure. */
export function zeros(term) {
  const [a, b] = term.args;
  if (term.op === 'const') return ~term.value & MASK64;
  if (term.op === 'and64') return zeros(a) | zeros(b);
  if (term.op === 'or64') return zeros(a) & zeros(b);
  if (term.op === 'extend64') return MASK64 ^ MASK32;
  if (term.op === 'shl64' && b.op === 'const') {
    const by = b.value & 63n;
    return ((zeros(a) << by) | ((1n << by) - 1n)) & MASK64;
  }
  return 0n;
}

/** Bits of a value that are 1 for sure. */
export function ones(term) {
  if (term.op === 'const') return term.value;
  return term.op === 'or64' ? ones(term.args[0]) | ones(term.args[1]) : 0n;
}

/** A condition without its negations: it holds when `term` is not 0, or, `negated`, when it is. */
export function condition(term, negated = false) {
  if (term.op === 'eqz') return condition(term.args[0], !negated);
  if (term.op === 'wrap32' && (zeros(term.args[0]) | MASK32) === MASK64) {
    return condition(term.args[0], negated);
  }
  return { term, negated };
}
