import { defineWorkload } from '../harness/workload.js';

/** More threads than cores: whoever holds a lock may lose its processor with it. */
export const oversubscription = [
  defineWorkload({
    name: 'oversubscription',
    title: 'more threads than cores, 50 % writes',
    source: 'Big Atomics (arXiv 2501.07503): threads from 1 to 8 times the cores',
    about: 'Half gets, half sets of few keys, uniform; one, two, four and eight threads per core.',
    keys: ['int'],
    entries: [1_000],
    mix: { get: 1, set: 1 },
    threadsPerCore: [1, 2, 4, 8],
  }),
  defineWorkload({
    name: 'oversubscription-zipf',
    title: 'more threads than cores, 10 % writes, zipf',
    source: 'Big Atomics (arXiv 2501.07503): threads from 1 to 8 times the cores',
    about: 'As oversubscription, with 10 % sets under zipf 0.99 over 100,000 keys.',
    keys: ['int'],
    entries: [100_000],
    mix: { get: 9, set: 1 },
    sequence: 'zipf',
    threadsPerCore: [1, 2, 4, 8],
  }),
];
