// Reads the compiled kernel and refuses it where it accesses shared memory plainly without a
// reason: node src/build/check-loads.mjs [folder of threadmap.wasm and threadmap.wat]
//
// A compiler may turn an atomic access into a plain one. x64 hides that, ARM64 does not: there a
// plain load may complete after the load that validates it. So every load, store, copy and fill of
// the compiled kernel must be atomic, or its address must be counted from this thread's own
// scratch, or be that of a store to this thread's own hand (src/kernel/hand.ts says why), or
// plain-accesses.mjs must name it with a reason. That list is exact: so many accesses of each kind in
// each function, no more and no less.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { look, operandsOf } from './expressions.mjs';
import { plus } from './kernel-terms.mjs';
import { isOwnHand } from './kernel-words.mjs';
import { namesOf } from './module-names.mjs';
import { PLAIN_ACCESSES } from './plain-accesses.mjs';
import { walkFunction } from './walk-function.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Bytes of each type of value. */
const SIZES = new Map([
  [binaryen.i32, ['i32', 4]],
  [binaryen.i64, ['i64', 8]],
  [binaryen.f32, ['f32', 4]],
  [binaryen.f64, ['f64', 8]],
  [binaryen.v128, ['v128', 16]],
]);

/** As in the text of a module, but for signs: i64.load32 offset=4. */
function nameOf(verb, type, bytes, offset) {
  const [name, size] = SIZES.get(type) ?? ['unknown', 0];
  return `${name}.${verb}${bytes === size ? '' : bytes * 8}${offset ? ` offset=${offset}` : ''}`;
}

/**
 * The plain accesses that an instruction makes: the name of each, and which operand its address is.
 * @type {Record<string, (info: any) => { access: string, operand: number }[]>}
 */
const PLAIN = {
  Load: ({ isAtomic, type, bytes, offset }) =>
    isAtomic ? [] : [{ access: nameOf('load', type, bytes, offset), operand: 0 }],
  Store: ({ isAtomic, value, bytes, offset }) =>
    isAtomic ? [] : [{ access: nameOf('store', look(value).type, bytes, offset), operand: 0 }],
  SIMDLoad: () => [{ access: 'v128.load', operand: 0 }],
  SIMDLoadStoreLane: () => [{ access: 'v128 lane', operand: 0 }],
  MemoryCopy: () => [
    { access: 'memory.copy to', operand: 0 },
    { access: 'memory.copy from', operand: 1 },
  ],
  MemoryFill: () => [{ access: 'memory.fill', operand: 0 }],
};

/** Instructions whose accesses are always atomic, and those without any. All others are refused. */
const OTHERS = new Set([
  ...['AtomicRMW', 'AtomicCmpxchg', 'AtomicWait', 'AtomicNotify', 'AtomicFence'],
  ...['Block', 'If', 'Loop', 'Break', 'Switch', 'Call', 'Return', 'Unreachable', 'Nop', 'Drop', 'Select'],
  ...['LocalGet', 'LocalSet', 'GlobalGet', 'GlobalSet', 'Const', 'Unary', 'Binary', 'MemorySize'],
  ...['SIMDExtract', 'SIMDReplace', 'SIMDShuffle', 'SIMDTernary', 'SIMDShift'],
]);

/** Is the address counted from where this thread's scratch begins? */
function isOwn(address) {
  if (address.op === 'leaf') return address.base === 'scratch';
  return (
    address.op === 'sum' &&
    address.args.some((part, i) => part.base === 'scratch' && address.factors[i] === 1)
  );
}

/** Every instruction of a function's body, whether a path leads to it or not. */
function* instructionsOf(expression) {
  const info = look(expression);
  yield { info, site: expression };
  for (const operand of operandsOf(info) ?? []) yield* instructionsOf(operand);
}

/**
 * @typedef {{ name: string, access: string, count: number, own: number }} Plain
 * `count`: plain accesses of this kind in the function; `own`: those to the scratch or the own hand for sure
 */

