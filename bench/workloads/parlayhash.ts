import { defineWorkload } from '../harness/workload.js';

const SOURCE = 'cmuparlay/parlayhash: its benchmark of hash tables';

/** Percent of updates (half insert, half remove), over twice as many keys as entries: half of the finds miss. */
const MIXES = [
  { updates: 0, mix: { get: 100 } },
  { updates: 10, mix: { get: 90, insert: 5, delete: 5 } },
  { updates: 50, mix: { get: 50, insert: 25, delete: 25 } },
] as const;

export const parlayhash = MIXES.flatMap(({ updates, mix }) =>
  (['uniform', 'zipf'] as const).map((sequence) =>
    defineWorkload({
      name: `parlay-${updates}${sequence === 'zipf' ? '-zipf' : ''}`,
      title: `parlayhash, ${updates} % updates, ${sequence === 'zipf' ? 'zipf 0.99' : 'uniform'}`,
      source: SOURCE,
      about: 'Keys are drawn from twice the entries, so that half of the finds miss.',
      keys: ['int', 'string'],
      entries: [10_000, 10_000_000],
      quick: 10_000,
      filled: 1,
      space: 2,
      mix,
      sequence,
      theta: 0.99,
    }),
  ),
);
