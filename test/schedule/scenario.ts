import type { Random } from '../random.js';
import type { Event } from './history.js';
import { type Contents, isLinearizable, singly, withDumped, wrongSurveys } from './history.js';
import { brokenInvariants } from './invariants.js';
import type { Hash } from './kernel-module.js';
import type { LogicalThread, Witness } from './logical-thread.js';
import { FULL, type Key, type MapOperation, type Value } from './operations.js';
import type { SharedTable } from './shared-table.js';
import { StartingTable } from './starting-table.js';

// A scenario: a starting table, a few threads with a few operations each, and what must hold of every run.

/** What each thread does, one operation after the other. */
export type Program = readonly (readonly MapOperation[])[];

export interface Plan {
  readonly name: string;
  readonly hash?: Hash;
  /** Pages of 64 KiB that the map has. */
  readonly pages?: number;
  /** A thread that may be killed at any step where V8 could. */
  readonly victim?: number;
  /** A thread that may stop anywhere, for as long as the others need; those must do without it (readers). */
  readonly sleeper?: number;
  /** Memory is scarce: writes may find none. */
  readonly scarce?: boolean;
  /** What must be so at the end of each run besides: says what is wrong. */
  readonly wrong?: (table: SharedTable) => string | undefined;
  /** Threads attach, detach or reclaim: everything is put back between two runs. */
  readonly whole?: boolean;
  /** Prepares the table and says what each thread does; or makes that up, again and again. */
  readonly prepare: (table: StartingTable) => Program | ((random: Random) => Program);
}

/** Thread and number of steps, one after the other. What is left then runs to its end, thread by thread. */
export type Schedule = (readonly [thread: number, steps: number])[];

/** More steps than any run needs: somebody waits for what does not come. */
const MAX_STEPS = 200_000;

export class Broken extends Error {}

export class Scenario implements Witness {
  readonly name: string;
  readonly plan: Plan;
  /** The program is one of many. */
  readonly madeUp: boolean;
  readonly threads: readonly LogicalThread[];
  readonly #table: SharedTable;
  readonly #make: (random: Random) => Program;
  #operations: Program = [];
  #before: Contents = { keys: new Map(), others: 0 };
  #keys = new Set<Key>();
  readonly #all: ReadonlyMap<Key, Value>;
  #clock = 0;
  #events: Event[] = [];
  #open: (Event | undefined)[] = [];
  /** What the run under way has done so far. */
  schedule: [number, number][] = [];
  runs = 0;
  /** Of all runs. */
  stepsTaken = 0;
  kills = 0;
  #stepsBefore: (number | undefined)[] = [];

  constructor(plan: Plan) {
    this.name = plan.name;
    this.plan = plan;
    const start = new StartingTable(plan.hash ?? 'real', plan.pages ?? 20);
    const made = plan.prepare(start);
    this.#make = typeof made === 'function' ? made : () => made;
    this.#table = start.table;
    this.#all = start.contents;
    this.threads = start.attach();
    this.madeUp = typeof made === 'function';
    this.#table.save();
  }

