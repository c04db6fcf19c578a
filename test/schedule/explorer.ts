import { Random } from './random.js';
import { Broken, type Plan, Scenario, type Schedule } from './scenario.js';

// Which thread runs when: at random in two manners, or every way there is with few preemptions. Whatever fails can be
// run again from the schedule that is reported.

/** Scales the number of runs of every scenario. */
const SCALE = Number(process.env.SCHEDULES ?? 1);
const SEED = Number(process.env.SEED ?? 1);

/** Schedules that are tried for one program, where programs are made up. */
const RUNS_OF_A_PROGRAM = 25;

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
      scenario.plan.victim === id &&
      !scenario.threads[id]?.killed
    ) {
      scenario.kill(id);
    }
  }
  if (stop !== undefined && !scenario.threads[stop.thread]?.killed && scenario.plan.victim === stop.thread) {
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

/** One run in which the threads come one after the other tells how many steps there are. */
function measure(scenario: Scenario): number[] {
  try {
    replay(scenario, []);
  } catch (error) {
    report(scenario, error, undefined, 'the first run');
  }
  return scenario.steps;
}

/** Explores a scenario at random: `runs` times SCHEDULES. Returns how many runs there were. */
export function explore(plan: Plan, runs: number): number {
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
  return scenario.runs;
}

/** Every schedule of two threads with at most two preemptions (`stride` 1), or evenly spread ones among them. */
export function exhaust(plan: Plan, preemptions: 1 | 2, stride = 1): number {
  const scenario = new Scenario(plan);
  scenario.program(new Random(SEED));
  measure(scenario);
  const step = Math.max(1, Math.round(stride / SCALE));
  const stopper = plan.victim ?? plan.sleeper;
  for (const first of [0, 1]) {
    const second = 1 - first;
    for (let i = 0; ; i++) {
      const stop = stopper === first ? { thread: first, step: i } : undefined;
      let more = true;
      for (let j = step; more; j += step) {
        const schedule: Schedule =
          preemptions === 1
            ? [
                [first, i],
                [second, 1e6],
              ]
            : [
                [first, i],
                [second, j],
                [first, 1e6],
              ];
        try {
          replay(scenario, schedule, stop);
        } catch (error) {
          report(scenario, error, stop, 'exhaustion');
        }
        more = preemptions === 2 && (scenario.steps[second] as number) > j && stop === undefined;
      }
      if (i > (scenario.steps[first] as number)) break;
    }
  }
  return scenario.runs;
}
