// Compiling the kernel, in whichever folder its source lies: the package's own, or a changed copy of it in a test.

import asc from 'assemblyscript/asc';
import binaryen from 'binaryen';

const ENTRY = 'src/kernel/index.ts';

const FLAGS = [
  ...['--enable', 'threads', '--enable', 'simd', '--enable', 'bulk-memory'],
  // The limits are the widest that a map may have; the memory itself is made in JavaScript, initial = maximum.
  ...[
    '--importMemory',
    '--noExportMemory',
    '--sharedMemory',
    '--initialMemory',
    '16',
    '--maximumMemory',
    '65536',
  ],
  ...['--runtime', 'stub', '-O3', '--noAssert'],
];

/** What the kernel's `hash` returns: the real thing, a handful of distinct values, always the same one. */
const HASH = { real: 0, few: 1, constant: 2 };

/** @typedef {{ hash: number, scheduled: boolean }} Variant */
/** @type {Record<string, Variant>} */
export const VARIANTS = {
  production: { hash: HASH.real, scheduled: false },
  few: { hash: HASH.few, scheduled: false },
  constant: { hash: HASH.constant, scheduled: false },
  scheduled: { hash: HASH.real, scheduled: true },
  'scheduled-few': { hash: HASH.few, scheduled: true },
  'scheduled-constant': { hash: HASH.constant, scheduled: true },
};

/**
 * Passes of Binaryen that asc asks for and that do not run. avoid-reinterprets turns an atomic load whose bits are taken
 * as a float64 into a plain load of one. On ARM64 such a load may complete after the load that validates it.
 */
const SKIPPED_PASSES = ['avoid-reinterprets'];

const DATA_SECTION = 11;

/**
 * The ids of a module's sections, in order.
 * @param {Uint8Array} wasm
 */
function sections(wasm) {
  const ids = [];
  let at = 8; // past the magic number and the version
  while (at < wasm.length) {
    ids.push(wasm[at++]);
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      size += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) break;
    }
    at += size;
  }
  return ids;
}

/**
 * Compiles one module of AssemblyScript.
 * @param {string} root the folder that holds it
 * @param {string} entry its path from there
 * @param {string[]} options beside the flags that all modules have
 * @param {string[]} skipped passes of Binaryen that do not run
 * @returns {Promise<{ wasm: Uint8Array, wat: string }>}
 */
export async function compileModule(root, entry, options = [], skipped = SKIPPED_PASSES) {
  const outputs = ['--outFile', 'kernel.wasm', '--textFile', 'kernel.wat'];
  /** @type {Map<string, any>} */
  const files = new Map();
  // asc optimizes with this same instance of Binaryen, whose settings are global.
  binaryen.clearPassesToSkip();
  for (const pass of skipped) binaryen.addPassToSkip(pass);
  const { error } = await asc.main([entry, '--baseDir', root, ...outputs, ...FLAGS, ...options], {
    stdout: process.stdout,
    stderr: process.stderr,
    writeFile: (name, contents) => void files.set(name, contents),
  });
  if (error) throw error;
  return { wasm: files.get('kernel.wasm'), wat: files.get('kernel.wat') };
}

/**
 * @param {string} root the folder above src/kernel
 * @param {Variant} variant
 * @param {string[]} [skipped] passes of Binaryen that do not run
 * @returns {Promise<{ wasm: Uint8Array, wat: string }>}
 */
export async function compile(root, { hash, scheduled }, skipped = SKIPPED_PASSES) {
  const uses = [`HASH=${hash}`, `SCHEDULED=${scheduled ? 1 : 0}`, `STRETCH=${scheduled ? 2 : 6}`];
  const defines = uses.flatMap((use) => ['--use', use]);
  const passes = scheduled ? ['--runPasses', 'asyncify'] : [];
  const { wasm, wat } = await compileModule(root, ENTRY, [...defines, ...passes], skipped);
  // A data segment is written again at each instantiation, that is by each thread, over the map that is there.
  if (sections(wasm).includes(DATA_SECTION)) {
    throw new Error(
      'the kernel has a data section: find the string, static array or memory.data() in src/kernel',
    );
  }
  return { wasm, wat };
}
