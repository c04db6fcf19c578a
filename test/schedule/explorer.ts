import { Random } from '../random.js';
import { Broken, type Plan, type Program, Scenario, type Schedule } from './scenario.js';

// Which thread runs when: at random in two manners, or every way there is with few preemptions. Whatever fails can be
// run again from the schedule that is reported.

/** Scales the number of runs of every scenario. */
const SCALE = Number(process.env.SCHEDULES ?? 1);
const SEED = Number(process.env.SEED ?? 1);

/** What an exploration has done. */
export interface Explored {
  readonly runs: number;
  readonly steps: number;
  readonly kills: number;
  /** Preemptions up to which every schedule was tried; 0: schedules at random. */
  readonly exhaustive: number;
}

/** Schedules that are tried for one program, where programs are made up. */
const RUNS_OF_A_PROGRAM = 25;

/** Steps of a reader beside a thread that stands still, in proportion to its steps alone. */
const READER_BOUND = 4;

/** Where a death or a long sleep comes in. */
interface Stop {
  readonly thread: number;
  readonly step: number;
}

/** Takes a thread to the step where it stops, and no further. */
function allowance(scenario: Scenario, stop: Stop | undefined, id: number): number {
  if (stop?.thread !== id) return Number.POSITIVE_INFINITY;
  return stop.step - (scenario.threads[id]?.steps ?? 0);
}

/** Runs threads as `choose` says until no thread may go on, then deals with who has stopped. */
function play(
  scenario: Scenario,
  stop: Stop | undefined,
  choose: (ready: number[]) => [number, number],
): void {
  scenario.begin();
  for (;;) {
    const ready = scenario.threads
      .map(({ id }) => id)
      .filter((id) => scenario.canRun(id) && allowance(scenario, stop, id) > 0);
    if (ready.length === 0) break;
    const [id, steps] = choose(ready);
    scenario.run(id, Math.min(steps, allowance(scenario, stop, id)));
    if (stop?.thread === id && allowance(scenario, stop, id) <= 0 && scenario.plan.victim === id) {
      scenario.kill(id);
    }
  }
  settle(scenario, stop);
}

function settle(scenario: Scenario, stop: Stop | undefined): void {
  if (stop !== undefined && scenario.plan.sleeper === stop.thread) scenario.finish(stop.thread);
  scenario.finish();
  scenario.judge();
}

function uniform(scenario: Scenario, random: Random, stop: Stop | undefined): void {
  const chance = [0.5, 0.2, 0.05][random.below(3)] as number;
  play(scenario, stop, (ready) => {
    const steps = 1 + Math.floor(Math.log(1 - random.next()) / Math.log(1 - chance));
    return [ready[random.below(ready.length)] as number, steps];
  });
}

/** PCT: the ready thread of the highest priority runs; at a few points whoever runs becomes the last. */
function byPriority(scenario: Scenario, random: Random, stop: Stop | undefined, length: number): void {
  const priorities = scenario.threads.map(() => random.next());
  const points = Array.from({ length: 1 + random.below(4) }, () => 1 + random.below(length)).sort(
    (a, b) => a - b,
  );
  let low = 0;
  play(scenario, stop, (ready) => {
    let best = ready[0] as number;
    for (const id of ready) if ((priorities[id] as number) > (priorities[best] as number)) best = id;
    const done = scenario.threads.reduce((sum, thread) => sum + thread.steps, 0);
    while (points.length > 0 && (points[0] as number) <= done) {
      points.shift();
      priorities[best] = --low;
      for (const id of ready) if ((priorities[id] as number) > (priorities[best] as number)) best = id;
    }
    return [best, points.length > 0 ? (points[0] as number) - done : 1_000_000];
  });
}

