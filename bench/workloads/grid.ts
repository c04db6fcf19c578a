import { defineWorkload } from '../harness/workload.js';

/** The grid on which maps of several languages are compared: entries by share of writes, all of keys that are there. */
export const grid = [0, 10, 50, 100].map((writes) =>
  defineWorkload({
    name: `grid-${writes}`,
    title: `${writes} % writes`,
    source: 'the grid of this project, for Go, Java and JavaScript alike',
    about: 'Uniform over the entries, each of which is there all the time; a write sets a number.',
    keys: ['int', 'string'],
    entries: [1_000, 100_000, 4_000_000],
    quick: 10_000,
    mix: { ...(writes < 100 ? { get: 100 - writes } : {}), ...(writes > 0 ? { set: writes } : {}) },
  }),
);
