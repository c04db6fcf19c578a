// Workloads and subjects of one's own on the command line: paths of modules beside the names of ours.

import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BenchError } from '../harness/needs.js';
import { defineWorkload, type Workload } from '../harness/workload.js';
import { type BenchSubject, defineSubject } from '../subjects/subject.js';

const isPath = (name: string) => /[\\/]|\.[cm]?js$/.test(name);

/** Names stay names; the default export of a path is a subject. */
export async function openSubjects(
  names: readonly string[] | undefined,
): Promise<(string | BenchSubject)[] | undefined> {
  if (names === undefined) return undefined;
  const open = async (name: string) => {
    if (!isPath(name)) return name;
    const { default: subject } = await importPath<{ default?: BenchSubject }>(name);
    if (typeof subject !== 'object' || subject === null)
      throw new BenchError(`${name} has no default export: export default defineSubject({ ... })`);
    return checked(name, () => defineSubject(subject as never) as BenchSubject);
  };
  return Promise.all(names.map(open));
}

/** Names stay names; of a path, all exports that are workloads. */
export async function openWorkloads(
  names: readonly string[] | undefined,
): Promise<(string | Workload)[] | undefined> {
  if (names === undefined) return undefined;
  const open = async (name: string) => {
    if (!isPath(name)) return [name];
    const found = Object.values(await importPath<Record<string, unknown>>(name))
      .flat()
      .filter(
        (value) => typeof value === 'object' && value !== null && 'entries' in value && 'keys' in value,
      );
    if (found.length === 0)
      throw new BenchError(`${name} exports no workload: export const mine = defineWorkload({ ... })`);
    return checked(name, () => found.map((workload) => defineWorkload(workload as Workload)));
  };
  return (await Promise.all(names.map(open))).flat();
}

async function importPath<T>(path: string): Promise<T> {
  if (!existsSync(path)) throw new BenchError(`There is no file ${path}`);
  try {
    return (await import(pathToFileURL(resolve(path)).href)) as T;
  } catch (cause) {
    throw new BenchError(`${path} cannot be imported: ${(cause as Error).message}`, { cause });
  }
}

function checked<T>(path: string, define: () => T): T {
  try {
    return define();
  } catch (error) {
    throw new BenchError(`${path}: ${(error as Error).message}`);
  }
}
