import { defineWorkload, type Workload } from '../harness/workload.js';

const SOURCE = 'puzpuzpuz/xsync and go-concurrent-map-bench: benchmarks of Map';

/** Half of what is no read stores, half deletes. */
const MIXES: readonly [reads: number, mix: NonNullable<Workload['mix']>][] = [
  [100, { get: 100 }],
  [99, { get: 198, set: 1, delete: 1 }],
  [90, { get: 90, set: 5, delete: 5 }],
  [75, { get: 150, set: 25, delete: 25 }],
];

/** Warm: all entries are there at the start. Cold: none, so that reads miss until the stores have filled the map to its half. */
export const xsync = MIXES.flatMap(([reads, mix]) =>
  [true, false]
    .filter((warm) => warm || reads < 100)
    .map((warm) =>
      defineWorkload({
        name: `xsync-${reads}${warm ? '' : '-cold'}`,
        title: `xsync, ${reads} % reads, ${warm ? 'warm' : 'cold'}`,
        source: SOURCE,
        about:
          'Uniform keys; the rest half stores, half deletes. Long keys are xsync’s with its long prefix.',
        keys: ['int', 'long'],
        entries: [100, 1_000, 100_000, 1_000_000],
        quick: 1_000,
        filled: warm ? 1 : 0,
        mix,
      }),
    ),
);
