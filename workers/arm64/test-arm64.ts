// Runs the fast suites and a kill storm on a Node for ARM64, emulated where the machine is another
// one: node dist/workers/arm64/test-arm64.js. Exits with 1 when anything fails.
//
// V8's code for ARM64 has its own stop points and its own atomics, which is what this is for. QEMU
// runs it on a processor that orders memory more strictly: of that it shows nothing.

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { arm64Node } from './arm64-node.js';

const USAGE = `Usage: npm run test:arm64 -- [--kills n] [--libraries folder] [suite ...]

  suite             files of test/ to run, default all the fast ones
  --kills n         threads to end, default 300; 0 for none
  --libraries dir   libc6, libstdc++6, libgcc-s1 and libatomic1 of arm64, unpacked;
                    by default they are fetched with apt-get`;

/** Suites that need no other program, no browser and no scheduled kernel. */
const SUITES = [
  ...['arithmetic', 'built-in-surface', 'bulk', 'cached-values', 'codecs', 'conditional', 'entries'],
  ...['errors', 'growth', 'kinds', 'model', 'scan', 'set', 'shrink', 'strings', 'updating', 'values'],
].map((name) => `test/${name}.test.ts`);

/** For one test, ms: an emulated processor is some ten times slower. */
const TEST_TIMEOUT = 1_200_000;
/** For one call of the kill storm, s. */
const PATIENCE = 300;

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const inDist = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    kills: { type: 'string', default: '300' },
    libraries: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
const kills = Number(values.kills);

/** Runs one part to its end and says how long it took. */
async function run(what: string, command: string, args: readonly string[], env = {}): Promise<void> {
  const began = performance.now();
  console.log(`${what} ...`);
  const code = await new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: ROOT, stdio: 'inherit', env: { ...process.env, ...env } });
    child.on('error', reject);
    child.on('close', (status, signal) => resolve(status ?? signal));
  });
  const seconds = ((performance.now() - began) / 1000).toFixed(0);
  console.log(`${what}: ${code === 0 ? 'passed' : `failed (${code})`} in ${seconds} s`);
  if (code !== 0) process.exitCode = 1;
}

if (values.help || !Number.isInteger(kills) || kills < 0) {
  (values.help ? console.log : console.error)(USAGE);
  process.exit(values.help ? 0 : 1);
}

try {
  const node = await arm64Node(values.libraries);
  const suites = positionals.length > 0 ? positionals : SUITES;
  await run('the processor and the version', node, ['-p', 'process.arch + " " + process.version']);
  // vitest itself runs on this machine's Node and starts the processes of its tests as the other
  // one: its own compiled parts are installed for this machine alone.
  await run(
    `${suites.length} suites`,
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout', String(TEST_TIMEOUT), ...suites],
    { ARM64_NODE: node, NODE_OPTIONS: `--import ${new URL('own-path.js', import.meta.url).href}` },
  );
  if (kills > 0) {
    await run(`a kill storm of ${kills}`, node, [
      inDist('kill-storm/kill-storm.js'),
      ...[String(kills), '--patience', String(PATIENCE)],
    ]);
  }
} catch (error) {
  console.error(`test:arm64: ${(error as Error).message}`);
  process.exitCode = 1;
}
