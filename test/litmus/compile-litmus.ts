// The litmus kernel, compiled with the project's kernel as it is, or with changes to it.

import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { wasm } from '../schedule/kernel-module.js';
import type { Edit } from '../teeth/protection.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Of a changed kernel (test/teeth/mutant.ts) the sources lie beside its builds. */
const KERNEL_ROOT = process.env.KERNELS === undefined ? ROOT : join(process.env.KERNELS, '..');
const LITMUS = 'test/litmus/kernel';

const { compileModule } = (await import(new URL('../../src/build/compile.mjs', import.meta.url).href)) as {
  compileModule: (root: string, entry: string, options: string[]) => Promise<{ wasm: Uint8Array }>;
};

/** A WebAssembly.Module. Throws where an edit's text is not there exactly once. */
export async function compileLitmus(edits: readonly Edit[] = []): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), 'threadmap-litmus-'));
  try {
    await cp(join(KERNEL_ROOT, 'src/kernel'), join(folder, 'src/kernel'), { recursive: true });
    await cp(join(ROOT, LITMUS), join(folder, LITMUS), { recursive: true });
    for (const { file, find, replace } of edits) {
      const path = join(folder, 'src/kernel', file);
      const parts = (await readFile(path, 'utf8')).split(find);
      if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} of\n${find}`);
      await writeFile(path, parts.join(replace));
    }
    const defines = ['--use', 'HASH=0', '--use', 'SCHEDULED=0'];
    const compiled = await compileModule(folder, `${LITMUS}/index.ts`, defines);
    return new wasm.Module(compiled.wasm);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
