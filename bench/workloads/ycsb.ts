import { defineWorkload, type Workload } from '../harness/workload.js';

const SOURCE = 'YCSB core workloads';

const LETTERS: readonly [letter: string, what: string, given: Pick<Workload, 'mix' | 'sequence'>][] = [
  ['a', '50 % reads, 50 % updates, zipf', { mix: { get: 50, set: 50 }, sequence: 'zipf' }],
  ['b', '95 % reads, 5 % updates, zipf', { mix: { get: 95, set: 5 }, sequence: 'zipf' }],
  ['c', 'reads, zipf', { mix: { get: 1 }, sequence: 'zipf' }],
  ['d', '95 % reads of the latest, 5 % inserts', { mix: { get: 95, insert: 5 }, sequence: 'latest' }],
  ['f', '50 % reads, 50 % read-modify-write, zipf', { mix: { get: 50, modify: 50 }, sequence: 'zipf' }],
];

/** E scans in key order, which a hash map has not. */
export const ycsb = LETTERS.map(([letter, what, given]) =>
  defineWorkload({
    name: `ycsb-${letter}`,
    title: `YCSB ${letter.toUpperCase()}: ${what}`,
    source: SOURCE,
    about:
      'Zipf 0.99, scattered by FNV. A record is ten fields of 100 characters; an update writes all of them, where the original writes one. D draws zipf over the newest, its own thread’s inserts first.',
    keys: ['string'],
    values: 'object',
    entries: [100_000, 1_000_000],
    quick: 10_000,
    theta: 0.99,
    ...given,
  }),
);
