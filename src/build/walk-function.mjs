// Follows every path through a function of the compiled kernel and shows each access to the rules of the sections.
// Control flow of WebAssembly is structured, and a loop's header is a kill point, at which nothing may be open: so each
// loop is walked once, from a state in which nothing is known of what it assigns.

import binaryen from 'binaryen';
import { BINARY, CONVERSIONS, DIVISIONS, look, operandsOf, RMW, UNARY } from './expressions.mjs';
import { combined, constant, forget, leaf, operation, plus } from './kernel-terms.mjs';
import { HEADER, isHand, wordAt } from './kernel-words.mjs';
import { merge, Path } from './path.mjs';
import { Run } from './section-rules.mjs';

/** Says that no path goes on from an expression. */
const ENDS = Symbol('ends');

/** The locals that an expression assigns. */
function assigned(expression, into = new Set()) {
  const info = look(expression);
  if (info.kind === 'LocalSet') into.add(info.index);
  for (const operand of operandsOf(info) ?? []) assigned(operand, into);
  return into;
}

function operationOr(known, info, values) {
  return known.has(info.op)
    ? operation(known.get(info.op), values)
    : combined(`${info.kind} ${info.op}`, values);
}

/** Accesses to the memory: how each is shown to the rules. */
const ACCESSES = {
  Load({ isAtomic, bytes }, _site, path, address) {
    path.value = leaf(wordAt(address, bytes) === HEADER ? HEADER : '');
    if (isAtomic) path.run.load(bytes, address, path.value);
  },
  Store({ isAtomic, bytes }, site, path, address, [, value]) {
    // The words of a hand are stored plainly, and what they note counts all the same.
    if (isAtomic || isHand(address, bytes)) return path.run.store(bytes, address, value, site);
  },
  AtomicCmpxchg({ bytes }, site, path, address, [, expected, replacement]) {
    path.value = leaf();
    return path.run.cas(bytes, address, expected, replacement, path.value, site);
  },
  AtomicRMW({ op, bytes }, site, path, address, [, value]) {
    path.value = leaf();
    if (RMW.get(op) === 'exchange') return path.run.exchange(address, value, path.value);
    return path.run.arithmetic(RMW.get(op), bytes, address, value, site);
  },
  AtomicNotify(_info, _site, path, address) {
    path.value = leaf();
    return path.run.notify(address);
  },
};

/**
 * @param {{ vars: number[], params: number, body: number }} fn
 * @param {{ functionName(name: string): string, globalName(name: string): string }} names
 * @param {{ problem(text: string): void, run(run: Run): void,
 *   instruction?(info: any, site: number, values: import('./kernel-terms.mjs').Term[]): void }} report
 * `instruction` hears of each instruction on each path, with its operands
 */
export function walkFunction(fn, names, report) {
  /** What happens to a path that branches to a label. */
  const labels = new Map();

  function atPoint(path, what) {
    for (const torn of path.run.torn()) report.problem(`${what}, while ${torn}`);
  }

  /** V8 can stop the thread here; and from here on nothing is known of what others may have changed. */
  function kill(path, what) {
    atPoint(path, what);
    report.run(path.run);
    path.run = new Run();
    path.globals = new Map();
  }

  /** What becomes of a path at an expression; one that ends there is not among the results. */
  function walk(expression, path) {
    const info = look(expression);
    if (info.kind !== 'Block') path.run.tick();
    if (Object.hasOwn(control, info.kind)) return control[info.kind](info, path);
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

  function walkAll(operands, path) {
    let ways = [{ path, values: [] }];
    for (const operand of operands) {
      ways = ways.flatMap(({ path: way, values }) =>
        walk(operand, way).map((after) => ({ path: after, values: [...values, after.value] })),
      );
    }
    return ways;
  }

  const control = {
    Block(info, path) {
      const left = [];
      if (info.name) labels.set(info.name, (from) => left.push(from));
      let paths = [path];
      for (const child of info.children) paths = merge(paths.flatMap((from) => walk(child, from)));
      return merge([...paths, ...left]);
    },

    If(info, path) {
      const after = [];
      for (const yes of walk(info.condition, path)) {
        const no = yes.clone();
        const test = yes.value;
        if (yes.run.decide(test, true)) after.push(...walk(info.ifTrue, yes));
        if (no.run.decide(test, false)) after.push(...(info.ifFalse ? walk(info.ifFalse, no) : [no]));
      }
      return merge(after);
    },

    Loop(info, path) {
      kill(path, 'a loop begins');
      for (const index of assigned(info.body)) path.locals[index] = leaf();
      if (info.name) labels.set(info.name, (from) => kill(from, 'a loop goes round'));
      return walk(info.body, path);
    },

    Break(info, path) {
      const stay = [];
      for (const { path: way, values } of walkAll(operandsOf(info), path)) {
        way.value = info.value ? values[0] : undefined;
        if (info.condition) {
          const other = way.clone();
          if (other.run.decide(values.at(-1), false)) stay.push(other);
          if (!way.run.decide(values.at(-1), true)) continue;
        }
        labels.get(info.name)(way);
      }
      return stay;
    },

    Switch(info, path) {
      for (const { path: way, values } of walkAll(operandsOf(info), path)) {
        for (const name of new Set([...info.names, info.defaultName])) {
          labels.get(name)(way.clone(info.value ? values[0] : undefined));
        }
      }
      return [];
    },
  };

  /** What an instruction does to a path, its operands being worked out. */
  function effect(info, site, path, values) {
    report.instruction?.(info, site, values);
    const access = ACCESSES[info.kind];
    if (access) {
      const address = plus(values[0], info.offset ?? 0);
      const problem = access(info, site, path, address, values);
      if (problem) report.problem(problem);
      return;
    }
    switch (info.kind) {
      case 'Const':
        if (info.type === binaryen.i32) path.value = constant(BigInt.asUintN(32, BigInt(info.value)));
        else path.value = info.type === binaryen.i64 ? constant(BigInt.asUintN(64, info.value)) : leaf();
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
        if (CONVERSIONS.has(info.op)) atPoint(path, 'a conversion may trap');
        path.value = operationOr(UNARY, info, values);
        return;
      case 'Binary':
        if (DIVISIONS.has(info.op)) atPoint(path, 'a division may trap');
        path.value = operationOr(BINARY, info, values);
        return;
      case 'Select':
        path.value = values[0] === values[1] ? values[0] : combined('select', values);
        return;
      case 'AtomicWait':
      case 'MemoryGrow':
        kill(path, info.kind === 'AtomicWait' ? 'a wait' : 'memory.grow');
        break;
      case 'Call':
      case 'CallIndirect':
        kill(path, info.kind === 'Call' ? `a call of ${names.functionName(info.target)}` : 'a call');
        if (info.isReturn) return ENDS;
        break;
      case 'Return':
      case 'Unreachable':
        kill(path, info.kind === 'Return' ? 'the function returns' : 'a trap');
        return ENDS;
    }
    path.value = leaf();
  }

  forget();
  const parameters = binaryen.expandType(fn.params).map(() => leaf());
  const locals = fn.vars.map((type) =>
    type === binaryen.i32 || type === binaryen.i64 ? constant(0n) : leaf(),
  );
  for (const path of walk(fn.body, new Path([...parameters, ...locals]))) kill(path, 'the function ends');
}
