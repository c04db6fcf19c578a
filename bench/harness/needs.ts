// What the harness needs beyond Node. Who installs the map alone has none of it: each is looked for when it is needed, and a
// missing one is named with the command that adds it.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { BenchSubject, NeededPackage } from '../subjects/subject.js';

/** What the user can mend: printed without a stack. */
export class BenchError extends Error {
  override readonly name = 'BenchError';
}

/** Packages of the harness itself, with the versions that it was written for. */
const VERSIONS = {
  piscina: '5.3.2',
  'simple-statistics': '7.12.1',
  'cli-progress': '3.12.0',
  vega: '6.4.0',
  'vega-lite': '6.4.3',
};
export type HarnessPackage = keyof typeof VERSIONS;

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

/** A package of the harness. Throws BenchError when it is not installed. */
export async function harnessPackage<T>(name: HarnessPackage): Promise<T> {
  const file = resolveFrom([ROOT, process.cwd()], name);
  if (file === undefined)
    throw new BenchError(
      `The harness needs ${name}, which is not installed. Add it with: npm install --save-dev ${name}@${VERSIONS[name]}`,
    );
  return exportsOf<T>(file);
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
