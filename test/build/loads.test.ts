import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import binaryen from 'binaryen';
import { beforeAll, describe, expect, it } from 'vitest';

interface Reason {
  why: string;
  at: Record<string, Record<string, number>>;
}

const build = (file: string): string => new URL(`../../src/build/${file}`, import.meta.url).href;
const script = fileURLToPath(build('check-loads.mjs'));
const root = fileURLToPath(new URL('../..', import.meta.url));
const { checkLoads } = (await import(build('check-loads.mjs'))) as {
  checkLoads(wasm: Uint8Array, wat: string, reasons?: Reason[]): { problems: string[] };
};
const { PLAIN_ACCESSES } = (await import(build('plain-accesses.mjs'))) as { PLAIN_ACCESSES: Reason[] };
const { compile, VARIANTS } = (await import(build('compile.mjs'))) as {
  compile(root: string, variant: unknown, skipped?: string[]): Promise<{ wasm: Uint8Array; wat: string }>;
  VARIANTS: Record<string, unknown>;
};

function assemble(wat: string): Uint8Array {
  const module = binaryen.parseText(wat);
  module.setFeatures(binaryen.Features.All);
  const wasm = module.emitBinary();
  module.dispose();
  return wasm;
}

/** What the check says of a module with one function that does `body`. */
function check(body: string, reasons: Reason[] = []): string[] {
  const wat = `(module
    (import "env" "memory" (memory 1 10 shared))
    (global $src/kernel/thread/scratch (mut i32) (i32.const 0))
    (global $src/kernel/thread/slot (mut i32) (i32.const 0))
    (func $other)
    (func $src/kernel/some/read (param $p i32) (param $q i32) (local $own i32) ${body}))`;
  return checkLoads(assemble(wat), wat, reasons).problems;
}

const scratch = '(global.get $src/kernel/thread/scratch)';
const keep = `(local.set $own ${scratch})`;
const load = (address: string) => `(drop (i64.load offset=8 ${address}))`;
const listed = (count: number): Reason[] => [
  { why: 'a test', at: { 'some/read': { 'i64.load offset=8': count } } },
];

describe('the check of the loads', () => {
  it('passes what is atomic and what is counted from the scratch', () => {
    for (const body of [
      '(drop (i64.atomic.load (local.get $p)))',
      '(drop (i64.atomic.rmw.add (local.get $p) (i64.const 1)))',
      load(scratch),
      load(`(i32.add (i32.shl (local.get $p) (i32.const 3)) ${scratch})`),
      `${keep}(call $other)${load('(local.get $own)')}`,
      `(i32.store (i32.add ${scratch} (i32.const 64)) (local.get $p))`,
      `(memory.copy ${scratch} (i32.add ${scratch} (i32.const 8)) (i32.const 8))`,
    ]) {
      expect(check(body)).toEqual([]);
    }
  });

  it.each([
    ['a load', load('(local.get $p)'), 'i64.load offset=8'],
    ['a load of a float64', '(drop (f64.load (local.get $p)))', 'f64.load'],
    ['a narrow load', '(drop (i64.load32_u (local.get $p)))', 'i64.load32'],
    ['a store', '(i32.store8 (local.get $p) (local.get $q))', 'i32.store8'],
    ['a copy to elsewhere', `(memory.copy (local.get $p) ${scratch} (i32.const 8))`, 'memory.copy to'],
    ['a copy from elsewhere', `(memory.copy ${scratch} (local.get $p) (i32.const 8))`, 'memory.copy from'],
    ['a fill', '(memory.fill (local.get $p) (i32.const 0) (i32.const 8))', 'memory.fill'],
    ['a load of a vector', '(drop (v128.load (local.get $p)))', 'v128.load'],
    ['a load that widens a vector', '(drop (v128.load8x8_u (local.get $p)))', 'v128.load'],
    ['a load of a lane', '(drop (v128.load8_lane 0 (local.get $p) (v128.const i64x2 0 0)))', 'v128 lane'],
    ['a load at a place that the scratch names', load(`(i32.load ${scratch})`), 'i64.load offset=8'],
    [
      'an address from which the scratch is taken off',
      load(`(i32.sub (local.get $p) ${scratch})`),
      'i64.load offset=8',
    ],
    [
      'an address that is the scratch on one path alone',
      `${keep}(if (local.get $q) (then (local.set $own (local.get $p))))${load('(local.get $own)')}`,
      'i64.load offset=8',
    ],
    [
      'an address that a loop moves',
      `${keep}(loop $again ${load('(local.get $own)')}
        (local.set $own (i32.add (local.get $own) (local.get $p))) (br_if $again (local.get $q)))`,
      'i64.load offset=8',
    ],
    [
      'a load that no path reaches',
      `(if (i32.const 0) (then ${load('(local.get $p)')}))`,
      'i64.load offset=8',
    ],
  ])('refuses %s', (_what, body, access) => {
    expect(check(body)).toEqual([
      `some/read: ${access}: 1 plain and not to the scratch or the own hand for sure, the list has 0`,
    ]);
  });

  it('holds the list to exact numbers', () => {
    const two = load('(local.get $p)') + load('(local.get $q)');
    expect(check(two, listed(2))).toEqual([]);
    expect(check(two, listed(1)).join()).toContain(
      '2 plain and not to the scratch or the own hand for sure, the list has 1',
    );
    expect(check(two, listed(3)).join()).toContain(
      '2 plain and not to the scratch or the own hand for sure, the list has 3',
    );
    expect(check(load(scratch), listed(1)).join()).toContain('0 plain');
    expect(check('', listed(1))).toEqual([
      'some/read: i64.load offset=8: on the list, and the kernel has none',
    ]);
  });

  it('refuses instructions that it does not know', () => {
    const wat = `(module (import "env" "memory" (memory 1 10 shared)) (data $bytes "x")
      (func $src/kernel/some/fill (memory.init $bytes (i32.const 0) (i32.const 0) (i32.const 1))))`;
    expect(checkLoads(assemble(wat), wat, []).problems.join()).toContain('some/fill: an instruction that');
  });
});

