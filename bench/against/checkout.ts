// A built checkout of a commit in a folder of its own, which is gone at the end.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Checkout {
  /** The whole name of the commit. */
  readonly commit: string;
  readonly folder: string;
  /** The address of the built module. */
  readonly build: string;
}

/** The module that a built tree of this project has. */
export function buildOf(folder: string): string {
  return pathToFileURL(join(folder, 'dist', 'src', 'index.js')).href;
}

/**
 * Calls `use` with a checkout of the commit, installed and built, and takes it away again: also
 * when `use` throws, when the build fails, when the signal aborts. Rejects with that error.
 */
export async function withCheckout<T>(
  root: string,
  commit: string,
  use: (checkout: Checkout) => Promise<T>,
  signal?: AbortSignal,
  prepare: (folder: string, root: string, signal?: AbortSignal) => Promise<void> = installAndBuild,
): Promise<T> {
  const git = (args: string[], stop?: AbortSignal) => run('git', args, root, stop);
  const name = (
    await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${commit}^{commit}`]).catch(() => {
      throw new Error(`There is no commit ${commit}`);
    })
  ).trim();
  const above = mkdtempSync(join(realpathSync(tmpdir()), 'threadmap-against-'));
  const folder = join(above, 'tree');
  try {
    await git(['worktree', 'add', '--detach', folder, name], signal);
    await prepare(folder, root, signal);
    signal?.throwIfAborted();
    return await use({ commit: name, folder, build: buildOf(folder) });
  } finally {
    rmSync(above, { recursive: true, force: true });
    // Git forgets it. One that was never made cannot be forgotten, which is no error.
    await git(['worktree', 'remove', '--force', '--force', folder]).catch(() => '');
  }
}

/** Packages of the same lockfile are those of this tree; others are installed. */
async function installAndBuild(folder: string, root: string, signal?: AbortSignal): Promise<void> {
  const modules = join(root, 'node_modules');
  const lockOf = (tree: string) => readFileSync(join(tree, 'package-lock.json'), 'utf8');
  if (existsSync(modules) && lockOf(folder) === lockOf(root))
    symlinkSync(modules, join(folder, 'node_modules'), 'junction');
  else await run('npm', ['ci', '--no-audit', '--no-fund'], folder, signal);
  await run('npm', ['run', 'build'], folder, signal);
}

/** What the program prints. Rejects with that when it fails; an abort ends its whole group. */
async function run(command: string, args: string[], cwd: string, signal?: AbortSignal): Promise<string> {
  signal?.throwIfAborted();
  const isWindows = process.platform === 'win32';
  // A group of its own: npm would leave the compilers running that it has started.
  const child = spawn(command, args, { cwd, detached: !isWindows, shell: isWindows });
  let out = '';
  let all = '';
  child.stdout.on('data', (bytes) => {
    out += bytes;
    all += bytes;
  });
  child.stderr.on('data', (bytes) => {
    all += bytes;
  });
  const end = () => {
    if (child.pid === undefined || isWindows) child.kill();
    else process.kill(-child.pid, 'SIGKILL');
  };
  signal?.addEventListener('abort', end);
  try {
    const [code] = await once(child, 'close');
    signal?.throwIfAborted();
    if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed (${code}):\n${all.trim()}`);
    return out;
  } finally {
    signal?.removeEventListener('abort', end);
  }
}
