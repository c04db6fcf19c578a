import { type FileHandle, link, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { sharedMapError } from '../errors.js';
import { PartlyWritten, partsOf, writeInPlace } from './in-place.js';
import { sweepLeftovers, temporaryName, wholeName } from './leftovers.js';
import { throwIfAborted } from './options.js';
import { Output } from './output.js';

// A new content for a file: written beside it, then renamed over it, so that a reader finds the old one or the new one. A file
// that cannot be renamed over (a mount point in a container, a file that another process holds open on Windows) or that
// lies in a folder where nothing can be made is written in place: then only its end is a whole file again.

/** Links that are followed before they count as a loop, as Linux does. */
const MOST_LINKS = 40;

/** How often a save begins anew because its temporary file is gone or the disk was full of old ones. */
const MOST_TRIES = 3;

interface Kept {
  /** Permissions. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
}

export interface Target {
  /** The file behind symbolic links. */
  readonly path: string;
  /** What a file that is there has, and a new one gets; undefined: there is none. */
  readonly kept: Kept | undefined;
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}

/** Where a file would be made, behind links that lead to nothing. */
async function behindLinks(path: string): Promise<string> {
  for (let links = 0; links < MOST_LINKS; links++) {
    try {
      path = resolve(dirname(path), await readlink(path));
    } catch {
      break;
    }
  }
  return path;
}

/** What is there before. Throws ERR_SHARED_MAP_OPTION for what is no file. */
export async function findTarget(path: string): Promise<Target> {
  try {
    const target = await realpath(path);
    const found = await stat(target);
    if (!found.isFile())
      throw sharedMapError('ERR_SHARED_MAP_OPTION', `save writes a file, and ${path} is something else`);
    return { path: target, kept: { mode: found.mode & 0o777, uid: found.uid, gid: found.gid } };
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { path: await behindLinks(path), kept: undefined };
    throw error;
  }
}

/** The folder lets no file be made, whatever its name. */
const CLOSED_FOLDER: readonly unknown[] = ['EACCES', 'EPERM', 'EROFS'];
/** The system does not let this file be replaced; it may let it be written. */
const NO_RENAME: readonly unknown[] = ['EBUSY', 'EXDEV', 'EACCES', 'EPERM'];

/**
 * Gives the target the content that `write` writes into a file. Where it rejects, the old content is there; but not when the
 * target has to be written in place and that fails. Sweeps the temporary files of ended processes.
 */
export async function replaceFile(
  target: Target,
  signal: AbortSignal | undefined,
  write: (output: Output) => Promise<void>,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    throwIfAborted(signal);
    try {
      await replaceOnce(target, signal, write);
      break;
    } catch (error) {
      const isGone = error instanceof TemporaryGone;
      if (tries === MOST_TRIES) throw isGone ? error.cause : error;
      if (isGone) continue;
      if (codeOf(error) !== 'ENOSPC' || !(await sweepLeftovers(target.path))) throw error;
    }
  }
  await sweepLeftovers(target.path);
}

/** Somebody removed the temporary file of a save that was stopped for a long time. */
class TemporaryGone extends Error {}

async function replaceOnce(
  { path, kept }: Target,
  signal: AbortSignal | undefined,
  write: (output: Output) => Promise<void>,
): Promise<void> {
  const temporary = temporaryName(path);
  let file: FileHandle;
  try {
    file = await open(temporary, 'wx', kept?.mode ?? 0o666);
  } catch (error) {
    if (kept === undefined || !CLOSED_FOLDER.includes(codeOf(error))) throw error;
    await overwrite(path, signal, write);
    return;
  }
  try {
    try {
      if (kept !== undefined) await keep(file, kept);
      const output = new Output(file, false);
      await write(output);
      await output.finish();
      throwIfAborted(signal);
    } finally {
      await file.close(); // Windows renames no file that is open
    }
    if (await isRenamed(temporary, path, kept !== undefined)) {
      await syncFolder(path);
      return;
    }
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await copyOver(await setApart(temporary, path), path, signal);
  await syncFolder(path);
}

async function overwrite(
  path: string,
  signal: AbortSignal | undefined,
  write: (output: Output) => Promise<void>,
): Promise<void> {
  try {
    await writeInPlace(path, signal, write);
  } catch (error) {
    throw error instanceof PartlyWritten ? error.cause : error;
  }
}

/** Owner and permissions, whatever the process masks. Few may give files away: who may not is the owner. */
async function keep(file: FileHandle, { mode, uid, gid }: Kept): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid).catch(() => undefined);
  // Node's permission model allows none, whatever it is asked for.
  if ((own.mode & 0o777) !== mode) await file.chmod(mode);
}

/** false: the target must be written in place. */
async function isRenamed(temporary: string, path: string, isThere: boolean): Promise<boolean> {
  try {
    await rename(temporary, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new TemporaryGone('', { cause: error });
    if (!isThere || !NO_RENAME.includes(codeOf(error))) throw error;
    return false;
  }
}

/**
 * Gives the temporary file a name that no save sweeps: during the copy it may be the only whole
 * one. Where no file can be renamed, by a link. Returns where it is.
 */
async function setApart(temporary: string, path: string): Promise<string> {
  const whole = wholeName(path);
  try {
    await rename(temporary, whole);
    return whole;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new TemporaryGone('', { cause: error });
  }
  try {
    await link(temporary, whole);
  } catch {
    return temporary; // this process lives, so that it is not swept during the copy
  }
  await rm(temporary, { force: true });
  return whole;
}

/** Copies a whole file over the target, and removes it when the target has its content or the old one. */
async function copyOver(whole: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  try {
    await copyWithRoom(whole, path, signal);
  } catch (error) {
    if (!(error instanceof PartlyWritten)) {
      await rm(whole, { force: true });
      throw error;
    }
    throw sharedMapError(
      'ERR_SHARED_MAP_SNAPSHOT',
      `${path} was written only in part and is damaged; the whole snapshot is in ${whole}: ` +
        'load that one, or copy it over the damaged file once the cause is mended, then delete it',
      error.cause,
    );
  }
  await rm(whole, { force: true });
}

/** Where the disk is full, temporary files of ended processes make room, as long as there are any. */
async function copyWithRoom(whole: string, path: string, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    try {
      await writeInPlace(path, signal, (output) => copy(whole, output));
      return;
    } catch (error) {
      const isFull = error instanceof PartlyWritten && codeOf(error.cause) === 'ENOSPC';
      if (!isFull || !(await sweepLeftovers(path))) throw error;
    }
  }
}

async function copy(from: string, output: Output): Promise<void> {
  const source = await open(from);
  try {
    for await (const part of partsOf(source)) await output.append(part);
  } finally {
    await source.close();
  }
}

/** A rename lasts once its folder is on disk; not every system lets a folder be opened for that. */
async function syncFolder(path: string): Promise<void> {
  let folder: FileHandle | undefined;
  try {
    folder = await open(dirname(path));
    await folder.sync();
  } catch {
  } finally {
    await folder?.close();
  }
}
