import { type FileHandle, open } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Door } from '../attach/door.js';
import type { Opened } from '../attach/opened.js';
import { describe, sharedMapError } from '../errors.js';
import { damagedAt } from './format.js';
import { readLoadOptions, readSaveOptions, type SaveOptions, throwIfAborted } from './options.js';
import type { Output } from './output.js';
import { findTarget, replaceFile } from './replace.js';
import { Restoring } from './restore.js';
import { ANEW, Taking } from './take.js';

/** A path, as the functions of node:fs take it. Throws ERR_SHARED_MAP_OPTION. */
function pathOf(method: string, path: unknown): string {
  if (typeof path === 'string' && path !== '' && !path.includes('\0')) return path;
  try {
    // A URL of any realm, told as node:fs tells one; only its text is used.
    const { href, protocol } = Object(path) as Partial<URL>;
    if (typeof href === 'string' && typeof protocol === 'string') return fileURLToPath(href);
  } catch (cause) {
    throw sharedMapError('ERR_SHARED_MAP_OPTION', `${method} takes the path or URL of a file`, cause);
  }
  throw sharedMapError(
    'ERR_SHARED_MAP_OPTION',
    `${method} takes the path or URL of a file, not ${describe(path)}`,
  );
}

/**
 * Writes a snapshot to a temporary file beside `path`, then renames it: until then the old file is as it was. One part
 * is in memory at a time; the next is taken when the file has it.
 */
export async function save(door: Door, path: unknown, options: unknown): Promise<void> {
  const given = readSaveOptions(options);
  const target = await findTarget(pathOf('save', path));
  await replaceFile(target, given.signal, (output) => write(door, output, given));
}

async function write(door: Door, output: Output, { signal, onProgress }: SaveOptions): Promise<void> {
  const taking = new Taking(door);
  for (const part of taking.parts()) {
    if (part === ANEW) await output.restart();
    else if (part.length === 0) await setImmediate();
    else {
      await output.append(part);
      onProgress?.({ entries: taking.entries, bytes: output.position, expected: taking.expected });
    }
    throwIfAborted(signal);
  }
}

/** Reads a snapshot from a file, part by part. */
export async function load(path: unknown, options: unknown): Promise<Opened> {
  const given = readLoadOptions(options);
  const file = await open(pathOf('load', path));
  try {
    const found = await file.stat();
    if (!found.isFile()) {
      throw sharedMapError(
        'ERR_SHARED_MAP_SNAPSHOT',
        'load reads a file, and this path leads to something else',
      );
    }
    return await read(file, new Restoring({ size: found.size }, given), given);
  } finally {
    await file.close();
  }
}

async function read(
  file: FileHandle,
  restoring: Restoring,
  { signal, onProgress }: SaveOptions,
): Promise<Opened> {
  const steps = restoring.steps();
  try {
    let step = steps.next();
    while (!step.done) {
      throwIfAborted(signal);
      const bytes = await readAll(file, step.value, restoring.bytes);
      step = steps.next(bytes);
      onProgress?.({ entries: restoring.entries, bytes: restoring.bytes, expected: restoring.expected });
    }
    return step.value;
  } finally {
    // Where it was cut short, the map is let go; where it came to its end, this does nothing.
    steps.return(undefined as never);
  }
}

async function readAll(file: FileHandle, length: number, position: number): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await file.read(bytes, done, length - done, position + done);
    if (bytesRead === 0) throw damagedAt(position + done, 'the file became shorter while it was read');
    done += bytesRead;
  }
  return bytes;
}