describe('the compiled kernel', () => {
  let wat: string;
  beforeAll(async () => {
    wat = await readFile(new URL('../../dist/kernel/threadmap.wat', import.meta.url), 'utf8');
  });

  const problemsOf = (text: string) => checkLoads(assemble(text), text).problems;
  const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

  /** Where a function lies in the kernel's text. */
  function bodyOf(name: string): [from: number, to: number] {
    const from = wat.indexOf(`(func $src/kernel/${name} `);
    expect(from).toBeGreaterThan(0);
    const next = wat.indexOf('\n (func ', from);
    return [from, next < 0 ? wat.length : next];
  }

  /** The kernel's text with access number `at` of those that match in one function made plain. */
  function madePlain(name: string, access: RegExp, at: number): string {
    const [from, to] = bodyOf(name);
    let met = 0;
    const body = wat
      .slice(from, to)
      .replaceAll(access, (found) => (met++ === at ? found.replace('atomic.', '') : found));
    expect(met).toBeGreaterThan(at);
    return wat.slice(0, from) + body + wat.slice(to);
  }

  const sites = (name: string, access: RegExp) => wat.slice(...bodyOf(name)).match(access)?.length ?? 0;

  it('accesses shared memory atomically, but where the list says why not', () => {
    const { status, stdout, stderr } = run();
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /kernel: \d+ plain accesses, \d+ to the scratch or the own hand, \d+ with a reason each/,
    );
    expect(PLAIN_ACCESSES.every(({ why }) => why.length > 20)).toBe(true);
  });

  it.each([
    'find-short/getNumber',
    'find-short/getText',
    'change-short/addNumber',
    'change-short/addText',
    'change-short/compareNumber',
    'change-short/compareText',
    'assign/replace',
    'assign/append',
    'find/get',
  ])('would be refused with any one load of %s made plain', (name) => {
    const access = /i(64|32)\.atomic\.load(?= |\n)/g;
    const count = sites(name, access);
    expect(count).toBeGreaterThan(0);
    for (let at = 0; at < count; at++) {
      expect(problemsOf(madePlain(name, access, at)).join()).toContain(`${name}: i`);
    }
  });

  it.each(['assign/replace', 'assign-short/setNumber', 'evacuate/splitChain', 'remove/unlink'])(
    'would be refused with any one store of %s made plain',
    (name) => {
      const access = /i(64|32)\.atomic\.store(?= |\n)/g;
      const count = sites(name, access);
      expect(count).toBeGreaterThan(0);
      for (let at = 0; at < count; at++) {
        expect(problemsOf(madePlain(name, access, at)).join()).toContain(`${name}: i`);
      }
    },
  );

  it('would be refused with the value of a get loaded as a float64', () => {
    for (const name of ['find-short/getNumber', 'find-short/getText', 'change-short/addNumber']) {
      const [from, to] = bodyOf(name);
      const body = wat.slice(from, to);
      const plain = body.replace(/i64\.atomic\.load offset=88\s+f64\.reinterpret_i64/, 'f64.load offset=88');
      expect(plain).not.toBe(body);
      expect(problemsOf(wat.slice(0, from) + plain + wat.slice(to))).toEqual([
        `${name}: f64.load offset=88: 1 plain and not to the scratch or the own hand for sure, the list has 0`,
      ]);
    }
  });

  it('would be refused with all of Binaryen’s passes, which make seven loads plain', async () => {
    const all = await compile(root, VARIANTS.production, []);
    const { problems } = checkLoads(all.wasm, all.wat);
    expect(problems).toHaveLength(7);
    for (const problem of problems) expect(problem).toContain(': f64.load offset=88: 1 plain');
  });

  it('would be refused with an entry of the list that nothing matches', () => {
    const stale = { why: 'gone since', at: { 'find/get': { 'i64.load offset=88': 1 } } };
    expect(checkLoads(assemble(wat), wat, [...PLAIN_ACCESSES, stale]).problems).toEqual([
      'find/get: i64.load offset=88: on the list, and the kernel has none',
    ]);
  });

  it('would be refused by the build', async () => {
    const text = madePlain('find-short/getNumber', /i64\.atomic\.load offset=88/g, 0);
    const folder = await mkdtemp(join(tmpdir(), 'threadmap-loads-'));
    try {
      await writeFile(join(folder, 'threadmap.wat'), text);
      await writeFile(join(folder, 'threadmap.wasm'), assemble(text));
      const { status, stderr } = run(folder);
      expect(stderr).toContain('kernel: find-short/getNumber: i64.load offset=88: 1 plain');
      expect(status).toBe(1);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });

  it('loads after each step of a page’s epoch, so that no later store passes it', () => {
    const step = /i32\.const 2\s+local\.get \$\d+\s+select\s+i32\.atomic\.store/g;
    const andLoad = new RegExp(`${step.source}\\s+local\\.get \\$\\d+\\s+i32\\.atomic\\.load\\s+drop`, 'g');
    expect(wat.match(step)).toHaveLength(2); // a page for records, and one of a large value
    expect(wat.match(andLoad)).toHaveLength(2);
  });
});
