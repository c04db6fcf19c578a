import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

/** Runs one of the commands of `npm run test:threads`, short. */
async function outputOf(name: string, ...options: string[]): Promise<string> {
  const file = fileURLToPath(new URL(`../../dist/workers/histories/${name}.js`, import.meta.url));
  const seed = String(Date.now() % 1e6);
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [file, ...options, '--seed', seed], {
    maxBuffer: 2 ** 24,
  });
  expect(stderr).toBe('');
  expect(stdout).toContain(`seed ${seed}`);
  expect(stdout).toContain(': 0 violations');
  return stdout;
}

test('some order explains every history of keys in a map that grows', async () => {
  const output = await outputOf('histories', '--seconds', '7');
  expect(output).toMatch(/[1-9]\d* growths/);
});

test('clear, size and iteration keep their promises beside the operations of single keys', async () => {
  const output = await outputOf('small-histories', '--seconds', '4');
  expect(output).toMatch(/overlapped in [1-9]\d* rounds, [1-9]\d* growths/);
});

test('no race of two threads ends in a way that is forbidden', async () => {
  const output = await outputOf('races', '--trials', '2000', '--seconds', '1');
  expect(output).not.toContain('FORBIDDEN');
});
