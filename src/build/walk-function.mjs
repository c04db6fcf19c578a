// Follows every path through a function of the compiled kernel and shows each access to the rules of the sections.
// Control flow of WebAssembly is structured, and a loop's header is a kill point, at which nothing may be open: so each
// loop is walked once, from a state in which nothing is known of what it assigns.

import binaryen from 'binaryen';
import { combined, constant, leaf, operation, plus } from './kernel-terms.mjs';
import { Run } from './section-rules.mjs';

const KINDS = new Map(Object.entries(binaryen.ExpressionIds).map(([name, id]) => [id, name]));

/** Where the operands of an expression are, in the order in which they are worked out. */
const OPERANDS = {
  ...{ LocalSet: ['value'], GlobalSet: ['value'], Drop: ['value'], Return: ['value'], Unary: ['value'] },
  ...{ Load: ['ptr'], Store: ['ptr', 'value'], Binary: ['left', 'right'], Select: ['ifTrue', 'ifFalse', 'condition'] },
  ...{ AtomicRMW: ['ptr', 'value'], AtomicCmpxchg: ['ptr', 'expected', 'replacement'] },
  ...{ AtomicWait: ['ptr', 'expected', 'timeout'], AtomicNotify: ['ptr', 'notifyCount'], MemoryGrow: ['delta'] },
  ...{ MemoryCopy: ['dest', 'source', 'size'], MemoryFill: ['dest', 'value', 'size'] },
  ...{ SIMDExtract: ['vec'], SIMDReplace: ['vec', 'value'], SIMDShuffle: ['left', 'right'], SIMDLoad: ['ptr'] },
  ...{ SIMDTernary: ['a', 'b', 'c'], SIMDShift: ['vec', 'shift'] },
  ...{ Const: [], Nop: [], LocalGet: [], GlobalGet: [], AtomicFence: [], MemorySize: [], Unreachable: [] },
  ...{ If: ['condition', 'ifTrue', 'ifFalse'], Loop: ['body'], Break: ['value', 'condition'], Switch: ['value', 'condition'] },
};

const named = (names) => new Map(Object.entries(names).map(([name, op]) => [binaryen[name], op]));
const BINARY = named({
  ...{ AddInt32: 'add32', SubInt32: 'sub32', MulInt32: 'mul32', ShlInt32: 'shl32', EqInt32: 'eq32', NeInt32: 'ne32' },
  ...{ AndInt64: 'and64', OrInt64: 'or64', ShlInt64: 'shl64', EqInt64: 'eq64', NeInt64: 'ne64' },
});
const UNARY = named({
  ...{ EqZInt32: 'eqz32', EqZInt64: 'eqz64', WrapInt64: 'wrap32', ExtendUInt32: 'extend64' },
});
const RMW = named({ AtomicRMWAdd: 'add', AtomicRMWAnd: 'and', AtomicRMWOr: 'or', AtomicRMWXchg: 'exchange' });
const byName = (pattern) =>
  new Set(Object.keys(binaryen.Operations).filter((name) => pattern.test(name)).map((name) => binaryen[name]));
const MAY_TRAP_BINARY = byName(/^(Div|Rem)[SU]Int/);
const MAY_TRAP_UNARY = byName(/^Trunc[SU]Float/);

/** Says that no path goes on from an expression. */
const ENDS = Symbol('ends');

const infos = new Map();

/** @returns {any} what Binaryen knows of an expression; `kind` is its name there */
function look(expression) {
  let info = infos.get(expression);
  if (!info) {
    const kind = KINDS.get(binaryen.getExpressionId(expression));
    info = kind === 'Unreachable' ? {} : { ...binaryen.getExpressionInfo(expression) };
    info.kind = kind;
    infos.set(expression, info);
  }
  return info;
}

function operandsOf(info) {
  if (info.kind === 'Block') return info.children;
  if (info.kind === 'Call') return info.operands;
  if (info.kind === 'CallIndirect') return [...info.operands, info.target];
  return OPERANDS[info.kind]?.map((name) => info[name]).filter(Boolean);
}

