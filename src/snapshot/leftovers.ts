import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { cryptoModule } from '../late-modules.js';

// The temporary files of `save`, and which of them nobody writes any more. A name says whose it is:
//
//   <target>.<place>-<pid>-<start>-<random>.tmp
//
// place: the system's start and the pid namespace, hashed: within one, a pid names one process at a time. start: when that
// process began, in ticks since the system's start; 0 where it cannot be read. A file of this place is swept when its process
// has ended. One of another place (a container that shares the volume, a machine that was started again) is swept
// when nothing was written to it for a day; a save that lives yet finds it gone at its end, and begins anew.
// A file that is being copied over its target, or could not be, may be the only whole one. It is
// never swept, and named so:
//
//   <target>.whole-<random>
//
// A long name of a target is shortened in both, for file systems limit the bytes of a name.

/** A day, ms: after it a temporary file of another place counts as left behind. */
const FOREIGN_AGE = 24 * 60 * 60 * 1000;

/** Bytes of a target's name that stand in other names as they are: 143 are allowed at least. */
const LONGEST = 80;
/** Bytes that are kept of a longer one, before its hash. */
const KEPT = 40;

const NAME = /^\.([0-9a-f]{16})-(\d+)-(\d+)-[0-9a-f]{12}\.tmp$/;

interface Asked {
  readonly name: 'read' | 'run' | 'sys';
  readonly path?: string;
  readonly kind?: 'hostname';
}

interface DenoPermissions {
  querySync(what: Asked): { state: string };
}

/** May this be asked of the system without a question to the user? Only Deno puts one. */
function isAllowed(what: Asked): boolean {
  const { Deno } = globalThis as { Deno?: { permissions: DenoPermissions } };
  return Deno === undefined || Deno.permissions.querySync(what).state === 'granted';
}

/** What a file of the system says, or undefined. */
function told(path: string, read: (path: string) => string): string | undefined {
  try {
    return isAllowed({ name: 'read', path }) ? read(path).trim() : undefined;
  } catch {
    return undefined;
  }
}

const text = (path: string) => readFileSync(path, 'latin1');

/** State and start of a process, where the system shows them. */
function processState(pid: number | 'self'): { state: string; start: string } | undefined {
  // The name in parentheses may hold spaces and parentheses: what follows the last one are fields from the third on.
  const fields = told(`/proc/${pid}/stat`, text)?.split(') ').at(-1)?.split(' ');
  return fields === undefined ? undefined : { state: fields[0] as string, start: fields[19] as string };
}

/** Where the system may not be asked where this is: nowhere else. */
const nowhere = { place: '' };

function placeOf(): string {
  if (!isAllowed({ name: 'sys', kind: 'hostname' })) {
    nowhere.place ||= cryptoModule().randomBytes(8).toString('hex');
    return nowhere.place;
  }
  const boot = told('/proc/sys/kernel/random/boot_id', text);
  const namespace = told('/proc/self/ns/pid', readlinkSync);
  const place = JSON.stringify([hostname(), boot, namespace]);
  return cryptoModule().createHash('sha256').update(place).digest('hex').slice(0, 16);
}

/** A file's name, in at most LONGEST bytes: of a longer one the first characters and a hash. */
function shortName(name: string): string {
  if (Buffer.byteLength(name) <= LONGEST) return name;
  let first = '';
  for (const character of name) {
    if (Buffer.byteLength(first + character) > KEPT) break;
    first += character;
  }
  return `${first}~${cryptoModule().createHash('sha256').update(name).digest('hex').slice(0, 16)}`;
}

function beside(target: string, ending: string): string {
  return join(dirname(target), `${shortName(basename(target))}.${ending}`);
}

const random = () => cryptoModule().randomBytes(6).toString('hex');

/** The name of a new temporary file for this target. */
export function temporaryName(target: string): string {
  const start = processState('self')?.start ?? '0';
  return beside(target, `${placeOf()}-${process.pid}-${start}-${random()}.tmp`);
}

/** The name of a file that may be the only whole one: no sweep matches it. */
export function wholeName(target: string): string {
  return beside(target, `whole-${random()}`);
}

/** Has this process of this place ended? Where it cannot be told: no. */
function hasEnded(pid: number, start: string): boolean {
  const now = processState(pid);
  if (now !== undefined)
    return now.state === 'Z' || now.state === 'X' || (start !== '0' && now.start !== start);
  // Processes of other users may be hidden from /proc, so that it shows none says nothing.
  if (!isAllowed({ name: 'run' })) return false;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}

async function isLeft(path: string, [, place, pid, start]: RegExpMatchArray): Promise<boolean> {
  if (place === placeOf()) return hasEnded(Number(pid), start as string);
  return Date.now() - (await stat(path)).mtimeMs > FOREIGN_AGE;
}

/** Removes what ended processes have left beside this target. Returns whether there was any; fails for nothing. */
export async function sweepLeftovers(target: string): Promise<boolean> {
  const folder = dirname(target);
  const name = shortName(basename(target));
  let swept = false;
  for (const entry of await entriesOf(folder)) {
    const match = entry.startsWith(name) ? entry.slice(name.length).match(NAME) : null;
    const path = join(folder, entry);
    try {
      if (match === null || !(await isLeft(path, match))) continue;
      await rm(path);
      swept = true;
    } catch {
      // Gone meanwhile, or not ours to remove: it says nothing of the others.
    }
  }
  return swept;
}

/** The names in a folder; none where it may not be listed. */
async function entriesOf(folder: string): Promise<string[]> {
  try {
    return isAllowed({ name: 'read', path: folder }) ? await readdir(folder) : [];
  } catch {
    return [];
  }
}
