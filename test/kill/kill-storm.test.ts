import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ENDS } from '../../workers/kill-storm/kill-storm-ends.js';

const storm = fileURLToPath(new URL('../../dist/workers/kill-storm/kill-storm.js', import.meta.url));
const KILLS = 160;
/** Half a minute on a quiet machine. */
const PATIENCE = 600_000;

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function runStorm(flags: string[], args: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...flags, storm, ...args],
      { maxBuffer: 2 ** 26 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe('threads that end at random moments, in every way', () => {
  // Liftoff code has more places where V8 can stop a thread: each loop, each call.
  test.each([
    ['as V8 runs them', []],
    ['under --liftoff-only', ['--liftoff-only']],
  ])(
    'leave nothing locked, lost or leaked, %s',
    async (_name, flags) => {
      const seed = String(Date.now() % 1e6);
      const { code, stdout, stderr } = await runStorm(flags, [String(KILLS), '--seed', seed]);
      expect(stderr).toBe('');
      expect(stdout).toContain(`${KILLS} threads ended`);
      expect(stdout).toContain(`(seed ${seed}): 0 violations`);
      for (const how of new Set(ENDS.map((end) => end.how))) expect(stdout).toContain(`  ${how}`);
      expect(code).toBe(0);
    },
    PATIENCE,
  );

  // What the storm would say if the promise were broken.
  test.each([
    ['an acknowledged write is lost', ['--break', 'lost'], /new key \d+ of \d+ is lost/],
    ['a slot is not given back', ['--break', 'leak'], /2 slots are taken/],
    ['a thread fails with an error that nobody meant', ['--break', 'stray'], /nobody meant/],
    ['a call does not return', ['--break', 'hang', '--patience', '3'], /get has not returned/],
  ])('it is told when %s', async (_name, args, message) => {
    const { code, stdout, stderr } = await runStorm([], ['--kills', '24', ...args]);
    expect(stderr).toMatch(message);
    expect(stdout).not.toContain(': 0 violations');
    expect(code).toBe(1);
  });

  test('what it does not understand it refuses', async () => {
    const { code, stderr } = await runStorm([], ['many']);
    expect(stderr).toContain('Usage: npm run test:kill');
    expect(code).toBe(1);
  });
});
