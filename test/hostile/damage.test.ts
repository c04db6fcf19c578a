import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const storm = fileURLToPath(new URL('../../dist/workers/hostile/hostile-storm.js', import.meta.url));

/** Damaged maps of one run; DAMAGED_MAPS asks for more. */
const MAPS = Number(process.env.DAMAGED_MAPS ?? 2000);

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(...args: string[]): Promise<Outcome> {
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [storm, ...args], {
      maxBuffer: 2 ** 26,
    });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as Outcome;
    return { code, stdout, stderr };
  }
}

describe('maps whose memory was damaged', () => {
  test(
    'answer every call, or throw an error with a code',
    async () => {
      const seed = Date.now() % 1e6;
      const { code, stdout, stderr } = await run('--maps', `${MAPS}`, '--seed', `${seed}`);
      expect(stderr).toBe('');
      expect(stdout).toContain(`${MAPS} damaged maps from seed ${seed}, `);
      expect(stdout).toContain(': 0 violations');
      expect(code).toBe(0);
      // The damage is found, and not all of it is fatal.
      const corrupt = Number(/ERR_SHARED_MAP_CORRUPT: (\d+) times/.exec(stdout)?.[1]);
      const calls = Number(/ (\d+) calls/.exec(stdout)?.[1]);
      expect(corrupt).toBeGreaterThan(MAPS);
      expect(corrupt).toBeLessThan(calls / 2);
    },
    120_000 + MAPS * 200,
  );

  test.each([
    ['hang', 'a pretence took longer than 3000 ms'],
    ['crash', 'a pretence ended the process (SIGSEGV)'],
    ['exit', 'a pretence ended the process (0)'],
    ['throw', 'a pretence: RangeError: not an error of the library'],
    ['trap', 'a pretence: RuntimeError: unreachable'],
    ['reject', 'nobody awaits this'],
    ['fill', 'the process has come to '],
  ])('would be noticed if they made a call %s', async (pretence, complaint) => {
    const limit = pretence === 'hang' ? ['--limit', '3000'] : [];
    // The seed is one whose map is handed to another thread too.
    const { code, stdout, stderr } = await run(
      '--maps',
      '1',
      '--seed',
      '40',
      '--pretend',
      pretence,
      ...limit,
    );
    expect(code).toBe(1);
    expect(stderr).toContain('seed 40, a map ');
    expect(stderr).toContain(complaint);
    expect(stdout).not.toContain(': 0 violations');
  });
});