/** Runs exactly this schedule, then what is left. */
export function replay(scenario: Scenario, schedule: Schedule, stop?: Stop): void {
  scenario.begin();
  for (const [id, steps] of schedule) {
    if (scenario.canRun(id)) scenario.run(id, Math.min(steps, allowance(scenario, stop, id)));
    if (
      stop?.thread === id &&
      allowance(scenario, stop, id) <= 0 &&
      scenario.plan.sleeper !== id &&
      !scenario.threads[id]?.killed
    ) {
      scenario.kill(id);
    }
  }
  if (stop !== undefined && !scenario.threads[stop.thread]?.killed && scenario.plan.sleeper !== stop.thread) {
    if (allowance(scenario, stop, stop.thread) > 0 && scenario.canRun(stop.thread)) {
      scenario.run(stop.thread, allowance(scenario, stop, stop.thread));
    }
    if (!scenario.threads[stop.thread]?.done) scenario.kill(stop.thread);
  }
  settle(scenario, stop);
}

function fails(scenario: Scenario, schedule: Schedule, stop: Stop | undefined): boolean {
  try {
    replay(scenario, schedule, stop);
    return false;
  } catch {
    return true;
  }
}

/** Takes out of a failing schedule what it fails without. */
function minimise(scenario: Scenario, found: Schedule, stop: Stop | undefined): Schedule {
  let best = found;
  for (let shorter = true; shorter; ) {
    shorter = false;
    for (let i = 0; i < best.length; i++) {
      const without = best.filter((_, j) => j !== i);
      if (fails(scenario, without, stop)) {
        best = without;
        shorter = true;
        break;
      }
    }
  }
  return best;
}

function report(scenario: Scenario, error: unknown, stop: Stop | undefined, note: string): never {
  const found: Schedule = scenario.schedule.map(([id, steps]) => [id, steps]);
  const first = error instanceof Error ? error.message : String(error);
  let schedule: Schedule = found;
  let message = first;
  let history = scenario.history();
  if (fails(scenario, found, stop)) {
    schedule = minimise(scenario, found, stop);
    try {
      replay(scenario, schedule, stop);
    } catch (again) {
      message = again instanceof Error ? again.message : String(again);
    }
    history = scenario.history();
  } else {
    message += ' (a replay does not show it)';
  }
  throw new Broken(
    [
      `${scenario.name}: ${message}`,
      `found by ${note}, run ${scenario.runs}; stop ${JSON.stringify(stop)}; replay ${JSON.stringify(schedule)}`,
      ...history,
    ].join('\n  '),
  );
}

/** How many steps each thread takes when the threads come one after the other, in this order or that: the most. */
function measure(scenario: Scenario): number[] {
  let most: number[] = [];
  const orders: readonly Schedule[] = [[], [[1, 1e6]]];
  for (const order of orders) {
    try {
      replay(scenario, order);
    } catch (error) {
      report(scenario, error, undefined, 'the first run');
    }
    most = scenario.steps.map((steps, id) => Math.max(steps, most[id] ?? 0));
  }
  return most;
}

function result({ runs, stepsTaken: steps, kills }: Scenario, exhaustive: number): Explored {
  return { runs, steps, kills, exhaustive };
}

/** Explores a scenario at random: `runs` times SCHEDULES. */
export function explore(plan: Plan, runs: number): Explored {
  const scenario = new Scenario(plan);
  let steps: number[] = [];
  let length = 0;
  const stopper = plan.victim ?? plan.sleeper;
  for (let i = 0; i < runs * SCALE; i++) {
    if (i === 0 || (scenario.madeUp && i % RUNS_OF_A_PROGRAM === 0)) {
      scenario.program(new Random(SEED * 999_983 + i));
      steps = measure(scenario);
      length = steps.reduce((a, b) => a + b, 0);
    }
    const random = new Random(SEED * 1_000_003 + i);
    const stop =
      stopper === undefined
        ? undefined
        : { thread: stopper, step: random.below((steps[stopper] as number) + 20) };
    try {
      if (random.next() < 0.5) uniform(scenario, random, stop);
      else byPriority(scenario, random, stop, length);
    } catch (error) {
      report(scenario, error, stop, `seed ${SEED}, number ${i}`);
    }
  }
  return result(scenario, 0);
}

