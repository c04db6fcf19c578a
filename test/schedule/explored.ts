import { expect, test } from 'vitest';
import { exhaust, explore } from './explorer.js';
import type { Plan } from './scenario.js';

/** A test that explores a scenario at random. */
export function explored(plan: Plan, runs = 1500): void {
  test(plan.name, () => {
    expect(explore(plan, runs)).toBeGreaterThan(0);
  });
}

/** A test that tries every schedule of the first two threads with so many preemptions, or every `stride`th. */
export function exhausted(plan: Plan, preemptions: 1 | 2, stride = 1): void {
  test(`${plan.name}, every ${preemptions} preemption${preemptions === 1 ? '' : 's'}`, () => {
    expect(exhaust(plan, preemptions, stride)).toBeGreaterThan(0);
  });
}
