// What both Go subjects are: the same program, compiled by one toolchain or another.

import { join } from 'node:path';
import { built, tellOf } from './program-build.js';
import type { Operation, ProgramCommand, ProgramSubject } from './subject.js';

/** CompareAndSwap and Swap are of 1.20. */
const LEAST = 20;
/** From here on sync.Map is a HashTrieMap. */
const TRIE = 24;
const INSTALL = 'https://go.dev/dl, or apt-get install golang-go where that is new enough';
/** In Go 1.24 this setting brings the old map back; later versions do not know it. */
const OLD_MAP = { GOEXPERIMENT: 'nosynchashtriemap' };
/** What was installed is used; nothing is fetched. */
const OFFLINE = { GOTOOLCHAIN: 'local', GOFLAGS: '-mod=mod', GOPROXY: 'off' };

export interface Toolchain {
  readonly file: string;
  readonly version: string;
  /** The 21 of go1.21.3. */
  readonly minor: number;
}

const OPERATIONS: readonly Operation[] = [
  ...(['get', 'has', 'set', 'delete', 'insert', 'add', 'compareAndSet', 'modify'] as const),
  ...(['getAndSet', 'getAndDelete', 'range'] as const),
];

export const NOTES: readonly string[] = [
  'A program of its own, compiled by the toolchain that is there; the same keys, checks and clock as here; no boundary between languages is crossed. Threads are goroutines, on as many processors as there are.',
  'Keys and values are of type any, ints in them too, as all users of sync.Map have it: the value of a store is allocated, the key where the map keeps it.',
  'It has no addition: that is Load and CompareAndSwap, again until nobody came between. Objects are pointers, not copied. Milliseconds of collections are the pauses; what collects beside the program is in its throughput.',
];

/** The Go that a variable of the environment names, else the one in the path. */
export async function findGo(...variables: readonly string[]): Promise<Toolchain | undefined> {
  const file = variables.map((name) => process.env[name]).find((value) => value) ?? 'go';
  const version = (await tellOf(file, ['version'], OFFLINE))?.match(/\bgo1\.(\d+)\S*/);
  return version ? { file, version: version[0], minor: Number(version[1]) } : undefined;
}

/** Why none can be built; undefined: one can. */
export function missingGo(go: Toolchain | undefined, variable: string): string | undefined {
  if (go !== undefined && go.minor >= LEAST) return undefined;
  const found = go === undefined ? 'Go is not found' : `${go.version} is too old`;
  return `${found}: install Go 1.${LEAST} or newer (${INSTALL}), or let ${variable} name its go command`;
}

/** Does this one build the map before HashTrieMap, and by which settings? */
export async function oldMapOf(go: Toolchain): Promise<Readonly<Record<string, string>> | undefined> {
  if (go.minor < TRIE) return {};
  const isKnown = await tellOf(go.file, ['env', 'GOEXPERIMENT'], { ...OFFLINE, ...OLD_MAP });
  return isKnown === undefined ? undefined : OLD_MAP;
}

export async function goCommand(
  go: Toolchain,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<ProgramCommand> {
  const folder = await built({
    language: 'go',
    tool: `${go.file} ${go.version} ${JSON.stringify(environment)}`,
    file: go.file,
    args: (_, into) => ['build', '-o', join(into, PROGRAM), '.'],
    environment: { ...OFFLINE, ...environment },
  });
  return { file: join(folder, PROGRAM), args };
}

const PROGRAM = process.platform === 'win32' ? 'peer.exe' : 'peer';

export const goSubject = {
  kind: 'program',
  sharing: 'shared',
  keys: ['int', 'string', 'fresh', 'long'],
  values: ['number', 'object'],
  operations: OPERATIONS,
} satisfies Partial<ProgramSubject>;
