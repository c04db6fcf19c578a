import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Protection } from './protection.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const { compile, VARIANTS } = (await import(
  new URL('../../src/build/compile.mjs', import.meta.url).href
)) as {
  compile: (root: string, variant: unknown) => Promise<{ wasm: Uint8Array }>;
  VARIANTS: Record<string, unknown>;
};

interface Report {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** Compiles the kernel without a protection. Returns its folder; the other builds in it are as they were. */
async function build(folder: string, { name, edits, hash, plain }: Protection): Promise<string> {
  await cp(join(ROOT, 'src/kernel'), join(folder, 'src/kernel'), { recursive: true });
  await cp(join(ROOT, 'dist/kernel'), join(folder, 'kernels'), { recursive: true });
  for (const { file, find, replace } of edits) {
    const path = join(folder, 'src/kernel', file);
    const text = await readFile(path, 'utf8');
    const parts = text.split(find);
    if (parts.length !== 2) throw new Error(`${name}: ${file} has ${parts.length - 1} of\n${find}`);
    await writeFile(path, parts.join(replace));
  }
  const scheduled = hash === undefined ? 'scheduled' : `scheduled-${hash}`;
  const [variant, output] = plain ? ['production', 'threadmap'] : [scheduled, scheduled];
  const { wasm } = await compile(folder, VARIANTS[variant]);
  await writeFile(join(folder, 'kernels', `${output}.wasm`), wasm);
  return join(folder, 'kernels');
}

function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** Runs the named test on a kernel without the protection. Returns the full names of the tests that ran, by how they ended. */
export async function bite(protection: Protection): Promise<{ passed: string[]; failed: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'threadmap-teeth-'));
  try {
    const kernels = await build(folder, protection);
    const output = join(folder, 'report.json');
    const arguments_ = ['run', join('test', protection.file), '-t', `${literally(protection.test)}$`];
    await promisify(execFile)(
      process.execPath,
      [VITEST, ...arguments_, '--reporter=json', `--outputFile=${output}`],
      { cwd: ROOT, env: { ...process.env, KERNELS: kernels }, maxBuffer: 2 ** 26 },
    ).catch(() => {}); // it is meant to fail; the report says what did
    const { testResults } = JSON.parse(await readFile(output, 'utf8')) as Report;
    const all = testResults.flatMap(({ assertionResults }) => assertionResults);
    const named = (status: string) =>
      all.filter((test) => test.status === status).map(({ fullName }) => fullName);
    return { passed: named('passed'), failed: named('failed') };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
