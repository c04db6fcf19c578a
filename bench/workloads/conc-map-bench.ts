import { defineWorkload } from '../harness/workload.js';

const SOURCE = 'xacrimon/conc-map-bench over jonhoo/bustle';

/** Percent of read, insert, remove and update, and how full the map is at the start. */
const MIXES = [
  { name: 'read-heavy', title: 'ReadHeavy', filled: 0.75, mix: { get: 98, insert: 1, delete: 1 } },
  { name: 'exchange', title: 'Exchange', filled: 0.75, mix: { get: 10, insert: 40, delete: 40, modify: 10 } },
  { name: 'rapid-grow', title: 'RapidGrow', filled: 0, mix: { get: 5, insert: 80, delete: 5, modify: 10 } },
] as const;

/** 2^25, and one that a quick look can afford. */
const CAPACITY = 2 ** 25;
const SMALLER = 2 ** 20;

/** Its own form: each thread has keys of its own. As many operations as the capacity; presized as there, and not. */
const privateKeys = MIXES.flatMap(({ name, title, filled, mix }) =>
  [true, false].map((presized) =>
    defineWorkload({
      name: `${name}${presized ? '-presized' : ''}`,
      title: `${title}, private keys${presized ? ', presized' : ''}`,
      source: SOURCE,
      about:
        'Each thread inserts keys of its own, removes its oldest, and every answer is known and compared. One operation per entry of the capacity. ' +
        (presized
          ? 'Presized, as in the original: hardly any map grows in it.'
          : 'Not presized, unlike the original: the map has to grow.'),
      keys: ['int'],
      entries: [SMALLER, CAPACITY],
      filled,
      presized,
      mix,
      sequence: 'window',
      perEntry: 1,
    }),
  ),
);

/** The same operations on keys that all threads share: private ranges hide conflicts. */
const sharedKeys = MIXES.map(({ name, title, filled, mix }) =>
  defineWorkload({
    name: `${name}-shared`,
    title: `${title}, shared keys`,
    source: `${SOURCE}, changed: its private ranges hide conflicts`,
    about:
      'The same mix over keys that all threads share, uniform; an update is a get and a set. One operation per entry.',
    keys: ['int'],
    entries: [SMALLER, CAPACITY],
    filled,
    mix,
    perEntry: 1,
  }),
);

export const concMapBench = [...privateKeys, ...sharedKeys];
