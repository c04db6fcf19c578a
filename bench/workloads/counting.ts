import { defineWorkload } from '../harness/workload.js';

/** Additions to counters: the test of contention. */
export const counting = [
  ...[0.25, 0.5, 0.75, 0.99, 1.25, 1.5, 2].map((theta) =>
    defineWorkload({
      name: `aggregate-${theta.toString().replace('.', '-')}`,
      title: `aggregation, zipf ${theta}`,
      source: 'growt: agg (insert_or_increment, zipf 0.25 to 2.0)',
      about: 'Adds 1 under zipf-distributed keys, scattered; the sum of all counters is compared at the end.',
      keys: ['int'],
      entries: [1_000_000],
      quick: 100_000,
      filled: 0,
      mix: { add: 1 },
      sequence: 'zipf',
      theta,
    }),
  ),
  defineWorkload({
    name: 'compare-and-set',
    title: 'increments by compareAndSet',
    source: 'YCSB F made atomic',
    about:
      'A get and a compareAndSet of one more, uniform; those that succeed are added up and compared at the end.',
    keys: ['int'],
    entries: [1_000, 1_000_000],
    mix: { compareAndSet: 1 },
  }),
  defineWorkload({
    name: 'word-count',
    title: 'word count',
    source: 'the main job of this project, its words and their number',
    about:
      'Adds 1 for each of 57 occurrences per distinct word, 8.5 million in all; words are new strings each time, distributed by zipf 1.',
    keys: ['fresh'],
    entries: [149_439],
    quick: 20_000,
    filled: 0,
    mix: { add: 1 },
    sequence: 'zipf',
    theta: 1,
    perEntry: 57,
  }),
];
