import { expect, test } from 'vitest';
import { type Explored, type Extent, exhaust, explore } from './explorer.js';
import type { Plan, Program, Scenario } from './scenario.js';
import { type Keys, needsOf, type Start } from './tables.js';

declare module 'vitest' {
  interface TaskMeta {
    /** For the summary of `npm run test:schedule`. */
    explored?: Explored;
  }
}

/** A test that explores a scenario at random. */
export function explored(plan: Plan, runs = 1500): void {
  test(plan.name, ({ task }) => {
    const done = explore(plan, runs);
    task.meta.explored = done;
    expect(done.runs).toBeGreaterThan(0);
  });
}

/** A test that tries every schedule of the first two threads with so many preemptions, or every `stride`th. */
export function exhausted(
  plan: Plan,
  extent: Extent,
  programs?: (scenario: Scenario) => readonly Program[],
): void {
  const { preemptions, kills } = extent;
  const name = `${plan.name}, every ${preemptions} preemption${preemptions === 1 ? '' : 's'}${kills ? ', every death' : ''}`;
  test(name, ({ task }) => {
    const done = exhaust(plan, extent, programs);
    task.meta.explored = done;
    expect(done.runs).toBeGreaterThan(0);
  });
}

/** Pages of a map that programs of all kinds are run on, unless its table says how many. */
const PAGES = 24;

/** The same for each of the programs on the keys that a table leaves behind. */
export function exhaustedOn(
  start: Start,
  kind: 'number' | 'string',
  name: string,
  extent: Extent,
  programs: (keys: Keys) => readonly Program[],
): void {
  let keys: Keys | undefined;
  const plan: Plan = {
    name,
    pages: PAGES,
    ...needsOf(start),
    prepare(table) {
      keys = start.prepare(table, kind);
      return [];
    },
  };
  exhausted(plan, extent, () => programs(keys as Keys));
}