/**
 * @param {Uint8Array} wasm
 * @param {string} wat the same module as text
 * @returns {{ problems: string[], plain: Plain[] }}
 */
export function findPlain(wasm, wat) {
  const module = binaryen.readBinary(wasm);
  const names = namesOf(module, wat);
  const problems = [];
  const plain = [];
  for (const fn of names.functions) {
    if (fn.module) continue;
    const name = names.functionName(fn.name);
    const places = [];
    for (const { info, site } of instructionsOf(fn.body)) {
      if (Object.hasOwn(PLAIN, info.kind)) {
        for (const { access, operand } of PLAIN[info.kind](info)) places.push({ site, access, operand });
      } else if (!OTHERS.has(info.kind)) {
        problems.push(`${name}: an instruction that this check does not know: ${info.kind}`);
      }
    }
    if (places.length === 0) continue;
    /** Of each operand that is an address: is it the scratch on every path that leads there? */
    const owned = new Map();
    walkFunction(fn, names, {
      problem() {}, // of the sections, which have their own check
      run() {},
      instruction(info, site, values) {
        if (!Object.hasOwn(PLAIN, info.kind)) return;
        for (const { operand } of PLAIN[info.kind](info)) {
          const key = `${site} ${operand}`;
          const hand =
            info.kind === 'Store' && isOwnHand(plus(values[operand], info.offset ?? 0), info.bytes);
          owned.set(key, (owned.get(key) ?? true) && (hand || isOwn(plus(values[operand], 0))));
        }
      },
    });
    for (const access of new Set(places.map((place) => place.access))) {
      const alike = places.filter((place) => place.access === access);
      const own = alike.filter(({ site, operand }) => owned.get(`${site} ${operand}`)).length;
      plain.push({ name, access, count: alike.length, own });
    }
  }
  module.dispose();
  return { problems, plain };
}

/**
 * @param {Uint8Array} wasm
 * @param {string} wat the same module as text
 * @param {import('./plain-accesses.mjs').Reason[]} [reasons]
 * @returns {{ problems: string[], plain: Plain[] }}
 */
export function checkLoads(wasm, wat, reasons = PLAIN_ACCESSES) {
  const { problems, plain } = findPlain(wasm, wat);
  /** @type {Map<string, number>} */
  const listed = new Map();
  for (const { at } of reasons) {
    for (const [name, accesses] of Object.entries(at)) {
      for (const [access, count] of Object.entries(accesses)) {
        const key = `${name}: ${access}`;
        listed.set(key, (listed.get(key) ?? 0) + count);
      }
    }
  }
  for (const { name, access, count, own } of plain) {
    const key = `${name}: ${access}`;
    const allowed = listed.get(key) ?? 0;
    listed.delete(key);
    if (count - own !== allowed)
      problems.push(
        `${key}: ${count - own} plain and not to the scratch or the own hand for sure, the list has ${allowed}`,
      );
  }
  for (const key of listed.keys()) problems.push(`${key}: on the list, and the kernel has none`);
  return { problems, plain };
}

/** @param {string} [given] the folder of a kernel that is not the shipped one */
async function main(given) {
  const folder = given ?? join(ROOT, 'dist/kernel');
  const wasm = await readFile(join(folder, 'threadmap.wasm'));
  const { problems, plain } = checkLoads(wasm, await readFile(join(folder, 'threadmap.wat'), 'utf8'));
  for (const problem of problems) console.error(`kernel: ${problem}`);
  const all = plain.reduce((sum, { count }) => sum + count, 0);
  const own = plain.reduce((sum, entry) => sum + entry.own, 0);
  if (problems.length > 0) process.exitCode = 1;
  else
    console.log(
      `kernel: ${all} plain accesses, ${own} to the scratch or the own hand, ${all - own} with a reason each`,
    );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await main(process.argv[2]);
}
