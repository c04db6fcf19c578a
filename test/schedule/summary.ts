import type { Reporter, TestModule } from 'vitest/node';
import type { Explored } from './explorer.js';

/** After a run of the scheduled suite: what was explored, all in all. */
export default class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    let scenarios = 0;
    const random = { runs: 0, steps: 0, kills: 0 };
    const exhaustive = new Map<number, { runs: number; steps: number; kills: number; scenarios: number }>();
    for (const module of modules) {
      for (const test of module.children.allTests('passed')) {
        const explored = (test.meta() as { explored?: Explored }).explored;
        if (explored === undefined) continue;
        scenarios++;
        const sum =
          explored.exhaustive === 0
            ? random
            : (exhaustive.get(explored.exhaustive) ?? { runs: 0, steps: 0, kills: 0, scenarios: 0 });
        if (explored.exhaustive !== 0) exhaustive.set(explored.exhaustive, sum as never);
        sum.runs += explored.runs;
        sum.steps += explored.steps;
        sum.kills += explored.kills;
      }
    }
    const n = (value: number) => value.toLocaleString('en');
    console.log(`\n${n(scenarios)} scenarios explored`);
    console.log(
      `  at random (uniform and by priorities): ${n(random.runs)} runs, ${n(random.steps)} steps, ${n(random.kills)} kills`,
    );
    for (const [bound, { runs, steps, kills }] of [...exhaustive].sort(([a], [b]) => a - b)) {
      console.log(
        `  up to ${bound} preemption${bound === 1 ? '' : 's'}: ${n(runs)} runs, ${n(steps)} steps, ${n(kills)} kills`,
      );
    }
  }
}
