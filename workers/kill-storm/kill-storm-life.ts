// One life of a thread of a kill storm, seen from the thread that starts it and, where it does not end by itself, ends it.

import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { SharedMap } from 'threadmap';
import type { Random } from '../random.js';
import { piecesInHand } from '../slots.js';
import { problemOf, type ThreadError } from './kill-storm-ends.js';
import type { KillStormData } from './kill-storm-thread.js';

/** ms */
const LONGEST_LIFE = 40;
const ATTACHING = 4;

/** Small heaps run out soon; small stacks let a recursion come to its end before the thread does. */
const limits = { stackSizeMb: 1 };
const scarce = { ...limits, maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 };

/** What is to be said of a life when it has ended. */
export interface Obituary {
  /** What is wrong with the way it ended, or undefined. */
  readonly problem: string | undefined;
  /** It ended within a write: it held pieces of memory in its hand that nothing else knew of. */
  readonly midWrite: boolean;
}

/** Starts a thread and sees it to its end. */
export async function live(data: KillStormData, random: Random): Promise<Obituary> {
  const thread = new Worker(new URL('./kill-storm-thread.js', import.meta.url), {
    workerData: data,
    resourceLimits: data.end.how === 'heap' ? scarce : limits,
  });
  const id = thread.threadId;
  let error: ThreadError | undefined;
  let started = false;
  let midWrite = false;
  thread.once('online', () => {
    started = true;
  });
  // Before the library hears of the end, and takes back what was in the hand.
  thread.prependOnceListener('exit', () => {
    midWrite = data.places.some(
      (place) => piecesInHand(place as Pick<SharedMap<unknown, unknown>, 'handle'>, id) > 0,
    );
  });
  thread.on('error', (thrown) => {
    error = thrown as ThreadError;
  });
  const ended = new Promise<number>((resolve) => thread.once('exit', resolve));
  if (data.end.how === 'terminate') {
    await Promise.race([timeToTerminate(thread, data, random), ended]);
    await thread.terminate();
  }
  const code = await ended;
  return { problem: problemOf(data.end, error, code, started), midWrite };
}

/** Resolves when the thread is where it is to be terminated. */
async function timeToTerminate(thread: Worker, { end }: KillStormData, random: Random): Promise<void> {
  const told = (what: string): Promise<void> =>
    new Promise((resolve) => {
      thread.on('message', (message) => {
        if (message === what) resolve();
      });
    });
  switch (end.where) {
    case 'anywhere':
      await told('attached');
      return sleep(random.next() * LONGEST_LIFE);
    case 'before attach':
      // Also while it is still being started.
      return Promise.race([told('now'), sleep(random.next() * 2 * LONGEST_LIFE)]);
    case 'while attaching':
      await told('loaded');
      return sleep(random.next() * ATTACHING);
    default:
      return told('now');
  }
}
