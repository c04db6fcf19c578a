import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const storm = fileURLToPath(new URL('../../dist/workers/kill-storm.js', import.meta.url));
const KILLS = 150;

describe('threads terminated at random moments', () => {
  // Liftoff code has more places where V8 can stop a thread: each loop, each call.
  test.each([
    ['as V8 runs them', []],
    ['under --liftoff-only', ['--liftoff-only']],
  ])('leave nothing locked, lost or leaked, %s', async (_name, flags) => {
    const seed = String(Date.now() % 1e6);
    const { stdout, stderr } = await promisify(execFile)(
      process.execPath,
      [...flags, storm, '--kills', String(KILLS), '--seed', seed],
      { maxBuffer: 2 ** 26 },
    );
    expect(stderr).toBe('');
    expect(stdout).toContain(`${KILLS} threads killed (seed ${seed})`);
    expect(stdout).toContain(': 0 violations');
  });
});
