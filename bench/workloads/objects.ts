import { defineWorkload, type Workload } from '../harness/workload.js';

const MIXES: readonly [name: string, title: string, mix: Workload['mix']][] = [
  ['object-get', 'get of a 1 KB object', { get: 1 }],
  ['object-set', 'set of a 1 KB object', { set: 1 }],
];

export const objects = MIXES.map(([name, title, mix]) =>
  defineWorkload({
    name,
    title,
    source: 'of this project',
    about:
      'An object of ten fields with 100 characters each; maps that do not copy hand out the same object again.',
    keys: ['string'],
    values: 'object',
    entries: [1_000, 100_000],
    quick: 1_000,
    ...(mix === undefined ? {} : { mix }),
  }),
);
