import type { BigIntStats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { sharedMapError } from '../errors.js';
import { cryptoModule } from '../late-modules.js';
import { throwIfAborted } from './options.js';
import { Output } from './output.js';

// A file that is written where it is. Two writers of one file would mix their parts, so the saves
// of a thread take turns. Writers of other threads and processes cannot be kept away: nothing can
// be made beside such a file. Each reads the file back at its end, and begins anew when it finds
// something else than it wrote. The last one to write anything reads after that: where all of
// them succeed, the file is whole.

/** How often a file is written when others write it too. */
const MOST_WRITES = 4;

/** A file that was not written for this long, ms, counts as left by its writers. */
const QUIET = 50;

/** How often it is looked at for that: some 10 s, for a file that somebody writes all the time. */
const MOST_LOOKS = 100;

/** Bytes that are read at a time. */
const PART = 1024 * 1024;

/** The file may have neither the old nor the new content; `cause` says why. */
export class PartlyWritten extends Error {}

// By file, the end of the last save of this thread. Kept on globalThis, for all copies of this
// library in one thread.
const place = Symbol.for('threadmap.in-place');
const scope = globalThis as { [place]?: Map<string, Promise<void>> };
scope[place] ??= new Map();
const turns = scope[place];

async function inTurn(file: string, work: () => Promise<void>): Promise<void> {
  const before = turns.get(file) ?? Promise.resolve();
  const done = before.then(work);
  const end = done.catch(() => undefined);
  turns.set(file, end);
  try {
    await done;
  } finally {
    if (turns.get(file) === end) turns.delete(file);
  }
}

const find = (path: string) => stat(path, { bigint: true });

/**
 * Gives a file what `write` writes; it may be called again. Rejects with PartlyWritten when the
 * file is damaged; after any other error it is as it was. The signal counts until the first part.
 */
export async function writeInPlace(
  path: string,
  signal: AbortSignal | undefined,
  write: (output: Output) => Promise<void>,
): Promise<void> {
  const { dev, ino } = await find(path);
  await inTurn(`${dev}:${ino}`, async () => {
    throwIfAborted(signal);
    if (Date.now() - Number((await find(path)).mtimeMs) < QUIET) await untilQuiet(path);
    for (let writes = 1; !(await isWritten(path, write, writes > 1)); writes++) {
      if (writes === MOST_WRITES) throw new PartlyWritten('', { cause: disturbed(path) });
    }
  });
}

function disturbed(path: string): Error {
  return sharedMapError(
    'ERR_SHARED_MAP_SNAPSHOT',
    `other threads or processes wrote ${path} during each of ${MOST_WRITES} attempts of this save, and it may be damaged: ` +
      'let one thread save to a file that can only be written in place, then save again',
  );
}

/** Writes the file and reads it back. Was nobody else there? */
async function isWritten(
  path: string,
  write: (output: Output) => Promise<void>,
  wasCut: boolean,
): Promise<boolean> {
  let output: Output | undefined;
  try {
    if (wasCut) await untilQuiet(path);
    const file = await open(path, 'r+');
    try {
      output = new Output(file, true);
      await write(output);
      await output.finish();
    } finally {
      await file.close();
    }
    return output.digest() === (await digestOf(path));
  } catch (cause) {
    throw wasCut || output?.isCut ? new PartlyWritten('', { cause }) : cause;
  }
}

async function digestOf(path: string): Promise<string> {
  const digest = cryptoModule().createHash('sha256');
  const file = await open(path);
  try {
    for await (const part of partsOf(file)) digest.update(part);
  } finally {
    await file.close();
  }
  return digest.digest('hex');
}

/** What a file holds, in parts that are overwritten by the next one. */
export async function* partsOf(file: FileHandle): AsyncGenerator<Uint8Array> {
  const part = Buffer.allocUnsafeSlow(PART);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(part, 0, PART, position);
    if (bytesRead === 0) return;
    yield part.subarray(0, bytesRead);
    position += bytesRead;
  }
}

const isSame = (a: BigIntStats, b: BigIntStats) => a.size === b.size && a.mtimeNs === b.mtimeNs;

/**
 * Waits until nobody writes the file. The pauses differ by chance: of several waiting writers the
 * first one to begin is seen by the others.
 */
async function untilQuiet(path: string): Promise<void> {
  let before = await find(path);
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    await sleep(QUIET * (1 + 2 * Math.random()));
    const now = await find(path);
    if (isSame(before, now)) return;
    before = now;
  }
}
