// One life of a thread of a kill storm, seen from the thread that starts it and, where it does not end by itself, ends it.

import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { problemOf, type ThreadError } from './kill-storm-ends.js';
import type { KillStormData } from './kill-storm-thread.js';
import type { Random } from './random.js';

/** ms */
const LONGEST_LIFE = 40;
const ATTACHING = 4;

/** Small heaps run out soon; small stacks let a recursion come to its end before the thread does. */
const limits = { stackSizeMb: 1 };
const scarce = { ...limits, maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 2 };

/** Starts a thread and sees it to its end. Returns what is wrong with it, or undefined. */
export async function live(data: KillStormData, random: Random): Promise<string | undefined> {
  const thread = new Worker(new URL('./kill-storm-thread.js', import.meta.url), {
    workerData: data,
    resourceLimits: data.end.how === 'heap' ? scarce : limits,
  });
  let error: ThreadError | undefined;
  thread.on('error', (thrown) => {
    error = thrown as ThreadError;
  });
  const ended = new Promise<number>((resolve) => thread.once('exit', resolve));
  if (data.end.how === 'terminate') {
    await Promise.race([timeToTerminate(thread, data, random), ended]);
    await thread.terminate();
  }
  const code = await ended;
  return problemOf(data.end, error, code);
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
