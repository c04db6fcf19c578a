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

/** A day, ms: after it a temporary file of another place counts as left behind. */
const FOREIGN_AGE = 24 * 60 * 60 * 1000;

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

/** The name of a new temporary file for this target. */
export function temporaryName(target: string): string {
  const start = processState('self')?.start ?? '0';
  const random = cryptoModule().randomBytes(6).toString('hex');
  return `${target}.${placeOf()}-${process.pid}-${start}-${random}.tmp`;
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
  const name = basename(target);
  let swept = false;
  try {
    if (!isAllowed({ name: 'read', path: folder })) return false;
    for (const entry of await readdir(folder)) {
      const match = entry.startsWith(name) ? entry.slice(name.length).match(NAME) : null;
      const path = join(folder, entry);
      if (match === null || !(await isLeft(path, match))) continue;
      await rm(path);
      swept = true;
    }
  } catch {
    // Not ours to list or to remove: the save itself is done.
  }
  return swept;
}
