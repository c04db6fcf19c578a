// Programs of ours are published as sources. Each is compiled by the toolchain that is there, once for each version of both.

import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BenchError, programSources } from '../harness/needs.js';

const run = promisify(execFile);
/** A first build may compile a standard library too. ms */
const PATIENCE = 300_000;
/** Nobody but the user may write what is going to be run. */
const OWNER_ONLY = 0o700;

export interface Build {
  readonly language: 'go' | 'java';
  /** What the outcome follows from beside the sources: version, settings. */
  readonly tool: string;
  readonly file: string;
  /** Compiles the files of the folder `sources` into the folder `into`. */
  args(sources: string, into: string): readonly string[];
  /** Beside the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** What a tool says about itself; undefined where it cannot be run. */
export async function tellOf(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await run(file, args, { env: { ...process.env, ...environment } });
    return `${stdout}${stderr}`.trim();
  } catch {
    return undefined;
  }
}

/** The folder with the compiled program, made when it is not there yet. Throws BenchError with what the compiler said. */
export async function built({ language, tool, file, args, environment }: Build): Promise<string> {
  const sources = programSources(language);
  const into = join(ownFolder(), `${language}-${digest(sources, tool)}`);
  if (existsSync(into)) return into;
  // Under another name until it is whole: several runs may do this at once.
  const unfinished = `${into}.${randomUUID()}`;
  mkdirSync(unfinished, { mode: OWNER_ONLY });
  try {
    const env = { ...process.env, ...environment };
    await run(file, args(sources, unfinished), { cwd: sources, env, timeout: PATIENCE });
    if (!existsSync(into)) renameSync(unfinished, into);
  } catch (error) {
    if (existsSync(into)) return into;
    const { stderr, message } = error as Error & { stderr?: string };
    throw new BenchError(`${file} could not compile ${sources}: ${(stderr || message).trim()}`);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return into;
}

function digest(sources: string, tool: string): string {
  const hash = createHash('sha256').update(tool);
  for (const name of readdirSync(sources).sort()) hash.update(name).update(readFileSync(join(sources, name)));
  return hash.digest('hex').slice(0, 24);
}

/** A folder that is this user's alone: others could put programs of theirs into it. */
function ownFolder(): string {
  const { uid } = userInfo();
  const folder = join(tmpdir(), `threadmap-peers-${uid}`);
  mkdirSync(folder, { recursive: true, mode: OWNER_ONLY });
  const { uid: owner, mode } = lstatSync(folder);
  // Windows has a temporary folder for each user, and no such numbers.
  if (process.platform !== 'win32' && (owner !== uid || (mode & 0o022) !== 0))
    throw new BenchError(`${folder} can be written by others: remove it, and it is made anew`);
  return folder;
}
