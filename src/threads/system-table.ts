import fs from 'node:fs';
import type { SystemThread } from './identity.js';
import { mayRead } from './runtime.js';

// The system's table of threads, on Linux: who runs is a fact there, and nobody has to tell it.
// `/proc/thread-self` names the calling thread; file calls of this kind run in the thread that makes them.
// `/proc/self/task/<tid>/stat` has its state as long as it is there. A look costs 10 to 20 µs.

const PROC = '/proc';
/** Fields of a stat file after the command's name, which may hold anything, `)` and line breaks too. */
const FLAGS = 6;
const START = 19;
const SIZE = 20;
/** In the flags: the thread has begun to end, inside the system. */
const EXITING = 4;
/** Looks at a thread that is about to end: it takes the system some microseconds. */
const LOOKS = 20;
/** Bytes of a stat file: 52 numbers and a name of 16. */
const LONGEST = 1024;

/** ENOENT: there is no such thread. ESRCH: it went while its file was read. */
const NO_THREAD: ReadonlySet<unknown> = new Set(['ENOENT', 'ESRCH']);

// As they are now: a look may stand in the middle of an operation, and code that is put in their place
// later must not run there.
const { closeSync, openSync, readlinkSync, readSync, statSync } = fs;

interface Stat {
  readonly start: number;
  readonly isEnding: boolean;
  /** It is ending and has let go of the memory: Linux has a full barrier there, after all that the thread did. */
  readonly isOver: boolean;
}

/** Throws what the system says. Undefined: that is no stat file. */
function readStat(path: string): Stat | undefined {
  const bytes = Buffer.alloc(LONGEST);
  const file = openSync(path, 'r');
  let length: number;
  try {
    length = readSync(file, bytes, 0, LONGEST, 0);
  } finally {
    closeSync(file);
  }
  const text = bytes.toString('latin1', 0, length);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const start = Number(fields[START]);
  const flags = Number(fields[FLAGS]);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(flags)) return undefined;
  const isEnding = (flags & EXITING) !== 0;
  return { start, isEnding, isOver: isEnding && fields[SIZE] === '0' };
}

function attempt<T>(call: () => T): T | undefined {
  try {
    return mayRead(PROC) ? call() : undefined;
  } catch {
    return undefined;
  }
}

const taskOf = (tid: number): string => `${PROC}/self/task/${tid}/stat`;

/** This thread, or undefined where the system does not tell. It is asked each time: a process may go on elsewhere. */
export function ownThread(): SystemThread | undefined {
  return attempt(() => {
    const tid = Number(readlinkSync(`${PROC}/thread-self`).split('/').at(-1));
    const start = Number.isSafeInteger(tid) ? readStat(taskOf(tid))?.start : undefined;
    return start === undefined ? undefined : { tid, start };
  });
}

/** Which process this is, in which table: it changes when a frozen process goes on elsewhere, and when the table is another's. */
export type ProcessMark = readonly [start: number, pid: number, table: number];

/** What a map's header says when its maker could not read the table. */
export const NO_MARK: ProcessMark = [0, 0, 0];

export function processMark(): ProcessMark {
  const mark = attempt((): ProcessMark | undefined => {
    const start = readStat(`${PROC}/self/stat`)?.start;
    const pid = Number(readlinkSync(`${PROC}/self`));
    return start === undefined ? undefined : [start, pid, statSync(PROC).dev];
  });
  return mark ?? NO_MARK;
}

/** Has this thread ended? Undefined: the system does not tell. Ask only when the caller finds itself in the table. */
export function hasEnded({ tid, start }: SystemThread): boolean | undefined {
  if (!mayRead(PROC)) return undefined;
  try {
    for (let look = 0; look < LOOKS; look++) {
      const stat = readStat(taskOf(tid));
      if (stat === undefined) return undefined;
      if (stat.start !== start || stat.isOver) return true;
      if (!stat.isEnding) break;
    }
    return false;
  } catch (error) {
    return NO_THREAD.has((error as { code?: unknown } | null)?.code) ? true : undefined;
  }
}
