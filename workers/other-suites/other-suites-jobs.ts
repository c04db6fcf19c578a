// A thread of test/others: does one round after the other, as it is told.

import { parentPort } from 'node:worker_threads';
import { SharedMap } from 'threadmap';
import { bugJobs } from './other-suites-bugs.js';
import { goJobs } from './other-suites-go.js';
import { javaJobs } from './other-suites-java.js';
import { papayaJobs } from './other-suites-papaya.js';
import { resizeJobs } from './other-suites-resize.js';
import { Round, type Task } from './other-suites-round.js';
import { stressJobs } from './other-suites-stress.js';
import { xsyncJobs } from './other-suites-xsync.js';

/** What a thread answers: a result, or what went wrong. */
export type Answer = { readonly result: unknown } | { readonly error: Error };

const jobs = {
  ...goJobs,
  ...xsyncJobs,
  ...papayaJobs,
  ...javaJobs,
  ...stressJobs,
  ...bugJobs,
  ...resizeJobs,
};

export type JobName = keyof typeof jobs;

function answer(task: Task): Answer {
  const maps = task.handles.map((handle) => SharedMap.attach(handle));
  const round = new Round(task, maps);
  try {
    round.meet();
    return { result: jobs[task.job as JobName](round) };
  } catch (error) {
    round.fail();
    return { error: error as Error };
  } finally {
    // Its slots are free before it is told that the round is over.
    for (const map of maps) map.detach();
  }
}

parentPort?.on('message', (task: Task) => parentPort?.postMessage(answer(task)));