/** Runs these schedules. */
export function enumerate(plan: Plan, schedules: Iterable<Schedule>): Explored {
  const scenario = new Scenario(plan);
  scenario.program(new Random(SEED));
  for (const schedule of schedules) attempt(scenario, schedule);
  return result(scenario, 0);
}

/** How far an exhaustive exploration goes. */
export interface Extent {
  readonly preemptions: 1 | 2;
  /** Of the second thread's steps at which it is preempted, every `stride`th; of the first's too when `sparse`. */
  readonly stride?: number;
  readonly sparse?: boolean;
  /** Instead of strides: about so many places for each preemption (times SCHEDULES), spread evenly; SEED shifts them. */
  readonly places?: number;
  /** The first thread also dies at each of its steps instead of being preempted. */
  readonly kills?: boolean;
  /** Only this thread is preempted. */
  readonly first?: 0 | 1;
}

/**
 * Every schedule of two threads with so many preemptions, for each of the programs; with `kills`, also every death of
 * the one that is preempted first. A thread that only reads must finish whatever the other has stopped in the middle of.
 */
export function exhaust(
  plan: Plan,
  extent: Extent,
  list?: (scenario: Scenario) => readonly Program[],
): Explored {
  const scenario = new Scenario(plan);
  for (const program of list?.(scenario) ?? [undefined]) {
    if (program === undefined) scenario.program(new Random(SEED));
    else scenario.use(program);
    const alone = measure(scenario);
    for (const first of extent.first === undefined ? [0, 1] : [extent.first]) {
      const [every, everySecond, from] = strides(extent, alone[first] as number, alone[1 - first] as number);
      for (let i = from; i <= (alone[first] as number); i += every) {
        preempt(scenario, extent.preemptions, everySecond, first, i, alone);
        if (extent.kills || plan.victim === first) {
          attempt(scenario, [[first, i]], { thread: first, step: i });
        }
      }
    }
  }
  return result(scenario, extent.preemptions);
}

/** Steps between two places of the first and of the second preemption, and the first of these places. */
function strides(
  { places, stride = 1, sparse }: Extent,
  steps: number,
  stepsOfOther: number,
): [number, number, number] {
  if (places === undefined) {
    const every = Math.max(1, Math.round(stride / SCALE));
    return [sparse ? every : 1, every, 0];
  }
  const spread = (n: number) => Math.max(1, Math.floor(n / (places * SCALE)));
  return [spread(steps), spread(stepsOfOther), SEED % spread(steps)];
}

/** The first thread takes `i` steps, then the other some or all of its own. */
function preempt(
  scenario: Scenario,
  preemptions: 1 | 2,
  stride: number,
  first: number,
  i: number,
  alone: readonly number[],
): void {
  const second = 1 - first;
  attempt(scenario, [
    [first, i],
    [second, 1e6],
  ]);
  const steps = scenario.stepsBefore(second);
  if (
    scenario.onlyReads(second) &&
    (steps === undefined || steps > READER_BOUND * (alone[second] as number))
  ) {
    report(
      scenario,
      new Broken(`thread ${second} only reads, and takes ${steps ?? 'no end of'} steps`),
      undefined,
      'exhaustion',
    );
  }
  if (preemptions === 1) return;
  for (let j = stride; j < (steps ?? (scenario.steps[second] as number)); j += stride) {
    attempt(scenario, [
      [first, i],
      [second, j],
      [first, 1e6],
    ]);
  }
}

function attempt(scenario: Scenario, schedule: Schedule, stop?: Stop): void {
  try {
    replay(scenario, schedule, stop);
  } catch (error) {
    report(scenario, error, stop, 'exhaustion');
  }
}