/** The locals that an expression assigns. */
function assigned(expression, into = new Set()) {
  const info = look(expression);
  if (info.kind === 'LocalSet') into.add(info.index);
  for (const operand of operandsOf(info) ?? []) assigned(operand, into);
  return into;
}

/** One way through the function so far: what locals and globals hold, and the run it is in. */
class Path {
  run = new Run();
  value = undefined;
  globals = new Map();

  constructor(locals) {
    this.locals = locals;
  }

  clone(value = this.value) {
    const copy = new Path([...this.locals]);
    return Object.assign(copy, { run: this.run.clone(), value, globals: new Map(this.globals) });
  }

  global(name) {
    if (!this.globals.has(name)) this.globals.set(name, leaf(name.split('/').at(-1)));
    return this.globals.get(name);
  }

  join(other) {
    this.run.join(other.run);
    this.locals = this.locals.map((local, i) => (local === other.locals[i] ? local : leaf()));
    if (this.value !== other.value) this.value = leaf();
    for (const [name, value] of this.globals) {
      if (other.globals.get(name) !== value) this.globals.delete(name);
    }
  }
}

function merge(paths) {
  const merged = new Map();
  for (const path of paths) {
    const same = merged.get(path.run.key);
    if (same) same.join(path);
    else merged.set(path.run.key, path);
  }
  return [...merged.values()];
}

/**
 * @param {{ vars: unknown[], params: number, body: number }} info of the function
 * @param {{ functionName(name: string): string, globalName(name: string): string }} names
 * @param {{ problem(text: string): void, run(run: Run): void }} report
 */
