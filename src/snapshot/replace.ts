import { type FileHandle, open, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { sharedMapError } from '../errors.js';
import { sweepLeftovers, temporaryName } from './leftovers.js';
import { throwIfAborted } from './options.js';

// A new content for a file: written beside it, then renamed over it, so that a reader finds the old one or the new one. A file
// that cannot be renamed over (a mount point in a container, a file that another process holds open on Windows) or that
// lies in a folder where nothing can be made is written in place: then only its end is a whole file again.

/** Links that are followed before they count as a loop, as Linux does. */
const MOST_LINKS = 40;

/** How often a save begins anew because its temporary file is gone or the disk was full of old ones. */
const MOST_TRIES = 3;

/** Bytes that are copied at a time. */
const PART = 1024 * 1024;

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
  write: (file: FileHandle) => Promise<void>,
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
  write: (file: FileHandle) => Promise<void>,
): Promise<void> {
  const temporary = temporaryName(path);
  let file: FileHandle;
  try {
    file = await open(temporary, 'wx', kept?.mode ?? 0o666);
  } catch (error) {
    if (kept === undefined || !CLOSED_FOLDER.includes(codeOf(error))) throw error;
    await writeInPlace(path, write);
    return;
  }
  try {
    try {
      if (kept !== undefined) await keep(file, kept);
      await write(file);
      await file.sync();
      throwIfAborted(signal);
    } finally {
      await file.close(); // Windows renames no file that is open
    }
    await moveOver(temporary, path, kept !== undefined);
  } catch (error) {
    if (error instanceof PartlyCopied) throw error.cause;
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(path);
}

/** Owner and permissions, whatever the process masks. Few may give files away: who may not is the owner. */
async function keep(file: FileHandle, { mode, uid, gid }: Kept): Promise<void> {
  const own = await file.stat();
  if (own.uid !== uid || own.gid !== gid) await file.chown(uid, gid).catch(() => undefined);
  // Node's permission model allows none, whatever it is asked for.
  if ((own.mode & 0o777) !== mode) await file.chmod(mode);
}

/** The copy in place failed half way: the temporary file is the only whole one, and stays. */
class PartlyCopied extends Error {}

async function moveOver(temporary: string, path: string, isThere: boolean): Promise<void> {
  try {
    await rename(temporary, path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') throw new TemporaryGone('', { cause: error });
    if (!isThere || !NO_RENAME.includes(codeOf(error))) throw error;
    await copyOver(temporary, path);
    await rm(temporary, { force: true });
  }
}

async function copyOver(from: string, to: string): Promise<void> {
  const source = await open(from);
  try {
    const target = await open(to, 'r+'); // what cannot be opened is as it was
    try {
      await fill(target, async () => {
        const part = Buffer.allocUnsafeSlow(PART);
        for (let position = 0; ; ) {
          const { bytesRead } = await source.read(part, 0, PART, position);
          if (bytesRead === 0) return;
          await writeAll(target, part.subarray(0, bytesRead), position);
          position += bytesRead;
        }
      });
    } catch (cause) {
      throw new PartlyCopied('', { cause });
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

async function writeInPlace(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await fill(file, write);
  } finally {
    await file.close();
  }
}

/** Gives an open file another content. */
async function fill(file: FileHandle, write: (file: FileHandle) => Promise<void>): Promise<void> {
  await file.truncate(0);
  await write(file);
  await file.sync();
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

/** Writes all of a part, however little the system takes at a time. */
export async function writeAll(file: FileHandle, part: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < part.length; ) {
    done += (await file.write(part, done, part.length - done, position + done)).bytesWritten;
  }
}
