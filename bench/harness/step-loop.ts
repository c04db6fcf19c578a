import type { BenchMap } from '../subjects/subject.js';
import type { LoopParts } from './mix-loop.js';
import { emptyTally } from './tally.js';
import type { Steps, Workload } from './workload.js';

/** Each thread's step numbers begin so far apart: as Go's benchmarks, where thread t begins at t x b.N. */
const SPAN = 2 ** 24;

/** The loop over a workload's own steps. */
export class StepLoop {
  readonly tally = emptyTally();
  readonly #steps: Steps;
  #i: number;

  private constructor(steps: Steps, thread: number) {
    this.#steps = steps;
    this.#i = thread * SPAN;
  }

  /** Finds the workload by its name among the exports of its module. */
  static async open(
    module: string,
    name: string,
    map: BenchMap,
    { plan, thread, keys }: LoopParts,
  ): Promise<StepLoop> {
    const exported = Object.values((await import(module)) as Record<string, unknown>);
    const workload = exported
      .flatMap((value) => (Array.isArray(value) ? value : [value]))
      .find((value) => isWorkload(value) && value.name === name) as Workload | undefined;
    if (workload?.steps === undefined)
      throw new Error(
        `${module} exports no workload ${name} with steps: export what defineWorkload returned`,
      );
    const { threads, entries } = plan;
    return new StepLoop(
      workload.steps(map as Required<BenchMap>, { thread, threads, entries, keys }),
      thread,
    );
  }

  /** Steps go on from phase to phase: what is new stays new. */
  begin(_phase: number): void {}

  run(count: number): void {
    const steps = this.#steps;
    let i = this.#i;
    for (const end = i + count; i < end; i++) steps.step(i);
    this.#i = i;
  }

  check(): void {
    this.#steps.check?.();
  }
}

function isWorkload(value: unknown): value is Workload {
  return typeof value === 'object' && value !== null && 'steps' in value && 'name' in value;
}
