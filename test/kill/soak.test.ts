import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const soak = fileURLToPath(new URL('../../dist/workers/soak/soak.js', import.meta.url));

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a soak of some seconds; `stopAfter` ms it gets a Ctrl-C. */
function runSoak(seconds: number, args: string[], stopAfter?: number): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [soak, '--minutes', String(seconds / 60), ...args],
      { maxBuffer: 2 ** 26 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
    if (stopAfter !== undefined) setTimeout(() => child.kill('SIGINT'), stopAfter);
  });
}

describe('a soak', () => {
  test('of some seconds ends with a sound map, empty and as large as it was', async () => {
    const { code, stdout, stderr } = await runSoak(8, ['--seed', String(Date.now() % 1e6)]);
    expect(stderr).toBe('');
    expect(stdout).toContain('verdict: sound, memory flat');
    expect(stdout).toMatch(/ [1-9]\d* reads judged, .* [1-9]\d* clears, .* [1-9]\d* kills/);
    expect(stdout).toMatch(/memory: at 4 s bytesCommitted \d+ .*; at \d+ s bytesCommitted \d+ /);
    expect(code).toBe(0);
  });

  test('of a map that is too small is told so by errors, and by nothing else', async () => {
    const { code, stdout, stderr } = await runSoak(6, ['--max-bytes', String(4 * 2 ** 20), '--threads', '4']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/ [1-9]\d* times full/);
    expect(stdout).toContain('verdict: sound, memory flat');
    expect(code).toBe(0);
  });

  test('ends at Ctrl-C, with a verdict', async () => {
    const { code, stdout, stderr } = await runSoak(600, [], 7000);
    expect(stderr).toBe('');
    expect(stdout).toContain('ending\n');
    expect(stdout).toContain('verdict: sound, memory not judged, it ended too soon');
    expect(code).toBe(0);
  });

  test.each([
    ['a value of another key', ['--break', 'torn'], /torn or of another key/],
    ['a slot that nobody gives back', ['--break', 'leak'], /slots are taken/],
    ['memory that rises', ['--break', 'rise'], /has risen by more than 10 %/],
    ['a thread that does not stop', ['--break', 'hang', '--patience', '3'], /\d+ threads do not stop/],
  ])('tells of %s', async (_name, args, message) => {
    const { code, stdout, stderr } = await runSoak(6, args);
    expect(stderr).toMatch(message);
    expect(stdout).toMatch(/verdict: \d+ violations/);
    expect(code).toBe(1);
  });
});
