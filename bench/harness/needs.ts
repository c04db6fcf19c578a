// What the harness needs beyond Node. Who installs the map alone has none of it: each is looked for when it is needed, and a
// missing one is named with the command that adds it.

import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BenchSubject, NeededPackage } from '../subjects/subject.js';

/** What the user can mend: printed without a stack. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}

/** Packages of the harness itself. */
const NEEDED = ['piscina', 'simple-statistics', 'cli-progress', 'vega', 'vega-lite'] as const;
export type HarnessPackage = (typeof NEEDED)[number];

/** The folder of the package: from dist/bench/harness, or from bench/harness. */
const ROOT = findRoot();
/** Where maps to compare with are installed in a clone: apart from what the project itself needs. */
const PEERS = join(ROOT, 'bench', 'peers');

/** Where the sources of a program of ours lie, in a clone and in what is installed. */
export const programSources = (language: 'go' | 'java'): string => join(PEERS, language);

function findRoot(): string {
  const above = fileURLToPath(new URL('../..', import.meta.url));
  return existsSync(join(above, 'package.json'))
    ? above
    : fileURLToPath(new URL('../../..', import.meta.url));
}

/** The versions that the harness was written for: those that a clone installs. */
const VERSIONS = (
  JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    devDependencies: Record<HarnessPackage, string>;
  }
).devDependencies;

const majorOf = (version: string) => version.split('.')[0];

/** A package of the harness. Throws BenchError when it is not installed, or only in another major version. */
export async function harnessPackage<T>(name: HarnessPackage): Promise<T> {
  const found = ownPackage(name);
  const other = found === undefined ? undefined : otherMajor(name, found);
  if (found !== undefined && other === undefined) return exportsOf<T>(found);
  const missing = NEEDED.filter((each) => {
    const file = ownPackage(each);
    return file === undefined || otherMajor(each, file) !== undefined;
  });
  const command = `npm install --save-dev ${missing.map((each) => `${each}@${VERSIONS[each]}`).join(' ')}`;
  throw new BenchError(
    other === undefined
      ? `The harness needs ${name}, which is not installed. Add what is missing with: ${command}`
      : `The harness needs ${name} ${majorOf(VERSIONS[name])}, and ${other} is installed here. In a folder of its own: ${command}`,
  );
}

const ownPackage = (name: HarnessPackage) => resolveFrom([ROOT, process.cwd()], name);

/** The version of a package that is installed, if it is of another major version than the harness needs. */
function otherMajor(name: HarnessPackage, file: string): string | undefined {
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const found = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string; version?: string };
    if (found.name !== name || found.version === undefined) continue;
    return majorOf(found.version) === majorOf(VERSIONS[name]) ? undefined : found.version;
  }
  return undefined;
}

/** Which of these packages cannot be found: a sentence with the command, or undefined. */
export function missingPeers(needs: readonly NeededPackage[]): string | undefined {
  const missing = needs.filter(({ name }) => findPeer(name) === undefined);
  if (missing.length === 0) return undefined;
  const names = missing.map(({ name }) => name).join(', ');
  const command = existsSync(join(PEERS, 'package.json'))
    ? 'npm run bench:peers:install'
    : `npm install --no-save ${missing.map(({ name, version }) => `${name}@${version}`).join(' ')}`;
  return `${names} ${missing.length === 1 ? 'is' : 'are'} not installed: ${command}`;
}

/** Why a subject cannot run on this machine, and what to do about it; undefined: it can. */
export async function whatIsMissing(subject: BenchSubject): Promise<string | undefined> {
  const packages = subject.kind === 'program' ? undefined : missingPeers(subject.needs ?? []);
  return packages ?? (await subject.missing?.());
}

/** A map to compare with, wherever it is installed. Throws BenchError. */
export async function peer<T>(needed: NeededPackage): Promise<T> {
  const file = findPeer(needed.name);
  if (file === undefined) throw new BenchError(missingPeers([needed]) as string);
  return exportsOf<T>(file);
}

/** The version that is installed; null where it says none. */
export function peerVersion({ name }: NeededPackage): string | null {
  for (const folder of [PEERS, ROOT, process.cwd()]) {
    const file = join(folder, 'node_modules', name, 'package.json');
    if (existsSync(file)) return (createRequire(file)(file) as { version?: string }).version ?? null;
  }
  return null;
}

/** What a module exports: of a CommonJS one, that is what import calls its default. */
async function exportsOf<T>(file: string): Promise<T> {
  const module = (await import(pathToFileURL(file).href)) as { default?: T };
  return module.default ?? (module as T);
}

function findPeer(name: string): string | undefined {
  return resolveFrom([PEERS, ROOT, process.cwd()], name);
}

function resolveFrom(folders: readonly string[], name: string): string | undefined {
  for (const folder of folders) {
    try {
      return createRequire(join(folder, 'index.js')).resolve(name);
    } catch {
      // Not there: the next folder.
    }
  }
  return undefined;
}
