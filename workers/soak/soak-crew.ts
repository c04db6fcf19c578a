// The threads of a soak: as many as wanted at any time; each that ends is judged and replaced, and one of them is
// terminated at a random moment again and again.

import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { SharedMap } from 'threadmap';
import { type End, problemOf, type ThreadError } from '../kill-storm/kill-storm-ends.js';
import type { Random } from '../random.js';
import type { Watch } from '../watch.js';
import type { SoakData } from './soak-thread.js';
import type { SoakWords } from './soak-words.js';

type SoakEnd = Pick<End, 'how' | 'where'>;

const ends: readonly SoakEnd[] = (['terminate', 'terminate', 'terminate', 'exit', 'error'] as const).map(
  (how) => ({ how, where: 'anywhere' }),
);
const RETURN: SoakEnd = { how: 'return', where: 'anywhere' };

/** Between two kills, ms. */
const LONGEST_PEACE = 1500;

interface Member {
  readonly worker: Worker;
  readonly seat: number;
  end: SoakEnd;
  readonly ended: Promise<void>;
}

export class Crew {
  /** Threads that have ended before they were told to stop. */
  killed = 0;
  readonly #map: SharedMap<unknown, unknown>;
  readonly #words: SoakWords;
  readonly #watch: Watch;
  readonly #random: Random;
  readonly #report: (violation: string) => void;
  readonly #members = new Set<Member>();
  #peaceful = false;

  constructor(
    map: SharedMap<unknown, unknown>,
    words: SoakWords,
    watch: Watch,
    random: Random,
    report: (violation: string) => void,
  ) {
    this.#map = map;
    this.#words = words;
    this.#watch = watch;
    this.#random = random;
    this.#report = report;
  }

  get size(): number {
    return this.#members.size;
  }

  start(seat: number): void {
    const end = this.#random.of(ends);
    const workerData: SoakData = {
      handle: this.#map.handle,
      words: this.#words.buffer,
      watch: this.#watch.buffer,
      ...{ seat, seed: this.#random.below(2 ** 31), end },
    };
    const worker = new Worker(new URL('./soak-thread.js', import.meta.url), { workerData });
    let error: ThreadError | undefined;
    let started = false;
    worker.once('online', () => {
      started = true;
    });
    worker.on('error', (thrown) => {
      error = thrown as ThreadError;
    });
    const member: Member = {
      worker,
      seat,
      end,
      ended: new Promise((resolve) => {
        worker.once('exit', (code) => {
          this.#bury(member, error, code, started);
          resolve();
        });
      }),
    };
    this.#members.add(member);
  }

  #bury(member: Member, error: ThreadError | undefined, code: number, started: boolean): void {
    this.#members.delete(member);
    this.#watch.seat(member.seat).leave();
    this.#words.leave(member.seat);
    // Whoever is told to stop may return before its time, or end as it was meant to just then.
    const stopped = this.#words.isStopped && error === undefined && code === 0;
    const problem = problemOf(stopped ? RETURN : member.end, error, code, started);
    if (problem !== undefined) this.#report(problem);
    if (this.#words.isStopped) return;
    this.killed++;
    this.start(member.seat);
  }

  /** Terminates one thread after the other, at random moments, until they are to stop. */
  async terminateNowAndThen(): Promise<void> {
    while (!this.#words.isStopped) {
      await sleep(this.#random.next() * LONGEST_PEACE);
      const victims = [...this.#members].filter(({ end }) => end.how === 'terminate');
      if (this.#peaceful || this.#words.isStopped || victims.length === 0) continue;
      await this.#random.of(victims).worker.terminate();
    }
  }

  /** Brings all threads to rest, and runs `look` on a quiet map. */
  async inPause(look: () => void): Promise<void> {
    this.#peaceful = true;
    this.#words.pause();
    while (this.#words.resting < this.size) await sleep(5);
    await turn(); // exit listeners of the library run in the same turn as ours
    look();
    this.#words.resume();
    while (this.#words.resting > 0) await sleep(1);
    this.#peaceful = false;
  }

  /** Lets all threads return. */
  async stop(): Promise<void> {
    this.#words.stop();
    await Promise.all([...this.#members].map(({ ended }) => ended));
    await turn();
  }
}
