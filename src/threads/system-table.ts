import { readFileSync, readlinkSync } from 'node:fs';
import type { SystemThread } from './identity.js';
import { mayRead } from './runtime.js';

// The system's table of threads, on Linux: who runs is a fact there, and nobody has to tell it.
// `/proc/thread-self` names the calling thread; file calls of this kind run in the thread that makes them.
// `/proc/self/task/<tid>/stat` has its state as long as it is there. Both cost some 10 µs.

const PROC = '/proc';
/** Fields of a stat file after the command's name, which may hold anything, `)` and line breaks too. */
const FLAGS = 6;
const START = 19;
/** In the flags: the thread has begun to end in the kernel of the system, and runs no code of ours any more. */
const EXITING = 4;

/** ENOENT: there is no such thread. ESRCH: it went while its file was read. */
const NO_THREAD: ReadonlySet<unknown> = new Set(['ENOENT', 'ESRCH']);

interface Stat {
  readonly start: number;
  readonly exiting: boolean;
}

/** Throws what the system says. Undefined: that is no stat file. */
function readStat(path: string): Stat | undefined {
  const text = readFileSync(path, 'latin1');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const start = Number(fields[START]);
  const flags = Number(fields[FLAGS]);
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(flags)) return undefined;
  return { start, exiting: (flags & EXITING) !== 0 };
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

/** When this process started, in the clock ticks of its threads; 0 where the system does not tell. */
export function processStart(): number {
  return attempt(() => readStat(`${PROC}/self/stat`)?.start) ?? 0;
}

/** Has this thread ended? Undefined: the system does not tell. Ask only when the caller finds itself in the table. */
export function hasEnded({ tid, start }: SystemThread): boolean | undefined {
  if (!mayRead(PROC)) return undefined;
  try {
    const stat = readStat(taskOf(tid));
    if (stat === undefined) return undefined;
    return stat.start !== start || stat.exiting;
  } catch (error) {
    return NO_THREAD.has((error as { code?: unknown } | null)?.code) ? true : undefined;
  }
}
