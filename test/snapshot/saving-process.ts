import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { SharedMap } from 'threadmap';
import { expect } from 'vitest';

// Saves in processes of their own, where functions of node:fs can be replaced before the package
// is loaded.

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A map whose entries say who saved it. */
export function mapOf(who: string): SharedMap<number, string> {
  const map = new SharedMap<number, string>({ maxBytes: 2 ** 26 });
  for (let i = 0; i < 20_000; i++) map.set(i, who);
  return map;
}

/** Who saved the map in this file. */
export async function saverOf(file: string): Promise<string | undefined> {
  const map = await SharedMap.load<number, string>(file);
  expect(map.size).toBe(20_000);
  return map.get(7);
}

/** A module that saves such a map; `during` runs in onProgress. */
export const savingModule = (who: string, file: string, during = '') => `
  import { SharedMap } from 'threadmap';
  const map = new SharedMap({ maxBytes: 2 ** 26 });
  for (let i = 0; i < 20_000; i++) map.set(i, ${JSON.stringify(who)});
  let parts = 0;
  const onProgress = () => { parts++; ${during} };
  try { await map.save(${JSON.stringify(file)}, { onProgress }); console.log('saved'); }
  catch (error) { console.log([error.code, error.cause?.code, error.message].join('\\n')); }`;

/** Runs a module in a process of its own. Returns what it prints. */
export async function saveIn(double: string, module: string): Promise<string> {
  const start = `import fs from 'node:fs'; import { syncBuiltinESMExports } from 'node:module';
    const promises = fs.promises;
    const fail = (code) => { throw Object.assign(new Error(code), { code }); };
    ${double}
    syncBuiltinESMExports();`;
  const args = ['--import', `data:text/javascript,${encodeURIComponent(start)}`];
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...args, '--input-type=module', '-e', module],
    { cwd: root },
  );
  return stdout.trim();
}

export const noRename = (code: string) => `promises.rename = async () => fail('${code}');`;

/** No file is renamed over the target; others are. */
export const noRenameOver = (code: string) => `const { rename } = promises;
  promises.rename = async (from, to) =>
    to.endsWith('map') ? fail('${code}') : rename(from, to);`;