export function walkFunction(info, names, report) {
  /** Where a branch to a label goes. */
  const labels = new Map();

  function atPoint(path, what) {
    for (const torn of path.run.torn()) report.problem(`${what}, while ${torn}`);
  }

  /** V8 can stop the thread here; from here on nothing is known of what other threads or functions may have changed. */
  function kill(path, what) {
    atPoint(path, what);
    report.run(path.run);
    path.run = new Run();
    path.globals = new Map();
  }

  function walkAll(operands, path) {
    let ways = [{ path, values: [] }];
    for (const operand of operands) {
      ways = ways.flatMap((way) =>
        walk(operand, way.path).map((after) => ({ path: after, values: [...way.values, after.value] })),
      );
    }
    return ways;
  }

  function walkBlock(info, path) {
    const left = [];
    if (info.name) labels.set(info.name, (from) => left.push(from));
    let paths = [path];
    for (const child of info.children) paths = merge(paths.flatMap((from) => walk(child, from)));
    return merge([...paths, ...left]);
  }

  function walkIf(info, path) {
    const after = [];
    for (const test of walk(info.condition, path)) {
      const other = test.clone();
      const { value } = test;
      if (test.run.decide(value, true)) after.push(...walk(info.ifTrue, test));
      if (other.run.decide(value, false)) after.push(...(info.ifFalse ? walk(info.ifFalse, other) : [other]));
    }
    return merge(after);
  }

  function walkLoop(info, path) {
    kill(path, 'a loop begins');
    for (const index of assigned(info.body)) path.locals[index] = leaf();
    if (info.name) labels.set(info.name, (from) => kill(from, 'a loop goes round'));
    return walk(info.body, path);
  }

  function walkBreak(info, path) {
    const stay = [];
    for (const { path: way, values } of walkAll(operandsOf(info), path)) {
      const value = info.value ? values[0] : undefined;
      if (info.condition) {
        const test = values.at(-1);
        const other = way.clone(value);
        if (other.run.decide(test, false)) stay.push(other);
        if (!way.run.decide(test, true)) continue;
      }
      way.value = value;
      labels.get(info.name)(way);
    }
    return stay;
  }

  function walkSwitch(info, path) {
    for (const { path: way, values } of walkAll(operandsOf(info), path)) {
      for (const name of new Set([...info.names, info.defaultName])) {
        labels.get(name)(way.clone(info.value ? values[0] : undefined));
      }
    }
    return [];
  }

  const control = { Block: walkBlock, If: walkIf, Loop: walkLoop, Break: walkBreak, Switch: walkSwitch };

  /** What becomes of a path at an expression; a path that ends there is not among the results. */
  function walk(expression, path) {
    const info = look(expression);
    if (info.kind !== 'Block') path.run.tick();
    if (control[info.kind]) return control[info.kind](info, path);
    const operands = operandsOf(info);
    if (!operands) {
      report.problem(`an instruction that this check does not know: ${info.kind}`);
      return [];
    }
    return walkAll(operands, path).flatMap(({ path: way, values }) => {
      way.value = undefined;
      return effect(info, expression, way, values) === ENDS ? [] : [way];
    });
  }

  function effect(info, site, path, values) {
    const { run } = path;
    const tell = (problem) => problem && report.problem(problem);
    const address = info.offset === undefined ? values[0] : plus(values[0], info.offset);
    switch (info.kind) {
      case 'Const':
        path.value = typeof info.value === 'bigint' ? constant(BigInt.asUintN(64, info.value)) : leaf();
        if (info.type === binaryen.i32) path.value = constant(BigInt.asUintN(32, BigInt(info.value)));
        return;
      case 'LocalGet':
        path.value = path.locals[info.index];
        return;
      case 'LocalSet':
        path.locals[info.index] = values[0];
        path.value = values[0];
        return;
      case 'GlobalGet':
        path.value = path.global(names.globalName(info.name));
        return;
      case 'GlobalSet':
        path.globals.delete(names.globalName(info.name));
        return;
      case 'Unary':
        if (MAY_TRAP_UNARY.has(info.op)) atPoint(path, 'a conversion may trap');
        path.value = UNARY.has(info.op) ? operation(UNARY.get(info.op), values) : combined(`unary ${info.op}`, values);
        return;
      case 'Binary':
        if (MAY_TRAP_BINARY.has(info.op)) atPoint(path, 'a division may trap');
        path.value = BINARY.has(info.op) ? operation(BINARY.get(info.op), values) : combined(`binary ${info.op}`, values);
        return;
      case 'Select':
        path.value = values[0] === values[1] ? values[0] : combined('select', values);
        return;
      case 'Load':
        path.value = leaf();
        if (info.isAtomic) run.load(address);
        return;
      case 'Store':
        if (info.isAtomic) tell(run.store(info.bytes, address, values[1], site));
        return;
      case 'AtomicCmpxchg':
        path.value = leaf();
        tell(run.cas(info.bytes, address, values[1], values[2], path.value, site));
        return;
      case 'AtomicRMW':
        path.value = leaf();
        if (RMW.get(info.op) === 'exchange') tell(run.exchange(address, values[1], path.value));
        else tell(run.arithmetic(RMW.get(info.op), address, values[1], site));
        return;
      case 'AtomicNotify':
        path.value = leaf();
        tell(run.notify(values[0]));
        return;
      case 'AtomicWait':
      case 'MemoryGrow':
        kill(path, info.kind === 'AtomicWait' ? 'a wait' : 'memory.grow');
        path.value = leaf();
        return;
      case 'Call':
      case 'CallIndirect':
        kill(path, info.kind === 'Call' ? `a call of ${names.functionName(info.target)}` : 'a call');
        path.value = leaf();
        return info.isReturn ? ENDS : undefined;
      case 'Return':
      case 'Unreachable':
        kill(path, info.kind === 'Return' ? 'the function returns' : 'a trap');
        return ENDS;
      default:
        path.value = leaf(); // plain reads and vectors: nothing that a section is known by
    }
  }

  const parameters = binaryen.expandType(info.params).map(() => leaf());
  const locals = info.vars.map((type) => ([binaryen.i32, binaryen.i64].includes(type) ? constant(0n) : leaf()));
  for (const path of walk(info.body, new Path([...parameters, ...locals]))) kill(path, 'the function ends');
}