  /** Gives the threads something to do. */
  program(random: Random): void {
    this.use(this.#make(random));
  }

  use(program: Program): void {
    this.#operations = program;
    this.#keys = new Set(
      this.#operations
        .flat()
        .flatMap((operation) => (operation.verb === 'many' ? operation.parts : [operation]))
        .flatMap((operation) => ('key' in operation ? [operation.key] : [])),
    );
    const named = new Map([...this.#all].filter(([key]) => this.#keys.has(key)));
    this.#before = { keys: named, others: this.#all.size - named.size };
  }

  /** Steps that each thread has taken in the last run. */
  get steps(): number[] {
    return this.threads.map((thread) => thread.steps);
  }

  /** Back to the start. */
  begin(): void {
    // Threads that attach, and who takes over from the dead, write by functions that no watcher sees.
    this.#table.restore(this.plan.whole === true || this.threads.some((thread) => thread.killed));
    this.#clock = 0;
    this.#events = [];
    this.#open = [];
    this.#stepsBefore = [];
    this.schedule = [];
    this.runs++;
    for (const thread of this.threads) {
      thread.assign(this.#operations[thread.id] ?? [], this);
    }
  }

  began(thread: number, index: number): void {
    const operation = (this.#operations[thread] as readonly MapOperation[])[index] as MapOperation;
    const event: Event = {
      thread,
      operation,
      began: this.#clock++,
      ended: Number.POSITIVE_INFINITY,
      result: undefined,
    };
    this.#open[thread] = event;
    this.#events.push(event);
  }

  ended(thread: number, _index: number, result: unknown): void {
    const event = this.#open[thread] as Event;
    event.ended = this.#clock++;
    event.result = result;
  }

  /** Does a thread only read? */
  onlyReads(id: number): boolean {
    const operations = this.#operations[id] ?? [];
    return operations.length > 0 && operations.every(({ reads }) => reads === true);
  }

  /** Steps that a thread took before any other went on after it; undefined when it had to wait for one. */
  stepsBefore(id: number): number | undefined {
    return this.#stepsBefore[id];
  }

  /** Lets a thread take up to so many steps. */
  run(id: number, steps: number): void {
    const thread = this.threads[id] as LogicalThread;
    const before = thread.steps;
    thread.run(steps);
    const taken = thread.steps - before;
    this.stepsTaken += taken;
    if (thread.done && this.schedule.every(([other], i) => other !== id || i === this.schedule.length - 1)) {
      this.#stepsBefore[id] = thread.steps;
    }
    const last = this.schedule.at(-1);
    if (last !== undefined && last[0] === id) last[1] += taken;
    else this.schedule.push([id, taken]);
    if (thread.steps > MAX_STEPS) throw new Broken(`thread ${id} goes on for ever`);
  }

  canRun(id: number): boolean {
    const thread = this.threads[id] as LogicalThread;
    return !thread.done && thread.awake;
  }

  /** Lets a thread finish the operation that it is in, or do its next one. */
  runOperation(id: number): void {
    const ended = this.#events.filter((event) => event.thread === id && event.ended < Infinity).length;
    const isDone = () =>
      this.#events.filter((event) => event.thread === id && event.ended < Infinity).length > ended;
    while (this.canRun(id) && !isDone()) this.run(id, 1);
  }

  /** Is the table between two sizes? */
  get isResizing(): boolean {
    return ((this.#table.inspector.work?.() as number) & (1 | 8)) !== 0;
  }

  /** A kill, which V8 defers to the end of a section. */
  kill(id: number): void {
    const thread = this.threads[id] as LogicalThread;
    while (thread.inSection) this.run(id, 1);
    if (!thread.done) this.kills++;
    thread.kill();
  }

  /** All threads that are left go on, one after the other. `except` stays where it is. */
  finish(except = -1): void {
    for (;;) {
      const next = this.threads.find((thread) => thread.id !== except && !thread.done && thread.awake);
      if (next === undefined) break;
      this.run(next.id, MAX_STEPS);
    }
    const stuck = this.threads.filter(
      ({ id, done }) => id !== except && !done && !this.#waitsRightly(this.#open[id]),
    );
    if (stuck.length > 0) throw new Broken(`waiting for ever: thread ${stuck.map(({ id }) => id).join()}`);
  }

  /** Does the operation wait for what is not there? */
  #waitsRightly(event: Event | undefined): boolean {
    const operation = event?.operation;
    if (operation?.verb === 'waitForAbsence')
      return StartingTable.read(this.#table, operation.key) !== undefined;
    if (operation?.verb !== 'waitFor') return false;
    const value = StartingTable.read(this.#table, operation.key);
    return value === undefined || (operation.wanted !== undefined && value !== operation.wanted);
  }

  /** After a run: throws what was broken. */
  judge(): void {
    this.judgeMemory();
    this.#judgeHistory();
  }

  /** The memory alone, for runs too long to look for an order. */
  judgeMemory(): void {
    const table = this.#table;
    for (const thread of this.threads) {
      if (thread.inSection) throw new Broken(`thread ${thread.id} is in a section`);
      if (thread.trespass !== undefined) throw new Broken(thread.trespass);
      if (thread.killed) table.bury(thread);
    }
    const problems = brokenInvariants(table);
    if (problems.length > 0) throw new Broken(problems.slice(0, 8).join('; '));
    const wrong = this.plan.wrong?.(table);
    if (wrong !== undefined) throw new Broken(wrong);
    if (!this.plan.scarce && this.#events.some(({ result }) => result === FULL))
      throw new Broken('the map is full');
  }

  #judgeHistory(): void {
    const after = this.#contents();
    const events = singly(this.#events);
    const surveys = wrongSurveys(events, { keys: this.#all, others: 0 }, new Set(this.#all.keys()));
    if (surveys.length > 0) throw new Broken(surveys.join('; '));
    if (!isLinearizable(withDumped(events, this.#keys), this.#before, after)) {
      throw new Broken(
        `no order explains this; at the end the map holds ${[...after.keys].join('; ')} and ${after.others} more`,
      );
    }
  }

  #contents(): Contents {
    const start = new Map<Key, Value>();
    for (const key of this.#keys) {
      const value = StartingTable.read(this.#table, key);
      if (value !== undefined) start.set(key, value);
    }
    let others = 0;
    for (const [key, value] of this.#all) {
      if (!this.#keys.has(key) && StartingTable.read(this.#table, key) === value) others++;
    }
    const size = this.#table.inspector.count?.() as number;
    if (size !== start.size + others) throw new Broken(`size is ${size}, there are ${start.size + others}`);
    return { keys: start, others };
  }

  /** What happened, for a report. */
  history(): string[] {
    return this.#events.map(
      ({ thread, operation, began, ended, result }) =>
        `thread ${thread} ${began}–${ended}: ${operation.name} = ${Array.isArray(result) ? `[${result.join()}]` : String(result).slice(0, 40)}`,
    );
  }
}
